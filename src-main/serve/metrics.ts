import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { conditioningSources, type Event } from '../model/events.ts';
import type { PartKey, RunId } from '../model/ids.ts';
import { isOver, type RunState, runStates, type Tier, tiers } from '../model/run.ts';
import type { ServedCore } from './served-core.ts';

export interface MetricsOptions {
  readonly core: Pick<ServedCore, 'handlers' | 'listen'>;
  /** WebSocket clients at this moment. */
  readonly clients: () => number;
  readonly onBug: (error: unknown) => void;
}

export interface Metrics {
  /** What Prometheus reads. */
  scrape(): Promise<{ readonly text: string; readonly mime: string }>;
  /** An event that a slow client did not get. */
  dropped(): void;
  /** Resolves when everything that was heard is counted. */
  settled(): Promise<void>;
  close(): void;
}

/** Parts of packs with one name count together: a digest in a label would make a series for each file ever used. */
const partName = (part: PartKey): string => part.split('@')[0]!;

const waiting: readonly RunState[] = ['queued', 'running', 'paused'];
const waitBuckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600];
const runBuckets = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900];
const stepBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** The timer that measures how late timers are comes this often, and that much is no delay. */
const resolutionMs = 10;

/** Counts what the core tells, and asks it for the rest when somebody reads. */
export function metricsOf({ core, clients, onBug }: MetricsOptions): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = (name: string, help: string, labelNames: string[], buckets: number[]) =>
    new Histogram({ name, help, labelNames, buckets, registers });

  const device = {
    busy: gauge('gpu_utilization_percent', 'Measured busy share of the device in the last minute.', ['device']),
    used: gauge('vram_used_bytes', 'Weights that lie on the device.', ['device']),
    total: gauge('vram_total_bytes', 'What the device may hold.', ['device']),
    waiting: gauge('kiln_rows_waiting', 'Rows that wait for the device.', ['device']),
    restarts: counter('kiln_host_restarts_total', 'Host processes that were replaced.', ['device']),
  };
  const moved = {
    loaded: counter('kiln_loaded_bytes_total', 'Weights that were loaded.', ['device']),
    loading: counter('kiln_load_seconds_total', 'Time in which weights were loaded.', ['device']),
    brought: counter(
      'kiln_transferred_bytes_total',
      'Results that were brought to the device, from another one or from the disk.',
      ['device', 'from'],
    ),
    copied: counter('kiln_call_bytes_total', 'Inputs that calls brought to the device, and outputs that came back.', [
      'device',
      'direction',
    ]),
  };
  const runs = gauge('kiln_runs', 'Runs in the store by state.', ['state']);
  const queue = gauge('kiln_queue_runs', 'Runs that are not over, by state and tier.', ['state', 'tier']);
  const paused = gauge('kiln_queue_paused', '1 while nothing further starts.');
  const waits = histogram('kiln_wait_seconds', 'From submission to start.', ['tier'], waitBuckets);
  const oldest = gauge('kiln_oldest_wait_seconds', 'How long the oldest queued run has waited; 0 where none is.', [
    'tier',
  ]);
  const runTimes = histogram('kiln_run_seconds', 'From start to end.', ['tier'], runBuckets);
  const ended = counter('kiln_runs_ended_total', 'Runs that are over, by state.', ['state']);
  // A series that begins with its first failure would hide that one from `increase`.
  for (const state of runStates.filter(isOver)) ended.inc({ state }, 0);
  const failures = counter('kiln_failures_total', 'Failed runs by what was wrong.', ['code']);
  const steps = histogram('kiln_step_seconds', 'One call of a part.', ['device', 'part'], stepBuckets);
  const batchRows = histogram('kiln_batch_rows', 'Rows in one call.', ['device', 'part'], [1, 2, 4, 8, 16]);
  const rows = counter('kiln_rows_total', 'Rows computed.', ['device', 'part']);
  const retries = counter('kiln_job_retries_total', 'Jobs that were tried again.');
  const images = counter('kiln_images_total', 'Pictures of runs that are over.');
  const hits = counter('kiln_cache_hits_total', 'Jobs whose result was known.');
  const misses = counter('kiln_cache_misses_total', 'Jobs that were computed.');
  const conditioning = counter(
    'kiln_conditioning_total',
    'Prompts by where their conditioning came from: memory, disk, shared with a run that had it encoded, or encoded.',
    ['from'],
  );
  for (const from of conditioningSources) conditioning.inc({ from }, 0);
  const open = gauge('kiln_clients', 'WebSocket clients.');
  const lost = counter('kiln_dropped_events_total', 'Progress that slow clients were not told.');
  const blocked = gauge(
    'kiln_event_loop_blocked_seconds',
    'How late the core came to its next task, 99th percentile since the last reading.',
  );
  const storeTime = gauge(
    'kiln_store_answer_seconds',
    'How long the store took to count the runs at the last reading.',
  );
  const unanswered = counter(
    'kiln_scrape_failures_total',
    'Readings that got old figures, since the core could not say.',
  );
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();

  // Who waited how long the store knows; it is asked once for each run, when that is over.
  let settled = Promise.resolve();
  const countTimes = (runId: RunId): void => {
    settled = settled.then(async () => {
      try {
        const run = await core.handlers['runs.get']({ runId }, new AbortController().signal);
        if (run.started === null || run.ended === null) return;
        waits.observe({ tier: run.tier }, Math.max(0, run.started - run.created) / 1000);
        runTimes.observe({ tier: run.tier }, Math.max(0, run.ended - run.started) / 1000);
      } catch {
        // It was cleared meanwhile.
      }
    });
  };

  const hear = (event: Event): void => {
    switch (event.type) {
      case 'run.changed': {
        if (!isOver(event.state)) return;
        ended.inc({ state: event.state });
        images.inc(event.images.length);
        if (event.state === 'failed')
          for (const code of new Set(event.problems.map((found) => found.code))) failures.inc({ code });
        countTimes(event.runId);
        return;
      }
      case 'job.changed':
        if (event.conditioning) conditioning.inc({ from: event.conditioning });
        if (event.state === 'reused' || event.conditioning === 'memory') hits.inc();
        else if (event.state === 'done') misses.inc();
        return;
      case 'job.retried':
        retries.inc();
        return;
      case 'batch.finished': {
        const labels = { device: event.deviceId, part: partName(event.part) };
        steps.observe(labels, event.ms / 1000);
        batchRows.observe(labels, event.rows);
        rows.inc(labels, event.rows);
        if (event.copied) {
          moved.copied.inc({ device: event.deviceId, direction: 'to' }, event.copied.toDevice);
          moved.copied.inc({ device: event.deviceId, direction: 'from' }, event.copied.fromDevice);
        }
        return;
      }
      case 'part.loaded':
        moved.loaded.inc({ device: event.deviceId }, event.bytes);
        moved.loading.inc({ device: event.deviceId }, event.ms / 1000);
        return;
      case 'tensors.brought':
        moved.brought.inc({ device: event.deviceId, from: event.from ?? 'disk' }, event.bytes);
        return;
      default:
    }
  };
  const stopListening = core.listen(hear);

  const askDevices = async (signal: AbortSignal): Promise<void> => {
    const found = await core.handlers['devices.list']({}, signal);
    for (const metric of Object.values(device)) metric.reset();
    for (const { device: facts, busyShare, residentBytes, rowsWaiting, restarts } of found) {
      const labels = { device: facts.id };
      device.busy.set(labels, Math.min(100, Math.max(0, busyShare * 100)));
      device.used.set(labels, residentBytes);
      device.total.set(labels, facts.budgetBytes);
      device.waiting.set(labels, rowsWaiting);
      device.restarts.inc(labels, restarts);
    }
  };
  const askQueue = async (signal: AbortSignal): Promise<void> => {
    const asked = performance.now();
    const status = await core.handlers['queue.status']({}, signal);
    storeTime.set((performance.now() - asked) / 1000);
    for (const [state, count] of Object.entries(status.counts)) runs.set({ state }, count);
    paused.set(status.paused ? 1 : 0);
    for (const state of waiting)
      for (const tier of tiers) {
        const isEmpty = (status.counts[state] ?? 0) === 0;
        const total = isEmpty ? 0 : (await runsOf(state, tier, 0, signal)).total;
        queue.set({ state, tier }, total);
        if (state !== 'queued') continue;
        const [first] = total === 0 ? [] : (await runsOf(state, tier, total - 1, signal)).runs;
        oldest.set({ tier }, first ? Math.max(0, Date.now() - first.created) / 1000 : 0);
      }
  };
  const runsOf = (state: RunState, tier: Tier, offset: number, signal: AbortSignal) =>
    core.handlers['runs.list']({ states: [state], tier, order: 'newest', offset, count: 1 }, signal);
  const failed = (error: unknown): void => {
    unanswered.inc();
    onBug(error);
  };

  return {
    async scrape() {
      const { signal } = new AbortController();
      // What cannot be asked now, such as while the store is busy, keeps its last figures.
      await Promise.all([askDevices(signal).catch(failed), askQueue(signal).catch(failed)]);
      open.set(clients());
      blocked.set(Math.max(0, delay.percentile(99) / 1e9 - resolutionMs / 1000) || 0);
      delay.reset();
      return { text: await registry.metrics(), mime: registry.contentType };
    },
    dropped: () => lost.inc(),
    settled: () => settled,
    close() {
      stopListening();
      delay.disable();
      registry.clear();
    },
  };
}
