import { floatLine } from '../line.ts';
import type { Path } from './sampler.ts';

// DPM-Solver of orders 1 to 3 (Lu 2022, algorithms 1 and 2) in t = -ln sigma, as k-diffusion takes it.

const { fround } = Math;
/** float32, as the reference counts its time. */
const sigmaOf = (t: number): number => fround(Math.exp(-fround(t)));
const growth = (h: number): number => fround(Math.expm1(fround(h)));
/** growth(h) / h - 1, of which little is left where h is small: so it shows how it was rounded. */
const bendOf = (h: number): number => fround(fround(growth(h) / fround(h)) - 1);

/** The noise that is seen in x at t. */
async function noiseIn<T>(path: Path<T>, x: T, t: number): Promise<T> {
  const sigma = sigmaOf(t);
  return path.mix([1 / sigma, x], [-1 / sigma, await path.predict(x, sigma)]);
}

const first = <T>({ mix }: Path<T>, x: T, eps: T, t: number, next: number): T =>
  mix([1, x], [-fround(sigmaOf(next) * growth(next - t)), eps]);

interface Halfway<T> {
  readonly x: T;
  /** The noise seen on the way, which the third order takes further. */
  readonly eps: T;
}

async function second<T>(path: Path<T>, x: T, eps: T, t: number, next: number, r: number): Promise<Halfway<T>> {
  const h = fround(next - t);
  const s = fround(t + fround(r * h));
  const there = path.mix([1, x], [-fround(sigmaOf(s) * growth(r * h)), eps]);
  const seen = await noiseIn(path, there, s);
  const grown = fround(sigmaOf(next) * growth(h));
  const more = fround(fround(sigmaOf(next) / (2 * r)) * growth(h));
  return { x: path.mix([1, x], [-grown + more, eps], [-more, seen]), eps: seen };
}

async function third<T>(path: Path<T>, x: T, eps: T, t: number, next: number, seen: T): Promise<T> {
  const [r1, r2, h] = [1 / 3, 2 / 3, fround(next - t)];
  const s = fround(t + fround(r2 * h));
  const bend = fround(fround(sigmaOf(s) * (r2 / r1)) * bendOf(r2 * h));
  const there = path.mix([1, x], [-fround(sigmaOf(s) * growth(r2 * h)) + bend, eps], [-bend, seen]);
  const last = await noiseIn(path, there, s);
  const turn = fround(fround(sigmaOf(next) / r2) * bendOf(h));
  return path.mix([1, x], [-fround(sigmaOf(next) * growth(h)) + turn, eps], [-turn, last]);
}

/** It never reaches 0: a run that would ends at the sigma before. */
function rangeOf({ sigmas }: { readonly sigmas: readonly number[] }): readonly [from: number, to: number] {
  const last = sigmas.at(-1)! === 0 ? sigmas.at(-2)! : sigmas.at(-1)!;
  return [fround(-Math.log(sigmas[0]!)), fround(-Math.log(last))];
}

/** As many evaluations as there are steps, in steps of the third order and one or two lower ones at the end. */
export async function dpmFast<T>(path: Path<T>, start: T): Promise<T> {
  const count = path.sigmas.length - 1;
  if (count < 1) return start;
  const [from, to] = rangeOf(path);
  const whole = Math.floor(count / 3) + 1;
  const orders = [
    ...Array<number>(Math.max(0, count % 3 === 0 ? whole - 2 : whole - 1)).fill(3),
    ...(count % 3 === 0 ? [2, 1] : [count % 3]),
  ];
  const times = floatLine(from, to, whole + 1);
  let x = start;
  for (const [i, order] of orders.entries()) {
    const [t, next] = [times[i]!, times[i + 1]!];
    const eps = await noiseIn(path, x, t);
    const denoised = path.mix([1, x], [-sigmaOf(t), eps]);
    if (order === 1) x = first(path, x, eps, t, next);
    else if (order === 2) x = (await second(path, x, eps, t, next, 1 / 2)).x;
    else {
      const { eps: seen } = await thirdOf(path, x, eps, t, next);
      x = await third(path, x, eps, t, next, seen);
    }
    path.endStep(denoised, [x]);
  }
  return x;
}

/** What the third order needs of the second one. */
async function thirdOf<T>(path: Path<T>, x: T, eps: T, t: number, next: number): Promise<{ eps: T }> {
  const h = fround(fround(next - t) / 3);
  const s = fround(t + h);
  return { eps: await noiseIn(path, path.mix([1, x], [-fround(sigmaOf(s) * growth(h)), eps]), s) };
}

const [absolute, relative, safety, order] = [fround(0.0078), fround(0.05), 0.81, 3] as const;

/** Steps as long as the second and the third order agree. */
export async function dpmAdaptive<T>(path: Path<T>, start: T): Promise<T> {
  if (path.sigmas.length < 2) return start;
  const [from, to] = rangeOf(path);
  let [x, before] = [start, start];
  let [t, h] = [from, 0.05];
  while (t < to - 1e-5) {
    const next = Math.min(to, fround(t + h));
    const eps = await noiseIn(path, x, t);
    const denoised = path.mix([1, x], [-sigmaOf(t), eps]);
    const low = await second(path, x, eps, t, next, 1 / 3);
    const high = await third(path, x, eps, t, next, low.eps);
    const error = await path.distance(low.x, high, { absolute, relative, before });
    const factor = 1 + Math.atan((1 / (error + 1e-8)) ** (1 / order) - 1);
    if (factor >= safety) [before, x, t] = [low.x, high, next];
    h *= factor;
    path.endStep(denoised, [x, before]);
  }
  return x;
}
