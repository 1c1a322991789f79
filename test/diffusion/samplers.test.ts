import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { finished, noised } from '../../src-main/diffusion/denoised.ts';
import { guidanceSides, guide } from '../../src-main/diffusion/guidance.ts';
import { type SamplerName, samplerNames, samplers } from '../../src-main/diffusion/samplers/index.ts';
import { arrays } from './arrays.ts';

interface Mixture {
  v: number;
  d: number;
  c_amp: number;
  c_freq: number;
  c_phase: number;
  c_off: number;
}
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
  final64: number[];
}
const golden = JSON.parse(readFileSync(path.join(import.meta.dirname, '../data/diffusion/samplers.json'), 'utf8')) as {
  denoiser: { cond: Mixture; uncond: Mixture };
  probe: number[];
  noise_phase: number;
  latent: { data: number[] };
  sigmas: Record<string, number[]>;
  init: Record<string, number[]>;
  runs: GoldenRun[];
};

/** The posterior mean of a mixture of two normal distributions: the reference's stand-in for a network. */
const cleanOf = (x: Float64Array, s: number, kind: 'vp' | 'flow', m: Mixture) =>
  x.map((value, i) => {
    const a = kind === 'vp' ? 1 : 1 - s;
    const c = m.c_amp * Math.sin(m.c_freq * i + m.c_phase) + m.c_off;
    const t = a * a * m.v + s * s;
    return (a * m.v * value + s * s * (c + m.d * Math.tanh((m.d * a * (value - a * c)) / t))) / t;
  });

describe('samplers', () => {
  const name = (run: GoldenRun) =>
    `${run.sampler} on ${run.kind}, ${run.steps} steps, cfg ${run.cfg} ${run.case ?? ''}`;

  test.each(golden.runs.map((run) => [name(run), run] as const))('%s goes the way of the reference', async (_, run) => {
    const sigmas = golden.sigmas[run.sigmas]!.map(Math.fround);
    const calls: { sigma: number; probe: number[] }[] = [];
    let rows = 0;
    let done = 0;
    const predict = async (x: Float64Array, sigma: number) => {
      calls.push({ sigma, probe: golden.probe.map((at) => x[at]!) });
      const sides = guidanceSides(golden.denoiser.cond, golden.denoiser.uncond, run.cfg);
      rows += sides.length;
      return guide(
        arrays,
        sides.map((side) => cleanOf(x, sigma, run.kind, side)),
        run.cfg,
      );
    };
    const start = Float64Array.from(golden.init[run.init]!);
    const end = await samplers[run.sampler](start, predict, { math: arrays, sigmas, onStep: () => done++ });
    const x = finished(arrays, run.kind === 'flow' ? 'flow' : 'eps', end, sigmas.at(-1)!);

    const most = Math.max(1, ...run.final64.map(Math.abs));
    expect(Math.max(...run.final64.map((value, i) => Math.abs(value - x[i]!)))).toBeLessThan(1e-6 * most);
    expect(calls.map(({ sigma }) => sigma)).toEqual(run.call_sigmas.map(Math.fround));
    calls.forEach(({ probe }, i) => {
      probe.forEach((value, j) => {
        const wanted = run.call_probes[i]![j]!;
        expect(Math.abs(value - wanted)).toBeLessThan(1e-4 * Math.max(1, Math.abs(wanted)));
      });
    });
    expect(rows).toBe(run.rows);
    expect(done).toBe(run.callbacks);
  });

  test('every sampler is covered by reference runs', () => {
    expect([...new Set(golden.runs.map(({ sampler }) => sampler))].sort()).toEqual([...samplerNames].sort());
  });

  test('without sigmas or with one, nothing happens', async () => {
    const x = Float64Array.of(1, 2);
    const never = () => Promise.reject(new Error('called'));
    for (const sampler of Object.values(samplers))
      for (const sigmas of [[], [0.5]]) expect(await sampler(x, never, { math: arrays, sigmas })).toBe(x);
  });

  test('the start of a run is the reference’s, from nothing and from a picture', () => {
    const noise = Float64Array.from({ length: 64 }, (_, i) =>
      Math.fround(Math.SQRT2 * Math.sin(0.7390851 * (i + 1) ** 2 + 2.236068 * (i + 3) + golden.noise_phase)),
    );
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
    for (const sampler of Object.values(samplers))
      await expect(
        sampler(Float64Array.of(1), () => Promise.reject(stop), { math: arrays, sigmas: [1, 0.5, 0] }),
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
