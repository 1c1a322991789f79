import { produce } from 'immer';
import type { Answer, Asked, RunListing } from '../../src-main/contract/calls.ts';
import { type Problem, problemsOfError } from '../../src-main/model/errors.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { RunId } from '../../src-main/model/ids.ts';
import { type Cell, cell } from './cell.ts';

/** A long list of runs, of which only the pages that somebody looks at are here. */
export interface RunListState {
  /** Null until the first page is here. */
  readonly total: number | null;
  /** By their place in the list. */
  readonly rows: Readonly<Record<number, RunListing>>;
  readonly problems: readonly Problem[];
}

export interface RunList {
  readonly state: Cell<RunListState>;
  /** Somebody looks at the rows from `first` up to `end`. */
  show(first: number, end: number): void;
  /** What is here may be old: what is looked at is asked for anew, soon. */
  refresh(): void;
  /** Shows what an event says at once, and asks for the rest where it changes the order. */
  hear(event: Event): void;
  /** Shows runs at their new place at once; the core's answer then has the last word. */
  moved(runIds: readonly RunId[], to: Asked<'runs.move'>['to']): void;
  close(): void;
}

export interface RunListOptions {
  readonly query: Pick<Asked<'runs.list'>, 'states' | 'order' | 'tier'>;
  readonly fetch: (args: Asked<'runs.list'>) => Promise<Answer<'runs.list'>>;
  readonly setTimer: (then: () => void, ms: number) => unknown;
  readonly clearTimer: (timer: unknown) => void;
  /** Changes within so many ms are answered by one question. */
  readonly quietMs?: number;
}

const pageRows = 100;
const nothing: RunListState = { total: null, rows: {}, problems: [] };

export function runList({ query, fetch, setTimer, clearTimer, quietMs = 300 }: RunListOptions): RunList {
  const state = cell<RunListState>(nothing);
  /** Pages that are as new as the last change that we heard of. */
  let fresh = new Set<number>();
  let looked = { first: 0, end: pageRows };
  let asking = false;
  let timer: unknown = null;
  let changes = 0;

  const wanted = (): number[] => {
    const total = state.get().total ?? 1;
    const end = Math.min(looked.end, Math.max(1, total));
    const pages: number[] = [];
    for (let page = Math.floor(looked.first / pageRows); page * pageRows < end; page++)
      if (!fresh.has(page)) pages.push(page);
    return pages;
  };

  const ask = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    try {
      for (let page = wanted()[0]; page !== undefined; page = wanted()[0]) {
        const asked = changes;
        const offset = page * pageRows;
        const { runs, total } = await fetch({ ...query, offset, count: pageRows });
        if (asked === changes) fresh.add(page);
        take(offset, runs, total);
        if (asked !== changes) break; // the timer is set
      }
    } catch (error) {
      state.set({ ...state.get(), problems: problemsOfError(error) });
    } finally {
      asking = false;
    }
  };

  const take = (offset: number, runs: readonly RunListing[], total: number): void => {
    const before = state.get().rows;
    const rows: Record<number, RunListing> = {};
    for (const [key, row] of Object.entries(before)) {
      const at = Number(key);
      if (at < total && (at < offset || at >= offset + pageRows)) rows[at] = row;
    }
    runs.forEach((row, i) => {
      rows[offset + i] = row;
    });
    state.set({ total, rows, problems: [] });
  };

  const refresh = (): void => {
    changes++;
    fresh = new Set();
    if (timer !== null) return;
    timer = setTimer(() => {
      timer = null;
      void ask();
    }, quietMs);
  };

  return {
    state,
    show(first, end) {
      looked = { first, end };
      void ask();
    },
    refresh,
    hear(event) {
      if (event.type === 'queue.changed' || event.type === 'images.removed' || event.type === 'images.restored')
        refresh();
      if (event.type !== 'run.changed' && event.type !== 'job.progressed') return;
      state.set(
        produce(state.get(), ({ rows }) => {
          const row = Object.values(rows).find(({ runId }) => runId === event.runId);
          if (!row) return;
          if (event.type === 'job.progressed') row.progress = { done: event.done, total: event.total };
          else Object.assign(row, { state: event.state, problems: event.problems, images: event.images });
        }),
      );
      if (event.type === 'run.changed') refresh();
    },
    moved(runIds, to) {
      state.set(withMoved(state.get(), runIds, to));
      refresh();
    },
    close() {
      if (timer !== null) clearTimer(timer);
    },
  };
}

/** Rows as they will be once the core has moved these runs. Rows that are not here stay unknown. */
function withMoved(state: RunListState, runIds: readonly RunId[], to: Asked<'runs.move'>['to']): RunListState {
  const total = state.total ?? 0;
  const moving = new Set<RunId>(runIds);
  const rows = Array.from({ length: total }, (_, at) => state.rows[at]);
  const taken = rows.filter((row) => row && moving.has(row.runId));
  const rest = rows.filter((row) => !row || !moving.has(row.runId));
  const waiting = rest.findIndex((row) => row?.state !== 'running');
  let at = rest.length;
  if (to === 'front') at = waiting < 0 ? rest.length : waiting;
  else if (to !== 'back') at = rest.findIndex((row) => row?.runId === to.before);
  if (at < 0) return state;
  rest.splice(at, 0, ...taken);
  const next: Record<number, RunListing> = {};
  rest.forEach((row, i) => {
    if (row) next[i] = row;
  });
  return { ...state, rows: next };
}
