import { expect, test } from 'vitest';
import { setVia } from '../../src-main/model/edits.ts';
import { readGraph, writeGraph } from '../../src-main/model/graph-file.ts';
import type { LinkId, NodeId } from '../../src-main/model/ids.ts';
import { align, alignments, spread } from '../../src-renderer/session/align.ts';
import * as commands from '../../src-renderer/session/graph-commands.ts';
import * as ground from '../../src-renderer/session/ground.ts';
import { openGraph } from '../../src-renderer/session/open-graph.ts';
import { addPoint, movePoint, removePoint, removePoints } from '../../src-renderer/session/route.ts';
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
  expect(open.marked.get()).toEqual(mark);
  const before = [at('decode'), at('save')];
  open.change('move', (draft) => ground.moveMark(draft, mark, inside, [10, -20]));
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
  expect(open.marked.get()).toBeNull();
  ground.take(open, note);
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
