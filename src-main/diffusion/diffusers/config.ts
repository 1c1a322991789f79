/** What a pack's scheduler_config.json says, in diffusers' words; what it leaves out has the class's own value. */
export interface DiffusersConfig {
  readonly className: string;
  readonly spacing: 'linspace' | 'leading' | 'trailing';
  readonly offset: number;
  /** How sigmas lie between the ends, where not as the timesteps do. */
  readonly curve: 'karras' | 'exponential' | 'beta' | null;
  readonly setAlphaToOne: boolean;
  readonly isSde: boolean;
  readonly originalSteps: number;
}

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

/** Null for a class that is not known here. */
export function diffusersConfig(given: Given): DiffusersConfig | null {
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
