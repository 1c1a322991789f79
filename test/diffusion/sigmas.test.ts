import { describe, expect, test } from 'vitest';
import { arrays } from '../../src-main/diffusion/arrays.ts';
import { gitsSigmas } from '../../src-main/diffusion/custom-sigmas.ts';
import { denoisedOf } from '../../src-main/diffusion/denoised.ts';
import { noiseModelOf } from '../../src-main/diffusion/noise-model.ts';
import { scheduleNames, sigmasOf } from '../../src-main/diffusion/sigmas.ts';
import { timestepOf } from '../../src-main/diffusion/timesteps.ts';
import { differencesIn, recorded } from '../parity/recorded.ts';
import { scheduleVectors } from '../parity/schedules.ts';

describe('as the reference recorded them', () => {
  test.each([
    ['tables, conversions, scaling and the clean picture of every kind of model', 'kinds'],
    ['schedules of every kind of model, in full and from a later start,', 'schedules'],
    ['schedules without the last sigma but one', 'discard_penultimate'],
    ['schedules with numbers of their own', 'nodes'],
    ['changes of a schedule', 'sigma_ops'],
    ['shifts of Flux by the size of the picture', 'flux_node_shift'],
  ])('%s are the same', async (_, group) => {
    expect(await differencesIn(scheduleVectors, group)).toEqual([]);
  });

  test('schedules are all that Kiln has', () => {
    expect([...recorded(scheduleVectors).schedulers].sort()).toEqual([...scheduleNames].sort());
  });
});

describe('a schedule', () => {
  const flow = noiseModelOf({ kind: 'flow', shift: 3 });

  test('of 8 even steps at shift 3 has the sigmas that people know', () => {
    const known = [1, 0.954545, 0.9, 0.833333, 0.75, 0.642857, 0.5, 0.3, 0];
    sigmasOf('simple', flow, 8).forEach((sigma, i) => {
      expect(sigma).toBeCloseTo(known[i]!, 6);
    });
  });

  test('with nothing to denoise has no steps', () => {
    expect(sigmasOf('simple', flow, 8, 0)).toEqual([]);
  });

  test('with next to nothing to denoise is as long as asked, and near 0', () => {
    const sigmas = sigmasOf('simple', flow, 1000, 1e-300);
    expect(sigmas).toHaveLength(1001);
    expect(sigmas[0]).toBeLessThan(0.04);
  });

  test('falls, ends at 0 and is finite for every name and number of steps', () => {
    for (const name of scheduleNames)
      for (const steps of [1, 2, 3, 7, 30, 999]) {
        const sigmas = sigmasOf(name, flow, steps);
        expect(sigmas.at(-1)).toBe(0);
        expect(sigmas.every((sigma, i) => Number.isFinite(sigma) && (i === 0 || sigma < sigmas[i - 1]!))).toBe(true);
      }
  });
});

test('a timestep follows the convention of the pack', () => {
  const flow = noiseModelOf({ kind: 'flow', shift: 1 });
  expect(timestepOf('sigma', 0.25, flow)).toBe(0.25);
  expect(timestepOf('1000*sigma', 0.25, flow)).toBe(250);
  expect(timestepOf('1-sigma', 0.25, flow)).toBe(0.75);
  expect(timestepOf('index', 14.6, noiseModelOf({ kind: 'betas', start: 0.00085, end: 0.012 }))).toBe(999);
});

test('the clean picture of a v-prediction is x / (s² + 1) - f s / √(s² + 1)', () => {
  const [found] = denoisedOf(arrays, 'v', Float64Array.of(2), Float64Array.of(0.5), 3, 500);
  expect(found).toBeCloseTo(2 / 10 - (0.5 * 3) / Math.sqrt(10), 12);
});

test('GITS leaves steps to where it is told, and has as many as are asked', () => {
  expect(gitsSigmas(1.2, 10)).toHaveLength(11);
  expect(gitsSigmas(1.2, 40)).toHaveLength(41);
  expect(gitsSigmas(1.2, 10, 0.5)).toEqual(gitsSigmas(1.2, 10).slice(5));
  expect(gitsSigmas(1.2, 10, 0)).toEqual([]);
  expect(gitsSigmas(0.8, 8)[4]).toBeGreaterThan(gitsSigmas(1.5, 8)[4]!);
});

test('with one step kl_optimal is the highest sigma, where the reference’s is not a number', () => {
  const flow = noiseModelOf({ kind: 'flow', shift: 3 });
  expect(sigmasOf('kl_optimal', flow, 1)).toEqual([1, 0]);
});
