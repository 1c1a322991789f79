import { drawsFrom } from './noise.ts';
import { torchRngOf } from './rng.ts';
import { seedWords } from './seed-sequence.ts';

const { fround, sqrt } = Math;
const poolSize = 24;

/** A stretch of the motion; its halves' movements follow from its own. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  /** Which of the stretches of its depth it is. */
  readonly place: bigint;
  readonly depth: bigint;
  readonly moved: Float32Array;
}

/**
 * Normal noise for the way from one sigma to another, `count` values, that agrees along the sigmas: the steps of one
 * Brownian motion over `low` to `high`, so that more steps lead to the same picture. As ComfyUI takes it from
 * torchsde's tree on the CPU, which halves the way until both sigmas are met to a millionth. Nothing is kept between
 * two calls: each draws some two dozen times.
 */
export function brownianNoise(
  seed: string,
  low: number,
  high: number,
  count: number,
): (from: number, to: number) => Float32Array {
  const entropy = BigInt.asUintN(64, BigInt(seed));
  const drawn = (...place: readonly bigint[]): Float32Array =>
    drawsFrom(torchRngOf(String(seedWords(entropy, place, poolSize, 1)[0]!))).normals(count);
  const spread = fround(sqrt(high - low));

  function halvesOf({ start, end, place, depth, moved }: Stretch): readonly [Stretch, Stretch] {
    const middle = rounded(0.5 * (end + start));
    const [before, after, all] = [middle - start, end - middle, 1 / (end - start)];
    const width = fround(sqrt(before * after * all));
    const random = drawn(place, depth);
    const left = moved.map((value, i) => fround(fround(before * value) * fround(all)) + fround(width * random[i]!));
    const below = { depth: depth + 1n };
    return [
      { ...below, start, end: middle, place: 2n * place, moved: left },
      { ...below, start: middle, end, place: 2n * place + 1n, moved: moved.map((value, i) => value - left[i]!) },
    ];
  }

  /** Adds what the motion does between two sigmas within a stretch. */
  function add(sum: Float32Array, stretch: Stretch, from: number, to: number): void {
    if (from === stretch.start && to === stretch.end) {
      for (let i = 0; i < count; i++) sum[i]! += stretch.moved[i]!;
      return;
    }
    const [left, right] = halvesOf(stretch);
    if (from < left.end) add(sum, left, from, Math.min(to, left.end));
    if (to > left.end) add(sum, right, Math.max(from, left.end), to);
  }

  return (from, to) => {
    const within = (sigma: number) => rounded(Math.min(Math.max(sigma, low), high));
    const [start, end] = [within(Math.min(from, to)), within(Math.max(from, to))];
    const sum = new Float32Array(count);
    if (start >= end) return sum;
    const moved = drawn().map((value) => value * spread);
    add(sum, { start: rounded(low), end: rounded(high), place: 0n, depth: 0n, moved }, start, end);
    const scale = fround(sqrt(fround(Math.abs(fround(to) - fround(from)))));
    return sum.map((value) => (from < to ? value : -value) / scale);
  };
}

/** To six digits, halves to the even one, as Python rounds. */
function rounded(value: number): number {
  const [whole = '', rest = ''] = value.toFixed(40).split('.');
  const isDown = /^50*$/.test(rest.slice(6)) && Number(rest[5]) % 2 === 0;
  return isDown ? Number(`${whole}.${rest.slice(0, 6)}`) : Number(value.toFixed(6));
}
