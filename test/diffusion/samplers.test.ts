import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { finished, noised } from '../../src-main/diffusion/denoised.ts';
import { stepsOf } from '../../src-main/diffusion/edit-sigmas.ts';
import { guidanceSides, guide } from '../../src-main/diffusion/guidance.ts';
import { noiseModelOf } from '../../src-main/diffusion/noise-model.ts';
import { meanDistance } from '../../src-main/diffusion/samplers/distance.ts';
import { type SamplerName, samplerNames, samplers } from '../../src-main/diffusion/samplers/index.ts';
import { type PathOptions, pathOf } from '../../src-main/diffusion/samplers/path-of.ts';
import { endOf } from '../../src-main/diffusion/samplers/traits.ts';
import { arrays } from './arrays.ts';
import { cleanOf, type Mixture } from './mixture.ts';

interface GoldenRun {
  kind: 'vp' | 'flow';
  sampler: SamplerName;
  steps: number;
  cfg: number;
  case?: 'img2img';
  sigmas: string;
  init: string;
  rows: number;
  callbacks: number;
  call_sigmas: number[];
  call_probes: number[][];
  noise_calls: number;
  final: number[];
  final64: number[];
  err32: number;
}
const golden = JSON.parse(readFileSync(path.join(import.meta.dirname, '../data/diffusion/samplers.json'), 'utf8')) as {
  denoiser: { cond: Mixture; uncond: Mixture };
  probe: number[];
  noise_phase: number;
  latent: { data: number[] };
  sigmas: Record<string, number[]>;
  init: Record<string, number[]>;
  runs: GoldenRun[];
  gpu_aliases: Record<string, SamplerName>;
  advanced: {
    kind: 'vp' | 'flow';
    cfg: number;
    sigmas: string;
    start_step: number;
    last_step: number;
    force_full_denoise: boolean;
    latent: string;
    noise: string;
    final: number[];
  }[];
};

/** Noise without a generator, number k. */
const pseudoNoise = (k: number) =>
  Float64Array.from({ length: 64 }, (_, i) =>
    Math.fround(Math.SQRT2 * Math.sin(0.7390851 * (i + 1) ** 2 + 2.236068 * (k + 1) * (i + 3) + golden.noise_phase)),
  );
const models = {
  vp: noiseModelOf({ kind: 'betas', start: 0.00085, end: 0.012 }),
  flow: noiseModelOf({ kind: 'flow', shift: 3 }),
};
const never = () => Promise.reject(new Error('called'));
const pathWith = (some: Partial<PathOptions<Float64Array>>) =>
  pathOf<Float64Array>({
    math: arrays,
    sigmas: [],
    isFlow: false,
    sigmaAt: models.vp.sigmaAt,
    predict: never,
    predictSides: never,
    draw: pseudoNoise,
    distance: async (a, b, { before, ...allowed }) => meanDistance([a], [b], { ...allowed, before: [before] }),
    ...some,
  });

describe('samplers', () => {
  const name = (run: GoldenRun) =>
    `${run.sampler} on ${run.kind}, ${run.steps} steps, cfg ${run.cfg} ${run.case ?? ''}`;

  test.each(golden.runs.map((run) => [name(run), run] as const))('%s goes the way of the reference', async (_, run) => {
    const sigmas = golden.sigmas[run.sigmas]!.map(Math.fround);
    const calls: { sigma: number; probe: number[] }[] = [];
    const { cond, uncond } = golden.denoiser;
    let rows = 0;
    let done = 0;
    const clean = (x: Float64Array, sigma: number, sides: readonly Mixture[]) => {
      calls.push({ sigma, probe: golden.probe.map((at) => x[at]!) });
      rows += sides.length;
      return sides.map((side) => cleanOf(x, sigma, run.kind, side));
    };
    const walked = pathWith({
      sigmas,
      isFlow: run.kind === 'flow',
      sigmaAt: models[run.kind].sigmaAt,
      predict: async (x, sigma) => guide(arrays, clean(x, sigma, guidanceSides(cond, uncond, run.cfg)), run.cfg),
      async predictSides(x, sigma) {
        const sides = clean(x, sigma, [uncond, cond]);
        return { denoised: guide(arrays, sides, run.cfg), uncond: sides[0]! };
      },
      onStep: () => done++,
    });
    const end = await samplers[run.sampler](walked, Float64Array.from(golden.init[run.init]!));
    const x = finished(arrays, run.kind === 'flow' ? 'flow' : 'eps', end, endOf(run.sampler, sigmas));

    const most = Math.max(1, ...run.final64.map(Math.abs));
    const isAdaptive = run.sampler === 'dpm_adaptive';
    expect(calls.length).toBe(run.call_sigmas.length);
    calls.forEach(({ sigma, probe }, i) => {
      const close = isAdaptive ? 5e-3 : 2e-6;
      expect(Math.abs(sigma - run.call_sigmas[i]!)).toBeLessThan(close * Math.max(1, sigma));
      probe.forEach((value, j) => {
        const wanted = run.call_probes[i]![j]!;
        // They are those of the run in float32, which loses more on its way than at its end.
        const most = Math.max((isAdaptive ? 5e-3 : 1e-4) * Math.max(1, Math.abs(wanted)), 16 * run.err32);
        expect(Math.abs(value - wanted)).toBeLessThan(most);
      });
    });
    const away = (wanted: readonly number[]) => Math.max(...wanted.map((value, i) => Math.abs(value - x[i]!)));
    // UniPC counts in float32 as the reference does, so it is the float32 run that it follows.
    if (run.sampler.startsWith('uni_pc'))
      expect(away(run.final)).toBeLessThan(Math.max(1e-5, 5 * run.err32) * Math.max(1, most / 10));
    else expect(away(run.final64)).toBeLessThan((isAdaptive ? 2e-3 : 1e-6) * most);
    expect(rows).toBe(run.rows);
    expect(done).toBe(run.callbacks);
  });

  test('a run in two parts: the first leaves its noise, the second goes on from there', async () => {
    let last = new Float64Array();
    for (const one of golden.advanced) {
      const all = golden.sigmas[one.sigmas]!.map(Math.fround);
      const sigmas = stepsOf(all, one.start_step, one.last_step, one.force_full_denoise);
      const kind = one.kind === 'flow' ? 'flow' : 'eps';
      const latent = one.latent === 'latent' ? Float64Array.from(golden.latent.data) : last;
      const noise = one.noise === 'zero' ? new Float64Array(64) : pseudoNoise(0);
      const walked = pathWith({
        sigmas,
        isFlow: kind === 'flow',
        predict: async (x, sigma) => {
          const sides = [golden.denoiser.uncond, golden.denoiser.cond];
          return guide(
            arrays,
            sides.map((side) => cleanOf(x, sigma, one.kind, side)),
            one.cfg,
          );
        },
      });
      const start = noised(arrays, kind, latent, noise, sigmas[0]!, models[one.kind].sigmas.at(-1)!);
      last = Float64Array.from(finished(arrays, kind, await samplers.euler(walked, start), sigmas.at(-1)!));
      const most = Math.max(1, ...one.final.map(Math.abs));
      expect(Math.max(...one.final.map((value, i) => Math.abs(value - last[i]!)))).toBeLessThan(1e-5 * most);
    }
  });

  test('every sampler is covered by reference runs, or another name of one that is', () => {
    const covered = new Set(golden.runs.map(({ sampler }) => sampler));
    for (const [alias, same] of Object.entries(golden.gpu_aliases)) {
      expect(samplers[alias as SamplerName]).toBe(samplers[same]);
      covered.add(alias as SamplerName);
    }
    expect([...covered].sort()).toEqual([...samplerNames].sort());
  });

  test('without sigmas or with one, nothing happens', async () => {
    const x = Float64Array.of(1, 2);
    for (const sampler of Object.values(samplers))
      for (const sigmas of [[], [0.5]]) expect(await sampler(pathWith({ sigmas }), x)).toBe(x);
  });

  test('the start of a run is the reference’s, from nothing and from a picture', () => {
    const noise = pseudoNoise(0);
    for (const run of golden.runs) {
      const latent = run.case === 'img2img' ? Float64Array.from(golden.latent.data) : new Float64Array(64);
      const sigma = Math.fround(golden.sigmas[run.sigmas]![0]!);
      const highest = run.kind === 'flow' ? 1 : 14.614641;
      const x = noised(arrays, run.kind === 'flow' ? 'flow' : 'eps', latent, noise, sigma, highest);
      golden.init[run.init]!.forEach((wanted, i) => {
        expect(Math.abs(x[i]! - wanted)).toBeLessThan(1e-5);
      });
    }
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
