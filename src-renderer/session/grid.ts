import type { RunListing } from '../../src-main/contract/calls.ts';
import type { Problem } from '../../src-main/model/errors.ts';
import type { Event } from '../../src-main/model/events.ts';
import { type GraphId, newId, type RunId } from '../../src-main/model/ids.ts';
import type { Json } from '../../src-main/model/json.ts';
import type { Overrides } from '../../src-main/model/overrides.ts';
import { isOver, type RunImage, type RunState } from '../../src-main/model/run.ts';
import { type Cell, cell } from './cell.ts';
import type { OpenGraph } from './open-graph.ts';
import { readJson, type Storage, writeJson } from './storage.ts';
import type { StudioCalls } from './studio-calls.ts';

/** An exposed input and the values that it goes through. */
export interface GridAxis {
  readonly name: string;
  readonly label: string;
  readonly values: readonly Json[];
}

export interface GridCell {
  readonly runId: RunId;
  readonly state: RunState;
  readonly problems: readonly Problem[];
  readonly image: RunImage | null;
}

/** A table of pictures: `columns` go to the right, `rows` down; cells row by row. */
export interface Grid {
  readonly graphId: GraphId;
  readonly title: string;
  readonly columns: GridAxis;
  readonly rows: GridAxis | null;
  readonly cells: readonly GridCell[];
}

/** As many runs as one table can be looked at. */
export const mostCells = 400;

/** The runs of a grid, all with the same seed where that is no axis. */
export function runsOf(
  open: OpenGraph,
  columns: GridAxis,
  rows: GridAxis | null,
): { readonly runId: RunId; readonly overrides: Overrides }[] {
  const { overrides } = open.sameRun();
  return (rows ? rows.values : [null]).flatMap((down) =>
    columns.values.map((across) => ({
      runId: newId<RunId>('run'),
      overrides: { ...overrides, ...(rows ? { [rows.name]: down } : {}), [columns.name]: across },
    })),
  );
}

/** The latest grid of each graph, kept where the page keeps things. */
export interface Grids {
  readonly shown: Cell<Grid | null>;
  /** Shows the one of this graph, or none. */
  show(graphId: GraphId): void;
  /** Queues a run of the open graph for every pair of values. Answers whether they are queued. */
  begin(open: OpenGraph, columns: GridAxis, rows: GridAxis | null): Promise<boolean>;
  hear(event: Event): void;
  /** Looks for what came about while nobody listened. */
  lookAgain(): Promise<void>;
  /** Runs of failed and cancelled cells that are done again. */
  retried(pairs: readonly { readonly runId: RunId; readonly from: RunId }[]): void;
}

const keyOf = (graphId: GraphId): string => `kiln.grid.${graphId}`;
const waiting = (runId: RunId): GridCell => ({ runId, state: 'queued', problems: [], image: null });

export function grids(
  storage: Storage,
  calls: Pick<StudioCalls, 'run'>,
  queueRuns: (open: OpenGraph, runs: ReturnType<typeof runsOf>) => Promise<boolean>,
): Grids {
  const shown = cell<Grid | null>(null);
  const known = new Map<GraphId, Grid>();
  const keep = (grid: Grid): void => {
    shown.set(grid);
    known.set(grid.graphId, grid);
    writeJson(storage, keyOf(grid.graphId), grid);
  };
  const forget = (graphId: GraphId): void => {
    known.delete(graphId);
    writeJson(storage, keyOf(graphId), null);
    if (shown.get()?.graphId === graphId) shown.set(null);
  };
  const change = (of: (one: GridCell) => GridCell): void => {
    const grid = shown.get();
    if (!grid) return;
    const cells = grid.cells.map(of);
    if (cells.some((one, i) => one !== grid.cells[i])) keep({ ...grid, cells });
  };
  const lookAgain = async (): Promise<void> => {
    const open = shown.get()?.cells.filter(({ state }) => !isOver(state)) ?? [];
    for (const { runId } of open) {
      const found = await calls.run(runId).catch(() => null);
      if (found) change((one) => (one.runId === runId ? afterListing(one, found) : one));
    }
  };
  return {
    shown,
    show(graphId) {
      if (shown.get()?.graphId === graphId) return;
      const kept = known.get(graphId) ?? readJson(storage, keyOf(graphId));
      shown.set(isGrid(kept) ? kept : null);
      void lookAgain();
    },
    async begin(open, columns, rows) {
      const before = shown.get();
      const runs = runsOf(open, columns, rows);
      const [graphId, title] = [open.base.id, open.base.title];
      // Before they are queued: the first may be done before that is answered.
      keep({ graphId, title, columns, rows, cells: runs.map(({ runId }) => waiting(runId)) });
      const isQueued = await queueRuns(open, runs);
      if (!isQueued && before) keep(before);
      else if (!isQueued) forget(graphId);
      return isQueued;
    },
    hear(event) {
      if (event.type === 'run.changed') {
        const { runId, state, problems, images } = event;
        change((one) => (one.runId === runId ? { runId, state, problems, image: images[0] ?? one.image } : one));
      } else if (event.type === 'images.removed') {
        const gone = new Set(event.images.map(({ runId }) => runId));
        change((one) => (one.image && gone.has(one.runId) ? { ...one, image: null } : one));
      } else if (event.type === 'images.restored') {
        const back = new Map(event.images.map((image) => [image.runId, image]));
        change((one) => (!one.image && back.has(one.runId) ? { ...one, image: back.get(one.runId)! } : one));
      }
    },
    lookAgain,
    retried(pairs) {
      const next = new Map(pairs.map(({ from, runId }) => [from, runId]));
      change((one) => (next.has(one.runId) ? waiting(next.get(one.runId)!) : one));
    },
  };
}

const afterListing = (one: GridCell, { state, problems, images }: RunListing): GridCell => ({
  runId: one.runId,
  state,
  problems,
  image: images[0] ?? null,
});

function isGrid(kept: unknown): kept is Grid {
  const grid = kept as Partial<Grid> | null;
  return Array.isArray(grid?.cells) && Array.isArray(grid?.columns?.values) && typeof grid.graphId === 'string';
}

/** How far a grid is. */
export const countsOf = ({
  cells,
}: Grid): { readonly done: number; readonly failed: number; readonly total: number } => ({
  done: cells.filter(({ state }) => state === 'done').length,
  failed: cells.filter(({ state }) => state === 'failed' || state === 'cancelled').length,
  total: cells.length,
});
