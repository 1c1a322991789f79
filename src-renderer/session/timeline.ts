import type { DeviceSpan, JobSpan, MonitorReading } from '../../src-main/contract/monitor.ts';
import type { GraphId, RunId } from '../../src-main/model/ids.ts';

export const timelineLooks = ['nodes', 'devices'] as const;
export type TimelineLook = (typeof timelineLooks)[number];

/** Something that took its time, in its row. */
export interface Bar {
  readonly id: string;
  readonly state: JobSpan['state'] | DeviceSpan['kind'];
  /** A node's id, or a part. */
  readonly what: string;
  readonly runs: readonly RunId[];
  readonly deviceId: string | null;
  readonly rows: number;
  /** ms since 1970. */
  readonly start: number;
  readonly ms: number;
  /** Calls that are drawn as one, because they are too short to be told apart. */
  readonly calls: number;
  /** Of bars that overlap in a row, each has a lane. */
  readonly lane: number;
  /** Where it stands in the drawing, 0 to 1. */
  readonly left: number;
  readonly width: number;
}

export interface TimelineRow {
  readonly name: string;
  /** The graph that the node is of; null for a device. */
  readonly graphId: GraphId | null;
  readonly bars: readonly Bar[];
  readonly lanes: number;
  /** Of what was computed in it: how often, and how long together. */
  readonly count: number;
  readonly ms: number;
}

/** A moment that is marked. */
export interface Tick {
  readonly left: number;
  /** ms after the beginning. */
  readonly ms: number;
}

export interface Timeline {
  readonly rows: readonly TimelineRow[];
  readonly ticks: readonly Tick[];
  /** Where time in which nothing happened is left out, and how much. */
  readonly cuts: readonly { readonly left: number; readonly ms: number }[];
  /** What was drawn takes so long, without what is left out. */
  readonly ms: number;
  readonly start: number;
}

type Unplaced = Omit<Bar, 'left' | 'width' | 'lane' | 'calls'> & {
  readonly row: string;
  readonly graphId: GraphId | null;
};

/** What the latest work looks like over time: of one run, or of all that were read. */
export function timelineOf(reading: MonitorReading, look: TimelineLook, runId: RunId | null): Timeline {
  const bars = look === 'nodes' ? nodeBars(reading, runId) : deviceBars(reading, runId);
  const scale = scaleOf(bars);
  const rows = [...Map.groupBy(bars, ({ row, graphId }) => `${graphId ?? ''} ${row}`).values()].map(
    (inRow): TimelineRow => {
      const [{ row: name, graphId }] = inRow as [Unplaced, ...Unplaced[]];
      const computed = inRow.filter(({ state }) => state !== 'reused');
      const bars = inLanes(inRow.map((bar) => placed(bar, scale)));
      return {
        name,
        graphId,
        bars,
        lanes: 1 + Math.max(...bars.map(({ lane }) => lane)),
        count: computed.length,
        ms: computed.reduce((sum, { ms }) => sum + ms, 0),
      };
    },
  );
  return { rows, ticks: ticksOf(scale), cuts: scale.cuts, ms: scale.ms, start: scale.start };
}

function placed({ row: _, graphId: __, ...bar }: Unplaced, scale: Scale): Bar {
  const left = scale.at(bar.start);
  return { ...bar, calls: 1, lane: 0, left, width: scale.at(bar.start + bar.ms) - left };
}

/** Bars and gaps that are shorter are not seen apart. */
const leastWidth = 0.002;

/** Short calls of one kind that follow one another become one bar; bars that overlap are laid into lanes. `bars` by their start. */
function inLanes(bars: readonly Bar[]): Bar[] {
  const shown: Bar[] = [];
  const ends: number[] = [];
  for (const bar of bars) {
    const last = shown.at(-1);
    if (last && isSame(last, bar)) {
      const width = bar.left + bar.width - last.left;
      shown[shown.length - 1] = { ...last, width, ms: bar.start + bar.ms - last.start, calls: last.calls + 1 };
      ends[last.lane] = bar.left + bar.width;
      continue;
    }
    const free = ends.findIndex((end) => end <= bar.left);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = bar.left + bar.width;
    shown.push({ ...bar, lane });
  }
  return shown;
}

const isSame = (a: Bar, b: Bar): boolean =>
  a.state === 'call' &&
  b.state === 'call' &&
  a.what === b.what &&
  a.rows === b.rows &&
  a.runs.join() === b.runs.join() &&
  b.width < leastWidth &&
  b.left - a.left - a.width < leastWidth;

function nodeBars({ jobs, runs }: MonitorReading, runId: RunId | null): Unplaced[] {
  const graphs = new Map(runs.map((run) => [run.runId, run.graphId]));
  return jobs
    .filter((job) => runId === null || job.runId === runId)
    .toSorted((a, b) => a.start - b.start)
    .map((job) => ({
      id: `${job.runId} ${job.jobId}`,
      state: job.state,
      what: job.nodeId,
      runs: [job.runId],
      deviceId: job.deviceId,
      rows: 0,
      start: job.start,
      ms: job.ms,
      row: job.nodeId,
      graphId: graphs.get(job.runId) ?? null,
    }));
}

function deviceBars({ devices, runs }: MonitorReading, runId: RunId | null): Unplaced[] {
  const run = runs.find((one) => one.runId === runId);
  const isOf = (span: DeviceSpan): boolean => {
    if (!run) return true;
    if (span.kind === 'call') return span.runs.includes(run.runId);
    return span.start + span.ms >= run.start && span.start <= (run.end ?? Number.POSITIVE_INFINITY);
  };
  return devices
    .filter(isOf)
    .toSorted((a, b) => a.start - b.start)
    .map((span, i) => ({
      id: `${span.deviceId} ${i}`,
      state: span.kind,
      what: span.part,
      runs: span.runs,
      deviceId: span.deviceId,
      rows: span.rows,
      start: span.start,
      ms: span.ms,
      row: span.deviceId,
      graphId: null,
    }));
}

interface Scale {
  readonly start: number;
  readonly ms: number;
  readonly cuts: Timeline['cuts'];
  readonly at: (time: number) => number;
}

/** Of what is drawn, at most so much is a single stretch in which nothing happened. */
const longestGap = 0.08;

/** Time as places from 0 to 1. Long stretches without any work are cut short, so that work between two hours of sleep is seen. */
function scaleOf(bars: readonly Unplaced[]): Scale {
  const busy: { start: number; end: number }[] = [];
  for (const { start, ms } of bars.toSorted((a, b) => a.start - b.start)) {
    const last = busy.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, start + ms);
    else busy.push({ start, end: start + ms });
  }
  const start = busy[0]?.start ?? 0;
  const busyMs = busy.reduce((sum, one) => sum + one.end - one.start, 0);
  const idleMs = (busy.at(-1)?.end ?? start) - start - busyMs;
  // Where work fills most of the time, every moment has its place, and round ones are marked.
  const gapMs = idleMs <= busyMs / 2 ? Number.POSITIVE_INFINITY : Math.max(1, busyMs * longestGap);
  let drawn = 0;
  let before = start;
  const stretches = busy.map((one) => {
    const gap = one.start - before;
    const from = drawn + Math.min(gap, gapMs);
    const cut = gap > gapMs ? { at: drawn + gapMs / 2, ms: gap - gapMs } : null;
    drawn = from + one.end - one.start;
    before = one.end;
    return { ...one, from, cut };
  });
  const ms = Math.max(drawn, 1);
  return {
    start,
    ms: drawn,
    cuts: stretches.flatMap(({ cut }) => (cut ? [{ left: cut.at / ms, ms: cut.ms }] : [])),
    at(time) {
      const stretch = stretches.findLast((one) => one.start <= time) ?? stretches[0];
      if (!stretch) return 0;
      return Math.min(1, (stretch.from + Math.min(time, stretch.end) - stretch.start) / ms);
    },
  };
}

const mostTicks = 8;

/** Round moments. Where time is cut they would lie: then only the ends are marked. */
function ticksOf({ ms, cuts }: Scale): Tick[] {
  if (ms === 0) return [];
  if (cuts.length > 0) return [];
  const step = roundStep(ms / mostTicks);
  return Array.from({ length: Math.floor(ms / step) + 1 }, (_, i) => ({ left: (i * step) / ms, ms: i * step }));
}

/** The next of 1, 2, 5, 10, 20, 50 … ms. */
function roundStep(least: number): number {
  const size = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  return [1, 2, 5, 10].map((n) => n * size).find((step) => step >= least) ?? 10 * size;
}
