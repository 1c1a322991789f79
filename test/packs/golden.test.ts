import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { memoryDigestCache } from '../../src-main/packs/digest-cache.ts';
import { packLibrary } from '../../src-main/packs/library.ts';
import { casesOf } from '../parity/case-format.ts';
import { openedPack, parityRuntime } from '../parity/case-host.ts';
import { compareCase } from '../parity/case-run.ts';
import { isWithin } from '../parity/comparison.ts';

// Tiny packs in the layout of real ones, and what diffusers computes with them.

const data = path.join(import.meta.dirname, '../data');
const library = packLibrary({ folders: [path.join(data, 'packs')], cache: memoryDigestCache(), takesPaths: true });
const runtime = parityRuntime();
afterAll(() => runtime.close());
// More cases: made by diffusers' own pipelines around these packs, where Kiln once differed from them.
const cases = ['cases', 'more-cases'].flatMap((folder) =>
  casesOf(path.join(data, folder, 'index.json')).map((one) => ({ one, folder: path.join(data, folder) })),
);
const factsOf = (name: string) => openedPack(library, name);

describe('a pack', () => {
  const betas = { kind: 'betas', start: 0.00085, end: 0.012 };
  test.each([
    ['sd15', 'stable-diffusion', 'eps', 'index', 'made-per-row', betas],
    ['sd15-rows', 'stable-diffusion', 'eps', 'index', 'per-row', betas],
    ['sd-turbo', 'stable-diffusion', 'eps', 'index', 'made-per-row', betas],
    ['sd21-v', 'stable-diffusion', 'v', 'index', 'made-per-row', betas],
    ['inpaint9', 'stable-diffusion', 'eps', 'index', 'made-per-row', betas],
    ['controlnet', 'stable-diffusion', 'eps', 'index', 'per-row', betas],
    ['lcm', 'latent-consistency', 'eps', 'index', 'made-per-row', betas],
    ['sdxl', 'stable-diffusion-xl', 'eps', 'index', 'made-per-row', betas],
    ['sdxl-turbo', 'stable-diffusion-xl', 'eps', 'index', 'made-per-row', betas],
    ['sd3', 'stable-diffusion-3', 'flow', '1000*sigma', 'per-row', { kind: 'flow', shift: 3 }],
    ['flux-schnell', 'flux', 'flow', 'sigma', 'per-row', { kind: 'flow', shift: 1, multiplier: 1 }],
    ['flux-dev', 'flux', 'flow', 'sigma', 'per-row', { kind: 'flux', shift: 1.15 }],
    ['z-image', 'z-image', 'flow', '1-sigma', 'per-row', { kind: 'flow', shift: 3, multiplier: 1 }],
  ] as const)('%s says what it is', async (name, family, prediction, convention, timestep, schedule) => {
    const facts = await factsOf(name);
    expect(facts).toMatchObject({ family, prediction, timestep: convention, schedule });
    expect(facts.parts.find((part) => part.name === 'denoiser')!.timestep).toBe(timestep);
    expect(facts.latent).toEqual({ channels: prediction === 'flow' ? 16 : 4, downscale: 8 });
  });

  test('of several text encoders says how they go together', async () => {
    const texts = await Promise.all(['sdxl', 'sd3', 'flux-dev'].map(async (name) => (await factsOf(name)).text));
    expect(texts).toEqual([
      { states: [['text-encoder', 'text-encoder-2']], pooled: ['text-encoder-2'], isZeroWithout: true },
      {
        states: [['text-encoder', 'text-encoder-2'], ['text-encoder-3']],
        pooled: ['text-encoder', 'text-encoder-2'],
        isZeroWithout: false,
      },
      { states: [['text-encoder-2']], pooled: ['text-encoder'], isZeroWithout: false },
    ]);
  });

  test('is told by its folder without the one tokenizer and the other', async () => {
    const [old, turbo] = [await factsOf('sd15'), await factsOf('sd-turbo')];
    const first = (...given: Parameters<typeof library.tokenize>) => library.tokenize(...given)[0]!;
    expect(first(old.ref, '').ids).toHaveLength(77);
    // SD 2 pads with id 0, SD 1 with its last id.
    expect(first(turbo.ref, '').ids.at(-1)).toBe(0);
    expect(first(old.ref, '').ids.at(-1)).toBeGreaterThan(0);
    expect(first(old.ref, 'a (cat:1.4)').windows![0]!.weights).toContain(1.4);
    expect(first(old.ref, 'a cat '.repeat(80)).windows!.length).toBeGreaterThan(1);
    expect(first(old.ref, 'a cat '.repeat(80), { reading: 'literal' }).cut).not.toBe('');
  });

  test('whose texts have any length are cut and filled to the one that is asked for', async () => {
    const flux = await factsOf('flux-dev');
    const second = (text: string, length?: number) =>
      library.tokenize(flux.ref, text, length === undefined ? {} : { length })[1]!;
    expect(second('a cat').ids).toHaveLength(512);
    expect(second('a cat', 32).ids).toHaveLength(32);
    expect(second('a cat '.repeat(80), 32).cut).not.toBe('');
    expect(second('a (cat:1.4)', 32).windows![0]!.weights).toContain(1.4);
  });

  test('with a template pads to the next multiple of 32, and brackets are text', async () => {
    const image = await factsOf('z-image');
    const [short, long] = ['a cat', 'a cat '.repeat(80)].map((text) => library.tokenize(image.ref, text)[0]!);
    expect(short!.ids).toHaveLength(32);
    expect(short!.mask.filter(Boolean).length).toBeLessThan(32);
    expect(long!.ids.length % 32).toBe(0);
    expect(library.tokenize(image.ref, 'a (cat:1.4)')[0]!.windows).toBeUndefined();
  });
});

describe('what diffusers drew', () => {
  test.each(cases.map(({ one, folder }) => [one.id, one, folder] as const))('%s', async (_, one, folder) => {
    const found = await compareCase(one, {
      runtime,
      library,
      packs: path.join(data, 'packs'),
      cases: folder,
    });
    expect(found.length).toBeGreaterThanOrEqual(3);
    expect(found.filter((each) => !isWithin(each))).toEqual([]);
  });
});
