import { readdirSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Digest, TensorId } from '../../src-main/model/ids.ts';
import type { KeptFile } from '../../src-main/store/kept-values.ts';
import type { Store } from '../../src-main/store/store.ts';
import { codesOf, contentKey, newImage, someBytes, storeIn, temporaryFolder, tensor } from './fixtures.ts';

const id = (text: string) => text as TensorId;

/** Keeps one tensor under a key, on disk; answers its file. */
async function keepOne(store: Store, key: string, bytes: Uint8Array): Promise<Digest> {
  const kept = await store.results.keep(contentKey(key), { a: tensor('t', bytes.length) }, new Map([[id('t'), bytes]]));
  await store.results.find([contentKey(key)]); // answered after the commit
  return (kept.outputs.a as unknown as KeptFile).$file;
}
const knows = async (store: Store, ...keys: string[]) =>
  [...(await store.results.find(keys.map(contentKey))).keys()].sort();
const filesUnder = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;

test('a kept result is found with files in place of its tensors, in another process too', async () => {
  const home = temporaryFolder();
  const store = await storeIn(home);
  const picture = { bytes: tensor('png', 50), mime: 'image/png', width: 4, height: 5 };
  const outputs = {
    list: [tensor('a', 10), { deep: tensor('b', 20) }],
    files: [picture],
    text: 'fox',
    n: 1.5,
    none: null,
  };
  const bytes = new Map([
    [id('a'), someBytes(1, 10)],
    [id('b'), someBytes(2, 20)],
    [id('png'), someBytes(3, 50)],
  ]);
  const kept = await store.results.keep(contentKey('k'), outputs, bytes);
  const fileOf = (length: number) => ({ $file: expect.any(String), dtype: 'uint8', shape: [length], bytes: length });
  expect(kept).toEqual({
    key: 'k',
    outputs: {
      list: [fileOf(10), { deep: fileOf(20) }],
      files: [{ bytes: fileOf(50), mime: 'image/png', width: 4, height: 5 }],
      text: 'fox',
      n: 1.5,
      none: null,
    },
  });
  await store.close();

  const again = await storeIn(home);
  expect(await again.results.find([contentKey('k'), contentKey('other')])).toEqual(new Map([['k', kept]]));
  const [first] = kept.outputs.list as unknown as [KeptFile];
  expect(await again.results.read(first.$file)).toEqual(someBytes(1, 10));
  expect(bytes.get(id('a'))).toEqual(someBytes(1, 10)); // the sender's own are as they were
});

test('thousands of keys are found in one call', async () => {
  const store = await storeIn(temporaryFolder(), { inMemory: true });
  await Promise.all(Array.from({ length: 50 }, (_, n) => store.results.keep(contentKey(`k${n}`), { n }, new Map())));
  const found = await store.results.find(Array.from({ length: 40_000 }, (_, n) => contentKey(`k${n}`)));
  expect(found.size).toBe(50);
  expect(found.get(contentKey('k7'))?.outputs).toEqual({ n: 7 });
});

test('a result that is kept twice stays as it was first', async () => {
  const home = temporaryFolder();
  const store = await storeIn(home);
  const keep = (bytes: Uint8Array) => keepOne(store, 'k', bytes);
  const [first, sameMoment] = await Promise.all([keep(someBytes(1, 100)), keep(someBytes(3, 100))]);
  expect(sameMoment).toBe(first);
  expect(await keep(someBytes(2, 100))).toBe(first);
  expect(filesUnder(join(home, 'blobs'))).toBe(1);
});

test('a truncated, a changed and a lost file make their keys forgotten, and can be made again', async () => {
  const home = temporaryFolder();
  const before = await storeIn(home);
  const digests = await Promise.all(
    ['cut', 'changed', 'lost', 'whole'].map((key, n) => keepOne(before, key, someBytes(n, 1000))),
  );
  await before.close();
  const path = (n: number) => before.blobs.path(digests[n]!);
  truncateSync(path(0), 10);
  writeFileSync(path(1), someBytes(9, 1000));
  unlinkSync(path(2));

  const store = await storeIn(home);
  expect(await knows(store, 'cut', 'changed', 'lost', 'whole')).toEqual(['changed', 'whole']); // size tells of the others
  expect(await store.results.read(digests[1]!)).toBeNull();
  expect(await store.results.read(digests[0]!)).toBeNull();
  expect(await knows(store, 'cut', 'changed', 'lost', 'whole')).toEqual(['whole']);
  expect(filesUnder(join(home, 'blobs'))).toBe(1);

  await Promise.all(['cut', 'changed', 'lost'].map((key, n) => keepOne(store, key, someBytes(n, 1000))));
  expect(await store.results.read(digests[1]!)).toEqual(someBytes(1, 1000));
  expect(await knows(store, 'cut', 'changed', 'lost', 'whole')).toEqual(['changed', 'cut', 'lost', 'whole']);
});

test('a file that is cut off after it was read once is noticed too', async () => {
  const store = await storeIn(temporaryFolder());
  const digest = await keepOne(store, 'k', someBytes(1, 1000));
  expect(await store.results.read(digest)).toEqual(someBytes(1, 1000));
  truncateSync(store.blobs.path(digest), 999);
  expect(await store.results.read(digest)).toBeNull();
});

test('results over the budget leave, the least recently used first, each file with the last that needs it', async () => {
  const home = temporaryFolder();
  const old = await storeIn(home, { cacheBytes: 10_000 });
  for (const n of [1, 2, 3]) await keepOne(old, `k${n}`, someBytes(n, 1000));
  await keepOne(old, 'same', someBytes(1, 1000)); // shares the file of k1
  await old.close();

  const store = await storeIn(home, { cacheBytes: 10_000, clockOffsetMs: 3_600_000 });
  expect(await knows(store, 'k1')).toEqual(['k1']);
  await keepOne(store, 'k4', someBytes(4, 1000));
  expect(await store.results.heldBytes()).toBe(4000);
  await store.results.budget(2500);
  expect(await knows(store, 'k1', 'k2', 'k3', 'k4', 'same')).toEqual(['k1', 'k4', 'same']);
  await store.results.budget(1500);
  expect(await knows(store, 'k1', 'k4', 'same')).toEqual(['k4']);
  expect(await store.results.heldBytes()).toBe(1000);
  expect(filesUnder(join(home, 'blobs'))).toBe(1);
});

test('keeping over the budget evicts by itself, and never a picture or an uploaded file', async () => {
  const home = temporaryFolder();
  const store = await storeIn(home, { cacheBytes: 5000 });
  const image = await store.images.add(someBytes(100, 1000), newImage('run', 0));
  const upload = await store.blobs.put(someBytes(101, 1000), 'a.png');
  const shared = await store.blobs.put(someBytes(0, 1000), 'b.png'); // what a result makes too
  for (let n = 0; n < 30; n++) await keepOne(store, `k${n}`, someBytes(n, 1000));
  await store.results.budget(5000);
  expect(await store.results.heldBytes()).toBeLessThanOrEqual(5000);
  expect(await knows(store, 'k0', 'k29')).toEqual(['k29']);
  expect(await store.images.get(image.digest)).toEqual(someBytes(100, 1000));
  expect(await store.blobs.get(upload)).toEqual(someBytes(101, 1000));
  expect(await store.blobs.get(shared)).toEqual(someBytes(0, 1000));
});

test('bytes that were not given are our mistake and leave nothing', async () => {
  const home = temporaryFolder();
  const store = await storeIn(home);
  expect(await codesOf(store.results.keep(contentKey('k'), { a: tensor('t', 3) }, new Map()))).toEqual(['bug']);
  expect(await knows(store, 'k')).toEqual([]);
});

test('a view into a larger buffer is kept as what it shows', async () => {
  const store = await storeIn(temporaryFolder());
  const large = Buffer.from(someBytes(1, 1_000_000));
  const digest = await keepOne(store, 'k', large.subarray(500, 600));
  expect(statSync(store.blobs.path(digest)).size).toBe(100);
  expect(large).toHaveLength(1_000_000);
});
