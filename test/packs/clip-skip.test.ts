import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, describe, expect, test } from 'vitest';
import { callShapeOf } from '../../src-main/device/call.ts';
import { layersFor } from '../../src-main/diffusion/encoder-layers.ts';
import { batchKeyOf } from '../../src-main/model/batch-key.ts';
import { AppError } from '../../src-main/model/errors.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import type { Conditioning } from '../../src-main/model/value-types.ts';
import { memoryDigestCache } from '../../src-main/packs/digest-cache.ts';
import { packLibrary } from '../../src-main/packs/library.ts';
import { caseHost, openedPack, parityRuntime, type Row } from '../parity/case-host.ts';

const packs = path.join(import.meta.dirname, '../data/packs');
const library = packLibrary({ folders: [packs], cache: memoryDigestCache() });
const runtime = parityRuntime();
afterAll(() => runtime.close());

const text = 'a red fox under a night sky';

async function encoded(pack: string, skip: number) {
  const facts = await openedPack(library, pack);
  const rows: Row[] = [];
  const host = caseHost(runtime, { library, facts, noise: () => null, onCall: (_, given) => rows.push(...given) });
  const { conditioning } = await host.run('text.encode', { encoder: facts.ref, text, skip });
  const [entry] = (conditioning as Conditioning).entries;
  const read = async (tensor: TensorRef) => (await host.ctx.tensor.read(tensor)) as Float32Array;
  return { facts, rows, hidden: await read(entry!.hidden), pooled: await read(entry!.pooled!) };
}

/** What the files themselves give, for the ids of both encoders. */
async function statesOf(pack: string, folder: string, ids: readonly number[], output: string) {
  const session = await InferenceSession.create(readFileSync(path.join(packs, pack, folder, 'model.onnx')));
  const tokens = new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]);
  const results = await session.run({ input_ids: tokens }, [output]);
  await session.release();
  return results[output]!;
}

describe('skipping layers of a text encoder', () => {
  test('reads each of SDXL’s two so much earlier, and the vector as always', async () => {
    const [usual, skipped] = [await encoded('sdxl', 0), await encoded('sdxl', 1)];
    const [first, second] = library.tokenize(skipped.facts.ref, text);
    const l = await statesOf('sdxl', 'text_encoder', first!.ids, 'hidden_states.0');
    const g = await statesOf('sdxl', 'text_encoder_2', second!.ids, 'hidden_states.1');
    const [left, right] = [l.dims[2]!, g.dims[2]!];
    const wanted = first!.ids.flatMap((_, at) => [
      ...(l.data as Float32Array).subarray(at * left, (at + 1) * left),
      ...(g.data as Float32Array).subarray(at * right, (at + 1) * right),
    ]);
    expect([...skipped.hidden]).toEqual(wanted);
    expect(skipped.hidden).not.toEqual(usual.hidden);
    expect(skipped.pooled).toEqual(usual.pooled);
  });

  test('makes calls of its own', async () => {
    const [usual, skipped] = [await encoded('sdxl', 0), await encoded('sdxl', 1)];
    const part = usual.facts.parts.find(({ name }) => name === 'text-encoder')!;
    const [a, b] = [usual, skipped].map(({ rows }) => batchKeyOf(part, callShapeOf(part, rows[0]!)));
    expect(a).not.toBe(b);
    expect(usual.rows[0]!.layer).toBeUndefined();
  });

  test('is counted from the last state where that is what a family reads', () => {
    const port = (layer: number) =>
      ({ name: 'hidden', as: `hidden_states.${layer}`, dtype: 'float32', shape: [] }) as const;
    const given = [0, 1, 2].map((layer) => ({ layer, port: port(layer) }));
    const part = { name: 'text-encoder', gives: [], layers: { own: 2, given } };
    const facts = { ref: { packId: 'p' }, parts: [part] } as unknown as Parameters<typeof layersFor>[0];
    expect(layersFor(facts, 2)).toEqual(new Map([['text-encoder', 0]]));
    expect(layersFor(facts, 0)).toEqual(new Map());
  });

  test.each([
    ['sdxl', 2, 'text-encoder', 'hidden_states.0, hidden_states.1, hidden_states.2'],
    ['sd15', 1, 'text-encoder', 'last_hidden_state'],
    ['flux-dev', 1, 'text-encoder', 'last_hidden_state'],
  ])('that %s does not give (%i) is a problem that says what it gives', async (pack, skip, part, given) => {
    const facts = await openedPack(library, pack);
    const refused = () => layersFor(facts, skip);
    expect(refused).toThrow(AppError);
    try {
      refused();
    } catch (error) {
      expect((error as AppError).problems).toEqual([
        { code: 'prompt.cannotSkip', values: { pack, part, skip, given }, input: 'skip' },
      ]);
    }
  });
});
