import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Digest, TensorId } from '../../src-main/model/ids.ts';
import type { Store } from '../../src-main/store/store.ts';
import { contentKey, newImage, someBytes, storeIn, temporaryFolder, tensor } from './fixtures.ts';

const bytesOf = (n: number) => someBytes(n, 100 + n);
const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex') as Digest;

/** A whole file in its place, of which the store knows nothing. */
function strayAt(file: string, bytes: Uint8Array): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return file;
}

/** What a process that was killed leaves of itself. */
function leaveOwner(home: string): void {
  mkdirSync(join(home, 'owners'), { recursive: true });
  writeFileSync(join(home, 'owners', 'owner_killed'), '');
}

/** A blob, an image and a result; answers whether each can be read. */
async function keepSome(store: Store, n: number): Promise<() => Promise<boolean[]>> {
  const id = 't' as TensorId;
  const [blob, image, result] = await Promise.all([
    store.blobs.put(bytesOf(n), 'file'),
    store.images.add(bytesOf(n + 1), newImage(`run_${n}`, 0)),
    store.results.keep(contentKey(`k${n}`), { a: tensor('t', bytesOf(n + 2).length) }, new Map([[id, bytesOf(n + 2)]])),
  ]);
  const { $file } = result.outputs.a as unknown as { $file: Digest };
  return async () => [
    (await store.blobs.get(blob)) !== null,
    (await store.images.get(image.digest)) !== null,
    (await store.results.read($file)) !== null,
  ];
}

test('whole files that a killed process wrote and did not get to say so are removed, but no picture', async () => {
  const home = temporaryFolder();
  const store = await storeIn(home);
  const areThere = await keepSome(store, 1);
  const [blob, image] = [bytesOf(90), bytesOf(91)];
  const strays = [strayAt(store.blobs.path(digestOf(blob)), blob), strayAt(store.images.path(digestOf(image)), image)];
  await store.tidy();
  expect(strays.map(existsSync), 'nobody was killed, so nobody looks').toEqual([true, true]);
  leaveOwner(home);
  const beside = await storeIn(home, { inMemory: true });
  await beside.tidy();
  expect(strays.map(existsSync), 'a store without files of its own keeps off').toEqual([true, true]);
  await store.tidy();
  expect(strays.map(existsSync)).toEqual([false, true]);
  expect(await areThere()).toEqual([true, true, true]);
});

test('what is written while strays are removed stays', async () => {
  const home = temporaryFolder();
  const store = await storeIn(home);
  const other = await storeIn(home);
  leaveOwner(home);
  for (let round = 0; round < 5; round++) {
    const tidied = [store.tidy(), other.tidy()];
    const kept = await Promise.all([store, other].map((one, n) => keepSome(one, round * 10 + n * 5 + 1)));
    await Promise.all(tidied);
    for (const areThere of kept) expect(await areThere()).toEqual([true, true, true]);
  }
});
