import { expect } from 'vitest';

export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly cat?: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly s?: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** The lanes of a trace by the name of their group, each with what happened in it. */
export type Lanes = ReadonlyMap<string, ReadonlyMap<string, readonly TraceEvent[]>>;

/**
 * Reads a trace as Perfetto does, by the rules of the Chrome trace event format: every entry has a name, a phase, and
 * whole numbers for its process and thread; times are microseconds, never negative; groups and lanes are named once; and
 * the spans of a lane contain one another or do not touch.
 */
export function readTrace(text: string): Lanes {
  const { traceEvents, displayTimeUnit } = JSON.parse(text) as {
    traceEvents: readonly TraceEvent[];
    displayTimeUnit: string;
  };
  expect(['ms', 'ns']).toContain(displayTimeUnit);
  const groups = new Map<number, string>();
  const names = new Map<string, string>();
  const lanes = new Map<string, TraceEvent[]>();
  for (const event of traceEvents) {
    const { name, ph, pid, tid, ts, dur, s, args } = event;
    expect([typeof name, typeof args, args === null]).toEqual(['string', 'object', false]);
    expect([pid, tid].every((id) => Number.isInteger(id) && id >= 0)).toBe(true);
    const at = `${pid} ${tid}`;
    if (ph === 'M') {
      expect(typeof args.name).toBe('string');
      if (name === 'process_name') {
        expect(groups.has(pid)).toBe(false);
        groups.set(pid, String(args.name));
      } else {
        expect(name).toBe('thread_name');
        expect(names.has(at)).toBe(false);
        names.set(at, String(args.name));
      }
      continue;
    }
    expect(Number.isFinite(ts) && ts! >= 0, `${name} at ${ts}`).toBe(true);
    if (ph === 'X') expect(Number.isFinite(dur) && dur! >= 0, `${name} takes ${dur}`).toBe(true);
    else expect([ph, s]).toEqual(['i', 't']);
    const lane = lanes.get(at) ?? [];
    lanes.set(at, lane);
    lane.push(event);
  }
  expect([...lanes.keys()].filter((at) => !names.has(at))).toEqual([]);
  const found = new Map<string, Map<string, readonly TraceEvent[]>>();
  for (const [at, lane] of lanes) {
    expectNested(lane, names.get(at)!);
    const group = groups.get(lane[0]!.pid)!;
    expect(group).toBeTypeOf('string');
    const here = found.get(group) ?? new Map<string, readonly TraceEvent[]>();
    found.set(group, here);
    expect(here.has(names.get(at)!), `${group}: two lanes are named ${names.get(at)}`).toBe(false);
    here.set(names.get(at)!, lane);
  }
  return found;
}

function expectNested(lane: readonly TraceEvent[], name: string): void {
  const spans = lane.filter(({ ph }) => ph === 'X').map(({ ts, dur }) => ({ start: ts!, end: ts! + dur! }));
  spans.sort((a, b) => a.start - b.start || b.end - a.end);
  const open: number[] = [];
  for (const { start, end } of spans) {
    while (open.length > 0 && open.at(-1)! <= start) open.pop();
    expect(open.length === 0 || end <= open.at(-1)!, `${name}: spans overlap at ${start}`).toBe(true);
    open.push(end);
  }
}
