import { expect, test } from 'vitest';
import { lastingRunLog } from '../../src-main/core-run-log.ts';
import { AppError, problem, problemsOfError } from '../../src-main/model/errors.ts';
import type { RunId } from '../../src-main/model/ids.ts';
import type { Clock, RunLog } from '../../src-main/model/ports.ts';

const id = (text: string) => text as RunId;
const full = new AppError(problem('disk.full', { path: 'kiln.db' }));

/** A log on a disk that is full until it is told otherwise, and a clock that is moved by hand. */
function fullDisk() {
  const written: string[] = [];
  const told: string[] = [];
  const sleepers: (() => void)[] = [];
  let broken: Error | null = full;
  const log: RunLog = {
    started: () => {},
    async changed(runId, state) {
      await null;
      if (broken) throw broken;
      written.push(`${runId} ${state}`);
    },
  };
  const clock: Clock = {
    now: () => 0,
    sleep: (_ms, signal) =>
      new Promise((resolve, reject) => {
        sleepers.push(resolve);
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
      }),
  };
  const lasting = lastingRunLog(log, clock, async (runId, state) => void told.push(`${runId} ${state}`));
  return {
    lasting,
    written,
    told,
    sleepers,
    becomes: (error: Error | null) => {
      broken = error;
    },
    async wakes() {
      for (const wake of sleepers.splice(0)) wake();
      for (let n = 0; n < 30; n++) await null;
    },
  };
}
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => problemsOfError(error)[0]?.code,
  );

test('ends that a full disk refuses are written in their order when there is room, and told then', async () => {
  const { lasting, written, told, becomes, wakes } = fullDisk();
  expect(await codeOf(lasting.changed(id('a'), 'done', [], [], 1))).toBe('disk.full');
  expect(await codeOf(lasting.changed(id('b'), 'cancelled', [], [], 1))).toBe('disk.full');
  await wakes();
  expect([written, told]).toEqual([[], []]);
  becomes(null);
  await wakes();
  expect(written).toEqual(['a done', 'b cancelled']);
  expect(told).toEqual(written);
  await wakes();
  expect(written).toHaveLength(2);
});

test('whoever waits for an end to be on disk is told what keeps it from there', async () => {
  const { lasting, becomes, wakes } = fullDisk();
  lasting.changed(id('a'), 'cancelled', [], [], 1).catch(() => {});
  expect(await codeOf(lasting.written([id('a')]))).toBe('disk.full');
  expect(await codeOf(lasting.written([id('a')]))).toBe('disk.full');
  expect(await codeOf(lasting.written([id('other')]))).toBeNull();
  becomes(null);
  await wakes();
  expect(await codeOf(lasting.written([id('a')]))).toBeNull();
  const soon = lasting.changed(id('b'), 'cancelled', [], [], 1);
  expect(await codeOf(lasting.written([id('b')]))).toBeNull();
  await soon;
});

test('another fault is not tried again, nor anything after the end', async () => {
  const { lasting, written, sleepers, becomes, wakes } = fullDisk();
  becomes(new AppError(problem('run.missing', { run: 'a' })));
  expect(await codeOf(lasting.changed(id('a'), 'done', [], [], 1))).toBe('run.missing');
  expect(sleepers).toHaveLength(0);
  becomes(full);
  expect(await codeOf(lasting.changed(id('b'), 'done', [], [], 1))).toBe('disk.full');
  lasting.close();
  becomes(null);
  await wakes();
  expect(written).toEqual([]);
});
