import { expect, test } from 'vitest';
import type { DeviceStatus } from '../../src-main/contract/calls.ts';
import type { DeviceSpan, JobSpan, MonitoredRun, MonitorReading } from '../../src-main/contract/monitor.ts';
import type { DeviceId, GraphId, JobId, NodeId, PartKey, RunId } from '../../src-main/model/ids.ts';
import { cell } from '../../src-renderer/session/cell.ts';
import { historyMs, machine } from '../../src-renderer/session/machine.ts';
import { timelineOf } from '../../src-renderer/session/timeline.ts';
import { traceFile } from '../../src-renderer/session/trace-file.ts';
import { fakeCalls, noWork } from './fake-core-calls.ts';

const device = (id: string, busyNow: number, residentBytes = 0): DeviceStatus => ({
  device: { id: id as DeviceId, runtime: 'sim', provider: 'sim', label: id, budgetBytes: 100, threads: 1 },
  state: 'idle',
  resident: [],
  residentBytes,
  busyShare: 0,
  busyNow,
  rowsWaiting: 0,
  restarts: 0,
  queueMs: 0,
});

function watched() {
  let now = 0;
  let found: readonly DeviceStatus[] = [];
  const calls = fakeCalls({ devices: async () => found });
  const devices = cell<readonly DeviceStatus[]>([]);
  const ours = machine({ calls, devices, packs: cell([] as never), now: () => now });
  return {
    ours,
    devices,
    look: (at: number, ...next: DeviceStatus[]) => {
      [now, found] = [at, next];
      return ours.lookAtDevices();
    },
  };
}

test('how devices were in the last minutes is kept, a second apart at least, and what is older is forgotten', async () => {
  const { ours, devices, look } = watched();
  await look(0, device('a', 0.5, 10));
  await look(100, device('a', 0.9, 10));
  await look(1_000, device('a', 1, 20), device('b', 0));
  expect(devices.get()).toHaveLength(2);
  expect(ours.history.get()).toEqual({
    a: [
      { at: 0, busy: 0.5, bytes: 10 },
      { at: 1_000, busy: 1, bytes: 20 },
    ],
    b: [{ at: 1_000, busy: 0, bytes: 0 }],
  });
  await look(historyMs + 500, device('a', 0.1, 30));
  expect(ours.history.get()).toEqual({
    a: [
      { at: 1_000, busy: 1, bytes: 20 },
      { at: historyMs + 500, busy: 0.1, bytes: 30 },
    ],
  });
  for (let i = 0; i < 2_000; i++) await look(historyMs + 1_000 * i, device('a', 0));
  expect(ours.history.get()['a' as DeviceId]).toHaveLength(300);
});

test('what cannot be read is said, and what was read before stays', async () => {
  const reading = readingOf([]);
  let isBroken = false;
  const calls = fakeCalls({
    monitor: async () => {
      if (isBroken) throw new Error('gone');
      return reading;
    },
  });
  const ours = machine({ calls, devices: cell([] as never), packs: cell([] as never), now: () => 0 });
  await ours.readWork(5);
  expect(calls.of('monitor')).toEqual([5]);
  isBroken = true;
  await ours.readWork(5);
  expect(ours.reading.get()).toBe(reading);
  expect(ours.problems.get()).toHaveLength(1);
  isBroken = false;
  await ours.readWork(5);
  expect(ours.problems.get()).toEqual([]);
});

const run = (id: string, start = 0): MonitoredRun => ({
  runId: id as RunId,
  graphId: 'graph' as GraphId,
  title: 'Fox',
  overrides: {},
  tier: 'fast',
  state: 'done',
  start,
  end: start + 100,
});
const job = (runId: string, nodeId: string, start: number, ms: number, state: JobSpan['state'] = 'done'): JobSpan => ({
  runId: runId as RunId,
  nodeId: nodeId as NodeId,
  jobId: nodeId as unknown as JobId,
  state,
  deviceId: 'cpu' as DeviceId,
  start,
  ms,
});
const call = (start: number, ms: number, runs: string[], kind: DeviceSpan['kind'] = 'call'): DeviceSpan => ({
  kind,
  deviceId: 'cpu' as DeviceId,
  part: 'denoiser@x' as PartKey,
  rows: runs.length,
  runs: runs as RunId[],
  start,
  ms,
});
function readingOf(jobs: readonly JobSpan[], devices: readonly DeviceSpan[] = []): MonitorReading {
  const runs = [...new Set(jobs.map(({ runId }) => runId))].map((id) => run(id));
  return { readAt: 1_000, since: 0, runs, jobs, devices, perMinute: [], counts: noWork };
}

test('each node has a row, in the order in which they began, with bars where and as long as they ran', () => {
  const { rows, ticks, ms } = timelineOf(
    readingOf([job('a', 'sample', 1_020, 60), job('a', 'text', 1_000, 20), job('a', 'decode', 1_080, 20)]),
    'nodes',
    null,
  );
  expect(rows.map(({ name, bars }) => [name, bars.map(({ left, width }) => [left, Math.round(width * 100)])])).toEqual([
    ['text', [[0, 20]]],
    ['sample', [[0.2, 60]]],
    ['decode', [[0.8, 20]]],
  ]);
  expect(ms).toBe(100);
  expect(ticks.map((tick) => tick.ms)).toEqual([0, 20, 40, 60, 80, 100]);
});

test('of one run only its own work is shown; what was reused takes no time and is not counted as computed', () => {
  const reading = readingOf([
    job('a', 'text', 0, 10),
    job('a', 'sample', 10, 40),
    job('b', 'text', 60, 0, 'reused'),
    job('b', 'sample', 60, 20),
  ]);
  const only = timelineOf(reading, 'nodes', 'b' as RunId);
  expect(only.rows.map(({ name, count, ms }) => [name, count, ms])).toEqual([
    ['text', 0, 0],
    ['sample', 1, 20],
  ]);
  const both = timelineOf(reading, 'nodes', null);
  expect(both.rows.map(({ name, count, ms }) => [name, count, ms])).toEqual([
    ['text', 1, 10],
    ['sample', 2, 60],
  ]);
});

test('hours in which nothing happened are cut short, and said', () => {
  const hour = 3_600_000;
  const { rows, cuts, ticks } = timelineOf(
    readingOf([job('a', 'sample', 0, 500), job('b', 'sample', hour, 500)]),
    'nodes',
    null,
  );
  const [first, second] = rows[0]!.bars;
  expect(first!.width).toBeCloseTo(500 / 1080);
  expect(second!.left).toBeCloseTo(580 / 1080);
  expect(second!.left + second!.width).toBeCloseTo(1);
  expect(cuts).toHaveLength(1);
  expect(cuts[0]!.ms).toBe(hour - 500 - 80);
  expect(ticks).toEqual([]);
});

test('a moment without work in the middle of a run is shown as long as it was', () => {
  const { rows, cuts, ticks, ms } = timelineOf(
    readingOf([job('a', 'sample', 0, 60), job('a', 'decode', 80, 20)]),
    'nodes',
    null,
  );
  expect([cuts, ms]).toEqual([[], 100]);
  expect(rows[1]!.bars[0]!.left).toBeCloseTo(0.8);
  expect(ticks.map((tick) => tick.ms)).toEqual([0, 20, 40, 60, 80, 100]);
});

test('devices show their calls, those of one run or all, and weights that were loaded meanwhile', () => {
  const reading = {
    ...readingOf([job('a', 'sample', 0, 100), job('b', 'sample', 0, 100)]),
    devices: [call(0, 10, [], 'load'), call(10, 30, ['a', 'b']), call(40, 30, ['b'])],
  };
  const barsOf = (runId: string | null) =>
    timelineOf(reading, 'devices', runId as RunId).rows.flatMap(({ name, bars }) =>
      bars.map(({ state, rows, start }) => [name, state, rows, start]),
    );
  expect(barsOf(null)).toEqual([
    ['cpu', 'load', 0, 0],
    ['cpu', 'call', 2, 10],
    ['cpu', 'call', 1, 40],
  ]);
  expect(barsOf('a')).toEqual([
    ['cpu', 'load', 0, 0],
    ['cpu', 'call', 2, 10],
  ]);
});

test('steps too short to be told apart are one bar that says how many it is, and jobs at the same time have lanes', () => {
  const calls = Array.from({ length: 1_000 }, (_, i) => call(i, 1, ['a']));
  const [device] = timelineOf(
    { ...readingOf([job('a', 'sample', 0, 1_000)]), devices: [...calls, call(1_000, 50, ['a'])] },
    'devices',
    null,
  ).rows;
  expect(device!.bars.map(({ calls, ms }) => [calls, ms])).toEqual([
    [1_000, 1_000],
    [1, 50],
  ]);
  expect(device!.count).toBe(1_001);
  const [node] = timelineOf(
    readingOf([job('a', 'sample', 0, 50), job('b', 'sample', 10, 50), job('c', 'sample', 50, 20)]),
    'nodes',
    null,
  ).rows;
  expect(node!.bars.map(({ lane }) => lane)).toEqual([0, 1, 0]);
  expect(node!.lanes).toBe(2);
});

test('with no work there is nothing to draw', () => {
  expect(timelineOf(readingOf([]), 'nodes', null)).toEqual({ rows: [], ticks: [], cuts: [], ms: 0, start: 0 });
});

test('the file for Perfetto has every call and job, in lanes whose spans do not overlap', () => {
  const reading = readingOf(
    [job('a', 'text', 5, 10), job('a', 'sample', 10, 40), job('b', 'sample', 10, 40)],
    [call(10, 20, ['a', 'b'])],
  );
  const { traceEvents } = JSON.parse(traceFile(reading)) as {
    traceEvents: { ph: string; name: string; tid: number; ts: number; dur: number }[];
  };
  const spans = traceEvents.filter(({ ph }) => ph === 'X');
  expect(spans.map(({ name, ts, dur }) => [name, ts, dur])).toEqual([
    ['denoiser × 2', 10_000, 20_000],
    ['text', 5_000, 10_000],
    ['sample', 10_000, 40_000],
    ['sample', 10_000, 40_000],
  ]);
  expect(new Set(spans.map(({ tid }) => tid)).size).toBe(4);
});
