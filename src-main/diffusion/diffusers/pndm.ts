import { evenWeights } from '../samplers/multistep.ts';
import type { Path, Sampler, Term } from '../samplers/sampler.ts';
import { type Leg, sigmaAfter } from './legs.ts';
import { look, shareOf } from './look.ts';

/** Pseudo Runge-Kutta looks so often at the first timesteps, four times a step. */
export const rungeLooks = 12;

/**
 * All timesteps that are looked at, of those that are spaced, falling: with `isRunge` those of three steps of Runge and
 * Kutta, then the rest; else the second one twice, so that there are two slopes to begin with.
 */
export function pndmTimesteps(spaced: readonly number[], stride: number, isRunge: boolean): readonly number[] {
  const [first, second, ...rest] = spaced;
  if (!isRunge) return second === undefined ? spaced : [first!, second, second, ...rest];
  const half = Math.floor(stride / 2);
  const looks = spaced.slice(0, 3).flatMap((timestep, i) => {
    const next = spaced[i + 1]!;
    return [timestep, next + half, next + half, next];
  });
  return [...looks, ...spaced.slice(3)];
}

/** `shareAt` is how much is left of the picture at a timestep, `sigmaAt` its sigma. */
export function pndmLegs(
  timesteps: readonly number[],
  { all, stride, isRunge }: { readonly all: readonly number[]; readonly stride: number; readonly isRunge: boolean },
  shareAt: (timestep: number) => number,
  sigmaAt: (timestep: number) => number,
): readonly Leg[] {
  return timesteps.map((timestep, i) => {
    const leg = (from: number, to: number): Leg => ({
      timestep,
      sigma: sigmaAt(timestep),
      from: shareAt(from),
      to: shareAt(to),
    });
    // Counted from where the run begins, even where first steps are left out.
    if (isRunge && i < rungeLooks) return leg(all[i - (i % 4)]!, timestep - (i % 2 === 0 ? Math.floor(stride / 2) : 0));
    // Whatever comes second goes the first step again, with both slopes.
    return i === 1 && !isRunge ? leg(timestep + stride, timestep) : leg(timestep, timestep - stride);
  });
}

const rungeWeights = [1 / 6, 1 / 3, 1 / 3, 1 / 6];

/**
 * Pseudo numerical methods (Liu 2022). With v-prediction the velocities are averaged, and what they say of the noise
 * follows from the state.
 */
export const pndm = (legs: readonly Leg[], isVelocity: boolean, isRunge: boolean): Sampler =>
  async function pndmStep<T>(path: Path<T>, start: T): Promise<T> {
    const { mix } = path;
    let x = start;
    /** Where the step began that is looked at several times. */
    let first = start;
    /** Slopes, the latest first. */
    let seen: readonly T[] = [];
    let sum: T | null = null;
    for (const [i, { sigma, from, to }] of legs.entries()) {
      const { clean, noise } = await look(path, x, sigma, null);
      const share = shareOf(sigma);
      const said = isVelocity ? mix([Math.sqrt(share), noise], [-Math.sqrt(1 - share), clean]) : noise;
      const isKutta = isRunge && i < rungeLooks;
      const isAgain = isKutta ? i % 4 > 0 : !isRunge && i === 1;
      if (!isAgain) {
        seen = [said, ...seen.slice(0, 3)];
        first = x;
      }
      let slope: T;
      if (isKutta) {
        sum = mix([rungeWeights[i % 4]!, said], ...(i % 4 > 0 ? [[1, sum!] as Term<T>] : []));
        slope = i % 4 === 3 ? sum : said;
      } else if (isAgain) slope = mix([0.5, said], [0.5, seen[0]!]);
      else slope = mix(...evenWeights[Math.min(3, seen.length - 1)]!.map((weight, k): Term<T> => [weight, seen[k]!]));
      const eps = isVelocity ? mix([Math.sqrt(from), slope], [Math.sqrt(1 - from), first]) : slope;
      const under = from * Math.sqrt(1 - to) + Math.sqrt(from * (1 - from) * to);
      x = path.settle(mix([Math.sqrt(to / from), first], [-(to - from) / under, eps]), sigmaAfter(legs, i));
      path.endStep(clean, [x, first, ...seen, ...(sum === null ? [] : [sum])]);
    }
    return x;
  };
