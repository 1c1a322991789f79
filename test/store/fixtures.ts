import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Problem } from '../../src-main/model/errors.ts';
import { problemsOfError } from '../../src-main/model/errors.ts';
import type { ContentKey, DeviceId, RunId, TensorId } from '../../src-main/model/ids.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import type { NewImage } from '../../src-main/store/images.ts';
import type { NewRun } from '../../src-main/store/run-record.ts';
import { openStore, type Store, type StoreOptions } from '../../src-main/store/store.ts';

// Threads and child processes run from sources here; without it each of them strips the types of every file again.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '..', '..', '.cache', 'compiled');

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kiln-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store that is closed after the test, before its folder goes. */
export async function storeIn(home: string, options: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await openStore({ home, ...options });
  onTestFinished(() => store.close());
  return store;
}

export const graph = { id: 'graph_a', title: 'A graph', nodes: { n: { type: 'value.text', values: { text: 'fox' } } } };
export const runId = (text: string) => text as RunId;
export const contentKey = (text: string) => text as ContentKey;

export const newRun = (id: string, more: Partial<NewRun> = {}): NewRun => ({
  id: runId(id),
  title: 'A red fox',
  tier: 'fast',
  submitter: 'editor',
  overrides: { prompt: 'a red fox', seed: '18446744073709551615' },
  deterministic: false,
  ...more,
});

export const tensor = (id: string, bytes: number): TensorRef => ({
  id: id as TensorId,
  deviceId: 'cpu' as DeviceId,
  dtype: 'uint8',
  shape: [bytes],
  bytes,
});

export const newImage = (run: string, index: number, more: Partial<NewImage> = {}): NewImage => ({
  runId: runId(run),
  nodeId: 'save' as NewImage['nodeId'],
  index,
  width: 8,
  height: 8,
  seed: String(index),
  title: 'A red fox',
  kept: true,
  mime: 'image/png',
  prompt: 'a red fox in the snow',
  ...more,
});

/** Bytes that depend on the seed alone. */
export function someBytes(seed: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = (seed * 2654435761 + 1) >>> 0;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

export const problemsOf = async (promise: Promise<unknown>): Promise<readonly Problem[]> =>
  promise.then(
    () => [],
    (error: unknown) => problemsOfError(error),
  );
export const codesOf = async (promise: Promise<unknown>): Promise<string[]> =>
  (await problemsOf(promise)).map(({ code }) => code);
