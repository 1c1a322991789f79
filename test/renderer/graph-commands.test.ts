import { expect, test } from 'vitest';
import { readGraph } from '../../src-main/model/graph-file.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import * as commands from '../../src-renderer/session/graph-commands.ts';
import { makesCircle, sourcesFor } from '../../src-renderer/session/links.ts';
import { openGraph } from '../../src-renderer/session/open-graph.ts';
import { memoryStorage, specs, templateFile } from './fake-core-calls.ts';

function opened(name = 'text-to-image') {
  const read = readGraph(JSON.stringify(templateFile(name)), { name });
  if (!read.ok) throw new Error(name);
  const open = openGraph({ graph: read.value, specs, storage: memoryStorage() });
  const select = (...ids: string[]) => open.selection.set(new Set(ids as NodeId[]));
  const links = () =>
    Object.values(open.graph.get().links)
      .map(({ from, to }) => `${from.node}.${from.output}>${to.node}.${to.input}`)
      .sort();
  return { open, select, links };
}
const spec = (type: string) => specs.get(type)!;

test('a node is added under a name that says what it is, and is selected', () => {
  const { open } = opened();
  expect(commands.add(open, spec('latent.sample'), [5, 6], null)).toBe('sample-2');
  expect(open.graph.get().nodes['sample-2' as NodeId]).toMatchObject({ type: 'latent.sample', at: [5, 6] });
  expect([...open.selection.get()]).toEqual(['sample-2']);
  open.history.undo();
  expect(open.graph.get()).toEqual(open.base);
});

test('it is joined to the one node that is selected, as far as that fits, in one step of undo', () => {
  const { open, select, links } = opened();
  select('upscale');
  commands.add(open, spec('image.preview'), [0, 0], null);
  expect(links()).toContain('upscale.image>preview.image');
  open.history.undo();
  expect(open.graph.get()).toEqual(open.base);
});

test.each([
  ['from an output', { node: 'decode', slot: 'image', isOutput: true }, 'image.preview', 'decode.image>preview.image'],
  ['to an input', { node: 'save', slot: 'image', isOutput: false }, 'image.load', 'load.image>save.image'],
])('it is joined to a link that was let go %s', (_, loose, type, link) => {
  const { open, links } = opened();
  commands.add(open, spec(type), [0, 0], loose as never);
  expect(links()).toContain(link);
});

test('copied nodes keep the links among them, and are pasted where they are wanted', () => {
  const { open, select, links } = opened();
  select('decode', 'upscale');
  const text = commands.copyText(open)!;
  const before = links();
  expect(commands.pasteText(open, text, [1000, 2000])).toBe(true);
  expect(links().filter((link) => !before.includes(link))).toEqual(['decode-2.image>upscale-2.image']);
  expect(open.graph.get().nodes['decode-2' as NodeId]!.at).toEqual([1000, 2000]);
  expect([...open.selection.get()].sort()).toEqual(['decode-2', 'upscale-2']);
  expect(commands.pasteText(open, 'hello', [0, 0])).toBe(false);
  expect(commands.pasteText(open, '{"a": 1}', [0, 0])).toBe(false);
});

test('what is removed takes its links with it; muting, bypassing and collapsing go on and off together', () => {
  const { open, select, links } = opened();
  select('decode', 'upscale');
  commands.toggleMode(open, 'muted');
  expect(open.graph.get().nodes['decode' as NodeId]!.mode).toBe('muted');
  commands.toggleMode(open, 'muted');
  commands.toggleCollapsed(open);
  commands.toggleCollapsed(open);
  expect(open.graph.get()).toEqual(open.base);
  commands.remove(open);
  expect(links().filter((link) => /decode|upscale\./.test(link))).toEqual([]);
});

test('arrow keys that follow one another are one step', () => {
  const { open, select } = opened();
  select('decode');
  for (let i = 0; i < 5; i++) commands.nudge(open, [8, 0]);
  open.history.undo();
  expect(open.graph.get()).toEqual(open.base);
});

test('arranged nodes go from left to right as their links go, and no two lie on one another', () => {
  const { open } = opened();
  commands.arrange(open, () => ({ x: 0, y: 0, width: 264, height: 200 }));
  const { nodes, links } = open.graph.get();
  for (const { from, to } of Object.values(links)) expect(nodes[from.node]!.at[0]).toBeLessThan(nodes[to.node]!.at[0]);
  const all = Object.values(nodes);
  for (const a of all)
    for (const b of all)
      if (a !== b)
        expect(Math.abs(a.at[0] - b.at[0]) >= 264 || Math.abs(a.at[1] - b.at[1]) >= 200, `${a.id} ${b.id}`).toBe(true);
});

test('an input is offered every output that fits and would make no circle', () => {
  const graph = opened().open.graph.get();
  expect(sourcesFor(graph, specs, 'save' as NodeId, 'image').map(({ node }) => node)).toEqual(['decode', 'upscale']);
  expect(sourcesFor(graph, specs, 'upscale' as NodeId, 'image').map(({ node }) => node)).toEqual(['decode']);
  expect(makesCircle(graph, 'save' as NodeId, 'open' as NodeId)).toBe(true);
  expect(makesCircle(graph, 'open' as NodeId, 'save' as NodeId)).toBe(false);
  expect(makesCircle(graph, 'save' as NodeId, 'save' as NodeId)).toBe(true);
});
