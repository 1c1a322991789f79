import { existsSync, mkdirSync, readdirSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Digest, TensorId } from '../../src-main/model/ids.ts';
import { limits } from '../../src-main/model/limits.ts';
import { contentKey, problemsOf, someBytes, storeIn, temporaryFolder, tensor } from './fixtures.ts';

const nothing = '0'.repeat(64) as Digest;

test('bytes are found by their digest, one file for equal ones, never written twice', async () => {
  const home = temporaryFolder();
  const store = await storeIn(home);
  const digest = await store.blobs.put(new TextEncoder().encode('fox'), 'fox.png');
  expect(digest).toBe('776cb326ab0cd5f0a974c1b9606044d8485201f2db19cf8e3749bdee5f36e200');
  expect(store.blobs.path(digest)).toBe(join(home, 'blobs', '77', digest.slice(2)));
  const { ino } = statSync(store.blobs.path(digest));
  expect(await store.blobs.put(new TextEncoder().encode('fox'), 'again.png')).toBe(digest);
  expect(statSync(store.blobs.path(digest)).ino).toBe(ino);
  expect(await store.blobs.get(digest)).toEqual(new TextEncoder().encode('fox'));
  expect([await store.blobs.has(digest), await store.blobs.has(nothing)]).toEqual([true, false]);
  expect(await store.blobs.get(nothing)).toBeNull();
});

test('an empty file is a file', async () => {
  const store = await storeIn(temporaryFolder());
  const digest = await store.blobs.put(new Uint8Array(0), 'empty');
  expect(await store.blobs.get(digest)).toEqual(new Uint8Array(0));
});

test('a truncated upload is not there, and uploading it again mends it', async () => {
  const store = await storeIn(temporaryFolder());
  const digest = await store.blobs.put(someBytes(1, 100), 'a');
  truncateSync(store.blobs.path(digest), 50);
  expect([await store.blobs.has(digest), await store.blobs.get(digest)]).toEqual([false, null]);
  expect(await store.blobs.put(someBytes(1, 100), 'a')).toBe(digest);
  expect(await store.blobs.get(digest)).toEqual(someBytes(1, 100));
});

test('a changed upload of the same size is mended by uploading it again after a start', async () => {
  const home = temporaryFolder();
  const before = await storeIn(home);
  const digest = await before.blobs.put(someBytes(1, 100), 'a');
  await before.close();
  writeFileSync(before.blobs.path(digest), someBytes(2, 100));
  const store = await storeIn(home);
  expect(await store.blobs.put(someBytes(1, 100), 'a')).toBe(digest);
  expect(await store.blobs.get(digest)).toEqual(someBytes(1, 100));
});

test('a file over the limit is refused before it is written', async () => {
  const home = temporaryFolder();
  const store = await storeIn(home);
  const bytes = limits.imageFileBytes + 1;
  expect(await problemsOf(store.blobs.put(new Uint8Array(bytes), 'huge.png'))).toEqual([
    { code: 'file.tooLarge', values: { path: 'huge.png', bytes, limit: limits.imageFileBytes } },
  ]);
  expect(readdirSync(join(home, 'blobs'))).toEqual([]);
});

test('an uploaded file that a result needs leaves with the result, another at once', async () => {
  const store = await storeIn(temporaryFolder());
  const digest = await store.blobs.put(someBytes(1, 100), 'a');
  const bytes = new Map([['t' as TensorId, someBytes(1, 100)]]);
  await store.results.keep(contentKey('k'), { a: tensor('t', 100) }, bytes);
  await store.results.find([contentKey('k')]); // answered after the commit
  expect(await store.blobs.remove(digest)).toBe(false);
  expect(await store.blobs.get(digest)).not.toBeNull();
  await store.results.budget(0);
  expect(existsSync(store.blobs.path(digest))).toBe(false);

  const other = await store.blobs.put(someBytes(2, 100), 'b');
  expect([await store.blobs.remove(other), await store.blobs.remove(other)]).toEqual([true, false]);
  expect(existsSync(store.blobs.path(other))).toBe(false);
});

test('half-written files of dead processes go, those of living ones stay until they are old', async () => {
  const home = temporaryFolder();
  const writer = await storeIn(home);
  await writer.blobs.put(someBytes(1, 10), 'a'); // takes the lock that shows it lives
  const [alive] = readdirSync(join(home, 'owners'));
  const incoming = join(home, 'blobs', 'incoming');
  mkdirSync(incoming, { recursive: true });
  writeFileSync(join(incoming, `${alive}-7`), 'half');
  writeFileSync(join(incoming, `${alive}-8`), 'half, of last week');
  utimesSync(join(incoming, `${alive}-8`), 1, 1);
  writeFileSync(join(incoming, 'owner_dead-1'), 'half');
  writeFileSync(join(home, 'owners', 'owner_dead'), '');
  utimesSync(join(home, 'owners', 'owner_dead'), 1, 1);

  const store = await storeIn(home);
  await store.tidy();
  expect(readdirSync(incoming)).toEqual([`${alive}-7`]);
  expect(readdirSync(join(home, 'owners'))).toEqual([alive]);
  await writer.close();
  await store.tidy();
  expect(readdirSync(incoming)).toEqual([]);
  expect(readdirSync(join(home, 'owners'))).toEqual([]);
});
