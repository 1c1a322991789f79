import type { RunId } from '../../src-main/model/ids.ts';
import { isOver } from '../../src-main/model/run.ts';
import type { RunsHere } from './runs-here.ts';
import { readJson, type Storage, writeJson } from './storage.ts';

const key = 'kiln.awaited';
/** Of a long series the last ones are enough: lists and gallery have all. */
const mostAwaited = 20;

/** Runs whose end this browser has not seen yet: a page that comes back shows what they have become meanwhile. */
export interface AwaitedRuns {
  list(): readonly RunId[];
  add(ids: readonly RunId[]): void;
  /** Those that are over here were seen. */
  see(runs: RunsHere): void;
}

export function awaitedRuns(storage: Storage): AwaitedRuns {
  const kept = readJson(storage, key);
  let ids: readonly RunId[] = Array.isArray(kept) ? kept.filter((id): id is RunId => typeof id === 'string') : [];
  const set = (next: readonly RunId[]): void => {
    if (next.length === ids.length && next.every((id, i) => id === ids[i])) return;
    ids = next;
    writeJson(storage, key, ids.length > 0 ? ids : null);
  };
  return {
    list: () => ids,
    add: (more) => set([...ids, ...more].slice(-mostAwaited)),
    see: (runs) => set(ids.filter((id) => !isOver(runs[id]?.state ?? 'queued'))),
  };
}
