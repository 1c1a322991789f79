import { expect, test } from 'vitest';
import { batchKeyOf, sizeKeyOf } from '../../src-main/model/batch-key.ts';
import {
  AppError,
  Cancelled,
  failed,
  isCancelled,
  ok,
  problem,
  problemsOfError,
  unwrap,
} from '../../src-main/model/errors.ts';
import { newId } from '../../src-main/model/ids.ts';
import { maxSeed, seedPlus } from '../../src-main/model/inputs.ts';
import { canonicalJson, own } from '../../src-main/model/json.ts';
import { nearest } from '../../src-main/model/nearest.ts';
import type { Part } from '../../src-main/model/pack.ts';
import {
  bytesOf,
  keptTensorsIn,
  mapKeptTensors,
  mapTensors,
  type TensorRef,
  tensorsIn,
} from '../../src-main/model/tensor.ts';
import { accepts, valueTypes } from '../../src-main/model/value-types.ts';
import { randomOf } from '../build/random.ts';

const tensor = (id: string): TensorRef =>
  ({ id, deviceId: 'sim:0', dtype: 'float32', shape: [1, 2], bytes: 8 }) as unknown as TensorRef;
const kept = (id: string) => ({ $file: id, dtype: 'uint8', shape: [3], bytes: 3 }) as never;

test('seeds are added without losing a bit, and wrap at 2^64', () => {
  expect(seedPlus('7', 3)).toBe('10');
  expect(seedPlus('9007199254740993', 1)).toBe('9007199254740994');
  expect(seedPlus(maxSeed.toString(), 1)).toBe('0');
  expect(seedPlus(maxSeed.toString(), 5)).toBe('4');
  expect(seedPlus('0', -1)).toBe(maxSeed.toString());
});

test('canonical JSON is equal for equal values, whatever the order of names', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
  expect(canonicalJson([undefined, () => 1])).toBe('[null,null]');
  expect(canonicalJson('\u2028"')).toBe(JSON.stringify('\u2028"'));
});

test('canonical JSON of random values reads back, and does not change when names are shuffled', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = randomOf(seed);
    const make = (depth: number): unknown => {
      if (depth === 0 || random.chance(0.3)) return random.pick([random.next(), 'x', '', true, null, -0.5, 1e21]);
      if (random.chance(0.4)) return Array.from({ length: random.below(4) }, () => make(depth - 1));
      return Object.fromEntries(
        Array.from({ length: random.below(5) }, () => [random.pick(['a', 'b', '10', '9', 'é']), make(depth - 1)]),
      );
    };
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, inner]) => [name, shuffled(inner)]),
      );
    };
    const value = make(4);
    expect(JSON.parse(canonicalJson(value))).toEqual(value);
    expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
  }
});

test('a record owns what was put there, and nothing that JavaScript adds', () => {
  const record: Record<string, number> = { a: 1 };
  expect([own(record, 'a'), own(record, 'b'), own(record, 'constructor'), own(record, '__proto__')]).toEqual([
    1,
    undefined,
    undefined,
    undefined,
  ]);
});

test.each([
  ['promt', ['prompt', 'seed'], 'prompt'],
  ['porm', ['prompt', 'seed'], ''],
  ['sed', ['prompt', 'seed'], 'seed'],
  ['eulr', ['heun', 'euler'], 'euler'],
  ['Prompt', ['prompt'], 'prompt'],
  ['sample.step', ['sample.cfg', 'sample.steps'], 'sample.steps'],
  ['teh', ['the', 'ten'], 'the'],
  ['completely different', ['prompt'], ''],
  ['', ['prompt'], ''],
  ['x', [], ''],
])('what is nearest to %j among %j is %j', (name, known, wanted) => {
  expect(nearest(name, known)).toBe(wanted);
});

test('the nearest of long names is found without comparing all of them', () => {
  expect(nearest('x'.repeat(1e6), ['y'.repeat(1e6)])).toBe('');
});

test('every tensor in a value is found once, however deep', () => {
  const [a, b] = [tensor('a'), tensor('b')];
  const value = { latent: a, list: [b, { again: a }], text: 'x', none: null, bytes: new Float32Array(2) };
  expect(tensorsIn(value)).toEqual([a, b]);
  expect(tensorsIn(null)).toEqual([]);
});

test('tensors are replaced where they are, and the value itself stays as it was', () => {
  const value = { a: tensor('a'), list: [tensor('b'), 1, null] };
  const made = mapTensors(value, ({ id }) => tensor(`${id}2`));
  expect(made).toEqual({ a: tensor('a2'), list: [tensor('b2'), 1, null] });
  expect(value.a.id).toBe('a');
});

test('kept tensors are found and replaced the same way', () => {
  const value = { files: [{ bytes: kept('f1'), width: 8 }, { bytes: kept('f2') }], n: null };
  expect(keptTensorsIn(value)).toEqual([kept('f1'), kept('f2')]);
  expect(mapKeptTensors(value, ({ $file }) => tensor($file))).toEqual({
    files: [{ bytes: tensor('f1'), width: 8 }, { bytes: tensor('f2') }],
    n: null,
  });
});

test('bytes of a tensor are its elements times their size', () => {
  expect([
    bytesOf('float32', [1, 4, 8, 8]),
    bytesOf('uint8', [3]),
    bytesOf('int64', [77]),
    bytesOf('float16', []),
  ]).toEqual([1024, 3, 616, 2]);
});

test('a type accepts itself and what is named beside it, never the other way round', () => {
  for (const type of Object.keys(valueTypes) as (keyof typeof valueTypes)[]) expect(accepts(type, type)).toBe(true);
  expect([
    accepts('float', 'int'),
    accepts('int', 'float'),
    accepts('text', 'seed'),
    accepts('image', 'latent'),
  ]).toEqual([true, false, true, false]);
});

test('a batch key holds what a call must share, and nothing else', () => {
  const part = { key: 'dn@a', dtype: 'float32', timestep: 'per-row' } as unknown as Part;
  const shape = { main: [4, 8, 8], tokens: 77, inputs: ['latent', 'hidden'], timestep: 500 };
  const key = batchKeyOf(part, shape);
  expect(batchKeyOf(part, { ...shape, inputs: ['hidden', 'latent'], timestep: 250 })).toBe(key);
  expect(batchKeyOf({ ...part, timestep: 'scalar' }, shape)).not.toBe(
    batchKeyOf({ ...part, timestep: 'scalar' }, { ...shape, timestep: 250 }),
  );
  for (const other of [{ main: [4, 8, 16] }, { tokens: 154 }, { inputs: ['latent'] }, { layer: 1 }, { shared: 'a' }])
    expect(batchKeyOf(part, { ...shape, ...other })).not.toBe(key);
  expect(batchKeyOf({ ...part, key: 'dn@b' as never }, shape)).not.toBe(key);
  expect(sizeKeyOf(part, shape)).toBe(sizeKeyOf(part, { ...shape, timestep: 1, inputs: [] }));
  expect(sizeKeyOf(part, shape)).not.toBe(sizeKeyOf(part, { ...shape, main: [4, 16, 8] }));
});

test('ids are told apart', () => {
  expect(new Set(Array.from({ length: 1000 }, () => newId('run'))).size).toBe(1000);
  expect(newId('run')).toMatch(/^run_[0-9a-z]{16}$/);
});

test('an error is expected, cancelled or our mistake', () => {
  const found = problem('disk.full', { path: 'x' });
  expect(problemsOfError(new AppError(found))).toEqual([found]);
  expect(problemsOfError('thrown text')).toEqual([problem('bug', { reason: 'thrown text' })]);
  expect([new Cancelled(), new DOMException('', 'AbortError'), new Error('cancelled')].map(isCancelled)).toEqual([
    true,
    true,
    false,
  ]);
  expect(unwrap(ok(1))).toBe(1);
  expect(() => unwrap(failed([found]))).toThrow(AppError);
});
