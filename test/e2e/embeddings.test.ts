import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FinishedLine, kiln, linesOf, scratchFolder, template } from '../build/kiln-process.ts';
import { rowsOf, safetensorsOf } from '../packs/safetensors-files.ts';
import { tokenRows } from '../packs/token-tables.ts';

// Learned words in a home's folder, through the core, its host and both encoders of a run at once.

const scratch = scratchFolder();
afterAll(scratch.remove);
const home = path.join(scratch.path, 'home');
const pack = path.join(import.meta.dirname, '../data/packs/sd15');

beforeAll(() => {
  cpSync(pack, path.join(home, 'models/sd15'), { recursive: true });
  mkdirSync(path.join(home, 'embeddings'));
  const row = tokenRows(path.join(pack, 'text_encoder/model.onnx'));
  for (const [name, ids] of [
    ['one', [40, 300]],
    ['other', [41]],
  ] as const) {
    const file = safetensorsOf({ emb_params: rowsOf(ids.map((id) => [...row(id)])) });
    writeFileSync(path.join(home, `embeddings/${name}.safetensors`), file);
  }
});

async function drawn(prompt: string, negative: string) {
  const values = { pack: 'sd15', prompt, negative, seed: '1', steps: 2, width: 64, height: 64 };
  const ended = await kiln([
    'run',
    template('stable-diffusion'),
    ...Object.entries(values).flatMap(([input, value]) => ['--set', `${input}=${value}`]),
    '--json',
    '--home',
    home,
  ]);
  const line = (linesOf(ended) as FinishedLine[]).find(({ type }) => type === 'run.finished');
  return { code: ended.code, said: ended.err + ended.out, picture: line?.images[0]?.sha256 };
}

test('a prompt and a negative prompt of different embeddings draw what they say', async () => {
  const found = await drawn('a cat embedding:one', 'embedding:other');
  expect(found.code, found.said).toBe(0);
  const exchanged = await drawn('a cat embedding:other', 'embedding:one');
  expect(exchanged.code, exchanged.said).toBe(0);
  expect(found.picture).toBeDefined();
  expect(exchanged.picture).not.toBe(found.picture);
});

test('a name that is not there is told, with those that are', async () => {
  const found = await drawn('a cat embedding:nobody', '');
  expect(found.code, found.said).toBe(0);
  expect(found.said).toMatch(/no embeddings of these names.*nobody/);
  expect(found.said).toContain('one, other');
});

test('a pack that gives the last state alone cannot skip, before anything is computed', async () => {
  const ended = await kiln([
    'run',
    template('stable-diffusion'),
    ...['pack=sd15', 'prompt=a', 'positive.skip=1'].flatMap((value) => ['--set', value]),
    '--home',
    home,
  ]);
  expect(ended.code).not.toBe(0);
  expect(ended.err).toMatch(/cannot be read with a skip of 1: its graph gives last_hidden_state/);
});
