import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  alignYourStepsSigmas,
  flux2Sigmas,
  ideogram4Sigmas,
  laplaceSigmas,
  ltxvSigmas,
  manualSigmas,
  optimalStepsSigmas,
  percentToSigma,
  polyexponentialSigmas,
  sdTurboSigmas,
  vpSigmas,
} from '../../src-main/diffusion/custom-sigmas.ts';
import { denoisedOf, finished, inputScale, noised } from '../../src-main/diffusion/denoised.ts';
import {
  extendSigmas,
  flipSigmas,
  setFirstSigma,
  splitSigmas,
  splitSigmasDenoise,
} from '../../src-main/diffusion/edit-sigmas.ts';
import { fluxShiftOf, type NoiseModel, noiseModelOf } from '../../src-main/diffusion/noise-model.ts';
import {
  betaSigmas,
  exponentialSigmas,
  karrasSigmas,
  type ScheduleName,
  scheduleNames,
  sigmasOf,
} from '../../src-main/diffusion/sigmas.ts';
import { timestepOf } from '../../src-main/diffusion/timesteps.ts';
import { arrays } from './arrays.ts';

// biome-ignore lint/suspicious/noExplicitAny: numbers and words by their names, as the reference's nodes take them.
type Given = Record<string, any>;

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
  prediction: 'eps' | 'v' | 'edm' | 'flow' | 'flux';
  settings: { shift?: number; multiplier?: number; zsnr?: boolean };
  patch: 'none' | 'lcm';
  values: {
    percent_to_sigma: { percent: number[]; sigma: number[] };
    table: { index: number[]; sigma: number[] };
    timestep_of_sigma: { sigma: number[]; t: number[] };
    sigma_of_timestep: { t: number[]; sigma: number[] };
    scaling: Scaling;
  };
}
const golden = JSON.parse(readFileSync(path.join(import.meta.dirname, '../data/diffusion/schedules.json'), 'utf8')) as {
  kinds: Record<string, Kind>;
  schedules: { kind: string; scheduler: ScheduleName; steps: number; denoise: number; sigmas: (number | string)[] }[];
  discard_penultimate: { kind: string; scheduler: ScheduleName; steps: number; sigmas: (number | string)[] }[];
  nodes: { node: string; kind?: string; inputs: Given; sigmas: number[] }[];
  sigma_ops: { node: string; input: number[]; inputs: Given; outputs: number[][] }[];
  flux_node_shift: {
    max_shift: number;
    base_shift: number;
    width: number;
    height: number;
    shift: number;
    sigmas_simple_8: number[];
  }[];
};

function modelOf({ prediction, settings, patch }: Kind): NoiseModel {
  const { shift = 1, multiplier = 1000, zsnr = false } = settings;
  if (prediction === 'flow') return noiseModelOf({ kind: 'flow', shift, multiplier });
  if (prediction === 'flux') return noiseModelOf({ kind: 'flux', shift });
  if (prediction === 'edm') return noiseModelOf({ kind: 'edm', min: 0.002, max: 120 });
  const steps = patch === 'lcm' ? 50 : 1000;
  return noiseModelOf({ kind: 'betas', start: 0.00085, end: 0.012, zeroTerminalSnr: zsnr, steps });
}
const models = Object.fromEntries(Object.entries(golden.kinds).map(([name, kind]) => [name, modelOf(kind)]));
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
    values.percent_to_sigma.percent.forEach((percent, i) => {
      expect(far(model.sigmaAt(percent), values.percent_to_sigma.sigma[i]!)).toBeLessThan(2e-6);
    });
  });

  test('without the last sigma but one it is the reference’s too', () => {
    for (const { scheduler, steps, sigmas } of golden.discard_penultimate.filter(({ kind }) => kind === name)) {
      if (sigmas.includes('NaN')) continue;
      const found = sigmasOf(scheduler, model, steps, 1, true);
      expect(found.length, `${scheduler} ${steps}`).toBe(sigmas.length);
      found.forEach((sigma, i) => {
        expect(far(sigma, Number(sigmas[i])), `${scheduler} ${steps} [${i}]`).toBeLessThan(2e-6);
      });
    }
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
    const { prediction, patch } = golden.kinds[name]!;
    const kind = patch === 'lcm' ? 'lcm' : prediction === 'flux' ? 'flow' : prediction;
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
      const timestep = model.timestepOf(row.sigma);
      close(denoisedOf(arrays, kind, state, Float64Array.from(model_output), row.sigma, timestep), row.denoised);
      const start = (highest: number) => noised(arrays, kind, Float64Array.from(latent), state, row.sigma, highest);
      close(start(row.sigma * 2), row.noised);
      close(start(row.sigma), row.noised_max);
      if (kind !== 'flow' || row.sigma < 1) close(finished(arrays, kind, state, row.sigma), row.inverse);
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
  const [found] = denoisedOf(arrays, 'v', Float64Array.of(2), Float64Array.of(0.5), 3, 500);
  expect(found).toBeCloseTo(2 / 10 - (0.5 * 3) / Math.sqrt(10), 12);
});

describe('schedules with numbers of their own', () => {
  const made: Record<string, (given: Given, model: NoiseModel) => readonly number[]> = {
    KarrasScheduler: ({ sigma_min, sigma_max, steps, rho }) => karrasSigmas(sigma_min, sigma_max, steps, rho),
    ExponentialScheduler: ({ sigma_min, sigma_max, steps }) => exponentialSigmas(sigma_min, sigma_max, steps),
    PolyexponentialScheduler: ({ sigma_min, sigma_max, steps, rho }) =>
      polyexponentialSigmas(sigma_min, sigma_max, steps, rho),
    LaplaceScheduler: ({ sigma_min, sigma_max, steps, mu, beta }) =>
      laplaceSigmas(sigma_min, sigma_max, steps, mu, beta),
    VPScheduler: ({ steps, beta_d, beta_min, eps_s }) => vpSigmas(steps, beta_d, beta_min, eps_s),
    AlignYourStepsScheduler: ({ model_type, steps, denoise }) => alignYourStepsSigmas(model_type, steps, denoise),
    OptimalStepsScheduler: ({ model_type, steps, denoise }) => optimalStepsSigmas(model_type, steps, denoise),
    Flux2Scheduler: ({ steps, width, height }) => flux2Sigmas(steps, width, height),
    LTXVScheduler: ({ steps, max_shift, base_shift, stretch, terminal }) =>
      ltxvSigmas(steps, max_shift, base_shift, stretch ? terminal : null),
    Ideogram4Scheduler: ({ steps, width, height, mu, std }) => ideogram4Sigmas(steps, width, height, mu, std),
    SDTurboScheduler: ({ steps, denoise }, model) => sdTurboSigmas(model, steps, denoise),
    BetaSamplingScheduler: ({ steps, alpha, beta }, model) => betaSigmas(model, steps, alpha, beta),
    BasicScheduler: ({ scheduler, steps, denoise }, model) => sigmasOf(scheduler, model, steps, denoise),
    SamplingPercentToSigma: ({ sampling_percent, return_actual_sigma }, model) => [
      percentToSigma(model, sampling_percent, return_actual_sigma),
    ],
    ManualSigmas: ({ sigmas }) => manualSigmas(sigmas),
  };
  const cases = golden.nodes.filter(({ node }) => node !== 'GITSScheduler');

  test.each(cases.map((one) => [`${one.node} ${JSON.stringify(one.inputs)} ${one.kind ?? ''}`, one] as const))(
    '%s is the reference’s',
    (_, { node, kind, inputs, sigmas }) => {
      const found = made[node]!(inputs, models[kind ?? 'sd']!).map(Math.fround);
      expect(found.length).toBe(sigmas.length);
      found.forEach((sigma, i) => {
        expect(far(sigma, sigmas[i]!), `${sigma} for ${sigmas[i]} [${i}]`).toBeLessThan(2e-6);
      });
    },
  );

  const edits: Record<string, (sigmas: readonly number[], given: Given) => readonly (readonly number[])[]> = {
    SplitSigmas: (sigmas, { step }) => splitSigmas(sigmas, step),
    SplitSigmasDenoise: (sigmas, { denoise }) => splitSigmasDenoise(sigmas, denoise),
    FlipSigmas: (sigmas) => [flipSigmas(sigmas)],
    SetFirstSigma: (sigmas, { sigma }) => [setFirstSigma(sigmas, sigma)],
    ExtendIntermediateSigmas: (sigmas, { steps, start_at_sigma, end_at_sigma, spacing }) => [
      extendSigmas(sigmas, steps, start_at_sigma, end_at_sigma, spacing),
    ],
  };
  test.each(golden.sigma_ops.map((one) => [`${one.node} ${JSON.stringify(one.inputs)}`, one] as const))(
    '%s does what the reference does',
    (_, { node, input, inputs, outputs }) => {
      const found = edits[node]!(input, inputs);
      expect(found.map(({ length }) => length)).toEqual(outputs.map(({ length }) => length));
      found.flat().forEach((sigma, i) => {
        expect(far(sigma, outputs.flat()[i]!)).toBeLessThan(2e-6);
      });
    },
  );

  test('the shift of Flux follows from the size of the picture', () => {
    for (const { max_shift, base_shift, width, height, shift, sigmas_simple_8 } of golden.flux_node_shift) {
      const found = fluxShiftOf(width, height, base_shift, max_shift);
      expect(found).toBeCloseTo(shift, 6);
      sigmasOf('simple', noiseModelOf({ kind: 'flux', shift: found }), 8).forEach((sigma, i) => {
        expect(far(sigma, sigmas_simple_8[i]!)).toBeLessThan(2e-6);
      });
    }
  });
});
