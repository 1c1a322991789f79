import type { RunId } from '../../src-main/model/ids.ts';
import { type Cell, cell } from './cell.ts';
import type { RunList } from './run-list.ts';

/** Runs of a list that a person picked, however many there are. */
export interface RunSelection {
  readonly ids: Cell<ReadonlySet<RunId>>;
  /** This one alone; what is extended later begins here. */
  choose(at: number): Promise<void>;
  /** This one, too, or no longer. */
  toggle(at: number): Promise<void>;
  /** All from the one that was picked last. */
  extend(to: number): Promise<void>;
  all(): Promise<void>;
  clear(): void;
  /** Forgets those that are gone. */
  drop(ids: Iterable<RunId>): void;
}

const none: ReadonlySet<RunId> = new Set();

export function runSelection(list: Pick<RunList, 'ids' | 'state'>): RunSelection {
  const ids = cell<ReadonlySet<RunId>>(none);
  let anchor = 0;
  return {
    ids,
    async choose(at) {
      anchor = at;
      ids.set(new Set(await list.ids(at, at + 1)));
    },
    async toggle(at) {
      anchor = at;
      const [id] = await list.ids(at, at + 1);
      if (id === undefined) return;
      const next = new Set(ids.get());
      if (!next.delete(id)) next.add(id);
      ids.set(next);
    },
    async extend(to) {
      const [first, last] = anchor < to ? [anchor, to] : [to, anchor];
      ids.set(new Set(await list.ids(first, last + 1)));
    },
    async all() {
      ids.set(new Set(await list.ids(0, list.state.get().total ?? 0)));
    },
    clear: () => ids.set(none),
    drop(gone) {
      const next = new Set(ids.get());
      for (const id of gone) next.delete(id);
      if (next.size < ids.get().size) ids.set(next);
    },
  };
}
