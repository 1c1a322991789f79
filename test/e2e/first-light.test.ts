import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readPngTexts } from '../../src-main/comfy/png-text.ts';
import { type FinishedLine, kiln, linesOf, scratchFolder, template } from '../build/kiln-process.ts';

// The built command line with the starter pack, as a person would use it.

const scratch = scratchFolder();
afterAll(scratch.remove);
const inScratch = (name: string): string => path.join(scratch.path, name);
const home = inScratch('home');

async function runs(args: readonly string[], where = home): Promise<FinishedLine[]> {
  const ended = await kiln(['run', ...args, '--json', '--home', where]);
  expect(ended.err.split('\n').filter((line) => /error/i.test(line))).toEqual([]);
  expect(ended.code).toBe(0);
  return linesOf(ended);
}

const fox = [template('text-to-image'), '--set', 'prompt=a red fox'];
const callsIn = (trace: string): number => (readFileSync(trace, 'utf8').match(/"batchId"/g) ?? []).length;

test('the same seed gives the same file on every run, in another process and another home', async () => {
  const [first] = await runs([...fox, '--set', 'seed=7', '--out', inScratch('a')]);
  const [elsewhere] = await runs([...fox, '--set', 'seed=7', '--out', inScratch('b')], inScratch('other-home'));
  const bytes = readFileSync(first!.images[0]!.path!);
  expect(readFileSync(elsewhere!.images[0]!.path!).equals(bytes)).toBe(true);
  expect(first!.images[0]).toMatchObject({ width: 256, height: 256, seed: '7', node: 'save' });
  const [other] = await runs([...fox, '--set', 'seed=8', '--out', inScratch('a')]);
  expect(other!.images[0]!.sha256).not.toBe(first!.images[0]!.sha256);
});

test('a repeated run computes nothing, not even after a restart', async () => {
  const args = [...fox, '--set', 'seed=70', '--out', inScratch('again')];
  const [first] = await runs([...args, '--trace', inScratch('first.json')]);
  const [second] = await runs([...args, '--trace', inScratch('second.json')]);
  expect(callsIn(inScratch('first.json'))).toBeGreaterThan(8);
  expect(callsIn(inScratch('second.json'))).toBe(0);
  expect(second!.images[0]!.sha256).toBe(first!.images[0]!.sha256);
});

test('--times 4 gives four different pictures, the third equal to the one made with seed + 2', async () => {
  const four = await runs([...fox, '--set', 'seed=100', '--times', '4', '--out', inScratch('times')]);
  const digests = four.map(({ images }) => images[0]!.sha256);
  expect(new Set(digests).size).toBe(4);
  expect(four.map(({ images }) => images[0]!.seed)).toEqual(['100', '101', '102', '103']);
  const [third] = await runs([...fox, '--set', 'seed=102', '--out', inScratch('third')], inScratch('times-home'));
  expect(third!.images[0]!.sha256).toBe(digests[2]);
});

test('image i of a batch is the picture of a batch of one with seed + i', async () => {
  const [batch] = await runs([...fox, '--set', 'seed=30', '--set', 'count=3', '--out', inScratch('count')]);
  expect(batch!.images.map(({ seed }) => seed)).toEqual(['30', '31', '32']);
  const [alone] = await runs([...fox, '--set', 'seed=31', '--out', inScratch('one')], inScratch('count-home'));
  const texts = (file: string) => Object.fromEntries(readPngTexts(readFileSync(file), file));
  expect(texts(batch!.images[1]!.path!)).toEqual(texts(alone!.images[0]!.path!));
  expect(batch!.images[1]!.sha256).toBe(alone!.images[0]!.sha256);
});

test('a picture runs again from the graph inside it', async () => {
  const [made] = await runs([...fox, '--set', 'seed=18446744073709551615', '--out', inScratch('inside')]);
  const picture = made!.images[0]!.path!;
  const [again] = await runs([picture, '--out', inScratch('outside')], inScratch('inside-home'));
  expect(again!.images[0]!.sha256).toBe(made!.images[0]!.sha256);
  const texts = readPngTexts(readFileSync(picture), picture);
  expect(texts.get('parameters')).toContain('a red fox');
  expect(texts.get('parameters')).toContain('Seed: 18446744073709551615');
  expect(JSON.parse(texts.get('prompt')!)).toHaveProperty('sample.class_type', 'KSampler');
  expect([...texts.values()].join('\n')).not.toContain(scratch.path);
});

test('a picture becomes another picture, and a larger one', async () => {
  const [made] = await runs([...fox, '--set', 'seed=7', '--out', inScratch('a')]);
  const picture = made!.images[0]!.path!;
  const [changed] = await runs([
    template('image-to-image'),
    ...['--set', `image=${picture}`, '--set', 'prompt=a green frog', '--set', 'seed=1', '--out', inScratch('i2i')],
  ]);
  expect(changed!.images[0]!.sha256).not.toBe(made!.images[0]!.sha256);
  const [large] = await runs([template('upscale'), '--set', `image=${picture}`, '--out', inScratch('large')]);
  expect(large!.images[0]).toMatchObject({ width: 1024, height: 1024 });
});

test('unknown words are named in a warning, in the language that was asked for', async () => {
  const args = ['run', template('text-to-image'), '--set', 'prompt=a xylobrontide fox', '--home', home];
  const english = await kiln([...args, '--lang', 'en']);
  expect(english.code).toBe(0);
  expect(english.err).toContain('xylobrontide');
  const chinese = await kiln([...args, '--lang', 'zh']);
  expect(chinese.err).toContain('xylobrontide');
  expect(chinese.err).toMatch(/\p{Script=Han}/u);
});

test('a batch of prompts in both languages makes a picture for each, in order', async () => {
  const batch = inScratch('prompts.csv');
  writeFileSync(batch, 'prompt,seed\n"a red fox",1\n一只熊猫,2\n');
  const made = await runs([template('text-to-image'), '--batch', batch, '--out', inScratch('batch')]);
  expect(made.map(({ images }) => images[0]!.seed).sort()).toEqual(['1', '2']);
});
