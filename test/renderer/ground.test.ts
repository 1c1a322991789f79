import { expect, test } from 'vitest';
import { setVia } from '../../src-main/model/edits.ts';
import { readGraph, writeGraph } from '../../src-main/model/graph-file.ts';
import type { LinkId, NodeId } from '../../src-main/model/ids.ts';
import { align, alignments, spread } from '../../src-renderer/session/align.ts';
import * as commands from '../../src-renderer/session/graph-commands.ts';
import * as ground from '../../src-renderer/session/ground.ts';
import { type Mark, take, takeUp } from '../../src-renderer/session/mark.ts';
import { openGraph } from '../../src-renderer/session/open-graph.ts';
import { addPoint, movePoint, removePoint, removePoints } from '../../src-renderer/session/route.ts';
import { makeSubgraph, unpack } from '../../src-renderer/session/subgraph-commands.ts';
import { carried, moveTaken, takeWithin } from '../../src-renderer/session/taken.ts';
import { memoryStorage, specs, templateFile } from './fake-core-calls.ts';

function opened() {
  const read = readGraph(JSON.stringify(templateFile('text-to-image')), { name: 'text-to-image' });
  if (!read.ok) throw new Error('text-to-image');
  const open = openGraph({ graph: read.value, specs, storage: memoryStorage() });
  const areaOf = (id: NodeId): ground.Area | null => {
    const at = open.graph.get().nodes[id]?.at;
    return at ? { x: at[0], y: at[1] - 30, width: 264, height: 100 + id.length * 10 } : null;
  };
  const select = (...ids: string[]) => open.selection.set(new Set(ids as NodeId[]));
  const at = (id: string) => open.graph.get().nodes[id as NodeId]!.at;
  return { open, areaOf, select, at };
}

test('a group goes around what is selected; it carries that, and what else lies in it, in one step', () => {
  const { open, areaOf, select, at } = opened();
  select('decode', 'upscale');
  const mark = ground.groupSelection(open, 'Group', areaOf)!;
  open.history.close();
  const group = open.graph.get().groups[mark.id as never]!;
  const inside = ground.insideOf(open.graph.get(), group, areaOf);
  expect([...inside.nodes].sort()).toEqual(['decode', 'upscale']);
  expect(open.marked.get()).toEqual([mark]);
  const before = [at('decode'), at('save')];
  open.change('move', (draft) => moveTaken(draft, carried(open, areaOf), [10, -20]));
  expect(at('decode')).toEqual([before[0]![0] + 10, before[0]![1] - 20]);
  expect(at('save')).toEqual(before[1]);
  open.history.undo();
  open.history.undo();
  expect(open.graph.get()).toEqual(open.base);
});

test('making a group and naming it is one step, and so is making a note and writing it', () => {
  const { open, areaOf, select } = opened();
  select('decode');
  const mark = ground.groupSelection(open, 'Group', areaOf)!;
  ground.write(open, mark, 'Pixels');
  open.history.close();
  const note = ground.addNote(open, [5.4, 6.6]);
  ground.write(open, note, 'Keep');
  ground.write(open, note, 'Keep the seed');
  open.history.close();
  expect(open.graph.get().notes).toMatchObject({ note: { text: 'Keep the seed', at: [5, 7] } });
  open.history.undo();
  expect(open.graph.get().notes).toEqual({});
  expect(open.graph.get().groups).toMatchObject({ group: { title: 'Pixels' } });
  open.history.undo();
  expect(open.graph.get()).toEqual(open.base);
});

test('ungrouping keeps the nodes; removing with nodes takes them and what was in the group', () => {
  const { open, areaOf, select } = opened();
  select('decode', 'upscale');
  const mark = ground.groupSelection(open, 'Group', areaOf)!;
  open.history.close();
  ground.ungroup(open, areaOf);
  expect(open.graph.get()).toEqual(open.base);
  open.history.undo();
  ground.removeWithNodes(open, mark.id as never, areaOf);
  expect(Object.keys(open.graph.get().nodes)).not.toContain('decode');
  expect(open.graph.get().groups).toEqual({});
});

test('what is taken up is moved by arrows and removed by the key that removes nodes', () => {
  const { open, areaOf } = opened();
  const note = ground.addNote(open, [0, 0]);
  open.history.close();
  expect(commands.nudge(open, [8, 0], areaOf)).toBe(true);
  expect(open.graph.get().notes).toMatchObject({ note: { at: [8, 0] } });
  open.selection.set(new Set(['decode' as NodeId]));
  expect(open.marked.get()).toEqual([]);
  take(open, note);
  expect(open.selection.get().size).toBe(0);
  commands.remove(open);
  expect(open.graph.get()).toEqual(open.base);
});

test.each(alignments)('aligned to %s, what is selected has that line in common, and the rest stays', (how) => {
  const { open, areaOf, select, at } = opened();
  const ids = ['decode', 'sample', 'positive'] as const;
  select(...ids);
  const rest = at('save');
  align(open, how, areaOf);
  const lineOf = ({ x, y, width, height }: ground.Area): number =>
    ({
      left: x,
      centre: x + width / 2,
      right: x + width,
      top: y,
      middle: y + height / 2,
      bottom: y + height,
    })[how];
  const lines = ids.map((id) => lineOf(areaOf(id as NodeId)!));
  expect(Math.max(...lines) - Math.min(...lines)).toBeLessThanOrEqual(1);
  expect(at('save')).toEqual(rest);
  open.history.undo();
  expect(open.graph.get()).toEqual(open.base);
});

test('spread out, the gaps are equal and the outermost stay', () => {
  const { open, areaOf, select, at } = opened();
  const ids = ['open', 'positive', 'sample', 'decode'] as const;
  select(...ids);
  commands.nudge(open, [0, 0]);
  open.change('move', (draft) => {
    draft.nodes['positive' as NodeId]!.at = [at('open')[0] + 300, 40];
  });
  const outer = [at('open'), at('decode')];
  spread(open, 'across', areaOf);
  const placed = ids.map((id) => areaOf(id as NodeId)!).sort((a, b) => a.x - b.x);
  const gaps = placed.slice(1).map((area, i) => area.x - placed[i]!.x - placed[i]!.width);
  expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(2);
  expect([at('open'), at('decode')]).toEqual(outer);
});

test('points of a link come, go and move by one step each, and are in the file', () => {
  const { open } = opened();
  const link = 'decode.latent' as LinkId;
  const via = () => open.graph.get().links[link]!.via;
  addPoint(open, link, 0, [10.4, 20.6]);
  addPoint(open, link, 1, [30, 40]);
  addPoint(open, link, 1, [15, 25]);
  expect(via()).toEqual([
    [10, 21],
    [15, 25],
    [30, 40],
  ]);
  movePoint(open, link, 2, [1, 2]);
  removePoint(open, link, 0);
  expect(via()).toEqual([
    [15, 25],
    [1, 2],
  ]);
  const again = readGraph(writeGraph(open.graph.get()), { name: 'again' });
  expect(again.ok && again.value.links[link]!.via).toEqual(via());
  removePoints(open, link);
  expect(open.graph.get()).toEqual(open.base);
  for (let i = 0; i < 6; i++) open.history.undo();
  expect(open.graph.get()).toEqual(open.base);
});

test('points go along when both ends of their link do, are copied with it, and make way when nodes are arranged', () => {
  const { open, areaOf, select } = opened();
  const link = 'decode.latent' as LinkId;
  open.change('route', (draft) => setVia(draft, link, [[100, 50]]));
  select('sample', 'decode');
  commands.nudge(open, [8, 16], areaOf);
  expect(open.graph.get().links[link]!.via).toEqual([[108, 66]]);
  open.history.close();
  select('decode');
  commands.nudge(open, [8, 16], areaOf);
  expect(open.graph.get().links[link]!.via).toEqual([[108, 66]]);
  select('sample', 'decode');
  const left = Math.min(...(['sample', 'decode'] as NodeId[]).map((id) => open.graph.get().nodes[id]!.at[0]));
  const top = Math.min(...(['sample', 'decode'] as NodeId[]).map((id) => open.graph.get().nodes[id]!.at[1]));
  commands.pasteText(open, commands.copyText(open)!, [left + 1000, top + 500]);
  expect(open.graph.get().links['decode-2.latent' as LinkId]!.via).toEqual([[1108, 566]]);
  open.selection.set(new Set());
  commands.arrange(open, areaOf);
  expect(open.graph.get().links[link]!.via).toBeUndefined();
});

/** Two nodes in a group, a note in it, a note beside it, and a link between the nodes that runs through a point. */
function furnished() {
  const all = opened();
  const { open, areaOf, select } = all;
  select('decode', 'upscale');
  const group = ground.groupSelection(open, 'Pixels', areaOf)!;
  const { at, size } = open.graph.get().groups[group.id as never]!;
  const inner = ground.addNote(open, [at[0] + 8, at[1] + 8]);
  const beside = ground.addNote(open, [at[0] + size[0] + 400, at[1]]);
  open.change('route', (draft) => setVia(draft, 'upscale.image' as LinkId, [[at[0] + 50, at[1] + 60]]));
  open.history.close();
  return { ...all, group, inner, beside, before: open.graph.get() };
}

test('a group is copied with all that lies in it, and pasted at the same offsets in one step', () => {
  const { open, areaOf, group, before } = furnished();
  take(open, group);
  const text = commands.copyText(open, areaOf)!;
  const { at } = before.groups[group.id as never]!;
  expect(commands.pasteText(open, text, [at[0] + 2000, at[1] + 1000])).toBe(true);
  const after = open.graph.get();
  const moved = ([x, y]: readonly [number, number]) => [x + 2000, y + 1000];
  expect(after.groups['group-2' as never]).toEqual({
    ...before.groups[group.id as never]!,
    id: 'group-2',
    at: moved(at),
  });
  expect(after.notes['note-3' as never]!.at).toEqual(moved(before.notes['note' as never]!.at));
  for (const id of ['decode', 'upscale'] as NodeId[])
    expect(after.nodes[`${id}-2` as NodeId]!.at).toEqual(moved(before.nodes[id]!.at));
  expect(after.links['upscale-2.image' as LinkId]!.via).toEqual(
    before.links['upscale.image' as LinkId]!.via!.map(moved),
  );
  expect(Object.keys(after.notes)).toEqual(['note', 'note-2', 'note-3']);
  expect([...open.selection.get()].sort()).toEqual(['decode-2', 'upscale-2']);
  expect(open.marked.get()).toEqual([
    { kind: 'group', id: 'group-2' },
    { kind: 'note', id: 'note-3' },
  ]);
  open.history.undo();
  expect(open.graph.get()).toEqual(before);
});

test('a group that is whole within a selection goes along; one of which something stays does not', () => {
  const { open, areaOf } = furnished();
  const groupsOf = (text: string | null) => {
    const read = readGraph(text!, { name: 'copied' });
    return read.ok ? Object.keys(read.value.groups) : null;
  };
  const inner: Mark = { kind: 'note', id: 'note' as never };
  const { at, size } = open.graph.get().groups['group' as never]!;
  const corner: Mark = ground.addNote(open, [at[0] - 300, at[1] - 300]);
  const far: Mark = ground.addNote(open, [at[0] + size[0] + 50, at[1] + size[1] + 50]);
  takeUp(open, ['decode', 'upscale'] as NodeId[], [inner, corner, far]);
  expect(groupsOf(commands.copyText(open, areaOf))).toEqual(['group']);
  takeUp(open, ['decode'] as NodeId[], [inner, corner, far]);
  expect(groupsOf(commands.copyText(open, areaOf))).toEqual([]);
  takeUp(open, ['decode', 'upscale'] as NodeId[], [corner, far]);
  expect(groupsOf(commands.copyText(open, areaOf))).toEqual([]);
});

test('a note alone is copied, duplicated, cut and pasted', () => {
  const { open, areaOf, beside, before } = furnished();
  take(open, beside);
  const text = commands.copyText(open, areaOf)!;
  commands.duplicate(open, areaOf);
  const [x, y] = before.notes[beside.id as never]!.at;
  expect(open.graph.get().notes['note-3' as never]!.at).toEqual([x + 32, y + 32]);
  expect(open.marked.get()).toEqual([{ kind: 'note', id: 'note-3' }]);
  commands.cut(open, areaOf);
  expect(open.graph.get()).toEqual(before);
  commands.pasteText(open, text, [7, 9]);
  expect(open.graph.get().notes['note-3' as never]!.at).toEqual([7, 9]);
});

test('cutting takes what is copied, in one step; the key that removes takes the frame of a group and leaves the rest', () => {
  const { open, areaOf, group, beside, before } = furnished();
  takeUp(open, ['save' as NodeId], [group, beside]);
  commands.cut(open, areaOf);
  const left = open.graph.get();
  expect([left.groups, left.notes]).toEqual([{}, {}]);
  expect(Object.keys(left.nodes)).not.toEqual(expect.arrayContaining(['decode']));
  expect(Object.keys(left.nodes)).not.toEqual(expect.arrayContaining(['save']));
  open.history.undo();
  expect(open.graph.get()).toEqual(before);
  takeUp(open, ['save' as NodeId], [group, beside]);
  commands.remove(open);
  const { nodes, notes, groups } = open.graph.get();
  expect(Object.keys(nodes).sort()).toEqual(
    Object.keys(before.nodes)
      .filter((id) => id !== 'save')
      .sort(),
  );
  expect([Object.keys(notes), groups]).toEqual([['note'], {}]);
  open.history.undo();
  expect(open.graph.get()).toEqual(before);
});

test('nodes, groups and notes that are taken up together move together, and all of them can be selected', () => {
  const { open, areaOf, group, beside, before } = furnished();
  takeUp(open, ['save' as NodeId], [group, beside]);
  commands.nudge(open, [8, -8], areaOf);
  const after = open.graph.get();
  for (const id of ['save', 'decode', 'upscale'] as NodeId[])
    expect(after.nodes[id]!.at).toEqual([before.nodes[id]!.at[0] + 8, before.nodes[id]!.at[1] - 8]);
  for (const note of Object.values(after.notes)) expect(note.at[0]).toBe(before.notes[note.id]!.at[0] + 8);
  expect(after.nodes['sample' as NodeId]).toEqual(before.nodes['sample' as NodeId]);
  expect(after.links['upscale.image' as LinkId]!.via![0]![0]).toBe(
    before.links['upscale.image' as LinkId]!.via![0]![0] + 8,
  );
  commands.selectAll(open);
  expect([open.selection.get().size, open.marked.get().length]).toEqual([Object.keys(before.nodes).length, 3]);
  open.selection.set(new Set(['save' as NodeId]));
  expect(open.marked.get()).toEqual([]);
});

test('a rectangle takes groups and notes that are whole in it, and nodes it is told of; added to, it keeps the rest', () => {
  const { open, areaOf, group, beside } = furnished();
  const { at, size } = open.graph.get().groups[group.id as never]!;
  const area = { x: at[0] - 4, y: at[1] - 4, width: size[0] + 8, height: size[1] + 8 };
  takeWithin(open, area, ['decode', 'upscale'] as NodeId[], false);
  expect(open.marked.get()).toContainEqual(group);
  expect(open.marked.get()).not.toContainEqual(beside);
  takeWithin(open, { ...area, height: 40 }, ['decode' as NodeId], false);
  expect(open.marked.get()).not.toContainEqual(group);
  take(open, beside);
  takeWithin(open, area, ['decode'] as NodeId[], true);
  expect(open.marked.get()).toEqual(expect.arrayContaining([beside, group]));
  expect(areaOf('decode' as NodeId)).not.toBeNull();
});

test('a subgraph takes groups and notes among its nodes inside, and unpacked they are back where they were', () => {
  const { open, areaOf, group, beside, before } = furnished();
  takeUp(open, ['decode', 'upscale'] as NodeId[], [group]);
  makeSubgraph(open, 'Pixels', areaOf);
  const [subgraph] = Object.values(open.graph.get().subgraphs);
  expect(Object.keys(subgraph!.groups)).toEqual(['group']);
  expect(Object.keys(subgraph!.notes)).toEqual(['note']);
  expect(Object.keys(open.graph.get().notes)).toEqual([beside.id]);
  expect(subgraph!.links['upscale.image' as LinkId]!.via).toEqual(before.links['upscale.image' as LinkId]!.via);
  const again = readGraph(writeGraph(open.graph.get()), { name: 'again' });
  expect(again.ok && again.value.subgraphs).toEqual(open.graph.get().subgraphs);
  unpack(open);
  expect(open.graph.get()).toEqual({ ...before, notes: open.graph.get().notes });
  expect(open.graph.get().notes).toEqual(before.notes);
  expect(open.marked.get()).toHaveLength(2);
  open.history.undo();
  open.history.undo();
  expect(open.graph.get()).toEqual(before);
});
