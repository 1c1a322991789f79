import type { PackScheduler } from '../../model/pack.ts';
import type { Path, Sampler, Term } from '../samplers/sampler.ts';
import { solve } from '../samplers/solve.ts';
import { earlierLevels, type Level, levelOf, lookFor } from './look.ts';
import type { Taken } from './multistep.ts';

interface Move {
  readonly isClean: boolean;
  readonly isBh1: boolean;
  readonly from: Level;
  readonly to: Level;
  /** Of steps before `from`, the latest first: as many as the order is higher than 1. */
  readonly earlier: readonly Level[];
}

/** Weights of the state at `from`, of what was seen there and before, and with `isCorrector` of what is seen at `to`. */
function weightsOf({ isClean, isBh1, from, to, earlier }: Move, isCorrector: boolean) {
  const h = to.lambda - from.lambda;
  if (h === 0) return { state: 1, seen: [0], here: 0 };
  const hh = isClean ? -h : h;
  const grown = Math.expm1(hh);
  const state = isClean ? to.noise / from.noise : to.alpha / from.alpha;
  const own = isClean ? to.alpha : to.noise;
  // At the end itself differences have no say: diffusers multiplies them by an infinite length there.
  if (!Number.isFinite(h))
    return { state, seen: [isClean ? to.alpha : (-to.alpha * from.noise) / from.alpha], here: 0 };
  const value = -own * grown;
  const places = earlier.map(({ lambda }) => (lambda - from.lambda) / h);
  const order = places.length + 1;
  const scale = isBh1 ? hh : grown;
  const right: number[] = [];
  let phi = grown / hh - 1;
  let factorial = 1;
  for (let k = 1; k <= order; k++) {
    right.push((phi * factorial) / scale);
    factorial *= k + 1;
    phi = phi / hh - 1 / factorial;
  }
  const rows = right.map((_, power) => [...places, 1].map((place) => place ** power));
  const shares = isCorrector
    ? order === 1
      ? [0.5]
      : solve(rows, right)
    : order === 2
      ? [0.5]
      : solve(
          rows.slice(0, -1).map((row) => row.slice(0, -1)),
          right.slice(0, -1),
        );
  const older = places.map((place, k) => (-own * scale * shares[k]!) / place);
  const here = isCorrector ? -own * scale * shares.at(-1)! : 0;
  return { state, seen: [value - here - older.reduce((sum, weight) => sum + weight, 0), ...older], here };
}

/** UniPC (Zhao 2023): a corrector for the step before, then a predictor. The state is of variance 1, or a flow's. */
export const uniPcSteps = (config: PackScheduler, { sigmas, skipped }: Taken): Sampler =>
  async function uniPcStep<T>(path: Path<T>, start: T): Promise<T> {
    const { solver, clip } = config;
    const wants = solver.algorithm.endsWith('++') ? 'clean' : 'noise';
    const levels = sigmas.map((sigma) => levelOf(sigma, path.isFlow));
    const steps = sigmas.length - 1;
    const moved = (base: T, from: number, order: number, seen: readonly T[], here: T | null): T => {
      const move = {
        isClean: wants === 'clean',
        isBh1: solver.type === 'bh1',
        from: levels[from]!,
        to: levels[from + 1]!,
        earlier: earlierLevels(levels, from, order),
      };
      const weights = weightsOf(move, here !== null);
      const terms = weights.seen.map((weight, k): Term<T> => [weight, seen[k]!]);
      return path.mix([weights.state, base], ...terms, ...(here === null ? [] : [[weights.here, here] as Term<T>]));
    };
    let x = start;
    let before: { readonly x: T; readonly order: number } | null = null;
    /** The latest first. */
    let seen: readonly T[] = [];
    for (let i = 0; i < steps; i++) {
      const found = await lookFor(wants, path, x, levels[i]!, wants === 'clean' ? clip : null);
      if (before && !solver.uncorrected.includes(skipped + i - 1))
        x = moved(before.x, i - 1, before.order, seen, found.seen);
      seen = [found.seen, ...seen.slice(0, solver.order - 1)];
      const order = Math.min(solver.order, i + 1, solver.lowerOrderFinal ? steps - i : solver.order);
      before = { x, order };
      x = path.settle(moved(x, i, order, seen, null), i === steps - 1 ? 0 : sigmas[i + 1]!);
      path.endStep(found.clean, [x, before.x, ...seen]);
    }
    return x;
  };
