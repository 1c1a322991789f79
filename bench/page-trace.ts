import type { Browser, Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  readonly cat: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
  /** What the thread itself computed of it: without waiting, and without what others did meanwhile. */
  readonly tdur?: number;
  readonly args: { readonly data?: { readonly type?: string }; readonly name?: string };
}

/** Work of the page's main thread: its tasks, and the input events that began some of them. */
export interface MainThread {
  readonly tasks: readonly { readonly startMs: number; readonly ms: number; readonly scriptMs: number }[];
  readonly inputs: readonly { readonly type: string; readonly startMs: number }[];
}

const categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8'];
/** What a task consists of where the trace has no event for the whole of it. */
const taskName = 'RunTask';
/** Script as the browser's own profiler counts it; those inside others are not counted twice. */
const scripts = new Set([
  'FunctionCall',
  'EvaluateScript',
  'FireAnimationFrame',
  'TimerFire',
  'EventDispatch',
  'RunMicrotasks',
  'v8.run',
  'MinorGC',
  'MajorGC',
]);

/** What the page's main thread does while `work` goes on. */
export async function traced(browser: Browser, page: Page, work: () => Promise<void>): Promise<MainThread> {
  await browser.startTracing(page, { categories });
  let text: string;
  try {
    await work();
  } finally {
    text = (await browser.stopTracing()).toString();
  }
  return mainThreadOf((JSON.parse(text) as { traceEvents: TraceEvent[] }).traceEvents);
}

/** Of all renderers in the trace, the one that got the input. */
export function mainThreadOf(events: readonly TraceEvent[]): MainThread {
  const mains = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}.${tid}`),
  );
  const counts = new Map<string, number>();
  for (const { name, pid, tid } of events) {
    const thread = `${pid}.${tid}`;
    if (name === 'EventDispatch' && mains.has(thread)) counts.set(thread, (counts.get(thread) ?? 0) + 1);
  }
  const [busiest] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  const mine = events
    .filter(({ pid, tid, ph }) => ph === 'X' && `${pid}.${tid}` === busiest)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  const tasks: { startMs: number; ms: number; scriptMs: number }[] = [];
  let taskEnd = 0;
  let scriptEnd = 0;
  for (const { name, ts, dur = 0, tdur = dur } of mine) {
    if (name === taskName) {
      tasks.push({ startMs: ts / 1000, ms: tdur / 1000, scriptMs: 0 });
      taskEnd = ts + dur;
    } else if (scripts.has(name) && ts >= scriptEnd && ts < taskEnd) {
      tasks.at(-1)!.scriptMs += tdur / 1000;
      scriptEnd = ts + dur;
    }
  }
  const inputs = mine
    .filter(({ name }) => name === 'EventDispatch')
    .map(({ args, ts }) => ({ type: args.data?.type ?? '', startMs: ts / 1000 }));
  return { tasks, inputs };
}

/** Script and paint of each move of the pointer: what the main thread did from its event until the next one. */
export function msPerMove({ tasks, inputs }: MainThread): number[] {
  const starts = inputs.filter(({ type }) => type === 'pointermove').map(({ startMs }) => startMs);
  const spent = starts.map(() => 0);
  let move = -1;
  for (const { startMs, ms } of tasks) {
    while (move + 1 < starts.length && starts[move + 1]! < startMs + ms) move++;
    if (move >= 0) spent[move]! += ms;
  }
  return spent.slice(0, -1); // nothing says where the last one ends
}
