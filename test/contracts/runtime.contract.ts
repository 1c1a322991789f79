import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Runtime } from '../../src-main/device/runtime.ts';
import { AppError } from '../../src-main/model/errors.ts';
import type { TensorId } from '../../src-main/model/ids.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import { type TinyPack, tinyPack, width } from '../build/tiny-parts.ts';

/** What every runtime keeps. */
export function runtimeContract(name: string, make: () => Runtime): void {
  describe(`${name} as a runtime`, () => {
    let pack: TinyPack;
    let runtime: Runtime;
    beforeAll(() => {
      pack = tinyPack();
    });
    afterAll(() => pack.remove());
    beforeEach(() => {
      runtime = make();
    });
    afterEach(async () => {
      await runtime.close();
    });

    const bytesOf = async (tensor: TensorRef) => new Uint8Array(await runtime.download(tensor));
    const denoiserRow = (seed: string, timestep: number) => ({
      latent: runtime.tensor.noise(seed, [1, 4, 4, 4]),
      timestep,
      hidden: runtime.tensor.noise(seed, [1, 3, width], 1),
    });

    test('a part is there after load and gone after release', async () => {
      const file = pack.file('denoiser');
      expect(runtime.has(file.part.key)).toBe(false);
      expect(await runtime.load(file)).toEqual({ bytes: file.part.bytes });
      expect(runtime.has(file.part.key)).toBe(true);
      await runtime.load(file);
      expect(runtime.held().parts).toBe(1);
      await runtime.release(file.part.key);
      expect(runtime.has(file.part.key)).toBe(false);
      expect(runtime.held().parts).toBe(0);
    });

    test('a part that is not loaded cannot be called', async () => {
      await expect(runtime.call(pack.file('denoiser').part.key, [denoiserRow('1', 5)])).rejects.toMatchObject({
        problems: [{ code: 'device.callFailed' }],
      });
    });

    test('a batch of n equals n batches of 1', async () => {
      const file = pack.file('denoiser');
      await runtime.load(file);
      const rows = ['1', '2', '3'].map((seed, i) => denoiserRow(seed, 100 * i));
      const together = await runtime.call(file.part.key, rows);
      for (const [i, row] of rows.entries()) {
        const [alone] = await runtime.call(file.part.key, [row]);
        expect(together[i]!.prediction!.shape).toEqual([1, 4, 4, 4]);
        const [a, b] = [
          await runtime.tensor.read(together[i]!.prediction!),
          await runtime.tensor.read(alone!.prediction!),
        ];
        for (let at = 0; at < a.length; at++) expect(Number(a[at])).toBeCloseTo(Number(b[at]), 6);
      }
      expect(await bytesOf(together[0]!.prediction!)).not.toEqual(await bytesOf(together[1]!.prediction!));
    });

    test('a call with other rows after one with many gives what the other rows give', async () => {
      const file = pack.file('denoiser');
      await runtime.load(file);
      const [a, b, c] = ['1', '2', '3'].map((seed) => denoiserRow(seed, 50));
      const first = await runtime.call(file.part.key, [a!, b!]);
      const kept = await bytesOf(first[1]!.prediction!);
      const second = await runtime.call(file.part.key, [a!, c!]);
      const third = await runtime.call(file.part.key, [a!, b!]);
      expect(await bytesOf(first[1]!.prediction!)).toEqual(kept);
      expect(await bytesOf(second[1]!.prediction!)).not.toEqual(kept);
      expect(await bytesOf(third[1]!.prediction!)).toEqual(kept);
    });

    test('tokens become a hidden state and a pooled vector', async () => {
      const file = pack.file('text-encoder');
      await runtime.load(file);
      const tokens = runtime.tensor.from(BigInt64Array.of(1n, 2n, 3n), 'int64', [1, 3]);
      const [row] = await runtime.call(file.part.key, [{ tokens }]);
      expect(row!.hidden).toMatchObject({ dtype: 'float32', shape: [1, 3, width], deviceId: runtime.deviceId });
      expect(row!.pooled).toMatchObject({ dtype: 'float32', shape: [1, width] });
    });

    test('a file that takes one row computes several one after the other', async () => {
      const file = pack.file('vae-decoder');
      await runtime.load(file);
      const rows = ['1', '2'].map((seed) => ({ latent: runtime.tensor.noise(seed, [1, 4, 4, 4]) }));
      const images = await runtime.call(file.part.key, rows);
      expect(images).toHaveLength(2);
      expect(images[0]!.image).toMatchObject({ dtype: 'uint8', shape: [1, 4, 4, 3] });
    });

    test('a row without what the file wants is an error that names it', async () => {
      const file = pack.file('denoiser');
      await runtime.load(file);
      const { hidden: _, ...row } = denoiserRow('1', 1);
      const error = await runtime.call(file.part.key, [row]).catch((thrown: unknown) => thrown);
      if (runtime.deviceId === 'cpu') {
        expect(error).toBeInstanceOf(AppError);
        expect((error as AppError).problems[0]!.values).toMatchObject({ reason: expect.stringContaining('hidden') });
      }
    });

    test('what is uploaded is downloaded, under the id that was asked for', async () => {
      const data = Uint8Array.from({ length: 24 }, (_, i) => i);
      const tensor = runtime.upload(data.slice(), 'float32', [1, 2, 3], 'mine' as TensorId);
      expect(tensor).toEqual({ id: 'mine', deviceId: runtime.deviceId, dtype: 'float32', shape: [1, 2, 3], bytes: 24 });
      expect(await bytesOf(tensor)).toEqual(data);
      const odd = runtime.upload(new Uint8Array(data.buffer, 3, 16), 'int64', [2]);
      expect(await bytesOf(odd)).toEqual(data.slice(3, 19));
    });

    test('counts return to zero', async () => {
      const file = pack.file('denoiser');
      await runtime.load(file);
      const row = denoiserRow('7', 3);
      const [made] = await runtime.call(file.part.key, [row, row]);
      const halves = runtime.tensor.split(runtime.tensor.stack([row.latent, row.latent]));
      expect(runtime.held().tensors).toBe(7);
      expect(runtime.held().bytes).toBeGreaterThan(0);
      runtime.dispose([row.latent.id, row.hidden.id, made!.prediction!.id, ...halves.map(({ id }) => id)]);
      expect(runtime.held().tensors).toBe(2);
      await expect(runtime.download(row.latent)).rejects.toMatchObject({ problems: [{ code: 'bug' }] });
      await runtime.release(file.part.key);
      expect(runtime.held().parts).toBe(0);
    });

    test('arithmetic gives new tensors and leaves the old ones alone', async () => {
      const { tensor } = runtime;
      const a = tensor.full([2, 2], 3);
      const b = tensor.from(Float32Array.of(1, 2, 3, 4), 'float32', [2, 2]);
      const sums = [1, 2, 3, 4, 5].map((count) =>
        tensor.linear(Array.from({ length: count }, (_, i) => ({ factor: i + 1, tensor: i % 2 ? b : a }))),
      );
      const read = async (of: TensorRef) => [...(await tensor.read(of))];
      expect(await read(sums[0]!)).toEqual([3, 3, 3, 3]);
      expect(await read(sums[1]!)).toEqual([5, 7, 9, 11]);
      expect(await read(sums[2]!)).toEqual([14, 16, 18, 20]);
      expect(await read(sums[3]!)).toEqual([18, 24, 30, 36]);
      expect(await read(sums[4]!)).toEqual([33, 39, 45, 51]);
      expect(await read(b)).toEqual([1, 2, 3, 4]);
      expect(await read(tensor.clip(b, { limit: 2.5 }))).toEqual([1, 2, 2.5, 2.5]);
      expect(await read(tensor.clip(sums[0]!, { share: 1, most: 2 }))).toEqual([1, 1, 1, 1]);
      const rows = tensor.split(b);
      expect(rows.map(({ shape }) => shape)).toEqual([
        [1, 2],
        [1, 2],
      ]);
      expect(await read(tensor.stack([rows[1]!, rows[0]!]))).toEqual([3, 4, 1, 2]);
      expect(() =>
        tensor.linear([
          { factor: 1, tensor: a },
          { factor: 1, tensor: rows[0]! },
        ]),
      ).toThrow(AppError);
    });

    test('noise depends on the seed, the stream and the shape alone', async () => {
      const read = async (seed: string, stream?: number) => [
        ...(await runtime.tensor.read(runtime.tensor.noise(seed, [1, 20], stream))),
      ];
      expect(await read('5')).toEqual(await read('5'));
      expect(await read('5')).not.toEqual(await read('6'));
      expect(await read('5', 1)).not.toEqual(await read('5', 2));
    });

    test('values that are not numbers are found', () => {
      const values = new Float32Array(1000);
      expect(runtime.flaw(runtime.tensor.from(values, 'float32', [1000]), 'whole')).toBeNull();
      values[999] = Number.NaN;
      expect(runtime.flaw(runtime.tensor.from(values, 'float32', [1000]), 'sample')).toContain('999');
      values[999] = 0;
      values[501] = Number.POSITIVE_INFINITY;
      expect(runtime.flaw(runtime.tensor.from(values, 'float32', [1000]), 'whole')).toContain('501');
    });
  });
}
