import type { GroupId, NodeId, NoteId } from '../../src-main/model/ids.ts';
import { cell, type WritableCell } from './cell.ts';

/** A group or a note that is taken up; nodes have a selection of their own. */
export type Mark = { readonly kind: 'group'; readonly id: GroupId } | { readonly kind: 'note'; readonly id: NoteId };

/** What is taken up on one level of a graph: nodes, or else one group or note. */
export interface TakenUp {
  readonly selection: WritableCell<ReadonlySet<NodeId>>;
  readonly marked: WritableCell<Mark | null>;
}

export function nothingTaken(): TakenUp {
  const selection = cell<ReadonlySet<NodeId>>(new Set());
  const marked = cell<Mark | null>(null);
  selection.subscribe(() => selection.get().size > 0 && marked.set(null));
  return { selection, marked };
}
