import type { FlowSettings, PackScheduler } from '../../model/pack.ts';
import { fluxShifted, shifted } from '../noise-model.ts';
import { trained } from './betas.ts';
import { curved } from './spaced.ts';
import { evenly, evenlyInSingle, type Spaced } from './timesteps.ts';

// Schedules of flows: x = (1 - sigma) * x0 + sigma * noise, with sigma from 1 to 0.

type Flow = PackScheduler & { readonly flow: FlowSettings };

/** Of FlowMatch Euler and Heun. `tokens` is how many patches of 2 by 2 cells the latent has. */
export function flowSpaced(config: Flow, count: number, tokens: number): Spaced {
  const { curve, flow } = config;
  const shift = shiftOf(flow, tokens);
  // Between the shifted ends of the table, and shifted once more; with a shift by size the ends are not shifted before.
  const least = flow.dynamic ? 1 / trained : shifted(1 / trained, flow.shift);
  // Pipelines that give the scheduler their sigmas have it shift them in single precision.
  const even = flow.even
    ? (flow.even === 'double' ? evenly : evenlyInSingle)(1, 1 / count, count).map(shiftInSingle(flow, tokens))
    : evenly(1, least, count).map(shift);
  const stretched = stretchedTo(flow.terminal, even);
  const sigmas = (curve === null ? stretched : curved(config, stretched.at(-1)!, stretched[0]!, count)).map(
    Math.fround,
  );
  return { sigmas: [...sigmas, 0], timesteps: sigmas.map((sigma) => Math.fround(sigma * trained)) };
}

/** Of DPM-Solver and DEIS on a flow: even, shifted, without the 1 at which nothing of the picture is left. */
export function flowMultistepSpaced(config: Flow, table: Float32Array, count: number, tokens: number): Spaced {
  const { flow, final, className } = config;
  const shift = flow.dynamic ? Math.exp(muOf(flow.dynamic, tokens)) : flow.shift;
  const all = evenly(1, 1 / trained, count + 1).map((share) => shifted(1 - share, shift));
  const sigmas = all.reverse().slice(0, -1);
  const least = className === 'DEISMultistepScheduler' ? sigmas.at(-1)! : table[0]!;
  return cut(sigmas, final === 'zero' ? 0 : least);
}

/** Of UniPC on a flow: from a little below 1. Karras's sigmas are those of a variance-preserving model, taken over. */
export function flowUniPcSpaced(config: Flow, table: Float32Array, count: number, tokens: number): Spaced {
  const { curve, flow, final } = config;
  const sigmas =
    curve === 'karras'
      ? curved(config, table[0]!, table.at(-1)!, count).map((sigma) => sigma / (sigma + 1))
      : stretchedTo(
          flow.terminal,
          evenly(1, 1 / trained, count + 1)
            .slice(0, -1)
            .map(shiftOf(flow, tokens)),
        );
  const below = sigmas.map((sigma, i) => (i === 0 && Math.abs(sigma - 1) < 1e-6 ? sigma - 1e-6 : sigma));
  return cut(below, final === 'zero' ? 0 : below.at(-1)!);
}

const cut = (sigmas: readonly number[], last: number): Spaced => ({
  sigmas: [...sigmas, last].map(Math.fround),
  timesteps: sigmas.map((sigma) => Math.trunc(sigma * trained)),
});

type Dynamic = NonNullable<FlowSettings['dynamic']>;

/** A line through two counts of tokens. */
const muOf = ({ base, most, baseTokens, mostTokens }: Dynamic, tokens: number): number =>
  baseTokens === mostTokens ? base : base + ((most - base) * (tokens - baseTokens)) / (mostTokens - baseTokens);

function shiftOf({ shift, dynamic }: FlowSettings, tokens: number): (sigma: number) => number {
  if (!dynamic) return (sigma) => shifted(sigma, shift);
  const mu = muOf(dynamic, tokens);
  return dynamic.kind === 'linear' ? (sigma) => mu / (mu + (1 / sigma - 1)) : (sigma) => fluxShifted(sigma, mu);
}

function shiftInSingle({ shift, dynamic }: FlowSettings, tokens: number): (sigma: number) => number {
  const { fround } = Math;
  if (!dynamic)
    return (given) => {
      const sigma = fround(given);
      return fround(fround(shift * sigma) / fround(1 + fround((shift - 1) * sigma)));
    };
  const mu = muOf(dynamic, tokens);
  const grown = fround(dynamic.kind === 'linear' ? mu : Math.exp(mu));
  return (given) => fround(grown / fround(grown + fround(fround(1 / fround(given)) - 1)));
}

/** So that the last one is `terminal`. A single 1 cannot be stretched: diffusers divides by zero there. */
function stretchedTo(terminal: number | null, sigmas: readonly number[]): readonly number[] {
  const rest = 1 - sigmas.at(-1)!;
  if (terminal === null || rest === 0) return sigmas;
  return sigmas.map((sigma) => 1 - (1 - sigma) / (rest / (1 - terminal)));
}
