import { describe, expect, test } from 'vitest';
import sampleWith from '../../nodes/latent/sample-with.ts';
import chooseSampler from '../../nodes/sampler/choose.ts';
import schedule from '../../nodes/sigmas/schedule.ts';
import { samplerNames } from '../../src-main/diffusion/samplers/index.ts';
import { isCancelled } from '../../src-main/model/errors.ts';
import type { PackFacts } from '../../src-main/model/pack.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import type { Conditioning, ConditioningRegion, Guider } from '../../src-main/model/value-types.ts';
import { type FakeContext, fakeContext, fakeFacts, fakePack, fakePlanContext } from '../build/fake-node-context.ts';
import { type Given, problemsOf, ran } from '../build/run-node.ts';

const eps: PackFacts = {
  ...fakeFacts,
  prediction: 'eps',
  timestep: 'index',
  schedule: { kind: 'betas', start: 0.00085, end: 0.012 },
};

const prompt = (ctx: FakeContext, seed: number, region?: ConditioningRegion): Conditioning => ({
  entries: [{ hidden: ctx.tensor.noise(`${seed}`, [1, 4, 1]), ...(region ? { region } : {}) }],
});
const guiderOf = (ctx: FakeContext, values: Partial<Guider> = {}) =>
  ({ kind: 'cfg', positive: prompt(ctx, 1), negative: prompt(ctx, 2), cfg: 3, ...values }) as Guider;
const dataOf = (ctx: FakeContext, tensor: unknown): number[] => [
  ...(ctx.tensor.dataOf(tensor as TensorRef) as Float32Array),
];

function itemFor(ctx: FakeContext, values: Given = {}): Given {
  return {
    denoiser: fakePack,
    guider: guiderOf(ctx),
    sampler: { name: 'euler' },
    sigmas: [1, 0.75, 0.5, 0.25, 0],
    latent: ctx.tensor.full([1, 3, 8, 16], 0),
    ...values,
  };
}
const sampled = async (ctx: FakeContext, values: Given = {}) =>
  dataOf(ctx, (await ran('latent.sample-with', ctx, itemFor(ctx, values))).latent);

test('a run put together of parts equals the simple one', async () => {
  for (const [facts, sigmas] of [
    [fakeFacts, [1, 0.75, 0.5, 0.25, 0]],
    [eps, null],
  ] as const) {
    const ctx = fakeContext(facts);
    const { positive, negative } = guiderOf(ctx) as Extract<Guider, { kind: 'cfg' }>;
    const values = { denoiser: fakePack, latent: ctx.tensor.full([2, 3, 8, 16], 0), seed: '7' };
    const simple = { ...values, positive, negative, cfg: 3, steps: 4, scheduler: 'simple', sampler: 'euler_ancestral' };
    const one = await ran('latent.sample', ctx, simple);
    const planned = schedule.plan!({ ...values, scheduler: 'simple', steps: 4, denoise: 1 }, fakePlanContext(facts));
    if (sigmas) expect(planned.sigmas).toEqual(sigmas);
    const other = { ...values, sigmas: planned.sigmas, sampler: { name: 'euler_ancestral' } };
    const found = await ran('latent.sample-with', ctx, itemFor(ctx, other));
    expect(dataOf(ctx, found.latent)).toEqual(dataOf(ctx, one.latent));
  }
});

test('two stages make what one makes: the second goes on without noise of its own', async () => {
  for (const [facts, sigmas] of [
    [fakeFacts, [1, 0.75, 0.5, 0.25, 0]],
    [eps, [10, 4, 1, 0.3, 0]],
  ] as const) {
    const ctx = fakeContext(facts);
    const whole = await sampled(ctx, { sigmas });
    const first = await ran('latent.sample-with', ctx, itemFor(ctx, { sigmas: sigmas.slice(0, 3) }));
    const second = await sampled(ctx, { sigmas: sigmas.slice(2), latent: first.latent, noise: false });
    second.forEach((value, i) => {
      expect(value).toBeCloseTo(whole[i]!, 4);
    });
  }
});

test('what the last step saw comes besides; at the end without noise it is the picture', async () => {
  const ctx = fakeContext();
  const early = await ran('latent.sample-with', ctx, itemFor(ctx, { sigmas: [1, 0.75, 0.5] }));
  expect(dataOf(ctx, early.denoised)).not.toEqual(dataOf(ctx, early.latent));
  const ended = await ran('latent.sample-with', ctx, itemFor(ctx));
  dataOf(ctx, ended.denoised).forEach((value, i) => {
    expect(value).toBeCloseTo(dataOf(ctx, ended.latent)[i]!, 5);
  });
});

test('without steps the latent comes back, in tensors of its own', async () => {
  const ctx = fakeContext();
  const item = itemFor(ctx, { sigmas: [], latent: ctx.tensor.full([2, 3, 8, 16], 5) });
  const { latent, denoised } = await ran('latent.sample-with', ctx, item);
  expect(dataOf(ctx, latent)).toEqual(Array(2 * 3 * 8 * 16).fill(5));
  expect(new Set([latent, denoised, item.latent].map((tensor) => (tensor as TensorRef).id)).size).toBe(3);
  expect(ctx.calls).toEqual([]);
});

test('every sampler can be chosen; another name is a problem of the input', async () => {
  for (const name of samplerNames)
    expect(chooseSampler.plan!({ sampler: name }, fakePlanContext())).toEqual({ sampler: { name } });
  const ctx = fakeContext();
  expect(await problemsOf('latent.sample-with', ctx, itemFor(ctx, { sampler: { name: 'eular' } }))).toMatchObject([
    { code: 'input.notAChoice', input: 'sampler', values: { value: 'eular', nearest: 'euler' } },
  ]);
});

test('the number of calls is known where sampler and sigmas are', () => {
  expect(sampleWith.calls!({ sampler: { name: 'heun' }, sigmas: [3, 2, 1, 0] })).toBe(5);
  expect(sampleWith.calls!({ sampler: { name: 'euler' }, sigmas: [] })).toBe(0);
  expect(sampleWith.calls!({})).toBe(1);
});

describe('conditionings that count in places and at times', () => {
  const left = { areaPercent: [0.5, 1, 0, 0] } as const;

  const inSimple = async (ctx: FakeContext, values: Given) => {
    const { latent } = await ran('latent.sample', ctx, {
      denoiser: fakePack,
      positive: prompt(ctx, 1),
      negative: prompt(ctx, 2),
      cfg: 3,
      steps: 4,
      latent: ctx.tensor.full([1, 3, 8, 16], 0),
      ...values,
    });
    return dataOf(ctx, latent);
  };

  test('count in the simple sampler too', async () => {
    const ctx = fakeContext();
    const base = prompt(ctx, 1);
    const both = { entries: [...base.entries, ...prompt(ctx, 3, left).entries] };
    const found = await inSimple(ctx, { positive: both });
    expect(found).not.toEqual(await inSimple(ctx, {}));
    const areas = (await ran('guider.cfg', ctx, { positive: both, negative: prompt(ctx, 2), cfg: 3 })).guider;
    expect(await sampled(ctx, { guider: areas })).toEqual(found);
    // A whole, the left half of it, and both for the other side.
    const shapes = ctx.calls.at(-1)!.rows.map((row) => (row.latent as TensorRef).shape.join());
    expect(shapes.sort()).toEqual(['1,3,8,16', '1,3,8,16', '1,3,8,8', '1,3,8,8']);
  });

  test('that say nothing special draw what those that say nothing draw', async () => {
    const ctx = fakeContext();
    const plain = await inSimple(ctx, {});
    const said = await inSimple(ctx, { positive: prompt(ctx, 1, { strength: 1, start: 0, end: 1 }) });
    said.forEach((value, i) => {
      expect(value).toBeCloseTo(plain[i]!, 4);
    });
  });

  test('are not asked about outside their time, nor in an area outside the picture', async () => {
    const ctx = fakeContext();
    const late = { entries: [...prompt(ctx, 1).entries, ...prompt(ctx, 3, { start: 0.5 }).entries] };
    await inSimple(ctx, { positive: late, cfg: 1 });
    expect(ctx.calls.map(({ rows }) => rows.length)).toEqual([1, 1, 2, 2]);
    const away = fakeContext();
    const outside = { entries: [...prompt(away, 1).entries, ...prompt(away, 3, { area: [64, 64, 512, 0] }).entries] };
    await inSimple(away, { positive: outside, cfg: 1 });
    expect(away.calls.map(({ rows }) => rows.length)).toEqual([1, 1, 1, 1]);
  });

  test('in a size that the pack does not take are a problem', async () => {
    const fixed = { ...fakeFacts, sizes: { fixed: [[32, 16]] as const, multiple: 8 } };
    const ctx = fakeContext(fixed);
    const guider = guiderOf(ctx, { positive: prompt(ctx, 1, left) });
    expect(await problemsOf('latent.sample-with', ctx, itemFor(ctx, { guider }))).toMatchObject([
      { code: 'conditioning.areaNotAllowed', values: { width: 16, height: 16, allowed: '32×16' } },
    ]);
  });

  test('see of a mask, a masked latent and a control picture what lies in their area, and the size of the whole', async () => {
    const port = (name: string) => ({ name, as: name, dtype: 'float32', shape: [] }) as const;
    const takes = ['mask', 'masked', 'sizes', 'residual.mid'].map(port);
    const parts = fakeFacts.parts.flatMap((part) =>
      part.name === 'denoiser'
        ? [
            { ...part, takes },
            { ...part, name: 'control-net' as const, takes: [] },
          ]
        : [part],
    );
    const base = fakeContext({ ...fakeFacts, parts });
    const call: FakeContext['call'] = async (pack, part, rows, together) => {
      const given = (await base.call(pack, part, rows, together)) as readonly object[];
      if (part !== 'control-net') return given as never;
      const latents = rows as readonly { readonly latent: TensorRef }[];
      return latents.map(({ latent }) => ({ 'residual.mid': base.tensor.full(latent.shape, 2) })) as never;
    };
    const ctx = { ...base, call };
    const [entry] = prompt(ctx, 1, left).entries;
    const image = ctx.tensor.make(
      Uint8Array.from({ length: 16 * 32 * 3 }, (_, i) => Math.floor(i / 3) % 32),
      'uint8',
      [1, 16, 32, 3],
    );
    const positive = {
      entries: [
        ...prompt(ctx, 2).entries,
        {
          ...entry!,
          inpaint: { mask: ctx.tensor.full([1, 1, 8, 16], 1), masked: ctx.tensor.full([1, 3, 8, 16], 5) },
          control: { image, strength: 1, start: 0, end: 1 },
        },
      ],
    };
    const guider = guiderOf(ctx, { positive, cfg: 1 });
    await sampled(ctx, { guider, sigmas: [1, 0] });
    const shapes = (row: Record<string, unknown>) =>
      Object.fromEntries(
        ['latent', 'mask', 'masked', 'residual.mid', 'image'].flatMap((name) =>
          row[name] ? [[name, (row[name] as TensorRef).shape.join('×')]] : [],
        ),
      );
    const [whole, piece] = base.calls.at(-1)!.rows;
    expect([shapes(whole!), shapes(piece!)]).toEqual([
      { latent: '1×3×8×16', mask: '1×1×8×16', masked: '1×3×8×16', 'residual.mid': '1×3×8×16' },
      { latent: '1×3×8×8', mask: '1×1×8×8', masked: '1×3×8×8', 'residual.mid': '1×3×8×8' },
    ]);
    expect(piece!.sizes).toBe(whole!.sizes);
    const controls = base.calls.filter(({ part }) => part === 'control-net').flatMap(({ rows }) => rows);
    const asked = controls.find(({ strength }) => strength === 1)!;
    expect(shapes(asked)).toEqual({ latent: '1×3×8×8', image: '1×16×16×3' });
    expect(Math.max(...(ctx.tensor.dataOf(asked.image as TensorRef) as Uint8Array))).toBe(15);
  });

  test('draw picture i of several as the only one of seed + i', async () => {
    const ctx = fakeContext();
    const mask = ctx.tensor.make(
      Uint8Array.from({ length: 32 }, (_, i) => i * 8),
      'uint8',
      [1, 4, 8, 1],
    );
    const positive = { entries: [...prompt(ctx, 1).entries, ...prompt(ctx, 3, { mask, maskStrength: 0.7 }).entries] };
    const guider = guiderOf(ctx, { positive, correction: 'rescale', amount: 0.7 });
    const values = { guider, sampler: { name: 'dpmpp_2m_sde' } };
    const together = await sampled(ctx, { ...values, seed: '5', latent: ctx.tensor.full([2, 3, 8, 16], 0) });
    const alone = [await sampled(ctx, { ...values, seed: '5' }), await sampled(ctx, { ...values, seed: '6' })];
    expect(together).toEqual(alone.flat());
  });

  test('end as cancelled when the job is', async () => {
    const ctx = fakeContext();
    ctx.cancelAtCall(2);
    const guider = guiderOf(ctx, { positive: prompt(ctx, 1, left) });
    await expect(sampled(ctx, { guider })).rejects.toSatisfy(isCancelled);
    expect(ctx.calls.length).toBe(2);
  });
});
