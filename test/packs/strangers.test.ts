import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { callShapeOf } from '../../src-main/device/call.ts';
import type { RowResult, RowValues, Runtime } from '../../src-main/device/runtime.ts';
import { batchKeyOf } from '../../src-main/model/batch-key.ts';
import type { PartKey } from '../../src-main/model/ids.ts';
import type { PackFacts } from '../../src-main/model/pack.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import { memoryDigestCache } from '../../src-main/packs/digest-cache.ts';
import { packLibrary } from '../../src-main/packs/library.ts';
import { caseHost, openedPack, parityRuntime } from '../parity/case-host.ts';

// Rows of runs that have nothing in common but the shape of their calls, in one batch and each alone.

const library = packLibrary({
  folders: [path.join(import.meta.dirname, '../data/packs')],
  cache: memoryDigestCache(),
});
const runtime = parityRuntime();
afterAll(() => runtime.close());

interface Waiting {
  readonly rows: readonly RowValues[];
  readonly give: (results: readonly RowResult[]) => void;
  readonly refuse: (error: unknown) => void;
}

/** Whatever is asked for between two turns of the event loop is computed in as few calls as the keys allow. */
function shared(facts: PackFacts): { readonly runtime: Runtime; readonly sizes: number[] } {
  const waiting = new Map<string, { key: PartKey; asked: Waiting[] }>();
  const sizes: number[] = [];
  // One call after the other, as a device computes them.
  let turn = Promise.resolve();
  const flush = async (): Promise<void> => {
    const all = [...waiting.values()];
    waiting.clear();
    for (const { key, asked } of all) {
      const rows = asked.flatMap((one) => one.rows);
      if (facts.parts.find((part) => part.key === key)!.name === 'denoiser') sizes.push(rows.length);
      try {
        const results = await runtime.call(key, rows);
        let at = 0;
        for (const one of asked) {
          one.give(results.slice(at, at + one.rows.length));
          at += one.rows.length;
        }
      } catch (error) {
        for (const one of asked) one.refuse(error);
      }
    }
  };
  return {
    sizes,
    runtime: {
      ...runtime,
      tensor: runtime.tensor,
      call: (key, rows) =>
        new Promise((give, refuse) => {
          const part = facts.parts.find((each) => each.key === key)!;
          const batch = batchKeyOf(part, callShapeOf(part, rows[0]!));
          if (waiting.size === 0) setImmediate(() => (turn = turn.then(flush)));
          const group = waiting.get(batch) ?? { key, asked: [] };
          waiting.set(batch, group);
          group.asked.push({ rows, give, refuse });
        }),
    },
  };
}

interface Wish {
  readonly prompt: string;
  readonly seed: string;
  readonly steps: number;
  readonly sampler: string;
  readonly cfg: number;
}

const wishes: readonly Wish[] = [
  { prompt: 'a red fox under a night sky', seed: '1', steps: 3, sampler: 'pack', cfg: 1 },
  { prompt: 'an old sailor looking at the sea, 35mm', seed: '22', steps: 4, sampler: 'euler_ancestral', cfg: 3 },
  { prompt: 'A small cat, sleeping', seed: '333', steps: 2, sampler: 'dpmpp_2m', cfg: 1 },
  { prompt: 'an orange lamp', seed: '4444', steps: 5, sampler: 'res_multistep', cfg: 2 },
];

async function drawn(facts: PackFacts, on: Runtime, { prompt, seed, steps, sampler, cfg }: Wish) {
  const host = caseHost(on, { library, facts, noise: () => null, onCall: () => {} });
  const encode = async (text: string) =>
    (await host.run('text.encode', { encoder: facts.ref, text, length: 32 })).conditioning;
  const [positive, negative] = await Promise.all([encode(prompt), encode('blurry')]);
  const { latent } = await host.run('latent.empty', { denoiser: facts.ref, width: 64, height: 32, count: 1 });
  const sampled = await host.run('latent.sample', {
    denoiser: facts.ref,
    positive,
    ...(cfg === 1 ? {} : { negative }),
    latent,
    seed,
    steps,
    sampler,
    scheduler: 'normal',
    cfg,
  });
  const decoded = await host.run('latent.decode', { latent: sampled.latent, vae: facts.ref });
  const valuesOf = async (tensor: unknown) => [...(await host.ctx.tensor.read(tensor as TensorRef))].map(Number);
  return { latent: await valuesOf(sampled.latent), image: await valuesOf(decoded.image) };
}

const worst = (found: readonly number[], wanted: readonly number[]) =>
  wanted.reduce((most, value, i) => Math.max(most, Math.abs(found[i]! - value)), 0);

describe('runs that know nothing of each other share calls, and each is what it is alone', () => {
  test.each([
    'sd15',
    'sd15-rows',
    'sd21-v',
    'sd-turbo',
    'lcm',
    'inpaint9',
    'controlnet',
    'sdxl',
    'sdxl-turbo',
    'sd3',
    'flux-dev',
    'flux-schnell',
    'z-image',
  ])('%s', async (name) => {
    const facts = await openedPack(library, name);
    for (const part of facts.parts) await runtime.load(library.file(part.key));
    const alone: Awaited<ReturnType<typeof drawn>>[] = [];
    for (const wish of wishes) alone.push(await drawn(facts, runtime, wish));
    const { runtime: together, sizes } = shared(facts);
    const found = await Promise.all(wishes.map((wish) => drawn(facts, together, wish)));
    // Three rows without guidance or two with it: six, while all of them draw.
    expect(Math.max(...sizes)).toBe(6);
    for (const [i, one] of found.entries()) {
      const size = Math.max(1, ...alone[i]!.latent.map(Math.abs));
      expect(worst(one.latent, alone[i]!.latent) / size).toBeLessThan(1e-5);
      expect(worst(one.image, alone[i]!.image)).toBeLessThanOrEqual(1);
    }
  });
});
