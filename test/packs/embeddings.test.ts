import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { callShapeOf } from '../../src-main/device/call.ts';
import { batchKeyOf } from '../../src-main/model/batch-key.ts';
import { AppError, type Problem } from '../../src-main/model/errors.ts';
import type { PackFacts, PartName, TokenizeOptions } from '../../src-main/model/pack.ts';
import type { Packs } from '../../src-main/model/ports.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import type { Conditioning } from '../../src-main/model/value-types.ts';
import { memoryDigestCache } from '../../src-main/packs/digest-cache.ts';
import { packLibrary } from '../../src-main/packs/library.ts';
import { caseHost, openedPack, parityRuntime, type Row } from '../parity/case-host.ts';
import { emptyFolder } from './folders.ts';
import { rowsOf, safetensorsOf } from './safetensors-files.ts';
import { tokenRows } from './token-tables.ts';

// Files of textual inversion, and what a prompt with their names says.

const packs = path.join(import.meta.dirname, '../data/packs');
const models = path.join(import.meta.dirname, '../../models');
const runtime = parityRuntime();
afterAll(() => runtime.close());

/** A library with these files in its folder of embeddings. */
function withFiles(files: Readonly<Record<string, Uint8Array>>): Packs {
  const folder = emptyFolder();
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), bytes);
  }
  return packLibrary({ folders: [packs, models], embeddings: [folder], cache: memoryDigestCache() });
}

const tableOf = (pack: string, folder: string) => tokenRows(path.join(packs, pack, folder, 'model.onnx'));

async function encoded(library: Packs, facts: PackFacts, text: string) {
  const calls: { part: PartName; rows: readonly Row[] }[] = [];
  const host = caseHost(runtime, {
    library,
    facts,
    noise: () => null,
    onCall: (part, rows) => calls.push({ part, rows }),
  });
  const { conditioning } = await host.run('text.encode', { encoder: facts.ref, text });
  const [entry] = (conditioning as Conditioning).entries;
  const values = async (tensor: TensorRef | undefined) =>
    tensor ? [...((await host.ctx.tensor.read(tensor)) as Float32Array)] : [];
  return { hidden: await values(entry!.hidden), pooled: await values(entry!.pooled), calls };
}

/** Ids of words, without those around them, for each of a pack's encoders. */
const idsOf = (library: Packs, facts: PackFacts, words: string) =>
  library.tokenize(facts.ref, words, { reading: 'literal' }).map(({ ids, mask }) => ids.slice(1, mask.indexOf(0) - 1));

async function problemOf(library: Packs, pack: string, text: string, options?: TokenizeOptions): Promise<Problem> {
  const facts = await openedPack(library, pack);
  try {
    library.tokenize(facts.ref, text, options);
  } catch (error) {
    if (error instanceof AppError) return error.problems[0]!;
    throw error;
  }
  throw new Error('there was no problem');
}

describe('a prompt with an embedding', () => {
  test('of the vectors of a text’s tokens says what the text says, on sd15', async () => {
    const empty = withFiles({});
    const facts = await openedPack(empty, 'sd15');
    const [ids] = idsOf(empty, facts, 'sea');
    const row = tableOf('sd15', 'text_encoder');
    const library = withFiles({
      'mine.safetensors': safetensorsOf({ emb_params: rowsOf(ids!.map((id) => [...row(id)])) }),
    });
    await openedPack(library, 'sd15');
    for (const [written, learned] of [
      ['a cat, sea night', 'a cat, embedding:mine night'],
      ['a cat, sea night', 'a cat, embedding:mine.safetensors night'],
      ['a (sea:1.4) cat', 'a (embedding:mine:1.4) cat'],
      ['a (sea,:1.4) cat', 'a (embedding:mine,:1.4) cat'],
    ]) {
      const [wanted, found] = [await encoded(library, facts, written!), await encoded(library, facts, learned!)];
      expect(found.hidden, learned).toEqual(wanted.hidden);
      expect(found.calls[0]!.rows[0]!.vectors).toBeDefined();
    }
    expect(library.tokenize(facts.ref, 'embedding:mine', { reading: 'literal' })[0]!.vectors).toBeUndefined();
  });

  test('has vectors for each of two encoders, on sdxl', async () => {
    const empty = withFiles({});
    const facts = await openedPack(empty, 'sdxl');
    const [first, second] = idsOf(empty, facts, 'sea');
    const [l, g] = [tableOf('sdxl', 'text_encoder'), tableOf('sdxl', 'text_encoder_2')];
    const library = withFiles({
      'mine.safetensors': safetensorsOf({
        clip_g: rowsOf(second!.map((id) => [...g(id)])),
        clip_l: rowsOf(first!.map((id) => [...l(id)])),
      }),
    });
    await openedPack(library, 'sdxl');
    const wanted = await encoded(library, facts, 'a cat, sea night');
    const found = await encoded(library, facts, 'a cat, embedding:mine night');
    expect(found.hidden).toEqual(wanted.hidden);
    expect(found.pooled).toEqual(wanted.pooled);
  });

  test('does not share a call with one of another embedding, but with one of the same', async () => {
    const width = 24;
    const one = safetensorsOf({ emb_params: rowsOf([new Array(width).fill(0.1)]) });
    const other = safetensorsOf({ emb_params: rowsOf([new Array(width).fill(-0.2), new Array(width).fill(0.3)]) });
    const library = withFiles({ 'one.safetensors': one, 'same.safetensors': one, 'other.safetensors': other });
    const facts = await openedPack(library, 'sd15');
    const part = facts.parts.find(({ name }) => name === 'text-encoder')!;
    const texts = ['a embedding:one', 'b embedding:same', 'a embedding:other', 'a', 'b'];
    const alone: Awaited<ReturnType<typeof encoded>>[] = [];
    for (const text of texts) alone.push(await encoded(library, facts, text));
    const rows = alone.map(({ calls }) => calls[0]!.rows[0]!);
    const keys = rows.map((row) => batchKeyOf(part, callShapeOf(part, row)));
    expect(keys[0]).toBe(keys[1]);
    expect(keys[3]).toBe(keys[4]);
    expect(new Set(keys).size).toBe(3);
    const together = await runtime.call(part.key, rows.slice(0, 2));
    for (const [i, { hidden }] of together.entries()) {
      const values = (await runtime.tensor.read(hidden!)) as Float32Array;
      const off = Math.max(...values.map((value, at) => Math.abs(value - alone[i]!.hidden[at]!)));
      expect(off).toBeLessThan(1e-5);
    }
  });

  test('goes on in further windows, and names each vector once', async () => {
    const vectors = Array.from({ length: 3 }, (_, i) => new Array<number>(24).fill(i / 10));
    const library = withFiles({ 'three.safetensors': safetensorsOf({ emb_params: rowsOf(vectors) }) });
    const facts = await openedPack(library, 'sd15');
    const [tokens] = library.tokenize(facts.ref, 'a embedding:three '.repeat(30));
    expect(tokens!.windows!.length).toBeGreaterThan(1);
    expect(new Set(tokens!.windows!.flatMap(({ ids }) => ids).filter((id) => id < 0))).toEqual(new Set([-1, -2, -3]));
    expect(Buffer.from(tokens!.vectors!.base64, 'base64').length).toBe(3 * 24 * 4);
  });

  test('leaves T5’s text without it', async () => {
    const library = withFiles({ 'mine.safetensors': safetensorsOf({ emb_params: rowsOf([new Array(24).fill(0.5)]) }) });
    const facts = await openedPack(library, 'flux-dev');
    const [clip, t5] = library.tokenize(facts.ref, 'a cat embedding:mine', { length: 32 });
    expect(clip!.ids).toContain(-1);
    expect(t5!.ids).toEqual(library.tokenize(facts.ref, 'a cat', { length: 32 })[1]!.ids);
  });

  test('that is not there goes on without the word, and says which are there', async () => {
    const library = withFiles({ 'mine.safetensors': safetensorsOf({ emb_params: rowsOf([new Array(24).fill(0.5)]) }) });
    const facts = await openedPack(library, 'sd15');
    const [tokens] = library.tokenize(facts.ref, 'a cat embedding:nobody');
    expect(tokens!.missing).toEqual({ names: ['nobody'], known: ['mine'] });
    expect(tokens!.ids).toEqual(library.tokenize(facts.ref, 'a cat')[0]!.ids);
    expect(library.tokenize(facts.ref, 'a embedding:../mine')[0]!.missing!.names).toEqual(['../mine']);
  });

  test('takes the pack’s own file before that of all packs', async () => {
    const folder = emptyFolder();
    cpSync(path.join(packs, 'sd15'), path.join(folder, 'own'), { recursive: true });
    mkdirSync(path.join(folder, 'own/embeddings'));
    const file = (value: number) => safetensorsOf({ emb_params: rowsOf([new Array(24).fill(value)]) });
    writeFileSync(path.join(folder, 'own/embeddings/mine.safetensors'), file(1));
    const shared = emptyFolder();
    writeFileSync(path.join(shared, 'mine.safetensors'), file(2));
    const library = packLibrary({ folders: [folder], embeddings: [shared], cache: memoryDigestCache() });
    const facts = await openedPack(library, 'own');
    const first = () =>
      Buffer.from(library.tokenize(facts.ref, 'embedding:mine')[0]!.vectors!.base64, 'base64').readFloatLE();
    expect(first()).toBe(1);
    writeFileSync(path.join(folder, 'own/embeddings/mine.safetensors'), Buffer.concat([file(3)]));
    expect(first()).toBe(3);
  });
});

describe('a file of vectors', () => {
  const bfloat16 = new DataView(Uint16Array.from(new Array(24).fill(0x3fc0)).buffer);
  test.each([
    ['float16', { emb_params: { shape: [1, 24], data: new Uint16Array(24).fill(0x3e00) } }],
    ['bfloat16', { emb_params: { shape: [1, 24], data: bfloat16 } }],
    ['another name', { '<mine>': { shape: [24], data: new Float32Array(24).fill(1.5) } }],
  ])('may be of %s', async (_, tensors) => {
    const library = withFiles({ 'mine.safetensors': safetensorsOf(tensors) });
    const facts = await openedPack(library, 'sd15');
    const { vectors } = library.tokenize(facts.ref, 'embedding:mine')[0]!;
    const bytes = Buffer.from(vectors!.base64, 'base64');
    expect([bytes.length / 4, bytes.readFloatLE(0), bytes.readFloatLE(92)]).toEqual([24, 1.5, 1.5]);
  });

  const good = safetensorsOf({ emb_params: rowsOf([new Array(24).fill(0.5)]) });
  test.each([
    ['of another width', 'embedding.wrongWidth', safetensorsOf({ emb_params: rowsOf([[1, 2, 3]]) })],
    ['that is cut off', 'embedding.broken', good.subarray(0, good.length - 5)],
    ['that is empty', 'embedding.broken', new Uint8Array()],
    ['that is something else', 'embedding.broken', Buffer.from('not a file of weights at all')],
    ['of several tensors', 'embedding.broken', safetensorsOf({ a: rowsOf([[1]]), b: rowsOf([[1]]) })],
    ['of no numbers', 'embedding.broken', safetensorsOf({ emb_params: rowsOf([new Array(24).fill(Number.NaN)]) })],
  ])('%s is refused', async (_, code, bytes) => {
    const library = withFiles({ 'mine.safetensors': bytes });
    expect(await problemOf(library, 'sd15', 'a embedding:mine')).toMatchObject({ code, values: { name: 'mine' } });
  });

  test('that is a pickle is not opened', async () => {
    const library = withFiles({ 'mine.pt': good });
    for (const name of ['mine', 'mine.pt'])
      expect(await problemOf(library, 'sd15', `a embedding:${name}`)).toMatchObject({ code: 'embedding.pickle' });
  });

  test('of another model than SDXL says for which encoder', async () => {
    const library = withFiles({ 'mine.safetensors': good });
    expect(await problemOf(library, 'sdxl', 'a embedding:mine')).toMatchObject({
      code: 'embedding.wrongWidth',
      values: { part: 'text-encoder-2', given: 24 },
    });
  });

  test('is of no use to a family without such encoders, and its name is text where there is no such file', async () => {
    const library = withFiles({ 'mine.safetensors': good });
    for (const pack of ['starter', 'z-image']) {
      expect(await problemOf(library, pack, 'a embedding:mine')).toMatchObject({ code: 'embedding.notTaken' });
      const facts = await openedPack(library, pack);
      expect(library.tokenize(facts.ref, 'a embedding:nobody')[0]!.missing).toBeUndefined();
    }
  });
});
