import { expect, test } from 'vitest';
import { Trace } from '../../src-main/engine/trace.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { BatchId, DeviceId, GraphId, JobId, NodeId, PartKey, RunId } from '../../src-main/model/ids.ts';
import { randomOf } from '../build/random.ts';
import { readTrace } from '../build/trace-rules.ts';

const where = (run: string, node = 'sample') => ({
  runId: run as RunId,
  graphId: 'graph' as GraphId,
  jobId: `${run}.${node}` as JobId,
  nodeId: node as NodeId,
});
const job = (run: string, ms: number, state: 'done' | 'reused' = 'done', node = 'sample'): Event => ({
  type: 'job.changed',
  state,
  deviceId: 'cpu' as DeviceId,
  ms,
  ...where(run, node),
});
const batch = (startMs: number, ms: number, ...runs: string[]): Event => ({
  type: 'batch.finished',
  batchId: 'batch_1' as BatchId,
  deviceId: 'cpu' as DeviceId,
  part: 'denoiser@abc' as PartKey,
  rows: runs.length,
  runs: runs as RunId[],
  startMs,
  ms,
});

test('a device has a lane with its batches and whose they are, a run one with its steps', () => {
  const trace = new Trace();
  trace.add(batch(1, 2.5, 'a', 'b'), 4);
  trace.add(job('a', 3), 5);
  trace.add(job('a', 0, 'reused', 'encode'), 5);
  const lanes = readTrace(trace.json());
  expect(lanes.get('devices')!.get('cpu')).toMatchObject([
    { name: 'denoiser × 2', ph: 'X', ts: 1000, dur: 2500, args: { runs: ['a', 'b'], batchId: 'batch_1' } },
  ]);
  expect(lanes.get('runs')!.get('a')).toMatchObject([
    { name: 'sample', ph: 'X', ts: 2000, dur: 3000 },
    { name: 'encode reused', ph: 'i', s: 't', ts: 5000 },
  ]);
});

test('whatever goes on at the same time, the trace keeps the rules of its format', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = randomOf(seed);
    const trace = new Trace();
    let spans = 0;
    for (let nowMs = 0, i = 0; i < 200; i++) {
      nowMs += random.next() * 3;
      const run = `run_${random.below(5)}`;
      const kind = random.below(4);
      if (kind === 0) trace.add(job(run, Math.min(nowMs, random.next() * 20)), nowMs);
      else if (kind === 1) trace.add(batch(nowMs - Math.min(nowMs, random.next() * 4), random.next() * 4, run), nowMs);
      else if (kind === 2) trace.span('store', 'runs', 'get', nowMs - Math.min(nowMs, random.next() * 9), nowMs);
      else trace.add(job(run, 0, 'reused'), nowMs);
      if (kind < 3) spans++;
    }
    const lanes = readTrace(trace.json());
    const all = [...lanes.values()].flatMap((group) => [...group.values()].flat());
    expect(
      all.filter(({ ph }) => ph === 'X'),
      `seed ${seed}`,
    ).toHaveLength(spans);
  }
});

test('spans that overlap stand in lanes of their own, those inside one another in one', () => {
  const trace = new Trace();
  trace.span('store', 'images', 'add', 0, 10, { runs: ['a'] });
  trace.span('store', 'images', 'get', 5, 15);
  trace.span('store', 'images', 'list', 6, 8);
  const store = readTrace(trace.json()).get('store')!;
  expect([...store].map(([name, spans]) => [name, spans.map((span) => span.name)])).toEqual([
    ['images', ['add', 'list']],
    ['images (2)', ['get']],
  ]);
});

test('of very much only the latest is kept, and no lane of what is gone', () => {
  const trace = new Trace({ most: 100 });
  for (let i = 0; i < 1_000; i++) trace.add(job(`run_${i}`, 1), i + 1);
  const runs = readTrace(trace.json()).get('runs')!;
  expect(runs.size).toBe(100);
  expect([...runs.keys()].at(-1)).toBe('run_999');
});

test('what devices of another core did is shown when it was heard, not by their clock', () => {
  const trace = new Trace({ ofOthers: true });
  trace.add(batch(1_000_000, 2, 'a'), 50);
  trace.add(batch(1_000_004, 2, 'a'), 60);
  trace.add(job('a', 12), 60);
  const lanes = readTrace(trace.json());
  // The first was heard without delay, as far as anybody can tell.
  expect(
    lanes
      .get('devices')!
      .get('cpu')!
      .map(({ ts, dur }) => [ts, dur]),
  ).toEqual([
    [48_000, 2_000],
    [52_000, 2_000],
  ]);
  expect(lanes.get('runs')!.get('a')).toMatchObject([{ ts: 48_000 }]);
});
