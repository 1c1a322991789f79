import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { denoisedOf, finished, inputScale, noised } from '../../src-main/diffusion/denoised.ts';
import { type NoiseModel, noiseModelOf } from '../../src-main/diffusion/noise-model.ts';
import { type ScheduleName, scheduleNames, sigmasOf } from '../../src-main/diffusion/sigmas.ts';
import { timestepOf } from '../../src-main/diffusion/timesteps.ts';
import { arrays } from './arrays.ts';

interface Scaling {
  x: number[];
  model_output: number[];
  latent: number[];
  rows: {
    sigma: number;
    model_input: number[];
    denoised: number[];
    noised: number[];
    noised_max: number[];
    inverse: number[];
  }[];
}
interface Kind {
  settings: { shift?: number };
  values: {
    table: { index: number[]; sigma: number[] };
    timestep_of_sigma: { sigma: number[]; t: number[] };
    sigma_of_timestep: { t: number[]; sigma: number[] };
    scaling: Scaling;
  };
}
const golden = JSON.parse(readFileSync(path.join(import.meta.dirname, '../data/diffusion/schedules.json'), 'utf8')) as {
  kinds: Record<string, Kind>;
  schedules: { kind: string; scheduler: ScheduleName; steps: number; denoise: number; sigmas: (number | string)[] }[];
};

const models: Record<string, NoiseModel> = Object.fromEntries(
  Object.entries(golden.kinds).map(([name, { settings }]) => [
    name,
    noiseModelOf(
      settings.shift === undefined
        ? { kind: 'betas', start: 0.00085, end: 0.012 }
        : { kind: 'flow', shift: settings.shift },
    ),
  ]),
);
const far = (found: number, wanted: number) => Math.abs(found - wanted) / Math.max(Math.abs(wanted), 1e-12);

describe.each(Object.keys(golden.kinds))('of the model %s', (name) => {
  const model = models[name]!;
  const { values } = golden.kinds[name]!;

  test('the table and both conversions are the reference’s', () => {
    values.table.index.forEach((at, i) => {
      expect(far(model.sigmas[at]!, values.table.sigma[i]!)).toBeLessThan(2e-6);
    });
    values.timestep_of_sigma.sigma.forEach((sigma, i) => {
      expect(far(model.timestepOf(sigma), values.timestep_of_sigma.t[i]!)).toBeLessThan(2e-6);
    });
    values.sigma_of_timestep.t.forEach((timestep, i) => {
      expect(far(model.sigmaOf(timestep), values.sigma_of_timestep.sigma[i]!)).toBeLessThan(2e-6);
    });
  });

  test('every schedule is the reference’s, in full and from a later start', () => {
    const seen = new Set<string>();
    for (const { scheduler, steps, denoise, sigmas } of golden.schedules.filter(({ kind }) => kind === name)) {
      if (sigmas.includes('NaN')) continue;
      const found = sigmasOf(scheduler, model, steps, denoise);
      expect(found.length, `${scheduler} ${steps} ${denoise}`).toBe(sigmas.length);
      found.forEach((sigma, i) => {
        expect(far(sigma, Number(sigmas[i])), `${scheduler} ${steps} ${denoise} [${i}]`).toBeLessThan(2e-6);
      });
      seen.add(scheduler);
    }
    expect([...seen].sort()).toEqual([...scheduleNames].sort());
  });

  test('scaling, the clean picture and the start are the reference’s', () => {
    const kind = model.kind === 'flow' ? 'flow' : 'eps';
    const { x, model_output, latent, rows } = values.scaling;
    const close = (found: Float64Array, wanted: number[]) =>
      wanted.forEach((value, i) => {
        expect(far(found[i]!, value)).toBeLessThan(1e-5);
      });
    const state = Float64Array.from(x);
    for (const row of rows) {
      close(
        state.map((value) => value * inputScale(kind, row.sigma)),
        row.model_input,
      );
      close(denoisedOf(arrays, kind, state, Float64Array.from(model_output), row.sigma), row.denoised);
      const start = (highest: number) => noised(arrays, kind, Float64Array.from(latent), state, row.sigma, highest);
      close(start(row.sigma * 2), row.noised);
      close(start(row.sigma), row.noised_max);
      if (kind === 'eps' || row.sigma < 1) close(finished(arrays, kind, state, row.sigma), row.inverse);
    }
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
  const [found] = denoisedOf(arrays, 'v', Float64Array.of(2), Float64Array.of(0.5), 3);
  expect(found).toBeCloseTo(2 / 10 - (0.5 * 3) / Math.sqrt(10), 12);
});
