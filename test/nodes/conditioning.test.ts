import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import type { Conditioning } from '../../src-main/model/value-types.ts';
import { type FakeContext, fakeContext } from '../build/fake-node-context.ts';
import { type Given, type Numbers, problemsOf, ran, worst } from '../build/run-node.ts';

interface Text {
  readonly cond: Numbers;
  readonly pooled: Numbers;
}
interface Case extends Text {
  readonly node: string;
  readonly to: string;
  readonly from?: string;
  readonly strength?: number;
  readonly multiplier?: number;
}
const golden = JSON.parse(readFileSync(path.join(import.meta.dirname, '../data/diffusion/guidance.json'), 'utf8')) as {
  conditioning_inputs: Record<string, Text>;
  conditioning: Case[];
};

const tensor = (ctx: FakeContext, { shape, data }: Numbers): TensorRef =>
  ctx.tensor.make(Float32Array.from(data), 'float32', shape);
function textOf(ctx: FakeContext, name: string): Conditioning {
  const { cond, pooled } = golden.conditioning_inputs[name]!;
  return { entries: [{ hidden: tensor(ctx, cond), pooled: tensor(ctx, pooled) }] };
}
const entriesOf = (found: Given) => (found.conditioning as Conditioning).entries;

const nodes: Readonly<Record<string, (ctx: FakeContext, one: Case) => Promise<Given>>> = {
  ConditioningAverage: (ctx, { to, from, strength }) =>
    ran('conditioning.average', ctx, { conditioning: textOf(ctx, to), other: textOf(ctx, from!), strength }),
  ConditioningConcat: (ctx, { to, from }) =>
    ran('conditioning.concat', ctx, { conditioning: textOf(ctx, to), other: textOf(ctx, from!) }),
  ConditioningMultiply: (ctx, { to, multiplier: factor }) =>
    ran('conditioning.multiply', ctx, { conditioning: textOf(ctx, to), factor }),
  ConditioningZeroOut: (ctx, { to }) => ran('conditioning.zero-out', ctx, { conditioning: textOf(ctx, to) }),
};

test.each(golden.conditioning.map((one) => [`${one.node} ${one.from ?? ''} ${one.strength ?? ''}`, one] as const))(
  '%s gives the reference’s conditioning',
  async (_, one) => {
    const ctx = fakeContext();
    const [entry, ...more] = entriesOf(await nodes[one.node]!(ctx, one));
    expect(more).toEqual([]);
    expect(worst(ctx, entry!.hidden, one.cond)).toBeLessThan(1e-6);
    expect(worst(ctx, entry!.pooled, one.pooled)).toBeLessThan(1e-6);
  },
);

test('two conditionings count together, each with what it says of itself', async () => {
  const ctx = fakeContext();
  const one = (await ran('conditioning.set-strength', ctx, { conditioning: textOf(ctx, 'a'), strength: 2 }))
    .conditioning as Conditioning;
  const found = entriesOf(await ran('conditioning.combine', ctx, { conditioning: one, other: textOf(ctx, 'b_long') }));
  expect(found.map(({ hidden, region }) => [hidden.shape[1], region])).toEqual([
    [4, { strength: 2 }],
    [6, undefined],
  ]);
});

/** What several nodes in a row say of where and when a conditioning counts. */
async function said(ctx: FakeContext, ...steps: readonly (readonly [name: string, values: Given])[]) {
  let conditioning = textOf(ctx, 'a');
  for (const [name, values] of steps)
    conditioning = (await ran(`conditioning.${name}`, ctx, { conditioning, ...values })).conditioning as Conditioning;
  return ctx.tensor.contentOf(conditioning.entries[0]!.region);
}

test('where and when a conditioning counts goes along with it', async () => {
  const ctx = fakeContext();
  const mask = ctx.tensor.make(Uint8Array.of(0, 255), 'uint8', [1, 1, 2, 1]);
  const area = { width: 128, height: 64, x: 8, y: 16, strength: 0.5 };
  expect(
    await said(
      ctx,
      ['set-area', area],
      ['set-mask', { mask, strength: 0.7, area: 'mask bounds' }],
      ['set-timestep-range', { start: 0.2, end: 0.8 }],
      ['multiply', { factor: 2 }],
    ),
  ).toEqual({
    area: [128, 64, 8, 16],
    strength: 0.5,
    mask: { dtype: 'uint8', shape: [1, 1, 2, 1], data: Uint8Array.of(0, 255) },
    maskStrength: 0.7,
    toMaskBounds: true,
    start: 0.2,
    end: 0.8,
  });
});

test('one box replaces another, in pixels or in shares', async () => {
  const ctx = fakeContext();
  const shares = ['set-area-percent', { width: 0.5, height: 1, x: 0.5, y: 0 }] as const;
  const pixels = ['set-area', { width: 64, height: 64 }] as const;
  expect(await said(ctx, pixels, shares)).toEqual({ areaPercent: [0.5, 1, 0.5, 0], strength: 1, toMaskBounds: false });
  expect(await said(ctx, shares, pixels)).toEqual({ area: [64, 64, 0, 0], strength: 1, toMaskBounds: false });
});

test('conditionings of other encoders do not fit, and the input that brings them is named', async () => {
  const ctx = fakeContext();
  const conditioning = textOf(ctx, 'a');
  const wide: Conditioning = { entries: [{ hidden: ctx.tensor.full([1, 4, 5], 0) }] };
  const pooled: Conditioning = {
    entries: [{ hidden: ctx.tensor.full([1, 4, 3], 0), pooled: ctx.tensor.full([1, 9], 0) }],
  };
  for (const name of ['conditioning.average', 'conditioning.concat']) {
    expect(await problemsOf(name, ctx, { conditioning, other: wide })).toEqual([
      { code: 'conditioning.doesNotFit', values: { given: '[1, 4, 5]', wanted: '[1, tokens, 3]' }, input: 'other' },
    ]);
    expect(await problemsOf(name, ctx, { conditioning, other: pooled })).toMatchObject([
      { code: 'conditioning.doesNotFit', values: { given: '[1, 9]', wanted: '[1, 3]' }, input: 'other' },
    ]);
    expect(await problemsOf(name, ctx, { conditioning, other: { entries: [] } })).toMatchObject([
      { code: 'conditioning.doesNotFit', input: 'other' },
    ]);
  }
});

test('where a text was padded stays known behind another one', async () => {
  const ctx = fakeContext();
  const padMask = ctx.tensor.make(Uint8Array.of(0, 0, 1, 1), 'bool', [1, 4]);
  const [own] = textOf(ctx, 'a').entries;
  const padded: Conditioning = { entries: [{ ...own!, padMask }] };
  const maskOf = async (conditioning: Conditioning, other: Conditioning) => {
    const [entry] = entriesOf(await ran('conditioning.concat', ctx, { conditioning, other }));
    return [...(ctx.tensor.dataOf(entry!.padMask!) as Uint8Array)];
  };
  expect(await maskOf(padded, textOf(ctx, 'b_short'))).toEqual([0, 0, 1, 1, 0, 0]);
  expect(await maskOf(textOf(ctx, 'b_short'), padded)).toEqual([0, 0, 0, 0, 1, 1]);
  const [zeroed] = entriesOf(await ran('conditioning.zero-out', ctx, { conditioning: padded }));
  expect(ctx.tensor.contentOf(zeroed!.padMask)).toEqual(ctx.tensor.contentOf(padMask));
});
