import { describe, expect, test } from 'vitest';
import { arrays } from '../../src-main/diffusion/arrays.ts';
import { guidanceSides, guide } from '../../src-main/diffusion/guidance.ts';
import { noiseModelOf } from '../../src-main/diffusion/noise-model.ts';
import { samplerNames, samplers } from '../../src-main/diffusion/samplers/index.ts';
import { type PathOptions, pathOf } from '../../src-main/diffusion/samplers/path-of.ts';
import { differencesIn, recorded } from '../parity/recorded.ts';
import { samplerVectors } from '../parity/samplers.ts';

const never = () => Promise.reject(new Error('called'));
const pathWith = (some: Partial<PathOptions<Float64Array>>) =>
  pathOf<Float64Array>({
    math: arrays,
    sigmas: [],
    isFlow: false,
    sigmaAt: noiseModelOf({ kind: 'betas', start: 0.00085, end: 0.012 }).sigmaAt,
    predict: never,
    predictSides: never,
    draw: () => new Float64Array(2),
    distance: never,
    ...some,
  });

describe('samplers', () => {
  test.each(samplerNames)('%s goes the way of the reference', async (name) => {
    const { gpu_aliases } = recorded(samplerVectors);
    const same = gpu_aliases[name] ?? name;
    expect(samplers[name]).toBe(samplers[same as typeof name]);
    expect(await differencesIn(samplerVectors, `runs/\\d+ ${same} on `)).toEqual([]);
  });

  test.each([
    ['a run in two parts, the first of which leaves its noise,', 'advanced'],
    ['runs with noise of a seed', 'seeded_noise'],
    ['names of one sampler', 'gpu_aliases'],
    ['all names', 'samplers'],
  ])('%s: as the reference has them', async (_, group) => {
    expect(await differencesIn(samplerVectors, group)).toEqual([]);
  });

  test('every sampler is covered by reference runs, or another name of one that is', () => {
    const { runs, gpu_aliases } = recorded(samplerVectors);
    const covered = new Set([...runs.map(({ sampler }: { sampler: string }) => sampler), ...Object.keys(gpu_aliases)]);
    expect([...covered].sort()).toEqual([...samplerNames].sort());
  });

  test('without sigmas or with one, nothing happens', async () => {
    const x = Float64Array.of(1, 2);
    for (const sampler of Object.values(samplers))
      for (const sigmas of [[], [0.5]]) expect(await sampler(pathWith({ sigmas }), x)).toBe(x);
  });

  test('what predict throws stops the sampler', async () => {
    const stop = new Error('stop');
    const predict = () => Promise.reject(stop);
    for (const sampler of Object.values(samplers))
      await expect(
        sampler(pathWith({ sigmas: [1, 0.5, 0], predict, predictSides: predict }), Float64Array.of(1)),
      ).rejects.toBe(stop);
  });
});

describe('guidance', () => {
  const [fox, nothing] = [{ entries: [{ hidden: 'fox' }] }, { entries: [{ hidden: 'nothing' }] }];

  test('asks about the negative first, and about one side where two would change nothing', () => {
    expect(guidanceSides(fox, nothing, 3)).toEqual([nothing, fox]);
    expect(guidanceSides(fox, nothing, 1)).toEqual([fox]);
    expect(guidanceSides(fox, undefined, 3)).toEqual([fox]);
    expect(guidanceSides(fox, structuredClone(fox), 3)).toEqual([fox]);
  });

  test('is negative + cfg * (positive - negative)', () => {
    expect([...guide(arrays, [Float64Array.of(1), Float64Array.of(3)], 2.5)]).toEqual([6]);
    const alone = Float64Array.of(3);
    expect(guide(arrays, [alone], 2.5)).toBe(alone);
  });
});
