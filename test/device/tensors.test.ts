import { expect, test } from 'vitest';
import { TensorOwners } from '../../src-main/device/tensors.ts';
import type { DeviceId, TensorId } from '../../src-main/model/ids.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';

const tensor = (id: string): TensorRef => ({
  id: id as TensorId,
  deviceId: 'cpu' as DeviceId,
  dtype: 'float32',
  shape: [1],
  bytes: 4,
});
function owners() {
  const gone: string[] = [];
  return { gone, owners: new TensorOwners((ids) => gone.push(...ids)) };
}

test("what a job made and does not return goes when it ends; the rest is the core's", () => {
  const { gone, owners: own } = owners();
  const job = {};
  own.began(job);
  own.made(job, [tensor('a'), tensor('b'), tensor('c')]);
  own.ended(job, { latent: tensor('b'), files: [{ bytes: tensor('c') }], input: tensor('foreign') });
  expect(gone).toEqual(['a']);
  expect(own.size).toEqual({ core: 2, jobs: 0 });
  own.free(['b', 'foreign'] as TensorId[]);
  own.free(['b'] as TensorId[]);
  expect(gone).toEqual(['a', 'b']);
});

test('what arrives for a job that is over goes at once', () => {
  const { gone, owners: own } = owners();
  const job = {};
  own.began(job);
  own.ended(job, null);
  own.made(job, [tensor('late')]);
  expect(gone).toEqual(['late']);
});

test('a second attempt does not inherit from the first', () => {
  const { gone, owners: own } = owners();
  const [first, second] = [{}, {}];
  own.began(first);
  own.made(first, [tensor('a')]);
  own.ended(first, null);
  own.began(second);
  own.made(first, [tensor('b')]);
  expect(gone).toEqual(['a', 'b']);
  expect(own.size).toEqual({ core: 0, jobs: 0 });
});

test('nothing goes while a call may read it', async () => {
  const { gone, owners: own } = owners();
  own.put('a' as TensorId);
  let finish = () => {};
  const call = own.during(
    new Promise<void>((resolve) => {
      finish = resolve;
    }),
  );
  own.free(['a'] as TensorId[]);
  expect(gone).toEqual([]);
  finish();
  await call;
  expect(gone).toEqual(['a']);
});
