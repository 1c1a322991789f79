import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { homeFolder, makeHome } from '../../src-main/store/home.ts';
import { codesOf, storeIn, temporaryFolder } from './fixtures.ts';

const on = (platform: NodeJS.Platform, env: Record<string, string>) => ({ env, platform, userHome: join('/', 'user') });

test('the home lies where the platform keeps data, unless somebody chose another', () => {
  expect(homeFolder(undefined, on('linux', {}))).toBe(join('/', 'user', '.local', 'share', 'kiln'));
  expect(homeFolder(undefined, on('linux', { XDG_DATA_HOME: resolve('/data') }))).toBe(join(resolve('/data'), 'kiln'));
  expect(homeFolder(undefined, on('linux', { XDG_DATA_HOME: 'relative' }))).toBe(
    join('/', 'user', '.local', 'share', 'kiln'),
  );
  expect(homeFolder(undefined, on('darwin', {}))).toBe(join('/', 'user', 'Library', 'Application Support', 'Kiln'));
  expect(homeFolder(undefined, on('win32', { LOCALAPPDATA: 'L' }))).toBe(join('L', 'Kiln'));
  expect(homeFolder(undefined, on('linux', { KILN_HOME: resolve('/k') }))).toBe(resolve('/k'));
  expect(homeFolder('asked', on('linux', { KILN_HOME: resolve('/k') }))).toBe(resolve('asked'));
});

test.skipIf(process.platform === 'win32')('a home is made for its owner alone', async () => {
  const home = join(temporaryFolder(), 'new', 'home');
  const store = await storeIn(home);
  await store.graphs.put({ id: 'g' });
  expect(statSync(home).mode & 0o777).toBe(0o700);
  expect(statSync(join(home, 'kiln.db')).mode & 0o777).toBe(0o600);
  expect(statSync(join(home, 'kiln.db-wal')).mode & 0o777).toBe(0o600);
});

test('a file where the home should be is a problem, and stays', async () => {
  const home = join(temporaryFolder(), 'file');
  writeFileSync(home, 'mine');
  expect(await codesOf(storeIn(home))).toEqual(['folder.notWritable']);
  expect(await codesOf(storeIn(join(home, 'inside')))).toEqual(['folder.notWritable']);
  expect(statSync(home).size).toBe(4);
});

test('a file where a folder of the home should be is a problem', () => {
  const home = temporaryFolder();
  writeFileSync(join(home, 'blobs'), '');
  expect(() => makeHome(home)).toThrow('folder.notWritable');
  expect(existsSync(join(home, 'images'))).toBe(false);
});
