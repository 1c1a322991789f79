import type { Linear } from '../linear.ts';
import type { Allowed, Path, Sides } from './sampler.ts';

export interface PathOptions<T> {
  readonly math: Linear<T>;
  readonly sigmas: readonly number[];
  readonly isFlow: boolean;
  sigmaAt(percent: number): number;
  predict(x: T, sigma: number): Promise<T>;
  predictSides(x: T, sigma: number): Promise<Sides<T>>;
  /** The draw of that number, counted from 1; `from` and `to` are sigmas, where a sampler says them. */
  draw(number: number, from?: number, to?: number): T;
  distance(a: T, b: T, allowed: Allowed<T>): Promise<number>;
  settle?(x: T, sigma: number): T;
  /** After each step: how many are done, and the clean picture seen in it. */
  onStep?(done: number, denoised: T): void;
}

/** A path that gives back what its steps made and nobody reads any more. */
export function pathOf<T>(options: PathOptions<T>): Path<T> {
  const { math } = options;
  let made = new Set<T>();
  let [steps, draws] = [0, 0];
  const added = (tensor: T): T => {
    made.add(tensor);
    return tensor;
  };
  return {
    sigmas: options.sigmas,
    isFlow: options.isFlow,
    sigmaAt: options.sigmaAt,
    distance: options.distance,
    predict: async (x, sigma) => added(await options.predict(x, sigma)),
    async predictSides(x, sigma) {
      const { denoised, uncond } = await options.predictSides(x, sigma);
      return { denoised: added(denoised), uncond: added(uncond) };
    },
    noise: (from, to) => added(options.draw(++draws, from, to)),
    mix: (...terms) => {
      const some = terms.filter(([factor]) => factor !== 0);
      return added(math.linear((some.length > 0 ? some : terms).map(([factor, tensor]) => ({ factor, tensor }))));
    },
    clip: (x, clip) => added(math.clip(x, clip)),
    settle(x, sigma) {
      const settled = options.settle?.(x, sigma) ?? x;
      return settled === x ? x : added(settled);
    },
    endStep(denoised, kept) {
      options.onStep?.(++steps, denoised);
      const unread = [...made].filter((tensor) => !kept.includes(tensor));
      made = new Set(kept.filter((tensor) => made.has(tensor)));
      math.free?.(unread);
    },
  };
}
