import { expect, test } from 'vitest';
import { alongLine, callMsOf } from '../../src-main/device/sim/call-time.ts';
import { jitterOf } from '../../src-main/device/sim/jitter.ts';
import { articleRows } from '../../src-main/device/sim/profiles/article.ts';
import { a100, laptop, rtx3090, rtx4090 } from '../../src-main/device/sim/profiles/cards.ts';
import type { CallShape } from '../../src-main/model/batch-key.ts';
import type { PartKey } from '../../src-main/model/ids.ts';
import type { Part, PartName } from '../../src-main/model/pack.ts';
import { labPack, labPackSizes } from '../../src-main/packs/lab-packs.ts';

const part = (name: PartName, weights: number): Part => ({
  key: `${name}@1` as PartKey,
  name,
  bytes: weights * 2,
  dtype: 'float16',
  timestep: 'per-row',
  takes: [],
  gives: [],
});
const shape = (main: readonly number[], tokens = 77): CallShape => ({ main, tokens, inputs: [], timestep: 0 });
const onA100 = (of: Part, main: readonly number[], rows: number) => callMsOf(a100.times, of, shape(main), rows);

test('the simulated A100 comes near to what was published of a real one', () => {
  const sdTurbo = part('denoiser', 866e6);
  // tlwu/sd-turbo-onnxruntime: (68.7 - 38.2) / 3 and (192.6 - 120.2) / 3 ms.
  expect(onA100(sdTurbo, [4, 64, 64], 1)).toBeCloseTo(10.2, 0);
  expect(onA100(sdTurbo, [4, 64, 64], 4)).toBeCloseTo(24.1, 0);
  // stabilityai/sdxl-turbo-tensorrt: 79.3 ms for 4 steps.
  expect(onA100(part('denoiser', 2.57e9), [4, 64, 64], 1) / (79.3 / 4)).toBeCloseTo(1, 1);
  // 22.7 ms for each further picture.
  expect(
    onA100(part('vae-decoder', 49.5e6), [4, 64, 64], 2) - onA100(part('vae-decoder', 49.5e6), [4, 64, 64], 1),
  ).toBeCloseTo(22.7, 0);
});

test('a large transformer gains nothing from company at 1024 x 1024, and no card is quicker than its arithmetic', () => {
  const denoiser = labPack(labPackSizes.zImage).facts.parts.find(({ name }) => name === 'denoiser')!;
  const one = onA100(denoiser, [16, 128, 128], 1);
  expect(onA100(denoiser, [16, 128, 128], 8) / 8 / one).toBeGreaterThan(0.95);
  // 187 ms at the peak of 312 TFLOP/s: facts of the field.
  expect(one).toBeGreaterThan(187);
  const ms = [a100, rtx4090, rtx3090, laptop].map((card) => callMsOf(card.times, denoiser, shape([16, 128, 128]), 1));
  expect(ms).toEqual([...ms].sort((a, b) => a - b));
});

test('the article’s A100 has its own stage times, and takes for four pictures what the article says', () => {
  const { card } = articleRows.find(({ card: { name } }) => name === 'article-a100')!;
  const [, denoiser, , decoder] = labPack(labPackSizes.article).facts.parts as [Part, Part, Part, Part];
  const ms = (of: Part, rows: number, side = 128) => callMsOf(card.times, of, shape([16, side, side]), rows);
  expect(ms(denoiser, 1)).toBe(9.3);
  expect(8 * ms(denoiser, 4) + ms(decoder, 4)).toBeCloseTo(1240);
  expect(182 + 120 + 8 * ms(denoiser, 1) + ms(decoder, 1) + 210 + 47).toBeCloseTo(892);
  expect(ms(denoiser, 1, 64)).toBeCloseTo(9.3 / 4);
});

test('between two counts of rows a table is a line, and goes on beyond the last', () => {
  expect([1, 2, 4, 7].map((rows) => alongLine([10, null, null, 40], rows))).toEqual([10, 20, 40, 70]);
  expect(alongLine([10], 3)).toBe(30);
});

test('jitter of one seed is always alike, of another not, and has the mean and the width that were asked for', () => {
  const draw = (seed: number) => {
    const next = jitterOf(0.1, seed);
    return Array.from({ length: 4000 }, next);
  };
  expect(draw(3)).toEqual(draw(3));
  expect(draw(3)).not.toEqual(draw(4));
  const all = draw(3);
  const mean = all.reduce((sum, x) => sum + x, 0) / all.length;
  const deviation = Math.sqrt(all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length);
  expect(mean).toBeCloseTo(1, 2);
  expect(deviation).toBeCloseTo(0.1, 2);
  expect(jitterOf(0, 1)()).toBe(1);
});
