import { cosSin, log } from './elementary.ts';
import { type Rng, rngOf, torchRngOf } from './rng.ts';

const block = 16;
const half = block / 2;
const twoPi = Math.fround(2 * Math.PI);
const pair = new Float64Array(2);

/**
 * `count` normal numbers that depend on the seed, the stream and the count alone, equal bit for bit on every machine.
 * Stream 0 is `torch.randn` on the CPU for seeds below 2^32: 83 % of the values are torch's own, the others within
 * 5e-7 (torch itself differs that much between CPUs). Streams above 0 are for samplers that draw at their steps.
 */
export const normalNoise = (seed: string, count: number, stream = 0): Float32Array =>
  drawsFrom(rngOf(seed, stream)).normals(count);

/** What torch draws from one generator on the CPU after `draws` draws of as many numbers. */
export function torchDraw(seed: string, count: number, draws: number): Float32Array {
  const rng = torchRngOf(seed);
  if (count < block) {
    const from = drawsFrom(rng);
    for (let i = 0; i < draws; i++) from.normals(count);
    return from.normals(count);
  }
  // Words alone are quick; what they become is not.
  const words = count + (count % block === 0 ? 0 : block);
  for (let i = 0; i < draws * words; i++) rng.next();
  return drawsFrom(rng).normals(count);
}

/** What torch draws one after the other from one generator on the CPU. */
export interface Draws {
  /** `torch.randn` in float32. */
  normals(count: number): Float32Array;
  /** `torch.rand` in float32. */
  uniforms(count: number): Float32Array;
  /** Whole numbers from `low` to `high` - 1. */
  integers(count: number, low: number, high: number): Float64Array;
}

export function drawsFrom(rng: Rng): Draws {
  // Fewer than 16 numbers come in pairs; the second of one is kept for the next such draw, whatever is between.
  let kept: number | null = null;
  const fewNormals = (count: number): Float32Array =>
    Float32Array.from({ length: count }, () => {
      if (kept !== null) {
        const value = kept;
        kept = null;
        return value;
      }
      const u1 = rng.uniform64();
      const u2 = rng.uniform64();
      const radius = Math.sqrt(-2 * log(1 - u2));
      cosSin(2 * Math.PI * u1, pair);
      kept = radius * pair[1]!;
      return radius * pair[0]!;
    });
  return {
    normals: (count) => (count < block ? fewNormals(count) : manyNormals(rng, count)),
    uniforms: (count) => Float32Array.from({ length: count }, () => (rng.next() & 0xff_ffff) * 2 ** -24),
    integers(count, low, high) {
      const span = high - low;
      const word = span < 2 ** 28 ? () => rng.next() % span : () => wide(rng, span);
      return Float64Array.from({ length: count }, () => low + word());
    },
  };
}

/** Two words, the high one first. */
function wide(rng: Rng, span: number): number {
  const high = BigInt(rng.next());
  return Number(((high << 32n) | BigInt(rng.next())) % BigInt(span));
}

/**
 * The noise of a batch [images, ...] as ComfyUI draws it: one stream for all images. `places` picks single draws of it,
 * one for each image, equal numbers being equal noise.
 */
export function batchNoise(seed: string, shape: readonly number[], places?: readonly number[]): Float32Array {
  const draws = drawsFrom(torchRngOf(seed));
  const size = shape.slice(1).reduce((product, side) => product * side, 1);
  if (!places) return draws.normals(size * shape[0]!);
  const single = Array.from({ length: Math.max(-1, ...places) + 1 }, () => draws.normals(size));
  const noise = new Float32Array(size * places.length);
  for (const [i, place] of places.entries()) noise.set(single[place]!, i * size);
  return noise;
}

/** Box-Muller in float32 over blocks of 16: slot j has the radius, slot j + 8 the angle. All words are drawn first. */
function manyNormals(rng: Rng, count: number): Float32Array {
  const words = new Uint32Array(count);
  rng.fill(words);
  const out = new Float32Array(count);
  const whole = count - (count % block);
  for (let at = 0; at < whole; at += block) transform(words, at, out, at);
  if (whole < count) {
    // The last 16 places are drawn once more and replace what the last whole block left there.
    const again = new Uint32Array(block);
    rng.fill(again);
    transform(again, 0, out, count - block);
  }
  return out;
}

function transform(words: Uint32Array, from: number, out: Float32Array, to: number): void {
  const { fround, sqrt } = Math;
  for (let j = 0; j < half; j++) {
    const u1 = 1 - (words[from + j]! & 0xff_ffff) * 2 ** -24;
    const u2 = (words[from + j + half]! & 0xff_ffff) * 2 ** -24;
    const radius = fround(sqrt(fround(-2 * fround(log(u1)))));
    cosSin(fround(twoPi * u2), pair);
    out[to + j] = fround(radius * fround(pair[0]!));
    out[to + j + half] = fround(radius * fround(pair[1]!));
  }
}
