import type { PackScheduler } from '../../model/pack.ts';
import type { Path, Sampler, Term } from '../samplers/sampler.ts';
import { earlierLevels, levelOf, lookFor } from './look.ts';
import { deisWeights, dpmWeights } from './solver-weights.ts';

/** The steps that are taken of all that were spaced. */
export interface Taken {
  /** One more than steps are taken. */
  readonly sigmas: readonly number[];
  /** Steps that were spaced, and how many of them are left out. */
  readonly spaced: number;
  readonly skipped: number;
}

/** So few steps end with ones of lower order. */
const few = 15;

/** DPM-Solver and DEIS: steps from what was seen in this one and earlier ones. */
export const multistep = (config: PackScheduler, { sigmas, spaced }: Taken): Sampler =>
  async function multistepStep<T>(path: Path<T>, start: T): Promise<T> {
    const { solver, clip } = config;
    const isDeis = config.className === 'DEISMultistepScheduler';
    const isSde = solver.algorithm.startsWith('sde') && !isDeis;
    const wants = solver.algorithm.endsWith('++') && !isDeis ? 'clean' : 'noise';
    const levels = sigmas.map((sigma) => levelOf(sigma, path.isFlow));
    const steps = sigmas.length - 1;
    const isShort = solver.lowerOrderFinal && spaced < few;
    const orderAt = (i: number): number => {
      const isEuler = isShort || (!isDeis && (solver.eulerAtFinal || config.final === 'zero'));
      if (i === steps - 1 && isEuler) return 1;
      return Math.min(solver.order, i + 1, i === steps - 2 && isShort ? 2 : 3);
    };
    let x = start;
    let seen: readonly T[] = [];
    for (let i = 0; i < steps; i++) {
      const found = await lookFor(wants, path, x, levels[i]!, clip);
      seen = [found.seen, ...seen.slice(0, 2)];
      const earlier = earlierLevels(levels, i, orderAt(i));
      const weights = isDeis
        ? deisWeights(levels[i + 1]!, levels[i]!, earlier)
        : dpmWeights(solver, levels[i + 1]!, levels[i]!, earlier);
      const terms = weights.seen.map((weight, k): Term<T> => [weight, seen[k]!]);
      const noise: readonly Term<T>[] = isSde ? [[weights.noise, path.noise()]] : [];
      const next = path.mix([weights.state, x], ...terms, ...noise);
      x = path.settle(next, i === steps - 1 ? 0 : sigmas[i + 1]!);
      path.endStep(found.clean, [x, ...seen]);
    }
    return x;
  };
