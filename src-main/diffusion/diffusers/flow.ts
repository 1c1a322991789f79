import type { FlowSettings, PackScheduler } from '../../model/pack.ts';
import { line } from '../line.ts';
import { fluxShifted, shifted } from '../noise-model.ts';
import type { Path, Sampler } from '../samplers/sampler.ts';
import { curved, type Spaced } from './timesteps.ts';

// Schedules of flows: x = (1 - sigma) * x0 + sigma * noise, with sigma from 1 to 0.

const trained = 1000;

/** Of FlowMatch Euler and Heun. `tokens` is how many patches of 2 by 2 cells the latent has. */
export function flowSpaced(
  { curve, flow }: PackScheduler & { flow: FlowSettings },
  count: number,
  tokens: number,
): Spaced {
  const shift = shiftOf(flow, tokens);
  // Between the shifted ends of the table, and shifted once more; with a shift by size the ends are not shifted before.
  const least = flow.dynamic ? 1 / trained : shifted(1 / trained, flow.shift);
  const even = [...line(1, flow.isEven ? 1 / count : least, count)].map(shift);
  const stretched = flow.terminal === null ? even : stretchedTo(flow.terminal, even);
  const sigmas = (curve === null ? stretched : curved(curve, stretched.at(-1)!, stretched[0]!, count)).map(Math.fround);
  return { sigmas, timesteps: sigmas.map((sigma) => sigma * trained) };
}

/** Of DPM-Solver and UniPC on a flow: even, shifted, without the 1 at which nothing of the picture is left. */
export function flowMultistepSpaced(flow: FlowSettings, count: number, tokens: number): Spaced {
  const shift = flow.dynamic ? Math.exp(muOf(flow.dynamic, tokens)) : flow.shift;
  const even = [...line(1, 1 / trained, count + 1)].map((alpha) => shifted(1 - alpha, shift)).reverse();
  const sigmas = even.slice(0, -1);
  return { sigmas, timesteps: sigmas.map((sigma) => Math.trunc(sigma * trained)) };
}

type Dynamic = NonNullable<FlowSettings['dynamic']>;

const muOf = ({ base, most, baseTokens, mostTokens }: Dynamic, tokens: number): number =>
  base + ((most - base) * (tokens - baseTokens)) / (mostTokens - baseTokens);

function shiftOf({ shift, dynamic }: FlowSettings, tokens: number): (sigma: number) => number {
  if (!dynamic) return (sigma) => shifted(sigma, shift);
  const mu = muOf(dynamic, tokens);
  return dynamic.kind === 'linear' ? (sigma) => mu / (mu + (1 / sigma - 1)) : (sigma) => fluxShifted(sigma, mu);
}

function stretchedTo(terminal: number, sigmas: readonly number[]): number[] {
  const factor = (1 - sigmas.at(-1)!) / (1 - terminal);
  return sigmas.map((sigma) => 1 - (1 - sigma) / factor);
}

/** Each step goes to the picture and back to the next sigma with new noise. */
export async function stochasticFlow<T>(path: Path<T>, start: T): Promise<T> {
  const { sigmas, mix } = path;
  let x = start;
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const denoised = await path.predict(x, sigmas[i]!);
    const next = sigmas[i + 1]!;
    x = path.settle(next === 0 ? mix([1, denoised]) : mix([1 - next, denoised], [next, path.noise()]), next);
    path.endStep(denoised, [x]);
  }
  return x;
}

/** A solver that counts in noise over picture, x / (1 - sigma) being its state and sigma / (1 - sigma) its sigma. */
export const inRatios = (sampler: Sampler): Sampler =>
  async function inRatiosStep<T>(path: Path<T>, start: T): Promise<T> {
    const ratios = path.sigmas.map((sigma) => sigma / (1 - sigma));
    const sigmaOf = new Map(ratios.map((ratio, i) => [ratio, path.sigmas[i]!]));
    const end = ratios.at(-1)!;
    const last = await sampler<T>(
      {
        ...path,
        sigmas: ratios,
        isFlow: false,
        settle(x, ratio) {
          const sigma = sigmaOf.get(ratio) ?? 0;
          const inside = path.mix([1 - sigma, x]);
          const settled = path.settle(inside, sigma);
          return settled === inside ? x : path.mix([1 / (1 - sigma), settled]);
        },
        predict(x, ratio) {
          const sigma = sigmaOf.get(ratio) ?? ratio / (1 + ratio);
          return path.predict(path.mix([1 - sigma, x]), sigma);
        },
      },
      path.mix([1 / (1 - path.sigmas[0]!), start]),
    );
    return end === 0 ? last : path.mix([1 - sigmaOf.get(end)!, last]);
  };
