import type { DeviceSpan, JobSpan, MonitorCounts, MonitoredRun, MonitorReading } from './contract/monitor.ts';
import type { Event } from './model/events.ts';
import type { JobId, RunId } from './model/ids.ts';
import { isOver } from './model/run.ts';
import type { Store } from './store/store.ts';

/** What is remembered at most; some hundred bytes each. */
const mostRuns = 200;
const mostJobs = 2_000;
const mostCalls = 2_000;
/** Pictures are counted in stretches of so many ms. */
const stretchMs = 10_000;
const stretchesPerMinute = 6;
const minutesKept = 60;

type Remembered = Pick<MonitoredRun, 'runId' | 'graphId' | 'state' | 'start' | 'end'>;
type JobEvent = Extract<Event, { type: 'job.changed' }>;

interface Amount {
  count: number;
  bytes: number;
}

/** The latest of a sequence: what is older is let go in blocks, so that adding costs nothing. */
class Latest<T> {
  readonly #most: number;
  #items: T[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  add(item: T): void {
    this.#items.push(item);
    if (this.#items.length >= 2 * this.#most) this.#items = this.all();
  }

  all(): T[] {
    return this.#items.slice(-this.#most);
  }
}

/** Remembers from events what was computed lately, where and for how long. Times are on the core's clock until they are read. */
export class Monitor {
  readonly #runs = new Map<RunId, Remembered>();
  readonly #jobs = new Latest<JobSpan>(mostJobs);
  readonly #devices = new Latest<DeviceSpan>(mostCalls);
  /** Jobs that have begun, by run and job. */
  readonly #begun = new Map<RunId, Map<JobId, JobSpan>>();
  /** Pictures by the number of the stretch. */
  readonly #pictures = new Map<number, number>();
  readonly #batches: Record<number, number> = {};
  readonly #counts = { computed: 0, reused: 0, failed: 0, retried: 0, pictures: 0, runs: 0 };
  readonly #transfers: Amount = { count: 0, bytes: 0 };
  readonly #fromDisk: Amount = { count: 0, bytes: 0 };
  readonly #copied = { toDevice: 0, fromDevice: 0 };
  readonly #loads: Amount = { count: 0, bytes: 0 };

  add(event: Event, nowMs: number): void {
    switch (event.type) {
      case 'run.changed':
        this.#runChanged(event, nowMs);
        return;
      case 'job.changed':
        this.#jobChanged(event, nowMs);
        return;
      case 'job.retried':
        this.#counts.retried++;
        this.#begun.get(event.runId)?.delete(event.jobId);
        return;
      case 'batch.finished': {
        const { deviceId, part, rows, runs, startMs, ms, copied } = event;
        this.#batches[rows] = (this.#batches[rows] ?? 0) + 1;
        this.#copied.toDevice += copied?.toDevice ?? 0;
        this.#copied.fromDevice += copied?.fromDevice ?? 0;
        this.#devices.add({ kind: 'call', deviceId, part, rows, runs, start: startMs, ms });
        return;
      }
      case 'part.loaded': {
        const { deviceId, part, bytes, startMs, ms } = event;
        addTo(this.#loads, 1, bytes);
        this.#devices.add({ kind: 'load', deviceId, part, rows: 0, runs: [], start: startMs, ms });
        return;
      }
      case 'tensors.brought':
        addTo(event.from === null ? this.#fromDisk : this.#transfers, event.count, event.bytes);
        return;
      default:
    }
  }

  #runChanged({ runId, graphId, state, images }: Extract<Event, { type: 'run.changed' }>, nowMs: number): void {
    const before = this.#runs.get(runId);
    if (isOver(state)) {
      this.#begun.delete(runId);
      if (!before || before.end === null) this.#ended(images.length, nowMs);
    }
    // What never started has nothing to show.
    if (!before && state !== 'running' && state !== 'done') return;
    this.#runs.set(runId, { runId, graphId, state, start: before?.start ?? nowMs, end: isOver(state) ? nowMs : null });
    const [oldest] = this.#runs.keys();
    if (this.#runs.size > mostRuns && oldest !== undefined) this.#runs.delete(oldest);
  }

  #ended(pictures: number, nowMs: number): void {
    this.#counts.runs++;
    this.#counts.pictures += pictures;
    const stretch = Math.floor(nowMs / stretchMs);
    this.#pictures.set(stretch, (this.#pictures.get(stretch) ?? 0) + pictures);
    const [oldest] = this.#pictures.keys();
    if (oldest !== undefined && oldest <= stretch - minutesKept * stretchesPerMinute) this.#pictures.delete(oldest);
  }

  #jobChanged(event: JobEvent, nowMs: number): void {
    const { runId, nodeId, jobId, deviceId, ms, graphId } = event;
    if (event.state === 'blocked' || event.state === 'ready') return;
    const begun = this.#begun.get(runId) ?? new Map<JobId, JobSpan>();
    // A job that another run has done, and that is still there, is told as done, in no time.
    const state = event.state === 'done' && ms === 0 && !begun.has(jobId) ? 'reused' : event.state;
    // A run whose first event is a job's has started, too: not everything that is told comes in this order.
    if (!this.#runs.has(runId) && state !== 'cancelled')
      this.#runs.set(runId, { runId, graphId, state: 'running', start: nowMs - ms, end: null });
    const start = begun.get(jobId)?.start ?? nowMs - ms;
    const span: JobSpan = { runId, nodeId, jobId, state, deviceId, start, ms: state === 'reused' ? 0 : nowMs - start };
    if (state === 'running') {
      begun.set(jobId, span);
      this.#begun.set(runId, begun);
      return;
    }
    begun.delete(jobId);
    if (state === 'done') this.#counts.computed++;
    else if (state === 'reused') this.#counts.reused++;
    else if (state === 'failed') this.#counts.failed++;
    this.#jobs.add(span);
  }

  /** Pictures of each minute up to now, the last one whole; the first may be shorter. */
  #perMinute(nowMs: number): number[] {
    const end = Math.floor(nowMs / stretchMs) + 1;
    const minutes = Math.min(minutesKept, Math.ceil(end / stretchesPerMinute));
    const count = (from: number): number => {
      let sum = 0;
      for (let i = 0; i < stretchesPerMinute; i++) sum += this.#pictures.get(from + i) ?? 0;
      return sum;
    };
    return Array.from({ length: minutes }, (_, i) => count(end - (minutes - i) * stretchesPerMinute));
  }

  /** The latest so many runs. `sinceEpochMs` is what the clock's zero is in ms since 1970. */
  read(count: number, nowMs: number, sinceEpochMs: number): Omit<MonitorReading, 'runs'> & { runs: Remembered[] } {
    const runs = [...this.#runs.values()].sort((a, b) => b.start - a.start).slice(0, count);
    const wanted = new Set(runs.map(({ runId }) => runId));
    const first = Math.min(nowMs, ...runs.map(({ start }) => start));
    const moved = <T extends { readonly start: number }>(one: T): T => ({ ...one, start: one.start + sinceEpochMs });
    const begun = runs.flatMap(({ runId }) => [...(this.#begun.get(runId)?.values() ?? [])]);
    const counts: MonitorCounts = {
      ...this.#counts,
      transfers: { ...this.#transfers },
      fromDisk: { ...this.#fromDisk },
      copied: { ...this.#copied },
      loads: { ...this.#loads },
      batches: { ...this.#batches },
    };
    return {
      readAt: nowMs + sinceEpochMs,
      since: sinceEpochMs,
      runs: runs.map((run) => ({ ...moved(run), end: run.end === null ? null : run.end + sinceEpochMs })),
      jobs: [
        ...this.#jobs.all().filter(({ runId }) => wanted.has(runId)),
        ...begun.map((span) => ({ ...span, ms: nowMs - span.start })),
      ].map(moved),
      devices: this.#devices
        .all()
        .filter(({ start, ms }) => start + ms >= first)
        .map(moved),
      perMinute: this.#perMinute(nowMs),
      counts,
    };
  }
}

function addTo(amount: Amount, count: number, bytes: number): void {
  amount.count += count;
  amount.bytes += bytes;
}

/** What the core remembers, with what the store knows of these runs. */
export async function readMonitor(monitor: Monitor, store: Store, count: number): Promise<MonitorReading> {
  const { runs, ...reading } = monitor.read(count, performance.now(), performance.timeOrigin);
  const named = runs.map(async (run): Promise<MonitoredRun> => {
    const record = await store.runs.get(run.runId);
    return { ...run, title: record?.title ?? '', overrides: record?.overrides ?? {}, tier: record?.tier ?? null };
  });
  return { ...reading, runs: await Promise.all(named) };
}
