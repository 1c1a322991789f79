import { cosSin, log } from './elementary.ts';
import { type Rng, rngOf } from './rng.ts';

const block = 16;
const half = block / 2;
const twoPi = Math.fround(2 * Math.PI);
const pair = new Float64Array(2);

/**
 * `count` normal numbers that depend on the seed, the stream and the count alone, equal bit for bit on every machine.
 * Stream 0 is `torch.randn` on the CPU for seeds below 2^32: 83 % of the values are torch's own, the others within
 * 5e-7 (torch itself differs that much between CPUs). Streams above 0 are for samplers that draw at their steps.
 */
export function normalNoise(seed: string, count: number, stream = 0): Float32Array {
  const rng = rngOf(seed, stream);
  return count < block ? fewNormals(rng, count) : manyNormals(rng, count);
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

/** Fewer than 16: float64, two numbers of each pair of uniforms. */
function fewNormals(rng: Rng, count: number): Float32Array {
  const out = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const u1 = rng.uniform64();
    const u2 = rng.uniform64();
    const radius = Math.sqrt(-2 * log(1 - u2));
    cosSin(2 * Math.PI * u1, pair);
    out[i] = radius * pair[0]!;
    if (i + 1 < count) out[i + 1] = radius * pair[1]!;
  }
  return out;
}
