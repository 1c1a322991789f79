import { expect, test } from 'vitest';
import type { DeviceProfile } from '../../src-main/model/device.ts';
import type { DeviceId, Digest, SizeKey } from '../../src-main/model/ids.ts';
import { storeIn, temporaryFolder } from './fixtures.ts';

const cpu = 'cpu' as DeviceId;
const size = 'denoiser@a 4x64x64 77' as SizeKey;
const profile = (ms: (number | undefined)[]): DeviceProfile => ({
  loadBytesPerMs: 1e6,
  bringBytesPerMs: 2e6,
  ms: { [size]: ms },
});

test('what was measured is there at the next start, holes and all', async () => {
  const home = temporaryFolder();
  const store = await storeIn(home);
  store.profiles.save(cpu, profile([10]));
  store.profiles.save(cpu, profile([9.5, undefined, undefined, 30]));
  await store.close(); // sooner than the profile would have been written by itself
  const again = await storeIn(home);
  expect(await again.profiles.load()).toEqual(new Map([['cpu', profile([9.5, undefined, undefined, 30])]]));
});

test('a pack file’s digest is known as long as path, size and time are the same', async () => {
  const store = await storeIn(temporaryFolder(), { inMemory: true });
  const stamp = { path: 'a/model.onnx', size: 5_000_000_000, mtimeMs: 1763856000000.125 };
  const digest = 'd'.repeat(64) as Digest;
  await store.packDigests.keep([{ ...stamp, digest }]);
  const changed = [
    { ...stamp, size: 1 },
    { ...stamp, mtimeMs: 1 },
    { ...stamp, path: 'b' },
  ];
  expect(await store.packDigests.find([stamp, ...changed])).toEqual([digest, null, null, null]);
  await store.packDigests.keep([{ ...stamp, mtimeMs: 1, digest: 'e'.repeat(64) as Digest }]);
  expect(await store.packDigests.find([stamp])).toEqual([null]);
});

test('settings are set, replaced and forgotten', async () => {
  const store = await storeIn(temporaryFolder(), { inMemory: true });
  await store.settings.set('patience', 3);
  await store.settings.set('hot', ['a', { b: null }]);
  await store.settings.set('patience', 4);
  expect(await store.settings.all()).toEqual({ hot: ['a', { b: null }], patience: 4 });
  await store.settings.set('patience', null);
  expect(await store.settings.all()).toEqual({ hot: ['a', { b: null }] });
});

test('equal graphs are one, whatever the order of their keys', async () => {
  const store = await storeIn(temporaryFolder(), { inMemory: true });
  const digest = await store.graphs.put({ id: 'a', nodes: { x: 1, y: 2 } });
  expect(await store.graphs.put({ nodes: { y: 2, x: 1 }, id: 'a' })).toBe(digest);
  expect(await store.graphs.put({ id: 'b' })).not.toBe(digest);
  expect(await store.graphs.get(digest)).toEqual({ id: 'a', nodes: { x: 1, y: 2 } });
});
