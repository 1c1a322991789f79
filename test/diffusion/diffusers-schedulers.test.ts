import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { arrays } from '../../src-main/diffusion/arrays.ts';
import { clipped } from '../../src-main/diffusion/clip.ts';
import { denoisedOf, inputScale, noisedAt } from '../../src-main/diffusion/denoised.ts';
import { schedulerClasses } from '../../src-main/diffusion/diffusers/classes.ts';
import { diffusersConfig } from '../../src-main/diffusion/diffusers/config.ts';
import { unfollowedSettings } from '../../src-main/diffusion/diffusers/unfollowed.ts';
import { diffusersWay } from '../../src-main/diffusion/diffusers/way.ts';
import { type PathOptions, pathOf } from '../../src-main/diffusion/samplers/path-of.ts';
import type { Prediction } from '../../src-main/model/pack.ts';

interface Run {
  class: string;
  /** Whether the file's betas belong to the configuration. */
  betas?: true;
  config: Readonly<Record<string, unknown>>;
  steps: number;
  strength?: number;
  eta?: number;
  tokens?: number;
  even?: true;
  givesStrength?: true;
}
const golden = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../data/diffusion/diffusers-schedulers.json'), 'utf8'),
) as {
  values: number;
  betas: Readonly<Record<string, unknown>>;
  runs: readonly (Run & { timesteps: readonly number[]; final: readonly number[] })[];
};

/** Of one formula at each place, in float32. */
const valuesOf = (formula: (i: number) => number): Float64Array =>
  Float64Array.from({ length: golden.values }, (_, i) => Math.fround(formula(i)));
const noise = (k: number) => valuesOf((i) => Math.SQRT2 * Math.sin(0.739 * (i + 1) ** 2 + 2.236 * (k + 1) * (i + 3)));
const latent = valuesOf((i) => Math.cos(0.37 * i));
const model = (x: Float64Array, timestep: number) =>
  x.map((value, i) => 1.1 * Math.tanh(0.7 * value + 0.3 * Math.sin(i + 0.01 * timestep)));

const configOf = ({ class: className, betas, config, eta = 0, even, givesStrength }: Run) =>
  diffusersConfig(
    { ...(betas ? golden.betas : {}), ...config, _class_name: className, eta },
    { even: even === true ? 'double' : undefined, givesStrength: givesStrength === true },
  )!;

function predictionOf({ class: className, config }: Run): Prediction {
  if (className.startsWith('FlowMatch') || config.use_flow_sigmas) return 'flow';
  const type = config.prediction_type;
  return type === 'v_prediction' ? 'v' : type === 'sample' ? 'x0' : 'eps';
}

async function ran(run: Run, settle?: PathOptions<Float64Array>['settle']) {
  const prediction = predictionOf(run);
  const { steps, strength = 1, tokens = 0 } = run;
  const way = diffusersWay(configOf(run), prediction, { steps, strength, tokens });
  const timesteps: number[] = [];
  const state = pathOf<Float64Array>({
    math: arrays,
    sigmas: way.sigmas,
    isFlow: prediction === 'flow',
    sigmaAt: () => Number.NaN,
    async predict(x, sigma) {
      const timestep = way.asked[timesteps.length]!;
      timesteps.push(timestep);
      const scale = inputScale(prediction, sigma);
      const given = model(
        x.map((value) => value * scale),
        timestep,
      );
      return denoisedOf(arrays, prediction, x, given, sigma, timestep);
    },
    predictSides: () => Promise.reject(new Error('no sides')),
    distance: () => Promise.reject(new Error('no distance')),
    draw: noise,
    ...(settle ? { settle } : {}),
  });
  const sigma = way.sigmas[0]!;
  const scale = way.isUnit ? 1 / Math.sqrt(sigma * sigma + 1) : 1;
  const start =
    strength < 1
      ? noisedAt(arrays, prediction, latent, noise(0), sigma).map((value) => value * scale)
      : noise(0).map((value) => value * way.firstScale);
  return { way, timesteps, final: await way.sampler(state, start) };
}

describe.each(Object.keys(schedulerClasses))('%s', (className) => {
  const runs = golden.runs.filter((run) => run.class === className);

  test('looks where diffusers looks and gives its numbers, whatever its settings', async () => {
    expect(runs.length).toBeGreaterThan(5);
    for (const run of runs) {
      const { timesteps: wanted, final: end, ...settings } = run;
      const said = JSON.stringify(settings);
      const { timesteps, final } = await ran(run);
      expect(timesteps.length, said).toBe(wanted.length);
      const largest = Math.max(1, ...end.map(Math.abs));
      // Between two sigmas of an ancestral step a float32 holds few bits of the lower one.
      const near = className === 'KDPM2AncestralDiscreteScheduler' ? 0.02 : 0.002;
      for (const [i, timestep] of wanted.entries()) expect(Math.abs(timesteps[i]! - timestep), said).toBeLessThan(near);
      for (const [i, value] of end.entries()) expect(Math.abs(final[i]! - value) / largest, said).toBeLessThan(1e-4);
    }
  });

  test('has what each call leaves settled, and what the last one leaves as a finished picture', async () => {
    const sigmas: number[] = [];
    const { timesteps } = await ran({ class: className, config: {}, steps: 6 }, (x, sigma) => {
      sigmas.push(sigma);
      return x;
    });
    expect(sigmas).toHaveLength(timesteps.length);
    expect(sigmas.at(-1)).toBe(0);
  });

  test('never says what is no number, however many steps there are', async () => {
    for (const steps of [1, 2, 3, 15, 61, 1000])
      for (const spacing of ['linspace', 'leading', 'trailing']) {
        const config = { timestep_spacing: spacing, skip_prk_steps: false, beta_schedule: 'squaredcos_cap_v2' };
        const { timesteps, final } = await ran({ class: className, config, steps });
        expect(final.every(Number.isFinite), `${steps} ${spacing}`).toBe(true);
        expect(Math.min(...timesteps), `${steps} ${spacing}`).toBeGreaterThanOrEqual(0);
      }
  });
});

test('where diffusers says what is no number, a run still ends', async () => {
  const flow = { prediction_type: 'flow_prediction', use_flow_sigmas: true };
  const none: readonly (readonly [className: string, config: Run['config'], steps: number])[] = [
    ['FlowMatchEulerDiscreteScheduler', { shift_terminal: 0.1 }, 1],
    ['UniPCMultistepScheduler', { ...flow, shift_terminal: 0.1 }, 1],
    ['UniPCMultistepScheduler', { solver_type: 'bh1' }, 4],
    ['UniPCMultistepScheduler', { lower_order_final: false }, 4],
    ['UniPCMultistepScheduler', { predict_x0: false }, 4],
    ['EulerAncestralDiscreteScheduler', {}, 2],
    ['DDIMScheduler', { rescale_betas_zero_snr: true, timestep_spacing: 'trailing' }, 4],
    ['DDPMScheduler', { variance_type: 'fixed_large_log' }, 4],
    ['LCMScheduler', { original_inference_steps: 2 }, 8],
  ];
  for (const [className, config, steps] of none) {
    const { final } = await ran({ class: className, config, steps });
    expect(final.every(Number.isFinite), `${className} ${JSON.stringify(config)}`).toBe(true);
  }
});

test('settings that are not followed are named, and those that their class does not have are not', () => {
  const named = (className: string, config: Run['config']) => unfollowedSettings({ _class_name: className, ...config });
  // The third order, which one solver lacks, does not come up in all runs.
  for (const { class: className, config } of golden.runs)
    expect(named(className, { ...config, solver_order: 2 }), JSON.stringify(config)).toEqual([]);
  expect(named('DPMSolverMultistepScheduler', { algorithm_type: 'sde-dpmsolver', solver_order: 3 })).toEqual([
    'solver_order',
    'final_sigmas_type',
  ]);
  expect(named('DDPMScheduler', { trained_betas: [0.1], variance_type: 'learned_range' })).toEqual([
    'trained_betas',
    'variance_type',
  ]);
  expect(named('DDIMScheduler', { solver_p: {}, invert_sigmas: true, algorithm_type: 'dpmsolver' })).toEqual([]);
  expect(named('DDIMScheduler', { beta_schedule: 'sigmoid', timestep_spacing: 'odd' })).toEqual([
    'beta_schedule',
    'timestep_spacing',
  ]);
  expect(named('DPMSolverMultistepScheduler', { algorithm_type: 'dpmsolver' })).toEqual(['final_sigmas_type']);
  expect(named('FlowMatchEulerDiscreteScheduler', { invert_sigmas: true, beta_schedule: 'odd' })).toEqual([
    'invert_sigmas',
  ]);
  const flow = { use_flow_sigmas: true, use_karras_sigmas: true };
  expect(named('UniPCMultistepScheduler', { ...flow, predict_x0: false })).toEqual(['predict_x0']);
  expect(named('DPMSolverMultistepScheduler', flow)).toEqual(['use_karras_sigmas']);
});

test('values are clipped at a limit, or at what a share of them stays within, and then divided by that', () => {
  const values = Float32Array.of(-4, 0.5, 2, -1);
  expect([...clipped(values, { limit: 1.5 })]).toEqual([-1.5, 0.5, 1.5, -1]);
  // Three quarters of 0.5, 1, 2, 4 are within 2.5.
  expect([...clipped(values, { share: 0.75, most: 9 })]).toEqual([-1, 0.2, 0.8, -0.4].map(Math.fround));
  expect([...clipped(values, { share: 0.75, most: 1 })]).toEqual([-1, 0.5, 1, -1]);
  expect([...clipped(values, { share: 0, most: 9 })]).toEqual([-1, 0.5, 1, -1]);
  expect([...values]).toEqual([-4, 0.5, 2, -1]);
});
