import type { GroupId, NodeId, NoteId } from '../../src-main/model/ids.ts';
import { cell, type WritableCell } from './cell.ts';

/** A group or a note that is taken up; nodes have a selection beside it. */
export type Mark = { readonly kind: 'group'; readonly id: GroupId } | { readonly kind: 'note'; readonly id: NoteId };

/** What is taken up on one level of a graph. A new selection of nodes alone lets go of groups and notes. */
export interface TakenUp {
  readonly selection: WritableCell<ReadonlySet<NodeId>>;
  readonly marked: WritableCell<readonly Mark[]>;
}

const noMarks: readonly Mark[] = [];

export function nothingTaken(): TakenUp {
  const selection = cell<ReadonlySet<NodeId>>(new Set());
  const marked = cell(noMarks);
  selection.subscribe(() => selection.get().size > 0 && marked.set(noMarks));
  return { selection, marked };
}

export const isSameMark = (a: Mark, b: Mark): boolean => a.kind === b.kind && a.id === b.id;
export const isMarked = (marks: readonly Mark[], mark: Mark): boolean => marks.some((one) => isSameMark(one, mark));

/** Takes up nodes, groups and notes together, in place of what was taken before. */
export function takeUp({ selection, marked }: TakenUp, nodes: Iterable<NodeId>, marks: readonly Mark[]): void {
  const wanted = new Set(nodes);
  const before = selection.get();
  if (wanted.size !== before.size || [...wanted].some((id) => !before.has(id))) selection.set(wanted);
  if (marks.length > 0 || marked.get().length > 0) marked.set(marks.length > 0 ? marks : noMarks);
}

/** Takes up one group or note and nothing else. */
export const take = (taken: TakenUp, mark: Mark): void => takeUp(taken, [], [mark]);

export const letGo = (taken: TakenUp): void => takeUp(taken, [], noMarks);

/** Adds a group or note to what is taken up, or lets it go. */
export function toggleMark(taken: TakenUp, mark: Mark): void {
  const marks = taken.marked.get();
  taken.marked.set(isMarked(marks, mark) ? marks.filter((one) => !isSameMark(one, mark)) : [...marks, mark]);
}

/** The one group or note that is taken up, with nothing beside it. */
export function onlyMark({ selection, marked }: TakenUp): Mark | null {
  const [mark, ...more] = marked.get();
  return mark && more.length === 0 && selection.get().size === 0 ? mark : null;
}

export const countTaken = ({ selection, marked }: TakenUp): number => selection.get().size + marked.get().length;
