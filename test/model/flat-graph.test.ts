import { expect, test } from 'vitest';
import { flatten } from '../../src-main/model/flat-graph.ts';
import type { StepId } from '../../src-main/model/ids.ts';
import { orderFrom } from '../../src-main/model/problems.ts';
import { type BodySketch, graphOf, type NodeSketch, type SubgraphSketch, specs } from '../build/graph.ts';

const flat = (sketch: BodySketch, subgraphs: Record<string, SubgraphSketch> = {}) =>
  flatten(graphOf(sketch, subgraphs), specs);
const codes = (sketch: BodySketch, subgraphs?: Record<string, SubgraphSketch>) =>
  flat(sketch, subgraphs).problems.map(({ code }) => code);
const links = (made: ReturnType<typeof flat>, id: string) =>
  Object.fromEntries(
    Object.entries(made.flat.get(id as StepId)?.links ?? {}).map(([input, { step, output }]) => [
      input,
      `${step}.${output}`,
    ]),
  );
const values = (made: ReturnType<typeof flat>, id: string) => made.flat.get(id as StepId)?.values;

/** Two blends in a row; what comes in, the first one's share and what goes out are offered. */
const pair: SubgraphSketch = {
  nodes: {
    first: { type: 'image.blend', values: { share: 0.1 } },
    second: { type: 'image.blend', from: { a: 'first.image' }, values: { share: 0.2 } },
  },
  exposed: { image: 'first.a', share: 'first.share' },
  outputs: { image: 'second.image', early: 'first.image' },
};

test('a graph without subgraphs is itself', () => {
  const made = flat({
    nodes: { now: { type: 'image.now' }, save: { type: 'image.save', from: { image: 'now.image' } } },
  });
  expect([...made.flat.keys()]).toEqual(['now', 'save']);
  expect(links(made, 'save')).toEqual({ image: 'now.image' });
  expect(made.problems).toEqual([]);
});

test('a subgraph becomes its nodes, linked from outside to inside and back, and remembers its node', () => {
  const made = flat(
    {
      nodes: {
        now: { type: 'image.now' },
        two: { type: 'subgraph:pair', from: { image: 'now.image' } },
        save: { type: 'image.save', from: { image: 'two.image' } },
        also: { type: 'image.save', from: { image: 'two.early' } },
      },
    },
    { pair },
  );
  expect([...made.flat.keys()].sort()).toEqual(['also', 'now', 'save', 'two/first', 'two/second']);
  expect(links(made, 'two/first')).toEqual({ a: 'now.image' });
  expect(links(made, 'two/second')).toEqual({ a: 'two/first.image' });
  expect([links(made, 'save'), links(made, 'also')]).toEqual([
    { image: 'two/second.image' },
    { image: 'two/first.image' },
  ]);
  expect(made.flat.get('two/second' as StepId)?.nodeId).toBe('two');
  expect(made.problems).toEqual([]);
});

test('what is set outside wins over what is set inside, each use for itself', () => {
  const made = flat(
    { nodes: { one: { type: 'subgraph:pair', values: { share: 0.9 } }, two: { type: 'subgraph:pair' } } },
    { pair },
  );
  expect([values(made, 'one/first'), values(made, 'two/first')]).toEqual([{ share: 0.9 }, { share: 0.1 }]);
});

test('subgraphs in subgraphs are expanded, the outermost value wins, and links pass through every wall', () => {
  const outer: SubgraphSketch = {
    nodes: {
      inner: { type: 'subgraph:pair', values: { share: 0.5 } },
      end: { type: 'image.blend', from: { a: 'inner.image' } },
    },
    exposed: { image: 'inner.image', share: 'inner.share' },
    outputs: { image: 'end.image', deep: 'inner.early' },
  };
  const made = flat(
    {
      nodes: {
        now: { type: 'image.now' },
        set: { type: 'subgraph:outer', values: { share: 0.7 }, from: { image: 'now.image' } },
        kept: { type: 'subgraph:outer' },
        save: { type: 'image.save', from: { image: 'set.deep' } },
      },
    },
    { pair, outer },
  );
  expect(links(made, 'set/inner/first')).toEqual({ a: 'now.image' });
  expect(links(made, 'set/end')).toEqual({ a: 'set/inner/second.image' });
  expect(links(made, 'save')).toEqual({ image: 'set/inner/first.image' });
  expect([values(made, 'set/inner/first'), values(made, 'kept/inner/first')]).toEqual([{ share: 0.7 }, { share: 0.5 }]);
  expect(made.flat.get('set/inner/first' as StepId)?.nodeId).toBe('set');
});

test('one name may stand for several inputs', () => {
  const both: SubgraphSketch = { ...pair, nodes: { ...pair.nodes }, exposed: {} };
  const graph = graphOf(
    { nodes: { now: { type: 'image.now' }, two: { type: 'subgraph:both', values: { share: 0.3 } } } },
    { both },
  );
  const inner = Object.values(graph.subgraphs)[0]!;
  for (const node of ['first', 'second']) inner.exposed.push({ name: 'share', node: node as never, input: 'share' });
  const made = flatten(graph, specs);
  expect([values(made, 'two/first'), values(made, 'two/second')]).toEqual([{ share: 0.3 }, { share: 0.3 }]);
});

test.each([
  ['a subgraph that is not there', { nodes: { a: { type: 'subgraph:nowhere' } } }, {}, ['subgraph.missing']],
  [
    'one that has the name of something else',
    { nodes: { a: { type: 'subgraph:constructor' } } },
    {},
    ['subgraph.missing'],
  ],
  [
    'one that holds itself',
    { nodes: { a: { type: 'subgraph:self' } } },
    { self: { nodes: { again: { type: 'subgraph:self' } } } },
    ['subgraph.recursive'],
  ],
  [
    'two that hold each other',
    { nodes: { a: { type: 'subgraph:x' } } },
    { x: { nodes: { y: { type: 'subgraph:y' } } }, y: { nodes: { x: { type: 'subgraph:x' } } } },
    ['subgraph.recursive'],
  ],
  [
    'a link from nowhere',
    { nodes: { a: { type: 'image.blend', from: { a: 'gone.image' } } } },
    {},
    ['link.missingNode'],
  ],
  [
    'a link from a name of JavaScript’s',
    { nodes: { a: { type: 'image.blend', from: { a: 'toString.image' } } } },
    {},
    ['link.missingNode'],
  ],
  [
    'an output that a subgraph does not offer',
    { nodes: { two: { type: 'subgraph:pair' }, save: { type: 'image.save', from: { image: 'two.nothing' } } } },
    { pair },
    ['link.missingOutput'],
  ],
  [
    'an input that a subgraph does not offer',
    { nodes: { now: { type: 'image.now' }, two: { type: 'subgraph:pair', from: { nothing: 'now.image' } } } },
    { pair },
    ['link.missingInput'],
  ],
] as [string, BodySketch, Record<string, SubgraphSketch>, string[]][])(
  '%s is a problem',
  (_, sketch, subgraphs, wanted) => {
    expect(codes(sketch, subgraphs)).toEqual(wanted);
  },
);

test('an output of a subgraph that goes round in a circle ends as a problem', () => {
  const round: SubgraphSketch = { nodes: { again: { type: 'subgraph:round' } }, outputs: { image: 'again.image' } };
  const made = codes(
    { nodes: { a: { type: 'subgraph:round' }, save: { type: 'image.save', from: { image: 'a.image' } } } },
    { round },
  );
  expect(made).toContain('subgraph.recursive');
});

test('a muted node is gone, and so are the links that came from it', () => {
  const made = flat({
    nodes: {
      now: { type: 'image.now', mode: 'muted' },
      blend: { type: 'image.blend', from: { a: 'now.image' } },
    },
  });
  expect([...made.flat.keys()]).toEqual(['blend']);
  expect(links(made, 'blend')).toEqual({});
});

test('muting a subgraph mutes what is inside', () => {
  const made = flat({ nodes: { two: { type: 'subgraph:pair', mode: 'muted' } } }, { pair });
  expect([...made.flat.keys()]).toEqual([]);
});

test('a bypassed node hands on its first linked input of the same type', () => {
  const made = flat({
    nodes: {
      one: { type: 'image.now' },
      two: { type: 'image.now' },
      skipped: { type: 'image.blend', mode: 'bypassed', from: { a: 'one.image', b: 'two.image' } },
      save: { type: 'image.save', from: { image: 'skipped.image' } },
    },
  });
  expect(links(made, 'save')).toEqual({ image: 'one.image' });
});

test('a bypassed node without such an input hands on nothing', () => {
  const made = flat({
    nodes: {
      skipped: { type: 'image.now', mode: 'bypassed' },
      save: { type: 'image.save', from: { image: 'skipped.image' } },
    },
  });
  expect(links(made, 'save')).toEqual({});
});

test('chains of bypassed nodes lead to the first that is not, however long, and circles of them nowhere', () => {
  const nodes: Record<string, NodeSketch> = { n0: { type: 'image.now' } };
  for (let i = 1; i <= 19_990; i++)
    nodes[`n${i}`] = { type: 'image.blend', mode: 'bypassed', from: { a: `n${i - 1}.image` } };
  nodes.save = { type: 'image.save', from: { image: 'n19990.image' } };
  expect(links(flat({ nodes }), 'save')).toEqual({ image: 'n0.image' });
  const circle = flat({
    nodes: {
      a: { type: 'image.blend', mode: 'bypassed', from: { a: 'b.image' } },
      b: { type: 'image.blend', mode: 'bypassed', from: { a: 'a.image' } },
      save: { type: 'image.save', from: { image: 'a.image' } },
    },
  });
  expect(links(circle, 'save')).toEqual({});
});

test('a chain of 20,000 nodes is put in order, and so is a circle of them found', () => {
  const nodes: Record<string, NodeSketch> = { n0: { type: 'image.now' } };
  for (let i = 1; i < 20_000; i++) nodes[`n${i}`] = { type: 'image.blend', from: { a: `n${i - 1}.image` } };
  const last = 'n19999' as StepId;
  const ordered = orderFrom(flat({ nodes }).flat, [last]);
  expect('order' in ordered && ordered.order.slice(0, 3)).toEqual(['n0', 'n1', 'n2']);
  nodes.n0 = { type: 'image.blend', from: { a: 'n19999.image' } };
  const circle = orderFrom(flat({ nodes }).flat, [last]);
  expect('cycle' in circle && circle.cycle.length).toBe(20_001);
});

test.each([true, false])(
  'small subgraphs that grow without end are refused before they do (with nodes inside: %s)',
  (isFull) => {
    const subgraphs: Record<string, SubgraphSketch> = {};
    for (let depth = 0; depth < 15; depth++) {
      const inside = { type: depth === 14 ? 'image.now' : `subgraph:s${depth + 1}` };
      const nodes = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`n${i}`, inside]));
      subgraphs[`s${depth}`] = { nodes: depth === 14 && !isFull ? {} : nodes };
    }
    expect(codes({ nodes: { a: { type: 'subgraph:s0' } } }, subgraphs)).toEqual(['graph.tooLarge']);
  },
);
