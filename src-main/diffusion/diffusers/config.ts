import type { PackScheduler } from '../../model/pack.ts';

type Given = Readonly<Record<string, unknown>>;

const linspaceClasses = [
  'EulerDiscreteScheduler',
  'EulerAncestralDiscreteScheduler',
  'HeunDiscreteScheduler',
  'DPMSolverMultistepScheduler',
  'UniPCMultistepScheduler',
];

export const diffusersClasses = [
  ...linspaceClasses,
  'DDIMScheduler',
  'DDPMScheduler',
  'PNDMScheduler',
  'LCMScheduler',
] as const;

/** What scheduler_config.json leaves out has the class's own value. Null for a class that is not known here. */
export function diffusersConfig(given: Given): PackScheduler | null {
  const className = String(given._class_name ?? '');
  if (!(diffusersClasses as readonly string[]).includes(className)) return null;
  const said = given.timestep_spacing;
  return {
    className,
    spacing:
      said === 'linspace' || said === 'leading' || said === 'trailing'
        ? said
        : linspaceClasses.includes(className)
          ? 'linspace'
          : 'leading',
    offset: typeof given.steps_offset === 'number' ? given.steps_offset : 0,
    curve: given.use_karras_sigmas
      ? 'karras'
      : given.use_exponential_sigmas
        ? 'exponential'
        : given.use_beta_sigmas
          ? 'beta'
          : null,
    setAlphaToOne: given.set_alpha_to_one !== false,
    isSde: given.algorithm_type === 'sde-dpmsolver++',
    originalSteps: typeof given.original_inference_steps === 'number' ? given.original_inference_steps : 50,
  };
}
