import { expect, test } from 'vitest';
import { filesOnce } from '../../src-main/device/files-once.ts';
import type { Digest } from '../../src-main/model/ids.ts';

const [a, b] = ['a', 'b'] as Digest[];
const signal = new AbortController().signal;

test('who reads a file at the same time, or while another one has it, gets the same bytes', async () => {
  let reads = 0;
  const read = filesOnce(async (digest) => {
    reads++;
    return new TextEncoder().encode(digest);
  });
  const [first, second, other] = await Promise.all([read(a!, signal), read(a!, signal), read(b!, signal)]);
  expect(second).toBe(first);
  expect(await read(a!, signal)).toBe(first);
  expect(new TextDecoder().decode(other)).toBe('b');
  expect(reads).toBe(2);
});

test('one that could not be read is asked for again', async () => {
  let reads = 0;
  const read = filesOnce(async () => {
    if (reads++ === 0) throw new Error('no');
    return new Uint8Array(1);
  });
  const both = await Promise.allSettled([read(a!, signal), read(a!, signal)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect((await read(a!, signal)).length).toBe(1);
  expect(reads).toBe(2);
});

test('of many files a few come at a time, in the order in which they were asked for', async () => {
  const started: string[] = [];
  const gates: (() => void)[] = [];
  const read = filesOnce(async (digest) => {
    started.push(digest);
    await new Promise<void>((resolve) => gates.push(resolve));
    return new Uint8Array(1);
  });
  const all = ['a', 'b', 'c', 'd'].map((digest) => read(digest as Digest, signal));
  expect(started).toEqual(['a', 'b']);
  gates[1]!();
  await all[1];
  expect(started).toEqual(['a', 'b', 'c']);
  gates[0]!();
  await all[0];
  expect(started).toEqual(['a', 'b', 'c', 'd']);
  for (const open of gates) open();
  await Promise.all(all);
});
