import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { PackFacts } from '../../src-main/model/pack.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import type { Conditioning, Guider } from '../../src-main/model/value-types.ts';
import { type FakeContext, fakeContext, fakeFacts, fakePack } from '../build/fake-node-context.ts';
import { maskOf, type Numbers, ran } from '../build/run-node.ts';
import { cleanOf, type Mixture } from '../parity/mixture.ts';

interface Entry {
  cond: number;
  strength?: number;
  area?: [number, number, number, number];
  area_percentage?: [number, number, number, number];
  mask?: string;
  mask_strength?: number;
  bounds?: boolean;
  start?: number;
  end?: number;
}
interface Case {
  name: string;
  kind: 'vp' | 'flow';
  cfg: number;
  sigma: number;
  x_scale: number;
  positive?: Entry[];
  negative?: Entry[] | number;
  empty?: Entry[];
  cond1?: number;
  cond2?: number;
  cfg_conds?: number;
  cfg_cond2_negative?: number;
  style?: string;
  multiplier?: number;
  strength?: number;
  pre_cfg?: boolean;
  neg_scale?: number;
  rows: { cond: number; shape: number[] }[];
  denoised: number[];
}
const golden = JSON.parse(readFileSync(path.join(import.meta.dirname, '../data/diffusion/guidance.json'), 'utf8')) as {
  shape: [number, number, number, number];
  noise_phase: number;
  noise_k: number;
  denoisers: Record<string, Mixture>;
  masks: Record<string, Numbers>;
  cases: Case[];
};
const [, channels, height, width] = golden.shape;
const cells = height * width;

const facts: Readonly<Record<Case['kind'], PackFacts>> = {
  vp: {
    ...fakeFacts,
    prediction: 'eps',
    timestep: 'index',
    schedule: { kind: 'betas', start: 0.00085, end: 0.012 },
    latent: { channels, downscale: 8 },
  },
  flow: { ...fakeFacts, schedule: { kind: 'flow', shift: 3 }, latent: { channels, downscale: 8 } },
};

/** A context whose denoiser is the reference's formula at one sigma; a conditioning is the number of its formula. */
function contextAt(kind: Case['kind'], sigma: number): FakeContext & { readonly rows: Case['rows'] } {
  const base = fakeContext(facts[kind]);
  const rows: Case['rows'] = [];
  const scale = kind === 'vp' ? Math.sqrt(sigma * sigma + 1) : 1;
  const call: FakeContext['call'] = async (_pack, _part, given) =>
    (given as readonly { latent: TensorRef; hidden: TensorRef }[]).map(({ latent, hidden }) => {
      const cond = base.tensor.dataOf(hidden)[0] as number;
      rows.push({ cond, shape: latent.shape.slice(1) });
      const x = Float64Array.from(base.tensor.dataOf(latent) as Float32Array, (value) => value * scale);
      const clean = cleanOf(x, sigma, kind === 'flow', golden.denoisers[cond]!);
      const prediction = Float32Array.from(x, (value, i) => (value - clean[i]!) / sigma);
      return { prediction: base.tensor.make(prediction, 'float32', latent.shape) };
    }) as never;
  return { ...base, call, rows };
}

async function entryOf(ctx: FakeContext, entry: Entry): Promise<Conditioning> {
  let conditioning: Conditioning = { entries: [{ hidden: ctx.tensor.full([1, 1, 1], entry.cond) }] };
  const say = async (name: string, values: object) => {
    conditioning = (await ran(`conditioning.${name}`, ctx, { conditioning, ...values })).conditioning as Conditioning;
  };
  const { strength = 1, area, area_percentage, mask, mask_strength = 1, bounds, start = 0, end = 1 } = entry;
  const box = area ?? area_percentage;
  if (box) {
    const [width, height, x, y] = box;
    await say(area ? 'set-area' : 'set-area-percent', { width, height, x, y });
  }
  if (strength !== 1) await say('set-strength', { strength });
  if (mask)
    await say('set-mask', {
      mask: maskOf(ctx, { ...golden.masks[mask]!, shape: [1, ...golden.masks[mask]!.shape.slice(-2)] }),
      strength: mask_strength,
      area: bounds ? 'mask bounds' : 'default',
    });
  if (start !== 0 || end !== 1) await say('set-timestep-range', { start, end });
  return conditioning;
}

async function sideOf(ctx: FakeContext, entries: readonly Entry[]): Promise<Conditioning> {
  const [first, ...more] = await Promise.all(entries.map((entry) => entryOf(ctx, entry)));
  let all = first!;
  for (const other of more)
    all = (await ran('conditioning.combine', ctx, { conditioning: all, other })).conditioning as Conditioning;
  return all;
}

async function guiderFor(ctx: FakeContext, one: Case): Promise<Guider> {
  const { cfg } = one;
  if (one.name === 'dual_cfg') {
    const [first, second, negative] = await Promise.all(
      [one.cond1!, one.cond2!, one.negative as number].map((cond) => entryOf(ctx, { cond })),
    );
    const values = { first, second, negative, cfg: one.cfg_conds, 'cfg-second': one.cfg_cond2_negative };
    return (await ran('guider.dual-cfg', ctx, { ...values, style: one.style })).guider as Guider;
  }
  const sides = { positive: await sideOf(ctx, one.positive!), negative: await sideOf(ctx, one.negative as Entry[]) };
  if (one.name === 'perp_neg') {
    const empty = await sideOf(ctx, one.empty!);
    return (await ran('guider.perp-neg', ctx, { ...sides, empty, cfg, scale: one.neg_scale })).guider as Guider;
  }
  const corrections: Readonly<Record<string, object>> = {
    rescale_cfg: { correction: 'rescale', amount: one.multiplier },
    cfg_zero_star: { correction: 'zero-star' },
    cfg_norm: { correction: one.pre_cfg ? 'noise-norm' : 'norm', amount: one.strength },
  };
  return (await ran('guider.cfg', ctx, { ...sides, cfg, ...corrections[one.name] })).guider as Guider;
}

const masksOf = ({ positive = [] }: Case): readonly Numbers[] =>
  positive.flatMap(({ mask }) => (mask ? [golden.masks[mask]!] : []));
/** Masks have 256 levels here: the weights of a place are less exact, and what counts less than half a level is gone. */
const isSoft = (one: Case): boolean => masksOf(one).some(({ data }) => data.some((value) => value % 1 !== 0));
const isLost = (one: Case, cell: number): boolean =>
  masksOf(one).some(({ data }) => data[cell]! > 0 && data[cell]! < 0.5 / 255);

test.each(golden.cases.map((one) => [`${one.name} on ${one.kind}, sigma ${one.sigma} cfg ${one.cfg}`, one] as const))(
  '%s is the reference’s, from conditioning to step',
  async (_, one) => {
    const { kind, sigma } = one;
    const ctx = contextAt(kind, sigma);
    // One step of Euler to 0 leaves what the guided denoiser saw in the first state.
    const state = Float32Array.from({ length: one.denoised.length }, (_, i) => {
      const angle = 0.7390851 * (i + 1) ** 2 + 2.236068 * (golden.noise_k + 1) * (i + 3) + golden.noise_phase;
      const x = one.x_scale * Math.fround(Math.SQRT2 * Math.sin(angle));
      return kind === 'flow' ? x / (1 - sigma) : x;
    });
    const found = await ran('latent.sample-with', ctx, {
      denoiser: fakePack,
      guider: await guiderFor(ctx, one),
      sampler: { name: 'euler' },
      sigmas: [sigma, 0],
      latent: ctx.tensor.make(state, 'float32', golden.shape),
      noise: false,
    });
    const most = Math.max(1, ...one.denoised.map(Math.abs));
    const within = (isSoft(one) ? 1 / 255 : 1e-5) * most;
    for (const latent of [found.denoised, found.latent]) {
      const values = ctx.tensor.dataOf(latent as TensorRef) as Float32Array;
      const far = one.denoised.map((value, i) => (isLost(one, i % cells) ? 0 : Math.abs(value - values[i]!)));
      expect(Math.max(...far)).toBeLessThan(within);
    }
    const key = ({ cond, shape }: Case['rows'][number]) => `${cond} ${shape}`;
    expect(ctx.rows.map(key).sort()).toEqual(one.rows.map(key).sort());
  },
);
