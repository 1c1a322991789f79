import { produce } from 'immer';
import type { Answer, Asked, RunListing } from '../../src-main/contract/calls.ts';
import { type Problem, problemsOfError } from '../../src-main/model/errors.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { RunId } from '../../src-main/model/ids.ts';
import type { Tier } from '../../src-main/model/run.ts';
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
  /** Only runs of a tier, or all: another list, that begins empty. */
  only(tier: Tier | null): void;
  /** Runs at these places, also those that are not here: in the order of the list. */
  ids(first: number, end: number): Promise<RunId[]>;
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
/** As many as the core lists at once. */
const mostAsked = 1000;
const nothing: RunListState = { total: null, rows: {}, problems: [] };

export function runList({ query, fetch, setTimer, clearTimer, quietMs = 300 }: RunListOptions): RunList {
  const state = cell<RunListState>(nothing);
  /** Pages that are as new as the last change that we heard of. */
  let fresh = new Set<number>();
  let looked = { first: 0, end: pageRows };
  let asking = false;
  /** The timer went off while a question was open. */
  let isDue = false;
  let isClosed = false;
  let timer: unknown = null;
  let changes = 0;
  let tier: Tier | null = null;
  const asked = () => (tier === null ? query : { ...query, tier });

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
        const [changed, wantedTier] = [changes, tier];
        const offset = page * pageRows;
        const { runs, total } = await fetch({ ...asked(), offset, count: pageRows });
        if (wantedTier !== tier) continue; // it is of another list
        if (changed === changes) fresh.add(page);
        take(offset, runs, total);
        if (changed !== changes) break; // the timer is set, or it is due
      }
    } catch (error) {
      state.set({ ...state.get(), problems: problemsOfError(error) });
    } finally {
      asking = false;
    }
    if (isDue && !isClosed) {
      isDue = false;
      await ask();
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
      isDue = asking;
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
    only(wanted) {
      if (wanted === tier) return;
      tier = wanted;
      fresh = new Set();
      state.set(nothing);
      void ask();
    },
    async ids(first, end) {
      const found: RunId[] = [];
      const { rows } = state.get();
      for (let at = first; at < end; ) {
        const row = rows[at];
        if (row) {
          found.push(row.runId);
          at++;
          continue;
        }
        const { runs } = await fetch({ ...asked(), offset: at, count: Math.min(mostAsked, end - at) });
        if (runs.length === 0) break;
        found.push(...runs.map(({ runId }) => runId));
        at += runs.length;
      }
      return found;
    },
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
      isClosed = true;
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

/** Where runs go that are put before the row that is at `to` now; null where that is not known, or where they are already. */
export function placeBefore(
  { total, rows }: RunListState,
  runIds: ReadonlySet<RunId>,
  to: number,
): Asked<'runs.move'>['to'] | null {
  if (to >= (total ?? 0)) return 'back';
  const target = rows[to];
  if (!target || (runIds.has(target.runId) && runIds.size === 1)) return null;
  if (target.state === 'running') return 'front';
  const firstWaiting = Object.values(rows).find(({ state }) => state !== 'running');
  if (target === firstWaiting) return 'front';
  // What moves along is no place to move to.
  for (let at = to; at < (total ?? 0); at++) {
    const row = rows[at];
    if (!row) return null;
    if (!runIds.has(row.runId)) return { before: row.runId };
  }
  return 'back';
}
