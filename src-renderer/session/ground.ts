import { colors } from '../../src-main/model/colors.ts';
import { putGroup, putNote, removeGroup, removeNodes, removeNote } from '../../src-main/model/edits.ts';
import type { GraphBody, Group, Note } from '../../src-main/model/graph.ts';
import type { GroupId, NodeId, NoteId } from '../../src-main/model/ids.ts';
import { isMarked, letGo, type Mark, take } from './mark.ts';
import type { Point } from './move.ts';
import type { OpenGraph } from './open-graph.ts';

// Groups and notes: what lies under the nodes of a graph.

/** In graph units. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The whole of a node, with its title. */
export type AreaOf = (id: NodeId) => Area | null;

export const groupTitleHeight = 32;
const around = 16;
const noteSize: Point = [240, 136];
export const leastSize: Point = [96, 56];
const firstNoteColor = colors.yellow;
const firstGroupColor = colors.blue;

export const areaOf = ({ at, size }: Pick<Group | Note, 'at' | 'size'>): Area => ({
  x: at[0],
  y: at[1],
  width: size[0],
  height: size[1],
});

const isIn = ({ x, y, width, height }: Area, [px, py]: Point): boolean =>
  px >= x && px <= x + width && py >= y && py <= y + height;
const middleOf = ({ x, y, width, height }: Area): Point => [x + width / 2, y + height / 2];

/** Whether an area is whole within another. */
export const isWithin = (area: Area, inner: Area): boolean =>
  isIn(area, [inner.x, inner.y]) && isIn(area, [inner.x + inner.width, inner.y + inner.height]);

/** The least area around others, or null where there are none. */
export function boundsOf(areas: readonly Area[]): Area | null {
  if (areas.length === 0) return null;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, width, height } of areas) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

export interface Inside {
  readonly nodes: readonly NodeId[];
  readonly notes: readonly NoteId[];
  readonly groups: readonly GroupId[];
}

/** What a group holds: nodes and notes whose middle is in it, and smaller groups that are whole in it. */
export function insideOf(body: GraphBody, group: Group, nodeArea: AreaOf): Inside {
  const area = areaOf(group);
  return {
    nodes: Object.values(body.nodes).flatMap(({ id }) => {
      const whole = nodeArea(id);
      return whole && isIn(area, middleOf(whole)) ? [id] : [];
    }),
    notes: Object.values(body.notes).flatMap((note) => (isIn(area, middleOf(areaOf(note))) ? [note.id] : [])),
    groups: Object.values(body.groups).flatMap((one) =>
      one.id !== group.id && isWithin(area, areaOf(one)) ? [one.id] : [],
    ),
  };
}

/** `group`, then `group-2`, as nodes are called. */
export function freshKey<T extends string>(record: object, word: string): T {
  for (let n = 1; ; n++) {
    const key = n === 1 ? word : `${word}-${n}`;
    if (!Object.hasOwn(record, key)) return key as T;
  }
}

/** Edits of this key go on with the making of a group or a note: making it and naming it are one step. */
export const writingKey = ({ kind, id }: { readonly kind: string; readonly id: string }): string =>
  `write ${kind} ${id}`;

/** A group around what is selected; it is named next. */
export function groupSelection(open: OpenGraph, title: string, nodeArea: AreaOf): Mark | null {
  const ground = open.marked.get().flatMap((one) => markedIn(open.graph.get(), one) ?? []);
  const bounds = boundsOf([...[...open.selection.get()].flatMap((id) => nodeArea(id) ?? []), ...ground.map(areaOf)]);
  if (!bounds) return null;
  const [left, top] = [bounds.x - around, bounds.y - around - groupTitleHeight];
  const [right, bottom] = [bounds.x + bounds.width + around, bounds.y + bounds.height + around];
  const mark = { kind: 'group', id: freshKey<GroupId>(open.graph.get().groups, 'group') } as const;
  const group = {
    id: mark.id,
    title,
    color: firstGroupColor,
    at: [left, top],
    size: [right - left, bottom - top],
  } as const;
  open.change('group', (draft) => putGroup(draft, group), writingKey(mark));
  take(open, mark);
  return mark;
}

/** An empty note; it is written next. */
export function addNote(open: OpenGraph, at: Point): Mark {
  const mark = { kind: 'note', id: freshKey<NoteId>(open.graph.get().notes, 'note') } as const;
  const note: Note = {
    id: mark.id,
    text: '',
    color: firstNoteColor,
    at: [Math.round(at[0]), Math.round(at[1])],
    size: noteSize,
  };
  open.change('note', (draft) => putNote(draft, note), writingKey(mark));
  take(open, mark);
  return mark;
}

export const markedIn = (body: GraphBody, mark: Mark): Group | Note | null =>
  (mark.kind === 'group' ? body.groups[mark.id] : body.notes[mark.id]) ?? null;

/** Changes a group or note, where it is still there. */
export function editMark(
  draft: GraphBody,
  mark: Mark,
  some: Partial<Pick<Group, 'title' | 'color' | 'at' | 'size'>> & { text?: string },
): void {
  const found = markedIn(draft, mark);
  if (found) Object.assign(found, some);
}

export const write = (open: OpenGraph, mark: Mark, words: string): void =>
  open.change(
    mark.kind,
    (draft) => editMark(draft, mark, mark.kind === 'group' ? { title: words } : { text: words }),
    writingKey(mark),
  );

export const recolor = (open: OpenGraph, mark: Mark, color: string): void =>
  open.change('look', (draft) => editMark(draft, mark, { color }));

export const resize = (open: OpenGraph, mark: Mark, size: Point): void =>
  open.change(mark.kind, (draft) => editMark(draft, mark, { size }));

export const nothingInside: Inside = { nodes: [], notes: [], groups: [] };

/** Takes a note away, or a group's frame: its nodes stay. */
export function removeMark(open: OpenGraph, mark: Mark): void {
  open.change('remove', (draft) => {
    if (mark.kind === 'group') removeGroup(draft, mark.id);
    else removeNote(draft, mark.id);
  });
  letGo(open);
}

export function removeWithNodes(open: OpenGraph, id: GroupId, nodeArea: AreaOf): void {
  const group = open.graph.get().groups[id];
  if (!group) return;
  const { nodes, notes, groups } = insideOf(open.graph.get(), group, nodeArea);
  open.change('remove', (draft) => {
    removeNodes(draft, nodes);
    for (const note of notes) removeNote(draft, note);
    for (const inner of [id, ...groups]) removeGroup(draft, inner);
  });
  letGo(open);
}

/** Groups that are taken up, else those that hold something of what is selected. */
export function ungroup(open: OpenGraph, nodeArea: AreaOf): void {
  const { groups } = open.graph.get();
  const selection = open.selection.get();
  const marked = open.marked.get().flatMap((mark) => (mark.kind === 'group' ? [mark.id] : []));
  const wanted =
    marked.length > 0
      ? marked
      : Object.values(groups)
          .filter((group) => insideOf(open.graph.get(), group, nodeArea).nodes.some((id) => selection.has(id)))
          .map(({ id }) => id);
  if (wanted.length === 0) return;
  open.change('remove', (draft) => {
    for (const id of wanted) removeGroup(draft, id);
  });
  letGo(open);
}

/** Takes up the group or note after or before the one that is, as one reads. */
export function markNext(open: OpenGraph, by: number): void {
  const { groups, notes } = open.graph.get();
  const all = [
    ...Object.values(groups).map(({ id, at }) => ({ mark: { kind: 'group', id } as Mark, at })),
    ...Object.values(notes).map(({ id, at }) => ({ mark: { kind: 'note', id } as Mark, at })),
  ].sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1]);
  if (all.length === 0) return;
  const now = all.findIndex(({ mark }) => isMarked(open.marked.get(), mark));
  const next = now < 0 ? (by > 0 ? 0 : all.length - 1) : (now + by + all.length) % all.length;
  take(open, all[next]!.mark);
}
