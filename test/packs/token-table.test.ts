import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { bytesIn, fromHalf, toHalf } from '../../src-main/device/values.ts';
import type { DType } from '../../src-main/model/tensor.ts';
import { applyEdits } from '../../src-main/packs/edit-graph/apply.ts';
import { whole } from '../../src-main/packs/edit-graph/edge.ts';
import { BrokenOnnx } from '../../src-main/packs/edit-graph/proto.ts';
import { type NodeProto, tensor } from '../../src-main/packs/edit-graph/writer.ts';
import { readOnnxFile } from '../../src-main/packs/onnx-file.ts';
import { emptyFolder } from './folders.ts';
import { floats, modelOf } from './onnx-models.ts';
import { tokenRows } from './token-tables.ts';

const name = 'text_model.embeddings.token_embedding.weight';
const rows = [
  [1, 2],
  [3, 4],
  [5, 6],
];
const table = floats(name, [3, 2], rows.flat());
const halfTable = tensor(name, 'float16', [3, 2], bytesIn(toHalf(rows.flat())));
const wide = whole('wide', [-1, 3]);
const reshape: NodeProto = { op: 'Reshape', inputs: ['input_ids', 'wide'], outputs: ['ids'] };
const lookup: NodeProto = { op: 'Gather', inputs: [name, 'ids'], outputs: ['found'] };
const twice: NodeProto = { op: 'Add', inputs: ['found', 'found'], outputs: ['hidden'] };

const small = (dtype: DType, ids: DType, opset: number) =>
  modelOf(
    [{ name: 'input_ids', dtype: ids, shape: ['b', 's'] }],
    [{ name: 'hidden', dtype, shape: ['b', 's', 2] }],
    [reshape, lookup, twice],
    [dtype === 'float32' ? table : halfTable, wide[1]],
    opset,
  );

async function tokensOf(model: Uint8Array) {
  const file = path.join(emptyFolder(), 'model.onnx');
  writeFileSync(file, model);
  return (await readOnnxFile(file)).header.tokens;
}

async function run(model: Uint8Array, feeds: Record<string, Tensor>) {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const results = await session.run(feeds);
  await session.release();
  return results;
}

const idsOf = (ids: readonly number[], dtype: DType = 'int64') =>
  dtype === 'int32'
    ? new Tensor('int32', Int32Array.from(ids), [1, ids.length])
    : new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]);

describe('a graph that looks its tokens up', () => {
  test.each([
    ['float32', 'int64', 17],
    ['float32', 'int32', 17],
    ['float32', 'int64', 12],
    ['float16', 'int64', 17],
  ] as const)('takes vectors where ids are below 0: %s, %s, operator set %i', async (dtype, ids, opset) => {
    const model = small(dtype, ids, opset);
    const found = await tokensOf(model);
    expect(found).toEqual({ table: name, dtype, width: 2 });
    const { hidden } = await run(applyEdits(model, [{ edit: 'vectors-in', ...found! }]), {
      input_ids: idsOf([2, -2, 0, -1, -2, 1], ids),
      'kiln/vectors': new Tensor('float32', Float32Array.of(10, 20, 30, 40), [2, 2]),
    });
    const { data } = hidden!;
    const values = dtype === 'float32' ? data : fromHalf(new Uint16Array((data as Uint16Array).slice().buffer));
    expect([...(values as Float32Array)]).toEqual([10, 12, 60, 80, 2, 4, 20, 40, 60, 80, 6, 8]);
    expect(hidden!.dims).toEqual([2, 3, 2]);
  });

  test('is known by one table of numbers, looked up once', async () => {
    const ends = [
      [{ name: 'input_ids', dtype: 'int64' as const, shape: ['b', 's'] }],
      [{ name: 'hidden', shape: ['b', 's', 2] }],
    ] as const;
    const again: NodeProto = { op: 'Gather', inputs: [name, 'ids'], outputs: ['other'] };
    const byPlace: NodeProto = { ...lookup, attributes: [{ name: 'axis', int: 1 }] };
    const quantised: NodeProto = { ...lookup, op: 'GatherBlockQuantized' };
    for (const [nodes, tensors] of [
      [[reshape, lookup, again, twice], [table]],
      [[reshape, byPlace, twice], [table]],
      [[reshape, quantised, twice], [table]],
      [[reshape, lookup, twice], [tensor(name, 'uint8', [3, 2], new Uint8Array(6))]],
      [[reshape, lookup, twice], [floats('shared.weight', [3, 2], rows.flat())]],
    ] as const)
      expect(await tokensOf(modelOf(...ends, nodes, [...tensors, wide[1]]))).toBeNull();
  });

  test('and is edited by the name of another table says so', () => {
    const edit = { edit: 'vectors-in', table: 'other', dtype: 'float32', width: 2 } as const;
    expect(() => applyEdits(small('float32', 'int64', 17), [edit])).toThrow(BrokenOnnx);
  });
});

describe('an encoder as it is exported', () => {
  test.each(['sd15/text_encoder', 'sd-turbo/text_encoder', 'sdxl/text_encoder', 'sdxl/text_encoder_2'])(
    '%s says to the vector of a token what it says to the token',
    async (folder) => {
      const file = path.join(import.meta.dirname, '../data/packs', folder, 'model.onnx');
      const { tokens } = (await readOnnxFile(file)).header;
      const rowOf = tokenRows(file);
      const plain = readFileSync(file);
      const edited = applyEdits(plain, [{ edit: 'vectors-in', ...tokens! }]);
      const last = 663;
      const ids = [662, 40, 300, 41, ...new Array<number>(73).fill(last)];
      const wanted = await run(plain, { input_ids: idsOf(ids) });
      const vectors = Float32Array.from([...rowOf(7), ...rowOf(300), ...rowOf(40)]);
      const found = await run(edited, {
        input_ids: idsOf(ids.map((id) => (id === 300 ? -2 : id === 40 ? -3 : id))),
        'kiln/vectors': new Tensor('float32', vectors, [3, tokens!.width]),
      });
      expect(Object.keys(found).length).toBeGreaterThan(1);
      for (const [output, { data }] of Object.entries(wanted)) expect(found[output]!.data, output).toEqual(data);
    },
  );
});
