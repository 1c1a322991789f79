import type { BetaSettings, Clip, FlowSettings, PackScheduler, SolverSettings } from '../../model/pack.ts';
import { type SchedulerClass, schedulerClasses } from './classes.ts';

export type Given = Readonly<Record<string, unknown>>;

export const numberIn = (given: Given, name: string, otherwise: number): number => {
  const value = given[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
};

const numberOrNull = (given: Given, name: string): number | null =>
  Number.isFinite(given[name]) ? (given[name] as number) : null;

const positiveIn = (given: Given, name: string, otherwise: number): number => {
  const value = numberIn(given, name, otherwise);
  return value > 0 ? value : otherwise;
};

/** Sigmas of 0 are no ends of a curve. */
const endIn = (given: Given, name: string): number | null => positiveIn(given, name, 0) || null;

/** One of the words, or the first. */
function wordIn<const T extends string>(given: Given, name: string, words: readonly [T, ...T[]], otherwise?: T): T {
  return words.find((word) => word === given[name]) ?? otherwise ?? words[0];
}

const flagIn = (given: Given, name: string, otherwise: boolean): boolean =>
  typeof given[name] === 'boolean' ? given[name] : otherwise;

/** What differs between the pipelines that run a scheduler. */
export interface Pipeline {
  /** It gives its scheduler even sigmas, as those of Flux and Z-Image do. */
  readonly even?: 'double' | 'single' | undefined;
  /** It has LCM's scheduler spread its steps over less of the way, where others leave the first ones out. */
  readonly givesStrength?: boolean;
}

/** What scheduler_config.json leaves out has the class's own value. Null for a class that is not known here. */
export function diffusersConfig(given: Given, { even, givesStrength }: Pipeline = {}): PackScheduler | null {
  const className = String(given._class_name ?? '');
  const known = Object.hasOwn(schedulerClasses, className) ? schedulerClasses[className]! : null;
  if (known === null) return null;
  const flow = className.startsWith('FlowMatch') || (given.use_flow_sigmas === true && known.isSolver);
  const algorithm = algorithmOf(className, given, flow);
  return {
    className,
    betas: betasOf(given, known),
    spacing: wordIn(given, 'timestep_spacing', ['linspace', 'leading', 'trailing'], known.spacing),
    offset: Math.max(0, numberIn(given, 'steps_offset', 0)),
    curve: known.hasCurves ? curveOf(className, given, flow && known.isSolver) : null,
    least: endIn(given, 'sigma_min'),
    most: endIn(given, 'sigma_max'),
    final: finalOf(className, given, algorithm),
    isLogLinear: className === 'EulerDiscreteScheduler' && given.interpolation_type === 'log_linear',
    isContinuous:
      className === 'EulerDiscreteScheduler' &&
      given.timestep_type === 'continuous' &&
      given.prediction_type === 'v_prediction',
    setAlphaToOne: flagIn(given, 'set_alpha_to_one', known.setAlphaToOne),
    clip: clipOf(given, known),
    solver: {
      algorithm,
      order: Math.min(Math.max(Math.trunc(numberIn(given, 'solver_order', 2)), 1), mostOrder(className, algorithm)),
      type: typeOf(className, given),
      lowerOrderFinal: flagIn(given, 'lower_order_final', className !== 'DPMSolverSinglestepScheduler'),
      eulerAtFinal: flagIn(given, 'euler_at_final', false),
      uncorrected: Array.isArray(given.disable_corrector) ? given.disable_corrector.filter(Number.isInteger) : [],
      leastLambda: className.startsWith('DPMSolver') ? numberOrNull(given, 'lambda_min_clipped') : null,
    },
    variance: String(given.variance_type ?? '').startsWith('fixed_large') ? 'large' : 'small',
    givesStrength: className === 'LCMScheduler' && givesStrength === true,
    isRunge: className === 'PNDMScheduler' && !flagIn(given, 'skip_prk_steps', false),
    originalSteps: Math.min(Math.max(numberIn(given, 'original_inference_steps', 50), 1), 1000),
    timestepScaling: numberIn(given, 'timestep_scaling', 10),
    eta: numberIn(given, 'eta', 0),
    flow: flow ? flowSettings(className, given, even ?? null) : null,
  };
}

function betasOf(given: Given, { betas, terminal }: SchedulerClass): BetaSettings {
  return {
    curve: wordIn(given, 'beta_schedule', ['linear', 'scaled_linear', 'squaredcos_cap_v2', 'exp'], betas.curve),
    start: positiveIn(given, 'beta_start', betas.start),
    end: positiveIn(given, 'beta_end', betas.end),
    terminal: given.rescale_betas_zero_snr === true && terminal !== null ? terminal : 'as-is',
  };
}

/** The solvers take curves on flows for another model's; UniPC alone turns Karras's into a flow's. */
function curveOf(className: string, given: Given, isFlowOfSolver: boolean): PackScheduler['curve'] {
  const said =
    given.use_karras_sigmas === true
      ? 'karras'
      : given.use_lu_lambdas === true && className === 'DPMSolverMultistepScheduler'
        ? 'lu'
        : given.use_exponential_sigmas === true
          ? 'exponential'
          : given.use_beta_sigmas === true
            ? 'beta'
            : null;
  if (!isFlowOfSolver) return said;
  return said === 'karras' && className === 'UniPCMultistepScheduler' ? said : null;
}

function algorithmOf(className: string, given: Given, isFlow: boolean): SolverSettings['algorithm'] {
  if (className === 'UniPCMultistepScheduler')
    return given.predict_x0 === false && !isFlow ? 'dpmsolver' : 'dpmsolver++';
  const all = ['dpmsolver++', 'dpmsolver', 'sde-dpmsolver++', 'sde-dpmsolver'] as const;
  const said = wordIn(given, 'algorithm_type', all);
  if (said === 'sde-dpmsolver' && className === 'DPMSolverSinglestepScheduler') return 'sde-dpmsolver++';
  // Noise is not predicted on flows.
  return isFlow && said === 'dpmsolver' ? 'dpmsolver++' : isFlow && said === 'sde-dpmsolver' ? 'sde-dpmsolver++' : said;
}

/** Solvers of noise cannot step to where there is none, and DEIS never does. */
function finalOf(className: string, given: Given, algorithm: SolverSettings['algorithm']): PackScheduler['final'] {
  if (className === 'DEISMultistepScheduler') return 'sigma_min';
  const isNoise = className.startsWith('DPMSolver') && !algorithm.endsWith('++');
  const hasFinal = /^(Euler|DPMSolver|UniPC)/.test(className) && !className.startsWith('EulerAncestral');
  return isNoise || (hasFinal && given.final_sigmas_type === 'sigma_min') ? 'sigma_min' : 'zero';
}

const typeOf = (className: string, given: Given): SolverSettings['type'] =>
  className === 'UniPCMultistepScheduler'
    ? wordIn(given, 'solver_type', ['bh2', 'bh1'])
    : wordIn(given, 'solver_type', ['midpoint', 'heun']);

export const mostOrder = (className: string, algorithm: SolverSettings['algorithm']): number =>
  className === 'UniPCMultistepScheduler'
    ? Number.POSITIVE_INFINITY
    : className === 'DPMSolverMultistepScheduler' && algorithm === 'sde-dpmsolver'
      ? 2
      : 3;

function clipOf(given: Given, { clips, hasThresholding }: SchedulerClass): Clip | null {
  if (hasThresholding && given.thresholding === true)
    return {
      share: Math.min(Math.max(numberIn(given, 'dynamic_thresholding_ratio', 0.995), 0), 1),
      most: positiveIn(given, 'sample_max_value', 1),
    };
  if (clips === null || !flagIn(given, 'clip_sample', clips)) return null;
  return { limit: numberIn(given, 'clip_sample_range', 1) };
}

function flowSettings(className: string, given: Given, even: FlowSettings['even']): FlowSettings {
  const isMatch = className.startsWith('FlowMatch');
  const terminal = /^(DPMSolver|DEIS)/.test(className) ? 0 : numberIn(given, 'shift_terminal', 0);
  const isDynamic = given.use_dynamic_shifting === true && className !== 'FlowMatchHeunDiscreteScheduler';
  return {
    shift: positiveIn(given, isMatch ? 'shift' : 'flow_shift', 1),
    dynamic: isDynamic
      ? {
          kind: wordIn(given, 'time_shift_type', ['exponential', 'linear']),
          base: numberIn(given, 'base_shift', 0.5),
          most: numberIn(given, 'max_shift', 1.15),
          baseTokens: numberIn(given, 'base_image_seq_len', 256),
          mostTokens: numberIn(given, 'max_image_seq_len', 4096),
        }
      : null,
    terminal: terminal > 0 && terminal < 1 ? terminal : null,
    isStochastic: given.stochastic_sampling === true,
    even: className === 'FlowMatchEulerDiscreteScheduler' ? even : null,
  };
}
