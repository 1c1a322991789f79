import { expect, test } from 'vitest';
import type { Language } from '../../src-main/texts/language.ts';
import { sayNode } from '../../src-main/texts/say-node.ts';
import { bestOf } from '../../src-renderer/panels/palette-search.ts';
import { specs } from './fake-core-calls.ts';

const found = (typed: string, language: Language = 'en') =>
  bestOf(
    [...specs.values()].map((spec) => ({ spec, words: sayNode(spec, language) })),
    typed,
  ).map(({ spec }) => spec.type);

test.each([
  ['KSampler', 'latent.sample'],
  ['CLIP Text Encode', 'text.encode'],
  ['VAE Decode', 'latent.decode'],
  ['vae encode', 'latent.encode'],
  ['load checkpoint', 'pack.open'],
  ['CheckpointLoaderSimple', 'pack.open'],
  ['Empty Latent Image', 'latent.empty'],
  ['load image', 'image.load'],
  ['using model', 'image.upscale'],
  ['K采样器', 'latent.sample'],
  ['提示词', 'text.encode'],
  ['放大', 'image.upscale'],
  ['sampel', 'latent.sample'],
  ['zzqx', undefined],
])('%s finds %s in either language of the page', (typed, type) => {
  expect(found(typed, 'en')[0]).toBe(type);
  expect(found(typed, 'zh')[0]).toBe(type);
});

test('what a node is called comes before what its help says', () => {
  expect(found('sample')[0]).toBe('latent.sample');
  expect(found('采样')[0]).toBe('latent.sample');
  expect(found('takes noise away')).toEqual(['latent.sample']);
});

test('nothing typed leaves the list as it is', () => {
  expect(found('')).toEqual([...specs.keys()]);
});
