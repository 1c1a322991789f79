import { closeSync, mkdirSync, openSync, symlinkSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { rngOf } from '../../src-main/diffusion/rng.ts';
import { BrokenOnnx, fieldsOf, varintAt } from '../../src-main/packs/edit-graph/proto.ts';
import {
  block,
  blockHead,
  externalTensor,
  joined,
  node,
  number,
  tensor,
  value,
} from '../../src-main/packs/edit-graph/writer.ts';
import { readOnnxFile } from '../../src-main/packs/onnx-file.ts';
import { emptyFolder } from './folders.ts';
import { floats, identity, modelOf, packFiles } from './onnx-models.ts';

const x = { name: 'x', shape: ['batch', 3] };
const y = { name: 'y', shape: ['batch', 3] };
const add = { op: 'Add', inputs: ['x', 'w'], outputs: ['y'] };

function fileOf(content: Uint8Array): string {
  const file = path.join(emptyFolder(), 'model.onnx');
  writeFileSync(file, content);
  return file;
}

async function reasonOf(file: string): Promise<string | null> {
  try {
    await readOnnxFile(file);
    return null;
  } catch (error) {
    if (error instanceof BrokenOnnx) return error.reason;
    throw error;
  }
}

describe('the header of a model', () => {
  test('names what the graph takes and gives, and what its weights are', async () => {
    const { header, bytes } = await readOnnxFile(
      fileOf(
        modelOf(
          [x, { name: 't', dtype: 'int64', shape: [] }],
          [y],
          [add],
          [tensor('half', 'float16', [2], new Uint8Array(4)), floats('w', [3], [1, 2, 3])],
        ),
      ),
    );
    expect(header.inputs).toEqual([
      { name: 'x', dtype: 'float32', shape: ['batch', 3] },
      { name: 't', dtype: 'int64', shape: [] },
    ]);
    expect(header.outputs).toEqual([{ name: 'y', dtype: 'float32', shape: ['batch', 3] }]);
    expect(header.opset).toBe(17);
    expect(header.dtype).toBe('float32');
    expect(bytes).toBeGreaterThan(100);
  });

  test('does not count an input that has its value in the file', async () => {
    const model = modelOf([x, { name: 'w', shape: [3] }], [y], [add], [floats('w', [3], [1, 2, 3])]);
    expect((await readOnnxFile(fileOf(model))).header.inputs.map(({ name }) => name)).toEqual(['x']);
  });

  test('is read around weights of any size, wherever they stand', async () => {
    const big = (name: string) => tensor(name, 'float32', [100_000], new Uint8Array(400_000));
    const model = modelOf([x], [y], [add], [big('a'), floats('w', [3], [1, 2, 3]), big('b')]);
    const { header } = await readOnnxFile(fileOf(model));
    expect(header.inputs).toHaveLength(1);
    expect(header.outputs).toHaveLength(1);
  });

  test('is read around gigabytes inside the file', async () => {
    const raw = 3 * 2 ** 30;
    const head = joined([number(1, raw / 4), number(2, 1), block(8, 'w'), blockHead(9, raw)]);
    const before = joined([block(1, node(add)), blockHead(5, head.length + raw), head]);
    const after = joined([
      block(11, value('x', 'float32', ['batch', 3])),
      block(12, value('y', 'float32', ['batch', 3])),
    ]);
    const start = joined([number(1, 8), blockHead(7, before.length + raw + after.length), before]);
    const file = fileOf(start);
    // Nothing is written where the weights would be: a sparse file.
    const handle = openSync(file, 'r+');
    writeSync(handle, joined([after, block(8, number(2, 17))]), 0, null, start.length + raw);
    closeSync(handle);
    const { header, bytes } = await readOnnxFile(file);
    expect(bytes).toBeGreaterThan(raw);
    expect(header.inputs.map(({ name }) => name)).toEqual(['x']);
    truncateSync(file, start.length + 1000);
    expect(await reasonOf(file)).toMatch(/cut off: \d+ bytes are missing/);
  });

  test('counts the files that hold weights, above 2 GB too', async () => {
    const folder = emptyFolder();
    const gigabytes = 3 * 2 ** 30;
    const place = (offset: number, length: number) => ({ location: 'model.onnx_data', offset, length });
    const tensors = [
      externalTensor('w', 'float32', [3], place(0, 12)),
      externalTensor('v', 'float16', [gigabytes / 2 - 6], place(12, gigabytes - 12)),
    ];
    const model = modelOf([x], [y], [add], tensors);
    writeFileSync(path.join(folder, 'model.onnx'), model);
    // A sparse file: it has the length, and takes no room.
    writeFileSync(path.join(folder, 'model.onnx_data'), '');
    truncateSync(path.join(folder, 'model.onnx_data'), gigabytes);
    const { bytes, stamps, header } = await readOnnxFile(path.join(folder, 'model.onnx'));
    expect(bytes).toBe(gigabytes + model.length);
    expect(stamps.map(({ path: file }) => path.basename(file))).toEqual(['model.onnx', 'model.onnx_data']);
    expect(header.dtype).toBe('float16');

    truncateSync(path.join(folder, 'model.onnx_data'), gigabytes - 5);
    expect(await reasonOf(path.join(folder, 'model.onnx'))).toMatch(/cut off: 5 bytes of weights/);
  });
});

describe('a file that is broken', () => {
  test('says how', async () => {
    const folder = emptyFolder();
    expect(await reasonOf(folder)).toBe('it is a folder');
    expect(await reasonOf(fileOf(new Uint8Array()))).toBe('it is empty');
    expect(await reasonOf(fileOf(new TextEncoder().encode('<!DOCTYPE html><html>')))).not.toBeNull();
    expect(await reasonOf(fileOf(number(1, 8)))).toBe('it has no graph');
    const graph = block(7, block(11, value('x', 'float32', [1])));
    expect(await reasonOf(fileOf(joined([number(1, 8), graph])))).toMatch(/does not say which operators/);
    const opset = block(8, number(2, 17));
    expect(await reasonOf(fileOf(joined([graph, opset])))).toBe('its graph gives nothing');
    expect(await reasonOf(fileOf(joined([block(7, ''), opset])))).toBe('its graph takes nothing');
    await expect(readOnnxFile(path.join(folder, 'model.onnx'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('whose weights would lie elsewhere is not followed', async () => {
    for (const location of ['../secret', '/etc/passwd', 'a/../../b', '..\\b', 'C:\\b', 'C:b'])
      expect(
        await reasonOf(
          fileOf(modelOf([x], [y], [add], [externalTensor('w', 'float32', [3], { location, length: 12 })])),
        ),
      ).toMatch(/outside/);
    const missing = externalTensor('w', 'float32', [3], { location: 'weights.pb', length: 12 });
    expect(await reasonOf(fileOf(modelOf([x], [y], [add], [missing])))).toMatch(/"weights.pb", is missing/);
    const senseless = externalTensor('w', 'float32', [3], { location: 'weights.pb', offset: 'far' });
    expect(await reasonOf(fileOf(modelOf([x], [y], [add], [senseless])))).toMatch(/not understood/);
  });

  test('by being cut off anywhere is known to be', async () => {
    const rng = rngOf('17');
    for (const [name, content] of packFiles()) {
      if (!name.endsWith('.onnx') || typeof content === 'string') continue;
      const ends = new Set([
        1,
        2,
        content.length - 1,
        ...Array.from({ length: 60 }, () => rng.next() % content.length),
      ]);
      for (const end of ends)
        expect(await reasonOf(fileOf(content.subarray(0, end))), `${name} cut at ${end}`).not.toBeNull();
    }
  });

  test('by a byte or by all of them is refused or read, and never crashes', async () => {
    const rng = rngOf('18');
    const whole = packFiles().get('transformer/model.onnx') as Uint8Array;
    for (let i = 0; i < 150; i++) {
      const changed = Uint8Array.from(whole);
      changed[rng.next() % changed.length] = rng.next() & 255;
      await reasonOf(fileOf(changed));
      const noise = Uint8Array.from({ length: 1 + (rng.next() % 400) }, () => rng.next() & 255);
      expect(await reasonOf(fileOf(noise))).not.toBeNull();
    }
  });

  test('because its link leads nowhere is missing', async () => {
    const folder = emptyFolder();
    mkdirSync(path.join(folder, 'a'));
    symlinkSync(path.join(folder, 'nowhere'), path.join(folder, 'model.onnx'));
    await expect(readOnnxFile(path.join(folder, 'model.onnx'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('protocol buffers', () => {
  test('numbers are read as they were written', () => {
    for (const written of [0, 1, 127, 128, 300, 2 ** 31, 2 ** 32 + 5, 2 ** 53 - 1, -1, -(2 ** 40)]) {
      const bytes = number(1, written);
      expect(varintAt(bytes, 1, bytes.length)).toEqual({ value: written, to: bytes.length });
    }
    expect(() => varintAt(new Uint8Array(11).fill(255), 0, 11)).toThrow('more than 64 bits');
    expect(() => varintAt(Uint8Array.of(128), 0, 1)).toThrow('cut off');
  });

  test('every kind of field is stepped over', () => {
    const bytes = joined([
      number(1, 300),
      Uint8Array.of((2 << 3) | 1, 0, 0, 0, 0, 0, 0, 0, 0),
      block(3, 'text'),
      Uint8Array.of((4 << 3) | 3, ...number(9, 1), (4 << 3) | 4),
      Uint8Array.of((5 << 3) | 5, 0, 0, 0, 0),
      number(6, 2),
    ]);
    expect([...fieldsOf(bytes)].map(({ field, wire }) => [field, wire])).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
      [5, 5],
      [6, 0],
    ]);
    expect(() => [...fieldsOf(Uint8Array.of((4 << 3) | 3))]).toThrow('inside a group');
    expect(() => [...fieldsOf(Uint8Array.of((4 << 3) | 4))]).toThrow('never began');
    expect(() => [...fieldsOf(Uint8Array.of(7))]).toThrow('not an ONNX file');
    expect(() => [...fieldsOf(Uint8Array.of(0, 1))]).toThrow('not an ONNX file');
  });

  test('a model of the writer is one that the reader understands', async () => {
    expect((await readOnnxFile(fileOf(identity(x, 'y')))).header.outputs[0]?.name).toBe('y');
  });
});
