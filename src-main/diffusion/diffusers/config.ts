import type { FlowSettings, PackScheduler } from '../../model/pack.ts';

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
  'FlowMatchEulerDiscreteScheduler',
  'FlowMatchHeunDiscreteScheduler',
] as const;

const numberIn = (given: Given, name: string, otherwise: number): number =>
  typeof given[name] === 'number' ? given[name] : otherwise;

/**
 * What scheduler_config.json leaves out has the class's own value. Null for a class that is not known here. `isEven`: the
 * pipeline gives its scheduler even sigmas, as those of Flux and Z-Image do.
 */
export function diffusersConfig(given: Given, isEven = false): PackScheduler | null {
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
    offset: numberIn(given, 'steps_offset', 0),
    curve: given.use_karras_sigmas
      ? 'karras'
      : given.use_exponential_sigmas
        ? 'exponential'
        : given.use_beta_sigmas
          ? 'beta'
          : null,
    setAlphaToOne: given.set_alpha_to_one !== false,
    isSde: given.algorithm_type === 'sde-dpmsolver++',
    originalSteps: numberIn(given, 'original_inference_steps', 50),
    eta: numberIn(given, 'eta', 0),
    flow: className.startsWith('FlowMatch') || given.use_flow_sigmas === true ? flowSettings(given, isEven) : null,
  };
}

function flowSettings(given: Given, isEven: boolean): FlowSettings {
  const isMatch = String(given._class_name).startsWith('FlowMatch');
  const terminal = numberIn(given, 'shift_terminal', 0);
  return {
    shift: numberIn(given, isMatch ? 'shift' : 'flow_shift', 1),
    dynamic: given.use_dynamic_shifting
      ? {
          kind: given.time_shift_type === 'linear' ? 'linear' : 'exponential',
          base: numberIn(given, 'base_shift', 0.5),
          most: numberIn(given, 'max_shift', 1.15),
          baseTokens: numberIn(given, 'base_image_seq_len', 256),
          mostTokens: numberIn(given, 'max_image_seq_len', 4096),
        }
      : null,
    terminal: terminal > 0 ? terminal : null,
    isStochastic: given.stochastic_sampling === true,
    isEven,
  };
}
