import { line, roundHalfEven } from './line.ts';

// What is done to a schedule before it is run.

type Sigmas = readonly number[];

/** Both halves have the sigma at which they are cut. */
export const splitSigmas = (sigmas: Sigmas, step: number): readonly [high: Sigmas, low: Sigmas] => [
  sigmas.slice(0, step + 1),
  sigmas.slice(step),
];

/** The low half has this share of the steps. */
export function splitSigmasDenoise(sigmas: Sigmas, denoise: number): readonly [high: Sigmas, low: Sigmas] {
  const steps = Math.max(sigmas.length - 1, 0);
  const low = roundHalfEven(steps * denoise);
  return [low === 0 ? [] : sigmas.slice(0, -low), sigmas.slice(-(low + 1))];
}

/** For a way from a picture to noise, which cannot begin at 0. */
export function flipSigmas(sigmas: Sigmas): Sigmas {
  const flipped = sigmas.toReversed();
  return flipped[0] === 0 ? [0.0001, ...flipped.slice(1)] : flipped;
}

export const setFirstSigma = (sigmas: Sigmas, sigma: number): Sigmas =>
  sigmas.length > 0 ? [sigma, ...sigmas.slice(1)] : [];

const spacings = {
  linear: (x: number) => x,
  cosine: (x: number) => Math.sin((x * Math.PI) / 2),
  sine: (x: number) => 1 - Math.cos((x * Math.PI) / 2),
} as const;
export type Spacing = keyof typeof spacings;
export const spacingNames = Object.keys(spacings) as readonly Spacing[];

/** Every step that begins between `end` and `start` becomes `steps` steps. A `start` below 0 is no limit. */
export function extendSigmas(sigmas: Sigmas, steps: number, start: number, end: number, spacing: Spacing): Sigmas {
  const between = line(0, 1, steps + 1)
    .slice(1, -1)
    .map(spacings[spacing]);
  return sigmas.flatMap((sigma, i) => {
    const next = sigmas[i + 1];
    const isMeant = next !== undefined && sigma >= end && (start < 0 || sigma <= start);
    return isMeant ? [sigma, ...between.map((x) => sigma + x * (next - sigma))] : [sigma];
  });
}

/**
 * The steps from `start` to `last` of a schedule. `isFinished` ends at 0, whatever noise is left; [] where nothing is to
 * be done.
 */
export function stepsOf(sigmas: Sigmas, start: number, last: number, isFinished: boolean): Sigmas {
  const cut = last < sigmas.length - 1 ? sigmas.slice(0, last + 1) : sigmas;
  const ended = cut !== sigmas && isFinished ? [...cut.slice(0, -1), 0] : cut;
  return start < ended.length - 1 ? ended.slice(start) : [];
}
