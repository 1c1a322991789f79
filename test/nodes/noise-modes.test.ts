import { expect, test } from 'vitest';
import latentSample from '../../nodes/latent/sample.ts';
import { brownianNoise } from '../../src-main/diffusion/brownian.ts';
import { batchNoise, drawsFrom } from '../../src-main/diffusion/noise.ts';
import { comfyDraws } from '../../src-main/diffusion/noise-modes.ts';
import { torchRngOf } from '../../src-main/diffusion/rng.ts';
import { defaultOf } from '../../src-main/model/inputs.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import { fakeContext, fakePack } from '../build/fake-node-context.ts';

const shape = [2, 3, 4, 8];

async function drawn(values: Record<string, unknown>, images = 2): Promise<readonly number[]> {
  const ctx = fakeContext();
  const defaults = Object.entries(latentSample.inputs).map(([name, input]) => [name, defaultOf(input) ?? undefined]);
  const hidden = ctx.tensor.full([1, 4, 1], 0.5);
  const item = {
    ...Object.fromEntries(defaults),
    denoiser: fakePack,
    positive: { entries: [{ hidden }] },
    latent: ctx.tensor.full([images, 3, 4, 8], 0),
    steps: 3,
    ...values,
  };
  const [made] = await latentSample.run!([item], ctx);
  return [...(await ctx.tensor.read(made!.latent as TensorRef))].map(Number);
}

test('in Kiln’s way a picture’s noise does not depend on its company; in ComfyUI’s it is a part of the batch’s', async () => {
  const [two, first] = [await drawn({ seed: '5' }), await drawn({ seed: '5' }, 1)];
  expect(two.slice(0, first.length)).toEqual(first);
  const [pair, one] = [
    await drawn({ seed: '5', 'noise-mode': 'comfy' }),
    await drawn({ seed: '5', 'noise-mode': 'comfy' }, 1),
  ];
  expect(pair.slice(one.length)).not.toEqual(two.slice(one.length));
  expect(pair.slice(0, one.length)).toEqual(one);
});

test('ComfyUI’s noise is of the seed for the start, of the next one for the steps, and of one motion for SDE samplers', () => {
  const sigmas = [10, 4, 1, 0];
  const flat = (parts: readonly Float32Array[]) => parts.flatMap((part) => [...part]);
  const ancestral = comfyDraws('7', shape, 'euler_ancestral', sigmas);
  expect(flat(ancestral(0))).toEqual([...batchNoise('7', shape)]);
  const next = drawsFrom(torchRngOf('8'));
  expect(flat(ancestral(1, 10, 4))).toEqual([...next.normals(192)]);
  expect(flat(ancestral(2, 4, 1))).toEqual([...next.normals(192)]);
  const sde = comfyDraws('7', shape, 'dpmpp_2m_sde', sigmas);
  expect(flat(sde(1, 10, 4))).toEqual([...brownianNoise('7', 1, 10, 192)(10, 4)]);
});

test('every sampler finishes with ComfyUI’s noise, and the last seed wraps', async () => {
  for (const sampler of ['euler_ancestral', 'dpmpp_sde', 'dpmpp_3m_sde', 'lcm', 'seeds_2', 'pack'])
    for (const seed of ['0', '18446744073709551615'])
      expect((await drawn({ seed, sampler, 'noise-mode': 'comfy' })).every(Number.isFinite), sampler).toBe(true);
});
