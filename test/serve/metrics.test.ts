import parse from 'parse-prometheus-text-format';
import { expect, test } from 'vitest';
import { problem } from '../../src-main/model/errors.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { BatchId, DeviceId, PartKey, RunId } from '../../src-main/model/ids.ts';
import { metricsOf } from '../../src-main/serve/metrics.ts';
import { calledCore, changed, jobAt, listing, served } from './served.ts';

const batch = (rows: number, ms: number, part = 'denoiser@abc'): Event => ({
  type: 'batch.finished',
  batchId: 'batch_1' as BatchId,
  deviceId: 'sim:0' as DeviceId,
  part: part as PartKey,
  rows,
  runs: ['run_1' as RunId],
  startMs: 0,
  ms,
});
const job = (state: 'done' | 'reused' | 'running'): Event => ({
  type: 'job.changed',
  ...jobAt('run_1'),
  state,
  deviceId: null,
  ms: 1,
});

async function measured(events: readonly Event[], core = calledCore()) {
  const bugs: unknown[] = [];
  const metrics = metricsOf({ core, clients: () => 2, onBug: (error) => bugs.push(error) });
  events.forEach(core.emit);
  await metrics.settled();
  const { text } = await metrics.scrape();
  metrics.close();
  const families = new Map(parse(text).map((family) => [family.name, family]));
  const value = (name: string, labels: Record<string, string> = {}) =>
    families
      .get(name)
      ?.metrics.find((sample) => Object.entries(labels).every(([key, wanted]) => sample.labels?.[key] === wanted));
  return { families, text, value, sample: samplesIn(text), bugs, core };
}

/** Histograms line by line: the parser forgets which labels a bucket had. */
function samplesIn(text: string): (name: string, labels: Record<string, string>) => number | undefined {
  const keyOf = (name: string, labels: readonly string[]) => `${name} ${[...labels].sort().join(' ')}`;
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, name, labels, value] = /^([a-z_]+)\{(.*)\} (\S+)$/.exec(line) ?? [];
    if (name) samples.set(keyOf(name, labels!.split(',')), Number(value));
  }
  return (name, labels) =>
    samples.get(
      keyOf(
        name,
        Object.entries(labels).map(([key, value]) => `${key}="${value}"`),
      ),
    );
}

test('a parser of Prometheus reads all of it, every family with its help and type', async () => {
  const { families, text } = await measured([batch(4, 12), job('done'), changed('run_1', 'done')]);
  expect(families.size).toBeGreaterThan(20);
  for (const { name, help, type } of families.values()) {
    expect(name).toMatch(/^(kiln_[a-z_]+|gpu_utilization_percent|vram_(used|total)_bytes)$/);
    expect(help.length).toBeGreaterThan(5);
    expect(['GAUGE', 'COUNTER', 'HISTOGRAM']).toContain(type);
    expect(name.endsWith('_total')).toBe(type === 'COUNTER');
  }
  // The format's own rules, which the parser does not insist on.
  for (const line of text.trimEnd().split('\n'))
    expect(line).toMatch(
      /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? -?(\d+(\.\d+)?([eE][+-]?\d+)?|\+Inf|NaN))?$/,
    );
  expect(text.endsWith('\n')).toBe(true);
});

test('devices say how busy and how full they are', async () => {
  const { value } = await measured([]);
  const device = { device: 'sim:0' };
  expect(value('gpu_utilization_percent', device)?.value).toBe('97');
  expect(value('vram_used_bytes', device)?.value).toBe('400');
  expect(value('vram_total_bytes', device)?.value).toBe('1000');
  expect(value('kiln_host_restarts_total', device)?.value).toBe('2');
  expect(value('kiln_rows_waiting', device)?.value).toBe('3');
});

test('batches count their rows and their time by device and part', async () => {
  const { value, sample } = await measured([batch(4, 12), batch(1, 3), batch(2, 700, 'vae-decoder@x')]);
  const denoiser = { device: 'sim:0', part: 'denoiser' };
  expect(value('kiln_rows_total', denoiser)?.value).toBe('5');
  expect(sample('kiln_batch_rows_sum', denoiser)).toBe(5);
  const rows = ['1', '2', '4', '8', '16', '+Inf'].map((le) => sample('kiln_batch_rows_bucket', { ...denoiser, le }));
  expect(rows).toEqual([1, 1, 2, 2, 2, 2]);
  expect(sample('kiln_step_seconds_sum', denoiser)).toBeCloseTo(0.015);
  expect(sample('kiln_step_seconds_bucket', { ...denoiser, le: '0.005' })).toBe(1);
  const decoder = { device: 'sim:0', part: 'vae-decoder' };
  const steps = ['0.5', '1', '+Inf'].map((le) => sample('kiln_step_seconds_bucket', { ...decoder, le }));
  expect(steps).toEqual([0, 1, 1]);
});

test('known results are hits, computed ones misses, and the start of a job is neither', async () => {
  const { value } = await measured([job('running'), job('done'), job('reused'), job('reused')]);
  expect(value('kiln_cache_hits_total')?.value).toBe('2');
  expect(value('kiln_cache_misses_total')?.value).toBe('1');
});

test('runs count by how they ended, failures by each of their problems once, times by tier', async () => {
  const core = calledCore();
  const times = { created: 1_000, started: 3_000, ended: 9_000 };
  core.runs.set('run_1' as RunId, listing('run_1', { ...times, tier: 'fast', state: 'done' }));
  core.runs.set('run_2' as RunId, listing('run_2', { state: 'failed' }));
  const lost = problem('device.lost', { device: 'sim:0', reason: 'gone' });
  const done = { ...changed('run_1', 'done'), images: [{}, {}] } as unknown as Event;
  const failure = { ...changed('run_2', 'failed'), problems: [lost, lost] } as Event;
  const { value, sample } = await measured([changed('run_1', 'running'), done, failure], core);
  expect(value('kiln_runs_ended_total', { state: 'done' })?.value).toBe('1');
  expect(value('kiln_runs_ended_total', { state: 'failed' })?.value).toBe('1');
  expect(value('kiln_images_total')?.value).toBe('2');
  expect(value('kiln_failures_total', { code: 'device.lost' })?.value).toBe('1');
  expect(sample('kiln_wait_seconds_count', { tier: 'fast' })).toBe(1);
  expect(sample('kiln_wait_seconds_sum', { tier: 'fast' })).toBe(2);
  expect(sample('kiln_run_seconds_sum', { tier: 'fast' })).toBe(6);
  expect(core.called.filter((name) => name === 'runs.get')).toHaveLength(2);
});

test('the queue counts by state and tier', async () => {
  const core = calledCore();
  for (const [id, state, tier] of [
    ['a', 'queued', 'fast'],
    ['b', 'queued', 'background'],
    ['c', 'queued', 'background'],
    ['d', 'running', 'fast'],
    ['e', 'done', 'fast'],
  ] as const)
    core.runs.set(id as RunId, listing(id, { state, tier }));
  const { value } = await measured([], core);
  expect(value('kiln_queue_runs', { state: 'queued', tier: 'background' })?.value).toBe('2');
  expect(value('kiln_queue_runs', { state: 'running', tier: 'fast' })?.value).toBe('1');
  expect(value('kiln_queue_runs', { state: 'paused', tier: 'fast' })?.value).toBe('0');
  expect(value('kiln_runs', { state: 'done' })?.value).toBe('1');
  expect(value('kiln_clients')?.value).toBe('2');
});

test('bytes that move are counted by device: weights with the time they took, results by where they came from', async () => {
  const at = { deviceId: 'sim:0' as DeviceId };
  const loaded: Event = {
    type: 'part.loaded',
    part: 'denoiser@abc' as PartKey,
    ...at,
    bytes: 300,
    startMs: 0,
    ms: 500,
  };
  const brought = (from: string | null, bytes: number): Event => ({
    type: 'tensors.brought',
    ...at,
    from: from as DeviceId | null,
    count: 1,
    bytes,
  });
  const called = { ...batch(1, 2), copied: { toDevice: 40, fromDevice: 8 } } as Event;
  const { value } = await measured([
    loaded,
    loaded,
    brought(null, 5),
    brought('sim:1', 7),
    brought('sim:1', 9),
    called,
  ]);
  expect(value('kiln_call_bytes_total', { device: 'sim:0', direction: 'to' })?.value).toBe('40');
  expect(value('kiln_call_bytes_total', { device: 'sim:0', direction: 'from' })?.value).toBe('8');
  expect(value('kiln_loaded_bytes_total', { device: 'sim:0' })?.value).toBe('600');
  expect(value('kiln_load_seconds_total', { device: 'sim:0' })?.value).toBe('1');
  expect(value('kiln_transferred_bytes_total', { device: 'sim:0', from: 'disk' })?.value).toBe('5');
  expect(value('kiln_transferred_bytes_total', { device: 'sim:0', from: 'sim:1' })?.value).toBe('16');
});

test('the oldest wait is that of the run which was queued first, and 0 where none waits', async () => {
  const core = calledCore();
  for (const [id, secondsAgo] of [
    ['new', 10],
    ['old', 600],
  ] as const)
    core.runs.set(id as RunId, listing(id, { tier: 'fast', created: Date.now() - secondsAgo * 1000 }));
  const { value } = await measured([], core);
  const seconds = Number(value('kiln_oldest_wait_seconds', { tier: 'fast' })?.value);
  expect(seconds).toBeGreaterThanOrEqual(600);
  expect(seconds).toBeLessThan(700);
  expect(value('kiln_oldest_wait_seconds', { tier: 'quality' })?.value).toBe('0');
});

test('a core without failures says so, so that its first one is a rise', async () => {
  const { value } = await measured([]);
  expect(value('kiln_runs_ended_total', { state: 'failed' })?.value).toBe('0');
});

test('a core that cannot be asked for a moment leaves its last figures', async () => {
  const core = calledCore();
  const broken = {
    ...core,
    handlers: { ...core.handlers, 'devices.list': () => Promise.reject(new Error('not now')) },
    listen: core.listen,
    emit: core.emit,
  };
  const { bugs, value } = await measured([], broken);
  expect(bugs).toHaveLength(1);
  expect(value('kiln_scrape_failures_total')?.value).toBe('1');
  expect(value('kiln_runs', { state: 'queued' })?.value).toBe('0');
});

test('a server has them at /metrics, in the type that Prometheus asks for', async () => {
  const { at, core } = await served();
  core.emit(batch(2, 5));
  const response = await fetch(`${at}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(await response.text()).toMatch(/^kiln_rows_total\{device="sim:0",part="denoiser"\} 2$/m);
});

test('prompts are counted by where their conditioning came from, and what was found in memory is a hit', async () => {
  const found = (conditioning: 'memory' | 'disk' | 'shared' | 'encoded'): Event => ({
    ...(job(conditioning === 'disk' ? 'reused' : 'done') as Extract<Event, { type: 'job.changed' }>),
    conditioning,
  });
  const { value } = await measured([
    found('encoded'),
    found('shared'),
    found('memory'),
    found('memory'),
    found('disk'),
  ]);
  const counted = (from: string) => value('kiln_conditioning_total', { from })?.value;
  expect(['encoded', 'shared', 'memory', 'disk'].map(counted)).toEqual(['1', '1', '2', '1']);
  expect(value('kiln_cache_hits_total')?.value).toBe('3');
});
