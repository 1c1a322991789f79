import type { PackScheduler } from '../../model/pack.ts';
import { betaQuantile } from '../beta-quantile.ts';
import { roundHalfEven } from '../line.ts';
import { evenly, type Spaced, sigmaAtTimestep, spacedTimesteps, timestepAtSigma } from './timesteps.ts';

// Sigmas along a curve, or where the timesteps lie.

const rho = 7;

/** `count` sigmas from `high` to `low` along the curve; the configuration may say other ends. */
export function curved({ curve, ...ends }: PackScheduler, low: number, high: number, count: number): number[] {
  const [least, most] = [ends.least ?? low, ends.most ?? high];
  switch (curve) {
    case 'karras': {
      const [from, to] = [most ** (1 / rho), least ** (1 / rho)];
      return evenly(0, 1, count).map((share) => (from + share * (to - from)) ** rho);
    }
    case 'exponential':
      return evenly(Math.log(most), Math.log(least), count).map(Math.exp);
    case 'beta':
      return evenly(0, 1, count).map((share) => least + betaQuantile(1 - share, 0.6) * (most - least));
    // Even in the logarithm like `exponential`, between what a float32 holds of it.
    case 'lu': {
      const [from, to] = [Math.fround(Math.log(high)), Math.fround(Math.log(low))];
      return evenly(0, 1, count).map((share) => Math.exp(from + share * (to - from)));
    }
    case null:
      return [];
  }
}

/** Of Euler and those that step as it does: curves run between the ends of the timesteps, which may be fractions. */
export function eulerSpaced(config: PackScheduler, table: Float32Array, count: number): Spaced {
  const spaced = spacedTimesteps(config, count, false);
  const placed = config.isLogLinear
    ? evenly(Math.log(table.at(-1)!), Math.log(table[0]!), count + 1).map((log) => Math.fround(Math.exp(log)))
    : spaced.map((timestep) => sigmaAtTimestep(table, timestep));
  const sigmas = config.curve === null ? placed : curved(config, placed.at(-1)!, placed[0]!, count);
  const near = config.className.startsWith('KDPM2') && config.curve === 'karras' ? roundHalfEven : Math.fround;
  const timesteps = config.curve === null ? spaced : sigmas.map((sigma) => near(timestepAtSigma(table, sigma)));
  const last = config.final === 'zero' ? 0 : table[0]!;
  return ended(timesteps.length, timesteps, [...sigmas, last], config.isContinuous);
}

/** With a sigma after each timestep; what a configuration adds beyond is not reached. */
function ended(count: number, timesteps: readonly number[], all: readonly number[], isContinuous: boolean): Spaced {
  const sigmas = all.slice(0, count + 1).map(Math.fround);
  return {
    sigmas,
    timesteps: isContinuous ? sigmas.slice(0, -1).map((sigma) => Math.fround(0.25 * Math.log(sigma))) : timesteps,
  };
}

/** Curves after which timesteps are rounded; after the others they are cut. */
const isRounded = ({ curve, betas, className }: PackScheduler): boolean =>
  curve === 'karras' || curve === 'lu'
    ? className !== 'DPMSolverMultistepScheduler' || betas.curve !== 'squaredcos_cap_v2'
    : false;

/** Of solvers: one more is spaced and left out; curves run over the whole table; timesteps are whole. */
export function multistepSpaced(config: PackScheduler, table: Float32Array, count: number): Spaced {
  const { curve, final, className, solver } = config;
  const spacing = className === 'DPMSolverSinglestepScheduler' ? 'linspace' : config.spacing;
  if (curve !== null) {
    const sigmas = curved(config, table[0]!, table.at(-1)!, count);
    const whole = isRounded(config) ? roundHalfEven : Math.trunc;
    // DPM-Solvers alone go to the least of the table; with the others nothing changes in the last step.
    const least = className.startsWith('DPMSolver') ? table[0]! : sigmas.at(-1)!;
    return {
      sigmas: [...sigmas, final === 'zero' ? 0 : least].map(Math.fround),
      timesteps: sigmas.map((sigma) => whole(timestepAtSigma(table, sigma))),
    };
  }
  const { leastLambda } = solver;
  const left = table.filter((sigma) => leastLambda === null || -Math.log(sigma) >= leastLambda).length;
  const end = Math.max(1, left);
  const timesteps =
    spacing === 'trailing'
      ? spacedTimesteps({ ...config, spacing }, count, true, end)
      : spacedTimesteps({ ...config, spacing }, count + 1, true, end).slice(0, -1);
  const sigmas = timesteps.map((timestep) => sigmaAtTimestep(table, timestep));
  return { timesteps, sigmas: [...sigmas, final === 'zero' ? 0 : table[0]!].map(Math.fround) };
}
