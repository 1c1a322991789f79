import type { FlowSettings, PackScheduler, Prediction } from '../../model/pack.ts';
import { dpmpp2m } from '../samplers/dpmpp-2m.ts';
import { dpmpp2mSde } from '../samplers/dpmpp-sde.ts';
import { euler, eulerAncestral } from '../samplers/euler.ts';
import { heun } from '../samplers/heun.ts';
import type { Path, Sampler } from '../samplers/sampler.ts';
import { flowMultistepSpaced, flowSpaced, inRatios, stochasticFlow } from './flow.ts';
import { ddim, ddpmSteps, type Leg, lcmSteps, pndm, shareOf, uniPcSteps } from './steppers.ts';
import { eulerSpaced, lcmTimesteps, multistepSpaced, sigmaAtTimestep, spacedTimesteps } from './timesteps.ts';

/** A run as diffusers makes it. */
export interface DiffusersWay {
  /** Falling, with the one at the end. */
  readonly sigmas: readonly number[];
  /** Of each sigma but the last. */
  readonly timesteps: readonly number[];
  /** A state of variance 1 begins with noise alone; the other has the sigma's noise on the picture. */
  readonly isUnit: boolean;
  /** What the first noise is multiplied by, where nothing is drawn on. */
  readonly firstScale: number;
  readonly sampler: Sampler;
  /** Of the denoiser. */
  readonly calls: number;
}

export interface DiffusersRun {
  readonly steps: number;
  /** Below 1 the first steps are left out. */
  readonly strength?: number;
  /** Patches of 2 by 2 cells that the latent has: what a flow's shift may depend on. */
  readonly tokens?: number;
}

const trained = 1000;

/** Solvers that count in sigma, with a state of variance 1 around them. */
const inUnits = (sampler: Sampler, from: number, to: number): Sampler =>
  async function inUnitsStep<T>(path: Path<T>, start: T): Promise<T> {
    const unit = (sigma: number) => Math.sqrt(sigma * sigma + 1);
    const settle = (x: T, sigma: number): T => {
      const inside = path.mix([1 / unit(sigma), x]);
      const settled = path.settle(inside, sigma);
      return settled === inside ? x : path.mix([unit(sigma), settled]);
    };
    const end = await sampler({ ...path, settle }, path.mix([unit(from), start]));
    return to === 0 ? end : path.mix([1 / unit(to), end]);
  };

/** `table` has the model's sigmas, 1000 of them, ascending. */
export function diffusersWay(
  config: PackScheduler,
  table: Float32Array,
  prediction: Prediction,
  { steps, strength = 1, tokens = 0 }: DiffusersRun,
): DiffusersWay {
  if (config.flow) return flowWay({ ...config, flow: config.flow }, { steps, strength, tokens });
  const skipped = Math.max(0, steps - Math.min(steps, Math.trunc(steps * strength)));
  const { className } = config;
  switch (className) {
    case 'EulerDiscreteScheduler':
    case 'EulerAncestralDiscreteScheduler':
    case 'HeunDiscreteScheduler': {
      const spaced = eulerSpaced(config, table, steps);
      const most = Math.max(...spaced.sigmas);
      return {
        sigmas: [...spaced.sigmas.slice(skipped), 0],
        timesteps: spaced.timesteps.slice(skipped),
        calls: className === 'HeunDiscreteScheduler' ? 2 * (steps - skipped) - 1 : steps - skipped,
        isUnit: false,
        firstScale: config.spacing === 'leading' ? Math.sqrt(most * most + 1) : most,
        sampler:
          className === 'HeunDiscreteScheduler'
            ? heun
            : className === 'EulerDiscreteScheduler'
              ? euler
              : eulerAncestral,
      };
    }
    case 'DPMSolverMultistepScheduler':
    case 'UniPCMultistepScheduler': {
      const spaced = multistepSpaced(config, table, steps);
      const sigmas = [...spaced.sigmas.slice(skipped), 0];
      const solver = config.isSde ? dpmpp2mSde : dpmpp2m;
      return {
        sigmas,
        timesteps: spaced.timesteps.slice(skipped),
        calls: steps - skipped,
        isUnit: true,
        firstScale: 1,
        sampler: className === 'UniPCMultistepScheduler' ? uniPcSteps(sigmas) : inUnits(solver, sigmas[0]!, 0),
      };
    }
    default:
      return legged(config, table, prediction, { steps, strength }, skipped);
  }
}

function flowWay(
  config: PackScheduler & { flow: FlowSettings },
  { steps, strength, tokens }: Required<DiffusersRun>,
): DiffusersWay {
  const { className, flow, isSde } = config;
  const isMultistep = className === 'DPMSolverMultistepScheduler' || className === 'UniPCMultistepScheduler';
  const spaced = isMultistep ? flowMultistepSpaced(flow, steps, tokens) : flowSpaced(config, steps, tokens);
  // Nothing is rounded before the difference is, unlike elsewhere.
  const skipped = Math.trunc(Math.max(0, steps - Math.min(steps * strength, steps)));
  const sigmas = [...spaced.sigmas.slice(skipped), 0];
  return {
    sigmas,
    timesteps: spaced.timesteps.slice(skipped),
    calls: className === 'FlowMatchHeunDiscreteScheduler' ? 2 * (steps - skipped) - 1 : steps - skipped,
    isUnit: false,
    firstScale: 1,
    sampler:
      className === 'FlowMatchHeunDiscreteScheduler'
        ? heun
        : className === 'UniPCMultistepScheduler'
          ? uniPcSteps(sigmas)
          : className === 'DPMSolverMultistepScheduler'
            ? inRatios(isSde ? dpmpp2mSde : dpmpp2m)
            : flow.isStochastic
              ? stochasticFlow
              : euler,
  };
}

/** Schedulers that go from one share of the picture to another. */
function legged(
  config: PackScheduler,
  table: Float32Array,
  prediction: Prediction,
  { steps, strength = 1 }: DiffusersRun,
  skipped: number,
): DiffusersWay {
  const { className, setAlphaToOne, eta } = config;
  const sigmaOf = (timestep: number) => sigmaAtTimestep(table, timestep);
  const end = className === 'DDPMScheduler' || setAlphaToOne ? 1 : shareOf(table[0]!);
  const share = (timestep: number) => (timestep >= 0 ? shareOf(sigmaOf(timestep)) : end);
  const stride = Math.floor(trained / steps);
  const leg = (timestep: number, from: number, to: number): Leg => ({
    timestep,
    sigma: sigmaOf(timestep),
    from: share(from),
    to: share(to),
  });
  const legs = ((): readonly Leg[] => {
    if (className === 'LCMScheduler') {
      const timesteps = lcmTimesteps(config, steps, strength);
      return timesteps.map((timestep, i) => leg(timestep, timestep, timesteps[i + 1] ?? timestep));
    }
    const spaced = spacedTimesteps(config, steps, true);
    if (className !== 'PNDMScheduler')
      return spaced.slice(skipped).map((timestep) => leg(timestep, timestep, timestep - stride));
    // The second timestep twice: whatever comes second goes the first step again, with both slopes.
    const [first, second = first! - stride, ...rest] = spaced;
    const all = [first!, second, second, ...rest].slice(skipped);
    return all.map((timestep, i) =>
      i === 1 ? leg(timestep, timestep + stride, timestep) : leg(timestep, timestep, timestep - stride),
    );
  })();
  const timesteps = legs.map(({ timestep }) => timestep);
  return {
    sigmas: [...legs.map(({ sigma }) => sigma), 0],
    timesteps,
    calls: legs.length,
    isUnit: true,
    firstScale: 1,
    sampler:
      className === 'DDIMScheduler'
        ? ddim(legs, eta)
        : className === 'DDPMScheduler'
          ? ddpmSteps(legs)
          : className === 'PNDMScheduler'
            ? pndm(legs, prediction === 'v')
            : lcmSteps(legs),
  };
}
