import type { Prediction } from '../../model/pack.ts';
import { dpmpp2m } from '../samplers/dpmpp-2m.ts';
import { dpmpp2mSde } from '../samplers/dpmpp-sde.ts';
import { euler, eulerAncestral } from '../samplers/euler.ts';
import { heun } from '../samplers/heun.ts';
import type { Path, Sampler } from '../samplers/sampler.ts';
import type { DiffusersConfig } from './config.ts';
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
}

export interface DiffusersRun {
  readonly steps: number;
  /** Below 1 the first steps are left out. */
  readonly strength?: number;
  readonly eta?: number;
}

const trained = 1000;

/** Solvers that count in sigma, with a state of variance 1 around them. */
const inUnits = (sampler: Sampler, from: number, to: number): Sampler =>
  async function inUnitsStep<T>(path: Path<T>, start: T): Promise<T> {
    const end = await sampler(path, path.mix([Math.sqrt(from * from + 1), start]));
    return to === 0 ? end : path.mix([1 / Math.sqrt(to * to + 1), end]);
  };

/** `table` has the model's sigmas, 1000 of them, ascending. */
export function diffusersWay(
  config: DiffusersConfig,
  table: Float32Array,
  prediction: Prediction,
  { steps, strength = 1, eta = 0 }: DiffusersRun,
): DiffusersWay {
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
        isUnit: true,
        firstScale: 1,
        sampler: className === 'UniPCMultistepScheduler' ? uniPcSteps(sigmas) : inUnits(solver, sigmas[0]!, 0),
      };
    }
    default:
      return legged(config, table, prediction, { steps, strength, eta }, skipped);
  }
}

/** Schedulers that go from one share of the picture to another. */
function legged(
  config: DiffusersConfig,
  table: Float32Array,
  prediction: Prediction,
  { steps, strength = 1, eta = 0 }: DiffusersRun,
  skipped: number,
): DiffusersWay {
  const { className, setAlphaToOne } = config;
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
    // The second timestep twice: the step from the first to it is taken again, with both slopes.
    const [first, second = first! - stride, ...rest] = spaced;
    const all = [first!, second, second, ...rest];
    return all.map((timestep, i) =>
      i === 1 ? leg(timestep, timestep + stride, timestep) : leg(timestep, timestep, timestep - stride),
    );
  })();
  const timesteps = legs.map(({ timestep }) => timestep);
  return {
    sigmas: [...legs.map(({ sigma }) => sigma), 0],
    timesteps,
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
