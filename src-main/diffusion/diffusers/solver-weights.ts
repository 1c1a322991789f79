import type { SolverSettings } from '../../model/pack.ts';
import type { Level } from './look.ts';

/** A step: what the state, what was seen (the latest first) and new noise are multiplied by. */
export interface StepWeights {
  readonly state: number;
  readonly seen: readonly number[];
  readonly noise: number;
}

/** What makes the step, and how fast it changes and bends: how much of each. */
interface Terms {
  readonly state: number;
  readonly value: number;
  readonly slope: number;
  readonly bend: number;
  readonly noise: number;
}

/**
 * DPM-Solver and DPM-Solver++ (Lu 2022), and both with noise drawn at each step: from the level `from` to the level `to`,
 * with as many levels of earlier steps, the latest first, as the order is higher than 1.
 */
export function dpmWeights(
  { algorithm, type }: SolverSettings,
  to: Level,
  from: Level,
  earlier: readonly Level[],
): StepWeights {
  const h = to.lambda - from.lambda;
  if (h === 0) return { state: 1, seen: [], noise: 0 };
  const usesTaylor = type === 'heun' || earlier.length > 1;
  const { state, value, slope, bend, noise } = termsOf(algorithm, to, from, h, usesTaylor);
  const [before, beforeThat] = earlier;
  if (!before) return { state, seen: [value], noise };
  const r = (from.lambda - before.lambda) / h;
  if (!beforeThat) return { state, seen: [value + slope / r, -slope / r], noise };
  const r2 = (before.lambda - beforeThat.lambda) / h;
  // The slope is (m0 - m1) / r plus r / (r + r2) times how much it differs from (m1 - m2) / r2; the bend is that / (r + r2).
  const turn = (slope * r + bend) / (r + r2);
  const [near, far] = [(slope + turn) / r, turn / r2];
  return { state, seen: [value + near, -near - far, far], noise };
}

/**
 * The same with single steps: from the level `from`, where the step began, by what was seen there and at `later` levels,
 * the latest of them first.
 */
export function singleWeights(
  { algorithm, type }: SolverSettings,
  to: Level,
  from: Level,
  later: readonly Level[],
): StepWeights {
  const h = to.lambda - from.lambda;
  if (h === 0) return { state: 1, seen: [], noise: 0 };
  const { state, value, slope, bend, noise } = termsOf(algorithm, to, from, h, type === 'heun' || later.length > 1);
  const [r = 0, r2 = 0] = later.map(({ lambda }) => (lambda - from.lambda) / h);
  if (later.length === 0) return { state, seen: [value], noise };
  if (later.length === 1) return { state, seen: [slope / r, value - slope / r], noise };
  if (type === 'midpoint') return { state, seen: [slope / r, 0, value - slope / r], noise };
  const latest = (2 * bend - slope * r2) / (r - r2) / r;
  const middle = (slope * r - 2 * bend) / (r - r2) / r2;
  return { state, seen: [latest, middle, value - latest - middle], noise };
}

function termsOf(
  algorithm: SolverSettings['algorithm'],
  to: Level,
  from: Level,
  h: number,
  usesTaylor: boolean,
): Terms {
  switch (algorithm) {
    case 'dpmsolver++': {
      const shrunk = Math.expm1(-h);
      const slope = usesTaylor ? shrunk / h + 1 : -0.5 * shrunk;
      return scaled(to.alpha, to.noise / from.noise, -shrunk, slope, -((shrunk + h) / h ** 2 - 0.5), 0);
    }
    case 'dpmsolver': {
      const grown = Math.expm1(h);
      const slope = usesTaylor ? -(grown / h - 1) : -0.5 * grown;
      return scaled(to.noise, to.alpha / from.alpha, -grown, slope, -((grown - h) / h ** 2 - 0.5), 0);
    }
    case 'sde-dpmsolver++': {
      const share = -Math.expm1(-2 * h);
      const slope = usesTaylor ? share / (-2 * h) + 1 : 0.5 * share;
      const bend = (share - 2 * h) / (2 * h) ** 2 - 0.5;
      const state = (to.noise / from.noise) * Math.exp(-h);
      return { ...scaled(to.alpha, state, share, slope, bend, 0), noise: to.noise * Math.sqrt(share) };
    }
    case 'sde-dpmsolver': {
      const grown = Math.expm1(h);
      const slope = usesTaylor ? -2 * (grown / h - 1) : -grown;
      return scaled(to.noise, to.alpha / from.alpha, -2 * grown, slope, 0, Math.sqrt(Math.expm1(2 * h)));
    }
  }
}

const scaled = (by: number, state: number, value: number, slope: number, bend: number, noise: number): Terms => ({
  state,
  value: by * value,
  slope: by * slope,
  bend: by * bend,
  noise: by * noise,
});

/**
 * DEIS (Zhang 2022) in the logarithm of rho = sigma, of the noise that was seen: integrals over rho of the polynomials in
 * ln rho that are 1 at one of the levels and 0 at the others.
 */
export function deisWeights(to: Level, from: Level, earlier: readonly Level[]): StepWeights {
  const rho = ({ alpha, noise }: Level): number => noise / alpha;
  const logs = [from, ...earlier].map((level) => Math.log(rho(level)));
  const [start, end] = [rho(from), rho(to)];
  const seen = logs.map((own, j) => {
    // Coefficients of the polynomial in ln rho, the constant first.
    let polynomial = [1];
    for (const other of logs.filter((_, k) => k !== j))
      polynomial = [...polynomial, 0].map(
        (_, power) => ((polynomial[power - 1] ?? 0) - other * (polynomial[power] ?? 0)) / (own - other),
      );
    return to.alpha * (integral(polynomial, end) - integral(polynomial, start));
  });
  return { state: to.alpha / from.alpha, seen, noise: 0 };
}

/** Of 1, ln t and its square. */
function integral([constant = 0, linear = 0, square = 0]: readonly number[], t: number): number {
  const log = Math.log(t);
  return t * (constant + linear * (log - 1) + square * (log * log - 2 * log + 2));
}
