import { lcmBoundary } from '../denoised.ts';
import { evenWeights } from '../samplers/multistep.ts';
import type { Path, Sampler } from '../samplers/sampler.ts';

// Samplers that keep a state of variance 1: sqrt(a) * x0 + sqrt(1 - a) * noise, a being what is left of the picture.

/** A step: where the model looks, and from where to where the state goes. */
export interface Leg {
  readonly timestep: number;
  readonly sigma: number;
  /** Before and after, as the scheduler counts them. */
  readonly from: number;
  readonly to: number;
}

/** Of the step after the i-th; 0 after the last. */
const sigmaAfter = (legs: readonly Leg[], i: number): number => legs[i + 1]?.sigma ?? 0;

export const shareOf = (sigma: number): number => 1 / (sigma * sigma + 1);

interface Seen<T> {
  readonly clean: T;
  readonly noise: T;
}

/** What the model sees in the state x. */
async function look<T>(path: Path<T>, x: T, sigma: number): Promise<Seen<T>> {
  const scale = Math.sqrt(sigma * sigma + 1);
  const state = path.mix([scale, x]);
  const clean = await path.predict(state, sigma);
  return { clean, noise: path.mix([1 / sigma, state], [-1 / sigma, clean]) };
}

/** Song 2020; with eta above 0 every step draws noise, the last one too. */
export const ddim = (legs: readonly Leg[], eta: number): Sampler =>
  async function ddimStep<T>(path: Path<T>, start: T): Promise<T> {
    let x = start;
    for (const [i, { sigma, from, to }] of legs.entries()) {
      const { clean, noise } = await look(path, x, sigma);
      const spread = eta * Math.sqrt(((1 - to) / (1 - from)) * (1 - from / to));
      const next = path.mix([Math.sqrt(to), clean], [Math.sqrt(Math.max(0, 1 - to - spread * spread)), noise]);
      x = path.settle(eta > 0 ? path.mix([1, next], [spread, path.noise()]) : next, sigmaAfter(legs, i));
      path.endStep(clean, [x]);
    }
    return x;
  };

/** Ho 2020, with the smaller variance. */
export const ddpmSteps = (legs: readonly Leg[]): Sampler =>
  async function ddpmStep<T>(path: Path<T>, start: T): Promise<T> {
    let x = start;
    for (const [i, { timestep, sigma, from, to }] of legs.entries()) {
      const { clean } = await look(path, x, sigma);
      const alpha = from / to;
      const next = path.mix(
        [(Math.sqrt(to) * (1 - alpha)) / (1 - from), clean],
        [(Math.sqrt(alpha) * (1 - to)) / (1 - from), x],
      );
      const variance = Math.max(((1 - to) / (1 - from)) * (1 - alpha), 1e-20);
      const drawn = timestep > 0 ? path.mix([1, next], [Math.sqrt(variance), path.noise()]) : next;
      x = path.settle(drawn, sigmaAfter(legs, i));
      path.endStep(clean, [x]);
    }
    return x;
  };

/**
 * Pseudo linear multistep (Liu 2022): the second timestep is looked at twice, so that there are two slopes to begin
 * with. With v-prediction the velocities are averaged, and what they say of the noise follows from the state.
 */
export const pndm = (legs: readonly Leg[], isVelocity: boolean): Sampler =>
  async function pndmStep<T>(path: Path<T>, start: T): Promise<T> {
    const { mix } = path;
    let x = start;
    let first: T | null = null;
    let seen: readonly T[] = [];
    for (const [i, { sigma, from, to }] of legs.entries()) {
      const { clean, noise } = await look(path, x, sigma);
      const share = shareOf(sigma);
      const said = isVelocity ? mix([Math.sqrt(share), noise], [-Math.sqrt(1 - share), clean]) : noise;
      if (i !== 1) seen = [said, ...seen.slice(0, 3)];
      const slope =
        i === 1
          ? mix([0.5, said], [0.5, seen[0]!])
          : mix(...evenWeights[Math.min(3, seen.length - 1)]!.map((weight, k): [number, T] => [weight, seen[k]!]));
      const base = i === 1 ? first! : x;
      first = i === 0 ? x : null;
      const eps = isVelocity ? mix([Math.sqrt(from), slope], [Math.sqrt(1 - from), base]) : slope;
      const under = from * Math.sqrt(1 - to) + Math.sqrt(from * (1 - from) * to);
      x = path.settle(mix([Math.sqrt(to / from), base], [-(to - from) / under, eps]), sigmaAfter(legs, i));
      path.endStep(clean, [x, ...seen, ...(first === null ? [] : [first])]);
    }
    return x;
  };

/** Luo 2023: each step goes to the picture and back to the next one's noise, the last one stays there. */
export const lcmSteps = (legs: readonly Leg[]): Sampler =>
  async function lcmStep<T>(path: Path<T>, start: T): Promise<T> {
    const { mix } = path;
    let x = start;
    for (const [i, { timestep, sigma, to }] of legs.entries()) {
      const { clean } = await look(path, x, sigma);
      const { skip, out } = lcmBoundary(timestep);
      const picture = mix([out, clean], [skip, x]);
      const next = i === legs.length - 1 ? picture : mix([Math.sqrt(to), picture], [Math.sqrt(1 - to), path.noise()]);
      x = path.settle(next, sigmaAfter(legs, i));
      path.endStep(clean, [x]);
    }
    return x;
  };

/** How much of the picture and of the noise is in a state, and the logarithm of the one over the other. */
const levelOf = (sigma: number, isFlow: boolean) => {
  if (isFlow) return { alpha: 1 - sigma, noise: sigma, lambda: Math.log((1 - sigma) / sigma) };
  const alpha = Math.sqrt(shareOf(sigma));
  return { alpha, noise: sigma * alpha, lambda: -Math.log(sigma) };
};

/**
 * UniPC (Zhao 2023) of order 2 with B(h) = e^h - 1: a corrector for the step before, then a predictor. The state is of
 * variance 1, or a flow's.
 */
export const uniPcSteps = (sigmas: readonly number[]): Sampler =>
  async function uniPcStep<T>(path: Path<T>, start: T): Promise<T> {
    const { mix, isFlow } = path;
    const steps = sigmas.length - 1;
    const levels = sigmas.map((sigma) => levelOf(sigma, isFlow));
    let x = start;
    let before: { readonly x: T; readonly order: number } | null = null;
    /** Pictures seen, the latest first. */
    let seen: readonly T[] = [];
    /** From level `from` to level `to`; `known` are pictures at levels from, from - 1, ...; `here` the one at `to`. */
    const move = (base: T, from: number, to: number, order: number, known: readonly T[], here: T | null): T => {
      const [a, b] = [levels[from]!, levels[to]!];
      const h = b.lambda - a.lambda;
      const grown = Math.expm1(-h);
      const isLast = !Number.isFinite(h);
      const scale = grown;
      const kept = b.noise / a.noise;
      const terms: [number, T][] = [
        [kept, base],
        [-b.alpha * grown, known[0]!],
      ];
      if (order === 1 && here === null) return mix(...terms);
      const r = order > 1 ? (levels[from - 1]!.lambda - a.lambda) / h : 0;
      if (here === null) {
        const weight = (-b.alpha * scale * 0.5) / r;
        if (!isLast) terms.push([weight, known[1]!], [-weight, known[0]!]);
        return mix(...terms);
      }
      // With two unknowns: rows 1, 1 and r, 1; right sides phi_1 and 2 phi_2 over B(h).
      const phi = grown / -h - 1;
      const [one, two] = [phi / scale, ((phi / -h - 0.5) * 2) / scale];
      const outer = order === 1 ? 0 : (two - one) / (r - 1);
      const own = order === 1 ? 0.5 : one - outer;
      if (order > 1) {
        const weight = (-b.alpha * scale * outer) / r;
        terms.push([weight, known[1]!], [-weight, known[0]!]);
      }
      const weight = -b.alpha * scale * own;
      terms.push([weight, here], [-weight, known[0]!]);
      return mix(...terms);
    };
    for (let i = 0; i < steps; i++) {
      const clean = isFlow ? await path.predict(x, sigmas[i]!) : (await look(path, x, sigmas[i]!)).clean;
      if (before) x = move(before.x, i - 1, i, before.order, seen, clean);
      seen = [clean, ...seen.slice(0, 1)];
      const order = Math.min(2, steps - i, i + 1);
      before = { x, order };
      x = path.settle(move(x, i, i + 1, order, seen, null), sigmas[i + 1]!);
      path.endStep(clean, [x, before.x, ...seen]);
    }
    return x;
  };
