import { expect, test } from 'vitest';
import sample from '../../nodes/latent/sample.ts';
import { diffusersConfig } from '../../src-main/diffusion/diffusers/config.ts';
import { samplerNames } from '../../src-main/diffusion/samplers/index.ts';
import { isCancelled } from '../../src-main/model/errors.ts';
import { defaultOf } from '../../src-main/model/inputs.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import { type FakeContext, fakeContext, fakeFacts, fakePack } from '../build/fake-node-context.ts';

const defaults = Object.fromEntries(Object.entries(sample.inputs).map(([name, input]) => [name, defaultOf(input)]));

const prompt = (ctx: FakeContext, seed: number) => ({ entries: [{ hidden: ctx.tensor.noise(`${seed}`, [1, 4, 1]) }] });

function itemFor(ctx: FakeContext, values: Record<string, unknown> = {}) {
  return {
    ...defaults,
    cfg: 2,
    denoiser: fakePack,
    positive: prompt(ctx, 1),
    negative: prompt(ctx, 2),
    latent: ctx.tensor.full([1, 3, 4, 8], 0),
    prepared: {},
    ...values,
  };
}

async function sampled(ctx: FakeContext, values: Record<string, unknown> = {}): Promise<Float32Array> {
  const [made] = await sample.run!([itemFor(ctx, values)], ctx);
  return ctx.tensor.dataOf(made!.latent as TensorRef) as Float32Array;
}

test('all pictures of a latent go out in one call per step, two rows each under guidance', async () => {
  const ctx = fakeContext();
  await sampled(ctx, { latent: ctx.tensor.full([3, 3, 4, 8], 0), steps: 5 });
  expect(ctx.calls.map(({ rows }) => rows.length)).toEqual([6, 6, 6, 6, 6]);
});

test('a picture has one row at cfg 1, and without a negative', async () => {
  for (const values of [{ cfg: 1 }, { negative: undefined }]) {
    const ctx = fakeContext();
    await sampled(ctx, { ...values, steps: 2 });
    expect(ctx.calls.map(({ rows }) => rows.length)).toEqual([1, 1]);
  }
});

test('picture i of several equals the only one of seed + i', async () => {
  const ctx = fakeContext();
  const seed = '18446744073709551614'; // two before the end: the third picture has seed 0
  const together = await sampled(ctx, { seed, latent: ctx.tensor.full([3, 3, 4, 8], 0) });
  const alone = await Promise.all([seed, '18446744073709551615', '0'].map((s) => sampled(ctx, { seed: s })));
  expect([...together]).toEqual(alone.flatMap((data) => [...data]));
});

test('another seed, prompt, cfg, step count or sampler gives another picture', async () => {
  const ctx = fakeContext();
  const first = await sampled(ctx);
  const others: Record<string, unknown>[] = [
    { seed: '1' },
    { positive: prompt(ctx, 3) },
    { negative: prompt(ctx, 3) },
    { cfg: 4 },
    { steps: 3 },
    { sampler: 'heun' },
  ];
  for (const values of others) expect(await sampled(ctx, values), Object.keys(values)[0]).not.toEqual(first);
});

test('denoise 0 leaves the latent as it is, and less denoise stays nearer to it', async () => {
  const ctx = fakeContext();
  const latent = ctx.tensor.full([1, 3, 4, 8], 5);
  const away = async (denoise: number) => {
    const data = await sampled(ctx, { latent, denoise, cfg: 1 });
    return data.reduce((sum, value) => sum + Math.abs(value - 5), 0) / data.length;
  };
  expect(await away(0)).toBe(0);
  expect(ctx.calls.length).toBe(0);
  expect(await away(0.2)).toBeLessThan(await away(0.6));
});

test('a latent that is left as it is comes back as another tensor, for its maker frees the first', async () => {
  const ctx = fakeContext();
  const item = itemFor(ctx, { denoise: 0 });
  const [made] = await sample.run!([item], ctx);
  expect((made!.latent as TensorRef).id).not.toBe(item.latent.id);
});

test('denoise runs the asked number of steps', async () => {
  const ctx = fakeContext();
  await sampled(ctx, { denoise: 0.5, steps: 4 });
  expect(ctx.calls.length).toBe(4);
});

test('the denoiser is fed in the convention of its pack', async () => {
  const ctx = fakeContext({ ...fakeFacts, timestep: '1-sigma' });
  await sampled(ctx, { steps: 2, cfg: 1 });
  expect(ctx.calls.map(({ rows }) => rows[0]!.timestep)).toEqual([0, 0.5]);
});

test('an eps model is fed the state scaled to unit variance', async () => {
  const facts = {
    ...fakeFacts,
    prediction: 'eps',
    timestep: 'index',
    schedule: { kind: 'betas', start: 0.00085, end: 0.012 },
  } as const;
  const ctx = fakeContext(facts);
  await sampled(ctx, { latent: ctx.tensor.full([1, 3, 64, 64], 0), steps: 1, cfg: 1 });
  const fed = ctx.tensor.dataOf(ctx.calls[0]!.rows[0]!.latent as TensorRef) as Float32Array;
  const variance = fed.reduce((sum, value) => sum + value * value, 0) / fed.length;
  expect(variance).toBeGreaterThan(0.9);
  expect(variance).toBeLessThan(1.1);
  expect(ctx.calls[0]!.rows[0]!.timestep).toBe(999);
});

test('conditionings of several entries are averaged', async () => {
  const ctx = fakeContext();
  const { entries } = prompt(ctx, 1);
  const once = await sampled(ctx, { positive: { entries }, cfg: 1 });
  const twice = await sampled(ctx, { positive: { entries: [...entries, ...entries] }, cfg: 1 });
  expect(ctx.calls.at(-1)!.rows.length).toBe(2);
  for (const [i, value] of twice.entries()) expect(value).toBeCloseTo(once[i]!, 5);
});

test('every step is told, with the clean picture that it saw', async () => {
  const ctx = fakeContext();
  await sampled(ctx, { steps: 3 });
  expect(ctx.steps.map(({ done, total }) => [done, total])).toEqual([
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
  expect(ctx.steps.map(({ preview }) => preview?.shape)).toEqual(Array(3).fill([1, 3, 4, 8]));
});

test('a cancelled run ends at the step it is in', async () => {
  const ctx = fakeContext();
  ctx.cancelAtCall(3);
  await expect(sampled(ctx, { steps: 9 })).rejects.toSatisfy(isCancelled);
  expect(ctx.calls.length).toBe(3);
});

test('every sampler draws, and picture i of several equals the only one of seed + i', async () => {
  const facts = {
    ...fakeFacts,
    prediction: 'eps',
    timestep: 'index',
    schedule: { kind: 'betas', start: 0.00085, end: 0.012 },
  } as const;
  for (const sampler of samplerNames) {
    const values = { sampler, scheduler: 'karras', steps: 4 };
    const ctx = fakeContext(facts);
    const together = await sampled(ctx, { ...values, seed: '5', latent: ctx.tensor.full([2, 3, 4, 8], 0) });
    const alone = await Promise.all(['5', '6'].map((seed) => sampled(fakeContext(facts), { ...values, seed })));
    expect(together.every(Number.isFinite), sampler).toBe(true);
    expect([...together], sampler).toEqual(alone.flatMap((data) => [...data]));
  }
});

test('as the pack says: timesteps, sampler and start are those of its makers', async () => {
  const scheduler = diffusersConfig({
    _class_name: 'PNDMScheduler',
    beta_start: 0.00085,
    beta_end: 0.012,
    beta_schedule: 'scaled_linear',
    skip_prk_steps: true,
    steps_offset: 1,
  });
  const facts = {
    ...fakeFacts,
    prediction: 'eps',
    timestep: 'index',
    schedule: { kind: 'betas', start: 0.00085, end: 0.012 },
    scheduler,
  } as const;
  const ctx = fakeContext(facts);
  await sampled(ctx, { sampler: 'pack', steps: 4, cfg: 1 });
  expect(ctx.calls.map(({ rows }) => rows[0]!.timestep)).toEqual([751, 501, 501, 251, 1]);
  const later = fakeContext(facts);
  await sampled(later, { sampler: 'pack', steps: 4, cfg: 1, denoise: 0.5 });
  expect(later.calls.length).toBeGreaterThan(0);
  expect(later.calls.length).toBeLessThan(5);
  // A flow that says nothing more is walked by Euler.
  const [asked, euler] = [
    { sampler: 'pack', scheduler: 'karras' },
    { sampler: 'euler', scheduler: 'simple' },
  ];
  expect(await sampled(fakeContext(), asked)).toEqual(await sampled(fakeContext(), euler));
});

test('as the pack says: clean pictures stay within the bounds of its scheduler', async () => {
  const drawn = async (clip: boolean) => {
    const config = { _class_name: 'DDIMScheduler', clip_sample: clip, clip_sample_range: 0.25 };
    const facts = { ...fakeFacts, prediction: 'eps', timestep: 'index', scheduler: diffusersConfig(config) } as const;
    const schedule = { kind: 'betas', start: 0.0001, end: 0.02 } as const;
    return sampled(fakeContext({ ...facts, schedule }), { sampler: 'pack', steps: 4, cfg: 1 });
  };
  const largest = (values: ArrayLike<number>) => Math.max(...Array.from(values, Math.abs));
  expect(largest(await drawn(false))).toBeGreaterThan(0.3);
  expect(largest(await drawn(true))).toBeCloseTo(0.25, 5);
});
