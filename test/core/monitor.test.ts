import { expect, onTestFinished, test } from 'vitest';
import { Monitor } from '../../src-main/core-monitor.ts';
import { openServedCore } from '../../src-main/core-served.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { BatchId, DeviceId, GraphId, JobId, NodeId, PartKey, RunId } from '../../src-main/model/ids.ts';
import type { JobState, RunState } from '../../src-main/model/run.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { templates } from './templates.ts';

const graphId = 'graph' as GraphId;
const deviceId = 'cpu' as DeviceId;
const { signal } = new AbortController();
const zero = 1_000_000;

const run = (id: string, state: RunState, pictures = 0): Event => ({
  type: 'run.changed',
  runId: id as RunId,
  graphId,
  state,
  problems: [],
  images: Array.from({ length: pictures }) as never,
  ms: 0,
});
const job = (runId: string, node: string, state: JobState, ms = 0): Event => ({
  type: 'job.changed',
  runId: runId as RunId,
  graphId,
  nodeId: node as NodeId,
  jobId: `${node}-job` as JobId,
  state,
  deviceId: state === 'reused' ? null : deviceId,
  ms,
});
const call = (rows: number, startMs: number, ms: number): Event => ({
  type: 'batch.finished',
  batchId: 'b' as BatchId,
  deviceId,
  part: 'denoiser@x' as PartKey,
  rows,
  runs: ['a' as RunId],
  startMs,
  ms,
});

test('jobs of the latest runs are told with their start and how long they took; one that goes on, so far', () => {
  const monitor = new Monitor();
  monitor.add(run('a', 'running'), 100);
  monitor.add(job('a', 'text', 'reused'), 110);
  monitor.add(job('a', 'sample', 'running'), 120);
  monitor.add(call(2, 130, 20), 151);
  monitor.add(job('a', 'sample', 'done', 80), 200);
  monitor.add(job('a', 'decode', 'running'), 210);
  const { runs, jobs, devices, counts, readAt } = monitor.read(5, 250, zero);
  expect(readAt).toBe(zero + 250);
  expect(runs).toEqual([{ runId: 'a', graphId, state: 'running', start: zero + 100, end: null }]);
  expect(jobs.map(({ nodeId, state, start, ms }) => [nodeId, state, start - zero, ms])).toEqual([
    ['text', 'reused', 110, 0],
    ['sample', 'done', 120, 80],
    ['decode', 'running', 210, 40],
  ]);
  expect(devices).toEqual([
    { kind: 'call', deviceId, part: 'denoiser@x', rows: 2, runs: ['a'], start: zero + 130, ms: 20 },
  ]);
  expect(counts).toMatchObject({ computed: 1, reused: 1, batches: { 2: 1 } });
});

test('only so many runs are told as were asked for, the latest first, with what devices did since they began', () => {
  const monitor = new Monitor();
  for (const [i, id] of ['a', 'b', 'c'].entries()) {
    monitor.add(run(id, 'running'), i * 100);
    monitor.add(job(id, 'sample', 'running'), i * 100 + 1);
    monitor.add(call(1, i * 100 + 2, 5), i * 100 + 8);
    monitor.add(job(id, 'sample', 'done', 50), i * 100 + 51);
    monitor.add(run(id, 'done', 2), i * 100 + 60);
  }
  const { runs, jobs, devices, counts } = monitor.read(2, 400, 0);
  expect(runs.map(({ runId, start, end }) => [runId, start, end])).toEqual([
    ['c', 200, 260],
    ['b', 100, 160],
  ]);
  expect(jobs.map(({ runId }) => runId)).toEqual(['b', 'c']);
  expect(devices.map(({ start }) => start)).toEqual([102, 202]);
  expect(counts).toMatchObject({ runs: 3, pictures: 6, computed: 3, batches: { 1: 3 } });
});

test('a run that was cancelled before its turn is counted and not shown; one that is left has no job that goes on', () => {
  const monitor = new Monitor();
  monitor.add(run('never', 'cancelled'), 10);
  monitor.add(run('a', 'running'), 20);
  monitor.add(job('a', 'sample', 'running'), 21);
  monitor.add(run('a', 'cancelled'), 30);
  const { runs, jobs, counts } = monitor.read(5, 40, 0);
  expect(runs.map(({ runId, state, end }) => [runId, state, end])).toEqual([['a', 'cancelled', 30]]);
  expect(jobs).toEqual([]);
  expect(counts.runs).toBe(2);
});

test('pictures are counted by the minute, an hour at most; minutes without one are there, too', () => {
  const monitor = new Monitor();
  const minute = 60_000;
  for (const [at, pictures] of [
    [0.5, 1],
    [2.1, 3],
    [2.9, 1],
  ] as const)
    monitor.add(run(`at-${at}`, 'done', pictures), at * minute);
  // Counted back from now, in stretches of ten seconds.
  expect(monitor.read(1, 3 * minute - 1, 0).perMinute).toEqual([1, 0, 4]);
  expect(monitor.read(1, 3.5 * minute, 0).perMinute).toEqual([1, 0, 3, 1]);
  const later = monitor.read(1, 62 * minute - 1, 0).perMinute;
  expect([later.length, later[0], later.at(-1)]).toEqual([60, 4, 0]);
});

test('what is remembered is bounded, however much happens', () => {
  const monitor = new Monitor();
  for (let i = 0; i < 20_000; i++) {
    monitor.add(run(`run-${i}`, 'running'), i);
    monitor.add(job(`run-${i}`, 'sample', 'done', 1), i);
    monitor.add(call(1, i, 1), i);
    monitor.add(run(`run-${i}`, 'done', 1), i);
  }
  const { runs, jobs, devices, counts } = monitor.read(50_000, 20_000, 0);
  expect([runs.length, jobs.length, devices.length]).toEqual([200, 200, 201]);
  expect(runs[0]!.runId).toBe('run-19999');
  expect(counts).toMatchObject({ runs: 20_000, computed: 20_000, pictures: 20_000 });
});

test('transfers between devices, from the disk, in and out of calls, and loaded weights are counted with their bytes', () => {
  const monitor = new Monitor();
  const brought = { type: 'tensors.brought', deviceId, count: 2 } as const;
  monitor.add({ ...brought, from: null, bytes: 10 }, 1);
  monitor.add({ ...brought, from: 'sim:0' as DeviceId, bytes: 100 }, 2);
  monitor.add({ ...brought, from: 'sim:0' as DeviceId, bytes: 100 }, 3);
  monitor.add({ type: 'part.loaded', part: 'vae@x' as PartKey, deviceId, bytes: 7, startMs: 0, ms: 4 }, 4);
  monitor.add({ ...call(1, 0, 1), copied: { toDevice: 30, fromDevice: 4 } } as Event, 5);
  monitor.add({ ...call(1, 0, 1), copied: { toDevice: 3, fromDevice: 4 } } as Event, 5);
  monitor.add(call(1, 0, 1), 5);
  expect(monitor.read(1, 5, 0).counts).toMatchObject({
    copied: { toDevice: 33, fromDevice: 8 },
    fromDisk: { count: 2, bytes: 10 },
    transfers: { count: 4, bytes: 200 },
    loads: { count: 1, bytes: 7 },
  });
});

test('a core that serves tells what its runs were made of and what was reused, by their titles, and how busy it is now', async () => {
  const core = await openServedCore({ home: temporaryFolder() });
  onTestFinished(() => core.close());
  const graph = templates.textToImage();
  const done = (runId: string) =>
    new Promise<void>((resolve) => {
      core.listen(
        (event) => event.type === 'run.changed' && event.runId === runId && event.state === 'done' && resolve(),
      );
    });
  for (const runId of ['first', 'second']) {
    const ended = done(runId);
    const runs = [{ runId: runId as RunId, overrides: { prompt: 'a red fox', seed: runId === 'first' ? '1' : '2' } }];
    await core.handlers['runs.submit']({ graph, runs, times: 1 } as never, signal);
    await ended;
  }
  const { runs, jobs, devices, counts } = await core.handlers['monitor.read']({ runs: 20 }, signal);
  expect(runs.map(({ runId, title, state }) => [runId, title, state])).toEqual([
    ['second', graph.title, 'done'],
    ['first', graph.title, 'done'],
  ]);
  expect(runs[0]!.overrides).toEqual({ prompt: 'a red fox', seed: '2' });
  const first = jobs.filter(({ runId }) => runId === 'first');
  expect(first.map(({ nodeId }) => nodeId)).toContain('sample');
  expect(first.every(({ state, ms, start }) => state === 'done' && ms > 0 && start > Date.now() - 600_000)).toBe(true);
  expect(jobs.some(({ runId, state }) => runId === 'second' && state === 'reused')).toBe(true);
  expect(devices.filter(({ kind }) => kind === 'call').length).toBeGreaterThan(8);
  expect(counts).toMatchObject({ runs: 2, pictures: 2, transfers: { count: 0 } });
  expect(counts.reused).toBeGreaterThan(0);
  const [cpu] = await core.handlers['devices.list']({}, signal);
  expect(cpu!.busyNow).toBeGreaterThan(0);
  expect(cpu!.queueMs).toBe(0);
});
