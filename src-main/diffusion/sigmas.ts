import { betaQuantile } from './beta-quantile.ts';
import { floatLine, line } from './line.ts';
import type { NoiseModel } from './noise-model.ts';

type Schedule = (model: NoiseModel, steps: number) => readonly number[];

const lowest = (model: NoiseModel): number => model.sigmas[0]!;
const highest = (model: NoiseModel): number => model.sigmas[model.sigmas.length - 1]!;

/** Even timesteps. On flow models ComfyUI's form shifts twice; the numbers are kept as people know them. */
function evenTimesteps(model: NoiseModel, steps: number, withLast: boolean): readonly number[] {
  const [start, end] = [model.timestepOf(highest(model)), model.timestepOf(lowest(model))];
  const timesteps = withLast ? floatLine(start, end, steps) : floatLine(start, end, steps + 1).slice(0, -1);
  return [...timesteps.map((timestep) => model.sigmaOf(timestep)), 0];
}

function linearQuadratic(model: NoiseModel, steps: number): readonly number[] {
  if (steps === 1) return [highest(model), 0];
  const threshold = 0.025;
  const linear = Math.floor(steps / 2);
  const quadratic = steps - linear;
  const difference = linear - threshold * steps;
  const square = difference / (linear * quadratic ** 2);
  const slope = threshold / linear - (2 * difference) / quadratic ** 2;
  const clean = (i: number) =>
    i < linear ? (i * threshold) / linear : square * i ** 2 + slope * i + square * linear ** 2;
  return [...Array.from({ length: steps }, (_, i) => (1 - clean(i)) * highest(model)), 0];
}

/** Places in the table by the quantiles of a beta distribution. May have fewer: entries that would repeat are left out. */
export function betaSigmas(model: NoiseModel, steps: number, a: number, b: number): readonly number[] {
  const last = model.sigmas.length - 1;
  // A half is rounded up: scipy's median of a symmetric distribution is a bit more than one half.
  const places = Array.from({ length: steps }, (_, i) => Math.round(betaQuantile(1 - i / steps, a, b) * last));
  return [...places.filter((place, i) => place !== places[i - 1]).map((place) => model.sigmas[place]!), 0];
}

/** In float32 up to the root, as the reference: its power shows every bit. */
export function karrasSigmas(low: number, high: number, steps: number, rho: number): readonly number[] {
  const { fround } = Math;
  const [first, last] = [high ** (1 / rho), low ** (1 / rho)];
  const roots = floatLine(0, 1, steps).map((x) => fround(fround(first) + fround(x * fround(last - first))));
  return [...roots.map((root) => root ** rho), 0];
}

export const exponentialSigmas = (low: number, high: number, steps: number): readonly number[] => [
  ...floatLine(Math.log(high), Math.log(low), steps).map(Math.exp),
  0,
];

/** Even angles between those of the ends. With one step ComfyUI's is not a number; here it is the highest sigma. */
function klOptimal(model: NoiseModel, steps: number): readonly number[] {
  const { fround } = Math;
  const [high, low] = [fround(Math.atan(highest(model))), fround(Math.atan(lowest(model)))];
  // In float32 as there: near a right angle the tangent shows every bit.
  const angles = line(0, 1, steps).map((x) => fround(fround(fround(x) * low) + fround(fround(1 - fround(x)) * high)));
  return [...angles.map(Math.tan), 0];
}

/** ComfyUI's schedules under its names; each ends at 0. */
const schedules = {
  simple: (model, steps) => [
    ...line(0, steps - 1, steps).map((i) => model.sigmas.at(-1 - Math.floor((i * model.sigmas.length) / steps))!),
    0,
  ],
  normal: (model, steps) => evenTimesteps(model, steps, true),
  sgm_uniform: (model, steps) => evenTimesteps(model, steps, false),
  karras: (model, steps) => karrasSigmas(lowest(model), highest(model), steps, 7),
  exponential: (model, steps) => exponentialSigmas(lowest(model), highest(model), steps),
  /** May have more steps than asked: every k-th entry of the table, k rounded down. */
  ddim_uniform(model, steps) {
    const stride = Math.max(1, Math.floor(model.sigmas.length / steps));
    const found = [0];
    for (let at = 1; at < model.sigmas.length; at += stride) found.push(model.sigmas[at]!);
    return found.reverse();
  },
  beta: (model, steps) => betaSigmas(model, steps, 0.6, 0.6),
  linear_quadratic: linearQuadratic,
  kl_optimal: klOptimal,
} as const satisfies Record<string, Schedule>;

export type ScheduleName = keyof typeof schedules;
export const scheduleNames = Object.keys(schedules) as readonly ScheduleName[];

/** A very small denoise would ask for a schedule without end; here it is cut, where no eye sees a difference. */
const mostSteps = 100_000;

/**
 * The sigmas of a run, falling, float32, one more than it has steps. `denoise` below 1 takes the last `steps` steps of
 * a schedule of steps / denoise, so the picture starts that much nearer to its source; 0 leaves nothing to do: [].
 * `dropsPenultimate`: a schedule of one step more, without its last sigma before 0.
 */
export function sigmasOf(
  name: ScheduleName,
  model: NoiseModel,
  steps: number,
  denoise = 1,
  dropsPenultimate = false,
): readonly number[] {
  if (denoise <= 0) return [];
  const all = (count: number): readonly number[] => {
    const sigmas = schedules[name](model, dropsPenultimate ? count + 1 : count).map(Math.fround);
    return dropsPenultimate ? sigmas.toSpliced(-2, 1) : sigmas;
  };
  return denoise > 0.9999
    ? all(steps)
    : all(Math.min(Math.floor(steps / denoise), Math.max(steps, mostSteps))).slice(-(steps + 1));
}
