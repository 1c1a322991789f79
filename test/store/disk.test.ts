import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { smallDisk } from '../build/small-disk.ts';
import { codesOf, graph, newRun, storeIn, temporaryFolder } from './fixtures.ts';
import { brokenFiles, pictureSuffixes, startChild } from './processes.ts';

const isRoot = process.getuid?.() === 0;
const nobody = 65534;

test('a disk that fills up is named, and what was acknowledged before is there', async ({ skip }) => {
  const disk = smallDisk(temporaryFolder(), '3m');
  if (!disk) return skip('this user may not mount a small disk');
  onTestFinished(disk.remove);
  const home = disk.path;
  const child = startChild('fill', home, 'r');
  await child.ended;
  expect(child.lines.at(-1)?.[1]).toContain('"code":"disk.full"');
  const acknowledged = child.lines.filter(([what]) => what === 'done').map(([, id]) => id);
  expect(acknowledged.length).toBeGreaterThan(5);

  // Room again: results may leave, runs and pictures stay.
  const store = await storeIn(home, { cacheBytes: 0 });
  await store.results.budget(0);
  const done = (await store.runs.list({ states: ['done'], count: 1000 })).map(({ id }) => id as string);
  expect(acknowledged.filter((id) => !done.includes(id!))).toEqual([]);
  const images = await store.images.list({ count: 1000 });
  for (const { digest } of images) expect(await store.images.get(digest)).not.toBeNull();
  expect(images.length).toBeGreaterThanOrEqual(acknowledged.length);
  await store.tidy();
  expect([...brokenFiles(join(home, 'blobs')), ...brokenFiles(join(home, 'images'), pictureSuffixes)]).toEqual([]);
  expect(await store.runs.submit(graph, [newRun('run_after')])).toMatchObject([{ isNew: true }]);
});

test('a disk that is too small for an empty store is full, whatever of the store comes first', async ({ skip }) => {
  for (const kilobytes of [8, 16, 32, 48, 96]) {
    const disk = smallDisk(temporaryFolder(), `${kilobytes}k`);
    if (!disk) return skip('this user may not mount a small disk');
    onTestFinished(disk.remove);
    expect(await codesOf(storeIn(join(disk.path, 'home'))), `${kilobytes}k`).toEqual(['disk.full']);
    expect(readdirSync(join(disk.path, 'home')).filter((name) => name.endsWith('-room'))).toEqual([]);
  }
});

test('a home that may only be read is a problem that says so', async ({ skip }) => {
  if (process.platform === 'win32') return skip('permissions are other there');
  const home = temporaryFolder();
  const store = await storeIn(home);
  await store.runs.submit(graph, [newRun('run_a')]);
  await store.close();
  chmodSync(join(home, 'kiln.db'), 0o444);
  chmodSync(home, 0o555);
  onTestFinished(() => chmodSync(home, 0o700));
  if (!isRoot) return expect(await codesOf(storeIn(home))).toEqual(['store.readOnly']);
  // Permissions do not bind this user, so another one tries.
  const child = startChild('open', home, 'x', nobody);
  await child.ended;
  if (child.lines.length === 0 || child.lines[0]![0] === 'stderr')
    return skip('no other user can start a process here');
  expect(child.lines.map((words) => words.join(' '))).toEqual([
    `problem [{"code":"store.readOnly","values":{"path":${JSON.stringify(home)}}}]`,
  ]);
});
