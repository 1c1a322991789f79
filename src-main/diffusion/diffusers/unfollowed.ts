import { schedulerClasses } from './classes.ts';
import { diffusersConfig, type Given, mostOrder } from './config.ts';

type IsOther = (given: Given, className: string) => boolean;

const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== false;

/** Whether a word is given that is none of these. */
const isOtherWord =
  (name: string, ...words: readonly string[]): IsOther =>
  (given) =>
    isSet(given[name]) && !words.includes(String(given[name]));

const isFlow: IsOther = (given, className) => className.startsWith('FlowMatch') || given.use_flow_sigmas === true;
const isSolver: IsOther = (_, className) => schedulerClasses[className]?.isSolver === true;

/** Curves that solvers would take from another kind of model. */
const isCurveLost =
  (name: string): IsOther =>
  (given, className) =>
    given[name] === true &&
    isFlow(given, className) &&
    isSolver(given, className) &&
    !(name === 'use_karras_sigmas' && className === 'UniPCMultistepScheduler');

/** What a run as the pack says differs in from diffusers' own; much of it diffusers refuses, or has no numbers for. */
const settings: Readonly<Record<string, IsOther>> = {
  num_train_timesteps: (given) => isSet(given.num_train_timesteps) && given.num_train_timesteps !== 1000,
  trained_betas: (given, className) => isSet(given.trained_betas) && !isFlow(given, className),
  beta_schedule: (given, className) =>
    !isFlow(given, className) &&
    isOtherWord('beta_schedule', 'linear', 'scaled_linear', 'squaredcos_cap_v2', 'exp')(given, className),
  timestep_spacing: isOtherWord('timestep_spacing', 'linspace', 'leading', 'trailing'),
  use_karras_sigmas: isCurveLost('use_karras_sigmas'),
  use_exponential_sigmas: isCurveLost('use_exponential_sigmas'),
  use_beta_sigmas: isCurveLost('use_beta_sigmas'),
  use_lu_lambdas: isCurveLost('use_lu_lambdas'),
  invert_sigmas: (given, className) => className === 'FlowMatchEulerDiscreteScheduler' && isSet(given.invert_sigmas),
  variance_type: (given, className) =>
    /^(DDPM|DPMSolver)/.test(className) && /^learned|_large_log$/.test(String(given.variance_type)),
  solver_p: (given, className) => className === 'UniPCMultistepScheduler' && isSet(given.solver_p),
  predict_x0: (given, className) =>
    className === 'UniPCMultistepScheduler' && given.predict_x0 === false && isFlow(given, className),
  algorithm_type: (given, className) =>
    className.startsWith('DPMSolver') &&
    ((isFlow(given, className) && /dpmsolver$/.test(String(given.algorithm_type))) ||
      (className === 'DPMSolverSinglestepScheduler' && given.algorithm_type === 'sde-dpmsolver')),
  solver_order: (given, className) =>
    className === 'DPMSolverMultistepScheduler' &&
    given.algorithm_type === 'sde-dpmsolver' &&
    Number(given.solver_order ?? 2) > mostOrder(className, 'sde-dpmsolver'),
  final_sigmas_type: (given, className) =>
    className.startsWith('DPMSolver') &&
    diffusersConfig(given)?.final === 'sigma_min' &&
    given.final_sigmas_type !== 'sigma_min',
};

/** Names of the settings of a scheduler_config.json that would change a run there and do not here, of a class that is known. */
export const unfollowedSettings = (given: Given): readonly string[] => {
  const className = String(given._class_name ?? '');
  if (!Object.hasOwn(schedulerClasses, className)) return [];
  return Object.keys(settings).filter((name) => settings[name]!(given, className));
};
