import { expect, test } from 'vitest';
import * as edits from '../../src-main/model/edits.ts';
import { unwrap } from '../../src-main/model/errors.ts';
import { emptyGraph, type Graph } from '../../src-main/model/graph.ts';
import { readGraph, writeGraph } from '../../src-main/model/graph-file.ts';
import type { GraphId, NodeId } from '../../src-main/model/ids.ts';
import type { Json } from '../../src-main/model/json.ts';
import { graphOf, textToImage } from '../build/graph.ts';
import { type Random, randomOf } from '../build/random.ts';

const names = ['a', 'b', 'c', 'd', 'constructor', 'toString', '節點', '7'];
const inputs = ['x', 'y', 'image', 'valueOf'];
const words = ['', 'a fox', 'line\nbreak', '[\n  1,\n  2\n]', '{\n "from": "a.b"\n}', '"\\', '\u2028😀'];

function value(random: Random): Json {
  return random.pick<() => Json>([
    () => random.below(1000) - 500,
    () => random.next() * 10 ** (random.below(40) - 20),
    () => random.pick(words),
    () => random.chance(0.5),
    () => null,
    () => [1, 2],
    () => ({ from: 'a.b', deep: [[1, 2], { z: 1, a: random.pick(words) }] }),
    () => '18446744073709551615',
  ])();
}

/** Any change that a person can make, to things that are there and to things that are not. */
function edit(graph: Graph, random: Random): void {
  const id = () => random.pick(names) as NodeId;
  const point = () => [random.below(2000) - 1000, random.next() * 100] as const;
  const input = () => random.pick(inputs);
  random.pick<() => void>([
    () => {
      const node = id();
      edits.addNode(graph, {
        id: node,
        type: random.pick(['x.y', 'subgraph:none']),
        version: random.below(3),
        values: {},
        at: point(),
      });
    },
    () => edits.removeNodes(graph, [id(), id()]),
    () => edits.connect(graph, { node: id(), output: input() }, { node: id(), input: input() }),
    () => edits.disconnect(graph, `${id()}.${input()}` as never),
    () => edits.setVia(graph, `${id()}.${input()}` as never, random.chance(0.5) ? [point(), point()] : []),
    () => edits.setValue(graph, id(), input(), value(random)),
    () => edits.clearValue(graph, id(), input()),
    () => edits.moveNodes(graph, { [id()]: point(), [id()]: point() } as never),
    () =>
      edits.setLooks(graph, [id()], {
        title: random.chance(0.5) ? random.pick(words) : null,
        mode: random.pick(['muted', 'bypassed', null]),
        collapsed: random.chance(0.5) ? true : null,
      }),
    () => edits.setTitle(graph, random.pick(words)),
    () => edits.expose(graph, { name: random.pick(names), node: id(), input: input() }),
    () => edits.unexpose(graph, random.pick(names)),
    () => edits.moveExposed(graph, random.pick(names), random.below(5) - 1),
    () =>
      edits.putGroup(graph, {
        id: random.pick(names) as never,
        title: random.pick(words),
        color: '#fff',
        at: point(),
        size: point(),
      }),
    () => edits.removeGroup(graph, random.pick(names) as never),
    () =>
      edits.putNote(graph, { id: random.pick(names) as never, text: random.pick(words), at: point(), size: point() }),
    () => edits.removeNote(graph, random.pick(names) as never),
  ])();
}

test('whatever is edited saves, and loads to the same', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = randomOf(seed);
    const graph = emptyGraph('graph' as GraphId, 1);
    for (let i = 0; i < 40; i++) edit(graph, random);
    const text = writeGraph(graph);
    const again = readGraph(text, { name: 'test' });
    expect(again.ok ? again.value : again.problems, `seed ${seed}`).toEqual(graph);
    expect(writeGraph(unwrap(again)), `seed ${seed}`).toBe(text);
  }
});

const graph = () => graphOf(textToImage);

test('removing nodes takes their links and what they offered along', () => {
  const draft = graph();
  edits.removeNodes(draft, ['encode' as NodeId]);
  expect(Object.keys(draft.nodes)).not.toContain('encode');
  expect(Object.keys(draft.links)).toEqual([
    'sample.denoiser',
    'sample.seed',
    'decode.latent',
    'decode.vae',
    'save.image',
  ]);
  expect(draft.exposed.map(({ name }) => name)).toEqual(['seed']);
});

test('an input has one link: the new one', () => {
  const draft = graph();
  const to = { node: 'sample' as NodeId, input: 'seed' };
  edits.connect(draft, { node: 'open' as NodeId, output: 'vae' }, to);
  expect(draft.links['sample.seed' as never]).toEqual({ id: 'sample.seed', from: { node: 'open', output: 'vae' }, to });
});

test.each([
  [
    'connect',
    (draft: Graph) =>
      edits.connect(draft, { node: 'gone' as NodeId, output: 'x' }, { node: 'save' as NodeId, input: 'y' }),
  ],
  [
    'connect to a name of JavaScript’s',
    (draft: Graph) =>
      edits.connect(draft, { node: 'save' as NodeId, output: 'x' }, { node: 'toString' as NodeId, input: 'y' }),
  ],
  ['disconnect', (draft: Graph) => edits.disconnect(draft, 'gone.x' as never)],
  ['setVia', (draft: Graph) => edits.setVia(draft, 'gone.x' as never, [[1, 2]])],
  ['setValue', (draft: Graph) => edits.setValue(draft, 'constructor' as NodeId, 'x', 1)],
  ['clearValue', (draft: Graph) => edits.clearValue(draft, 'gone' as NodeId, 'x')],
  ['moveNodes', (draft: Graph) => edits.moveNodes(draft, { gone: [1, 2] } as never)],
  ['setLooks', (draft: Graph) => edits.setLooks(draft, ['gone' as NodeId], { title: 'x' })],
  ['moveExposed', (draft: Graph) => edits.moveExposed(draft, 'gone', 0)],
  ['removeNodes', (draft: Graph) => edits.removeNodes(draft, ['gone' as NodeId])],
])('%s of what is not there changes nothing', (_, change) => {
  const draft = graph();
  change(draft);
  expect(draft).toEqual(graph());
});

test('a name is offered once, and an input under one name', () => {
  const draft = graph();
  edits.expose(draft, { name: 'prompt', node: 'save' as NodeId, input: 'title' });
  edits.expose(draft, { name: 'number', node: 'seed' as NodeId, input: 'seed' });
  expect(draft.exposed).toEqual([
    { name: 'prompt', node: 'save', input: 'title' },
    { name: 'number', node: 'seed', input: 'seed' },
  ]);
  edits.moveExposed(draft, 'number', 0);
  expect(draft.exposed.map(({ name }) => name)).toEqual(['number', 'prompt']);
});

test('looks are set and taken away', () => {
  const draft = graph();
  edits.setLooks(draft, ['save' as NodeId], { title: 'Out', mode: 'muted' });
  expect(draft.nodes['save' as never]).toMatchObject({ title: 'Out', mode: 'muted' });
  edits.setLooks(draft, ['save' as NodeId], { title: null, mode: null });
  expect(draft).toEqual(graph());
});
