import { copyFileSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cpuDevice } from '../../src-main/device/discover.ts';
import { earlySession } from '../../src-main/device/ort/early-session.ts';
import { loadLibrary } from '../../src-main/device/ort/session.ts';
import type { GraphEdit } from '../../src-main/model/graph-edit.ts';
import type { PartFile } from '../../src-main/model/pack.ts';

const decoder = path.join(import.meta.dirname, '../../models/starter/vae_decoder/model.onnx');
const device = cpuDevice({ cpuBudgetBytes: 0, cpuThreads: 0 });
const fileAt = (file: string, edits: readonly GraphEdit[] = []) => ({ path: file, edits }) as unknown as PartFile;

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kiln-early-'));
  file = path.join(folder, 'model.onnx');
  copyFileSync(decoder, file);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a session that was begun early is the one that is asked for, once', async () => {
  const early = earlySession(file, loadLibrary());
  const session = await early.take(fileAt(file), device);
  expect(session?.inputNames).toEqual(['latent_sample']);
  expect(await early.take(fileAt(file), device)).toBeNull();
  await session?.release();
});

test.each([
  ['another file', () => [fileAt(decoder), device] as const],
  [
    'a graph that must be edited',
    () => [fileAt(file, [{ edit: 'posterior-out', output: 'x' } as never]), device] as const,
  ],
  ['other threads', () => [fileAt(file), { ...device, threads: device.threads + 1 }] as const],
])('it is given up for %s', async (_, asked) => {
  expect(await earlySession(file, loadLibrary()).take(...asked())).toBeNull();
});

test('it is given up when the file has changed since', async () => {
  let give: (library: Awaited<ReturnType<typeof loadLibrary>>) => void = () => {};
  const early = earlySession(file, new Promise((resolve) => (give = resolve)));
  utimesSync(file, 1, 1);
  give(await loadLibrary());
  expect(await early.take(fileAt(file), device)).toBeNull();
});

test('a file that is not there is no matter of its own', async () => {
  expect(await earlySession(path.join(folder, 'none.onnx'), loadLibrary()).take(fileAt(file), device)).toBeNull();
});

test('a host that computes elsewhere gives it up', async () => {
  const early = earlySession(file, loadLibrary());
  await early.giveUp();
  expect(await early.take(fileAt(file), device)).toBeNull();
  await early.giveUp();
});
