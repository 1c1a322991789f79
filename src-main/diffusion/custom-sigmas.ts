import { gitsLevels } from './gits-levels.ts';
import { floatLine, line, roundHalfEven } from './line.ts';
import { fluxShifted, type NoiseModel } from './noise-model.ts';
import { normalQuantile } from './normal-quantile.ts';
import { alignYourSteps, optimalSteps } from './schedule-tables.ts';

// Schedules that take numbers of their own, each under the name of ComfyUI's node. They fall and end at 0.

export function polyexponentialSigmas(low: number, high: number, steps: number, rho: number): readonly number[] {
  const { fround, log } = Math;
  const [over, start] = [fround(log(high) - log(low)), fround(log(low))];
  const logs = floatLine(1, 0, steps).map((x) => fround(fround(fround(x ** rho) * over) + start));
  return [...logs.map(Math.exp), 0];
}

/** Quantiles of a Laplace distribution of ln sigma, kept between `low` and `high`. Does not end at 0. */
export const laplaceSigmas = (low: number, high: number, steps: number, mu: number, beta: number): readonly number[] =>
  line(0, 1, steps).map((x) => {
    const wanted = Math.exp(mu - beta * Math.sign(0.5 - x) * Math.log(1 - 2 * Math.abs(0.5 - x) + 1e-5));
    return Math.min(Math.max(wanted, low), high);
  });

/** Even times of a variance-preserving process, from 1 to `eps`. */
export const vpSigmas = (steps: number, betaD: number, betaMin: number, eps: number): readonly number[] => [
  ...line(1, eps, steps).map((t) => Math.sqrt(Math.expm1((betaD * t * t) / 2 + betaMin * t))),
  0,
];

export const alignYourStepsSigmas = (model: keyof typeof alignYourSteps, steps: number, denoise = 1) =>
  fromTable(alignYourSteps[model], steps, denoise);

export const optimalStepsSigmas = (model: keyof typeof optimalSteps, steps: number, denoise = 1) =>
  fromTable(optimalSteps[model], steps, denoise);

/** `coeff` 0.8 leaves most steps to the noisy end, 1.5 to the clean one. */
export const gitsSigmas = (coeff: number, steps: number, denoise = 1) =>
  fromTable(gitsLevels(coeff, steps), steps, denoise);

function fromTable(levels: readonly number[], steps: number, denoise: number): readonly number[] {
  if (denoise <= 0) return [];
  const all = levels.length === steps + 1 ? levels : logInterpolated(levels, steps + 1);
  const taken = denoise < 1 ? roundHalfEven(steps * denoise) : steps;
  return [...all.slice(-(taken + 1)).slice(0, -1), 0];
}

function logInterpolated(levels: readonly number[], count: number): readonly number[] {
  const logs = levels.map(Math.log);
  return line(0, levels.length - 1, count).map((at) => {
    const low = Math.min(Math.floor(at), levels.length - 2);
    return Math.exp(logs[low]! + (at - low) * (logs[low + 1]! - logs[low]!));
  });
}

/** Flux 2: the shift follows from the number of image tokens and of steps. */
export function flux2Sigmas(steps: number, width: number, height: number): readonly number[] {
  const tokens = (width * height) / 256;
  const many = 0.00016927 * tokens + 0.45666666;
  const few = 8.73809524e-5 * tokens + 1.89833333;
  const mu = tokens > 4300 ? many : many + ((many - few) / 190) * (steps - 200);
  return line(1, 0, steps + 1).map((t) => (t === 0 ? 0 : fluxShifted(t, mu)));
}

/** LTX: a flow shift by the number of tokens; `terminal` is where the last sigma before 0 is brought to, null: nowhere. */
export function ltxvSigmas(
  steps: number,
  maxShift: number,
  baseShift: number,
  terminal: number | null,
  tokens = 4096,
): readonly number[] {
  const { fround, exp } = Math;
  const slope = (maxShift - baseShift) / (4096 - 1024);
  const grown = fround(exp(tokens * slope + baseShift - slope * 1024));
  // In float32, in the order of the reference: what is stretched is the difference to 1, which has few bits.
  const sigmas = line(1, 0, steps + 1).map((t) =>
    t === 0 ? 0 : fround(fround(1 / fround(grown + fround(fround(1 / fround(t)) - 1))) * grown),
  );
  if (terminal === null) return sigmas;
  const scale = fround(fround(1 - sigmas.at(-2)!) / (1 - terminal));
  return sigmas.map((sigma) => (sigma === 0 ? 0 : fround(1 - fround(fround(1 - sigma) / scale))));
}

/** Ideogram 4: quantiles of a logit-normal distribution, moved by the size of the picture. */
export function ideogram4Sigmas(steps: number, width: number, height: number, mu: number, std: number) {
  const middle = mu + 0.5 * Math.log((width * height) / (512 * 512));
  const sigmas = Array.from({ length: steps }, (_, i) => {
    const logit = i === 0 ? Number.POSITIVE_INFINITY : middle + std * normalQuantile(1 - i / steps);
    return 1 / (1 + Math.exp(-Math.min(logit, 9)));
  });
  return [...sigmas, 0];
}

/** SD-Turbo: of ten even timesteps those that `denoise` leaves, and as many as there are steps. */
export function sdTurboSigmas(model: NoiseModel, steps: number, denoise = 1): readonly number[] {
  const first = 10 - Math.trunc(10 * denoise);
  const timesteps = line(999, 99, 10).slice(first, first + steps);
  return [...timesteps.map((timestep) => model.sigmaOf(timestep)), 0];
}

/** The sigma at a share of the way; `isReal` puts the ends at sigmas that the model knows. */
export function percentToSigma(model: NoiseModel, percent: number, isReal: boolean): number {
  if (isReal && percent === 0) return model.sigmas.at(-1)!;
  if (isReal && percent === 1) return model.sigmas[0]!;
  return model.sigmaAt(percent);
}

/** Numbers from a text, whatever stands between them. */
export const manualSigmas = (text: string): readonly number[] =>
  [...text.matchAll(/[-+]?(?:\d*\.*\d+)/g)].map(([found]) => Number.parseFloat(found));
