import type { PackScheduler } from '../../model/pack.ts';
import type { Path, Sampler, Term } from '../samplers/sampler.ts';
import { levelOf, lookFor } from './look.ts';
import type { Taken } from './multistep.ts';
import { singleWeights } from './solver-weights.ts';

/** The order of each of `count` looks: a step of order 3 takes three, and goes on from its own first one. */
function ordersOf({ solver, final }: PackScheduler, count: number): readonly number[] {
  const { order } = solver;
  const isLower = solver.lowerOrderFinal || count % order !== 0 || final === 'zero';
  const orders = Array.from({ length: count }, (_, i) => (i % order) + 1);
  // What is left for the last step, which is one of lower order where looks would come out even.
  if (isLower && order > 1 && count % order === 0) orders[count - 1] = 1;
  if (final === 'zero') orders[count - 1] = 1;
  return orders;
}

/** DPM-Solver with single steps (Lu 2022). */
export const singlestep = (config: PackScheduler, { sigmas, spaced, skipped }: Taken): Sampler =>
  async function singlestepStep<T>(path: Path<T>, start: T): Promise<T> {
    const { solver, clip } = config;
    const isSde = solver.algorithm.startsWith('sde');
    const wants = solver.algorithm.endsWith('++') ? 'clean' : 'noise';
    const levels = sigmas.map((sigma) => levelOf(sigma, path.isFlow));
    const orders = ordersOf(config, spaced);
    const steps = sigmas.length - 1;
    let x = start;
    let first = start;
    /** The latest first. */
    let seen: readonly T[] = [];
    for (let i = 0; i < steps; i++) {
      const found = await lookFor(wants, path, x, levels[i]!, clip);
      seen = [found.seen, ...seen.slice(0, 2)];
      // A run that begins in the middle of a step has not seen its first looks.
      const order = Math.min(orders[skipped + i]!, seen.length);
      if (order === 1) first = x;
      const from = i + 1 - order;
      const weights = singleWeights(solver, levels[i + 1]!, levels[from]!, levels.slice(from + 1, i + 1).reverse());
      const terms = weights.seen.map((weight, k): Term<T> => [weight, seen[k]!]);
      const noise: readonly Term<T>[] = isSde ? [[weights.noise, path.noise()]] : [];
      const next = path.mix([weights.state, first], ...terms, ...noise);
      x = path.settle(next, i === steps - 1 ? 0 : sigmas[i + 1]!);
      path.endStep(found.clean, [x, first, ...seen]);
    }
    return x;
  };
