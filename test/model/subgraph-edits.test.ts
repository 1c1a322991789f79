import { expect, test } from 'vitest';
import * as boundary from '../../src-main/model/boundary-edits.ts';
import { expose, removeNodes } from '../../src-main/model/edits.ts';
import { unwrap } from '../../src-main/model/errors.ts';
import { flatten } from '../../src-main/model/flat-graph.ts';
import type { Graph, GraphBody } from '../../src-main/model/graph.ts';
import { readGraph, writeGraph } from '../../src-main/model/graph-file.ts';
import type { NodeId, SubgraphId } from '../../src-main/model/ids.ts';
import { inputSpec, settables } from '../../src-main/model/overrides.ts';
import { problemsOf, sinksOf } from '../../src-main/model/problems.ts';
import {
  dropUnused,
  makeIndependent,
  makeSubgraph,
  subgraphsIn,
  unpackNode,
  usesOf,
  wouldHoldItself,
} from '../../src-main/model/subgraph-edits.ts';
import { specOfSubgraph } from '../../src-main/model/subgraph-spec.ts';
import { history } from '../../src-renderer/session/history.ts';
import { type BodySketch, graphOf, type NodeSketch, type SubgraphSketch, specs, textToImage } from '../build/graph.ts';
import { type Random, randomOf } from '../build/random.ts';

const ids = (...names: string[]) => names as NodeId[];
const names = (n: number | string) => ({ subgraph: `s${n}` as SubgraphId, node: `use${n}` as NodeId, title: `S${n}` });
const made = (sketch: BodySketch, ...inside: string[]): Graph => {
  const graph = graphOf(sketch);
  makeSubgraph(graph, graph, ids(...inside), names(1));
  return graph;
};

/** What a graph computes, whatever its nodes are called: what each is, has and reads, and what is wrong with it. */
function meaningOf(graph: Graph): string[] {
  const { flat, problems } = flatten(graph, specs);
  const known = new Map<string, string>();
  const open = new Set<string>();
  const said = (id: string): string => {
    const before = known.get(id);
    if (before !== undefined || open.has(id)) return before ?? 'circle';
    open.add(id);
    const { type, values, links, title } = flat.get(id as never)!;
    const from = Object.keys(links)
      .sort()
      .map(
        (input) => `${input}<${flat.has(links[input]!.step) ? said(links[input]!.step) : '?'}.${links[input]!.output}`,
      );
    const text = JSON.stringify([type, Object.entries(values).sort(), title, from]);
    open.delete(id);
    if (open.size === 0) known.set(id, text);
    return text;
  };
  const wrong = [...problems, ...problemsOf(flat, specs, sinksOf(flat, specs))];
  return [...[...flat.keys()].map(said), ...wrong.map(({ code }) => code)].sort();
}

function randomGraph(random: Random): Graph {
  const nodes: Record<string, NodeSketch> = {};
  const count = 3 + random.below(8);
  const outputOf: Record<string, string> = { 'image.now': 'image', 'image.blend': 'image', 'subgraph:pair': 'image' };
  for (let i = 0; i < count; i++) {
    const type = random.pick(['image.now', 'image.blend', 'image.blend', 'subgraph:pair', 'image.save', 'no.such']);
    const source = (): string | null => {
      const id = random.pick(Object.keys(nodes));
      const output = id === undefined ? undefined : outputOf[nodes[id]!.type];
      return output && random.chance(0.8)
        ? `${id}.${random.chance(0.1) && nodes[id]!.type === 'subgraph:pair' ? 'early' : output}`
        : null;
    };
    const from: Record<string, string> = {};
    const inputs =
      { 'image.blend': ['a', 'b'], 'subgraph:pair': ['image'], 'image.save': ['image'], 'no.such': ['x'] }[type] ?? [];
    for (const input of inputs) {
      const end = source();
      if (end) from[input] = end;
    }
    const values: Record<string, number> =
      (type === 'image.blend' || type === 'subgraph:pair') && random.chance(0.5)
        ? { share: random.below(10) / 10 }
        : {};
    const mode = random.pick(['muted', 'bypassed', undefined, undefined, undefined, undefined] as const);
    nodes[`n${i}`] = { type, from, values, at: [random.below(800), random.below(800)], ...(mode ? { mode } : {}) };
  }
  const exposed: Record<string, string> = {};
  for (const [id, { type }] of Object.entries(nodes)) {
    if (type === 'image.blend' && random.chance(0.3)) exposed[`${id}-share`] = `${id}.share`;
    if (type === 'image.blend' && random.chance(0.1)) exposed[`${id}-a`] = `${id}.a`;
  }
  const pair: SubgraphSketch = {
    nodes: {
      first: { type: 'image.blend', values: { share: 0.1 } },
      second: { type: 'image.blend', from: { a: 'first.image' }, values: { share: 0.2 } },
    },
    exposed: { image: 'first.a', share: 'first.share' },
    outputs: { image: 'second.image', early: 'first.image' },
  };
  return graphOf({ nodes, exposed }, { pair });
}

const some = (random: Random, body: GraphBody): NodeId[] =>
  (Object.keys(body.nodes) as NodeId[]).filter(() => random.chance(0.5));

test('making and unpacking change nothing that is computed, nor what is wrong, and undo gives the very graph: 150 seeds', () => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = randomOf(seed);
    const first = randomGraph(random);
    const past = history(first);
    const meaning = meaningOf(first);
    const offers = settables(first, specs)
      .filter(({ exposed }) => exposed)
      .map(({ name, spec }) => [name, spec?.kind]);
    let steps = 0;
    for (let i = 0; i < 8; i++) {
      const graph = past.value.get();
      const bodies: (SubgraphId | null)[] = [null, ...([...subgraphsIn(graph, graph)] as SubgraphId[])];
      const where = random.pick(bodies);
      const bodyOf = (draft: Graph): GraphBody => (where === null ? draft : draft.subgraphs[where]!);
      const subgraphNodes = Object.values(bodyOf(graph).nodes).filter(({ type }) => type.startsWith('subgraph:'));
      past.mark('edit');
      if (random.chance(0.6) || subgraphNodes.length === 0) {
        const chosen = some(random, bodyOf(graph));
        past.edit((draft) => void makeSubgraph(draft, bodyOf(draft), chosen, names(i)));
      } else {
        const { id } = random.pick(subgraphNodes);
        past.edit((draft) => {
          const before = subgraphsIn(draft, draft);
          unpackNode(draft, bodyOf(draft), id);
          dropUnused(draft, before);
        });
      }
      if (past.value.get() !== graph) steps++;
      const now = past.value.get();
      expect(meaningOf(now), `seed ${seed}, step ${i}`).toEqual(meaning);
      expect(
        settables(now, specs)
          .filter(({ exposed }) => exposed)
          .map(({ name, spec }) => [name, spec?.kind]),
        `seed ${seed}, step ${i}`,
      ).toEqual(offers);
      const text = writeGraph(now);
      expect(writeGraph(unwrap(readGraph(text, { name: 'test' })))).toBe(text);
    }
    for (let i = 0; i < steps; i++) past.undo();
    expect(past.value.get(), `seed ${seed}`).toEqual(first);
  }
});

test('links that cross become the boundary: one input per source, named after where it goes', () => {
  const graph = made(textToImage, 'sample', 'decode');
  const { subgraphs, nodes, links } = graph;
  const inside = subgraphs['s1' as SubgraphId]!;
  expect(Object.keys(nodes).sort()).toEqual(['encode', 'open', 'save', 'seed', 'use1']);
  expect(inside.exposed.map(({ name, node, input }) => `${name}=${node}.${input}`).sort()).toEqual([
    'denoiser=sample.denoiser',
    'positive=sample.positive',
    'seed=sample.seed',
    'vae=decode.vae',
  ]);
  expect(inside.outputs).toEqual([{ name: 'image', node: 'decode', output: 'image' }]);
  expect(Object.keys(inside.links)).toEqual(['decode.latent']);
  expect(links['use1.vae' as never]).toMatchObject({ from: { node: 'open', output: 'vae' } });
  expect(links['save.image' as never]).toMatchObject({ from: { node: 'use1', output: 'image' } });
});

test('equal sources share one input, and what was offered under a name still is', () => {
  const sketch: BodySketch = {
    nodes: {
      now: { type: 'image.now' },
      a: { type: 'image.blend', from: { a: 'now.image', b: 'now.image' }, values: { share: 0.4 } },
      b: { type: 'image.blend', from: { a: 'now.image', b: 'a.image' } },
      save: { type: 'image.save', from: { image: 'b.image' } },
    },
    exposed: { strength: 'a.share' },
  };
  const graph = made(sketch, 'a', 'b');
  const inside = graph.subgraphs['s1' as SubgraphId]!;
  expect(inside.exposed.map(({ name }) => name)).toEqual(['a', 'a', 'a', 'strength']);
  expect(graph.exposed).toEqual([{ name: 'strength', node: 'use1', input: 'strength' }]);
  expect(inputSpec(graph, specs, graph.nodes['use1' as NodeId]!, 'strength')).toMatchObject({ default: 0.4 });
});

test('a subgraph is a node type where it is used: types, what is set inside, and whether it saves', () => {
  const graph = made(textToImage, 'encode', 'sample', 'decode', 'save');
  const spec = specOfSubgraph(graph, specs, graph.subgraphs['s1' as SubgraphId]!);
  expect(Object.entries(spec.inputs).map(([name, { kind }]) => `${name}:${kind}`)).toEqual([
    'encoder:link',
    'denoiser:link',
    'seed:seed',
    'vae:link',
    'prompt:text',
  ]);
  expect(spec.inputs.prompt).toMatchObject({ default: 'a red fox' });
  expect(spec.outputs).toEqual({});
  expect(spec.sink).toBe('gallery');
});

test('nothing selected makes nothing; what is no subgraph is not unpacked', () => {
  const graph = graphOf(textToImage);
  expect(makeSubgraph(graph, graph, ids('gone', 'constructor'), names(1))).toBe(false);
  expect(unpackNode(graph, graph, 'save' as NodeId)).toEqual([]);
  expect(graph).toEqual(graphOf(textToImage));
});

test('one of two that share a subgraph is made independent: a change inside reaches it alone', () => {
  const graph = made(textToImage, 'encode');
  graph.nodes['twin' as NodeId] = { ...graph.nodes['use1' as NodeId]!, id: 'twin' as NodeId };
  expect(usesOf(graph, 's1' as SubgraphId)).toBe(2);
  expect(makeIndependent(graph, graph, 'twin' as NodeId, 's2' as SubgraphId)).toBe(true);
  graph.subgraphs['s2' as SubgraphId]!.nodes['encode' as NodeId]!.values.text = 'an owl';
  const { flat } = flatten(graph, specs);
  expect([flat.get('use1/encode' as never)?.values.text, flat.get('twin/encode' as never)?.values.text]).toEqual([
    'a red fox',
    'an owl',
  ]);
});

test('the last use takes the subgraph along, with what only it held', () => {
  const graph = made(textToImage, 'sample', 'decode');
  makeSubgraph(graph, graph.subgraphs['s1' as SubgraphId]!, ids('sample'), names(2));
  const before = subgraphsIn(graph, graph);
  expect([...before].sort()).toEqual(['s1', 's2']);
  expect(wouldHoldItself(graph, 's2' as SubgraphId, 's1' as SubgraphId)).toBe(true);
  expect(wouldHoldItself(graph, 's1' as SubgraphId, 's2' as SubgraphId)).toBe(false);
  removeNodes(graph, ids('use1'));
  dropUnused(graph, before);
  expect(graph.subgraphs).toEqual({});
});

test('an input or output that is taken away takes along what hung on it, through every wall', () => {
  const graph = made(textToImage, 'encode', 'sample');
  makeSubgraph(graph, graph.subgraphs['s1' as SubgraphId]!, ids('encode'), names(2));
  graph.nodes['use1' as NodeId]!.values.prompt = 'an owl';
  boundary.removeInput(graph, 's2' as SubgraphId, 'prompt');
  expect(graph.exposed.map(({ name }) => name)).toEqual(['seed']);
  expect(graph.nodes['use1' as NodeId]!.values).toEqual({});
  boundary.removeOutput(graph, 's1' as SubgraphId, 'latent');
  expect(Object.keys(graph.links)).not.toContain('decode.latent');
  expect(flatten(graph, specs).problems).toEqual([]);
});

test('inputs get labels, outputs names, and both another order; links stay', () => {
  const graph = made(textToImage, 'sample', 'decode');
  const id = 's1' as SubgraphId;
  const inside = graph.subgraphs[id]!;
  const before = meaningOf(graph);
  boundary.labelInput(graph, id, 'vae', ' Das VAE ');
  expect(inside.exposed.find(({ name }) => name === 'vae')?.label).toBe('Das VAE');
  boundary.labelInput(graph, id, 'vae', '');
  expect(inside.exposed.find(({ name }) => name === 'vae')).not.toHaveProperty('label');
  expect(boundary.renameOutput(graph, id, 'image', 'the final: 图')).toBe(true);
  expect(inside.outputs[0]!.name).toBe('the-final-图');
  expect(graph.links['save.image' as never]).toMatchObject({ from: { output: 'the-final-图' } });
  expect(boundary.renameOutput(graph, id, 'the-final-图', ' ?! ')).toBe(false);
  const names = () => inside.exposed.map(({ name }) => name);
  const [first, second] = names();
  boundary.moveInput(graph, id, first!, 1);
  expect(names().slice(0, 2)).toEqual([second, first]);
  boundary.moveInput(graph, id, second!, -5);
  expect(names()[0]).toBe(second);
  expect(meaningOf(graph)).toEqual(before);
});

test('an input offered inside is one of the node outside, and can be set there', () => {
  const graph = made(textToImage, 'sample');
  expose(graph.subgraphs['s1' as SubgraphId]!, { name: 'steps', node: 'sample' as NodeId, input: 'steps' });
  graph.nodes['use1' as NodeId]!.values.steps = 3;
  expect(flatten(graph, specs).flat.get('use1/sample' as never)?.values.steps).toBe(3);
  expect(inputSpec(graph, specs, graph.nodes['use1' as NodeId]!, 'steps')).toMatchObject({ kind: 'int', default: 6 });
});
