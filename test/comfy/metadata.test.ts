import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { nodeTypes } from '../../nodes/index.ts';
import { graphTextIn, type Making, pictureTexts } from '../../src-main/comfy/metadata.ts';
import { writePngTexts } from '../../src-main/comfy/png-text.ts';
import type { Graph } from '../../src-main/model/graph.ts';
import { readGraph, writeGraph } from '../../src-main/model/graph-file.ts';
import type { StepId } from '../../src-main/model/ids.ts';
import { specsOf } from '../../src-main/model/node-spec.ts';
import { applyOverrides, type Overrides } from '../../src-main/model/overrides.ts';
import type { PackFacts } from '../../src-main/model/pack.ts';
import { fakeFacts } from '../build/fake-node-context.ts';
import { smallPng } from '../build/small-png.ts';

const specs = specsOf(new Map(nodeTypes.map((type) => [type.type, type])));
const packs = [{ ...fakeFacts, ref: { ...fakeFacts.ref, packId: 'starter' } }] as PackFacts[];

function graphFrom(text: string): Graph {
  const read = readGraph(text, { name: 'test' });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

function template(name: string, overrides: Overrides = {}): Graph {
  const file = path.resolve(import.meta.dirname, `../../graphs/${name}.kiln.json`);
  const applied = applyOverrides(graphFrom(readFileSync(file, 'utf8')), specs, overrides);
  if (!applied.ok) throw new Error(JSON.stringify(applied.problems));
  return applied.value;
}

const making = (graph: Graph, values: Partial<Making> = {}): Making => ({
  graph,
  sink: 'save' as StepId,
  index: 0,
  seed: '7',
  size: { width: 256, height: 256 },
  version: '0.1.0',
  specs,
  packs,
  ...values,
});

const backFrom = (texts: Readonly<Record<string, string>>) =>
  graphFrom(graphTextIn(writePngTexts(smallPng(), texts, 'fox.png'), 'fox.png')!);

test('a picture gives its graph back', () => {
  const graph = template('text-to-image', { prompt: '红狐狸', seed: '9' });
  expect(writeGraph(backFrom(pictureTexts(making(graph))))).toBe(writeGraph(graph));
});

test('the parameters are those that A1111 shows', () => {
  const graph = template('text-to-image', { negative: 'blue, cold' });
  expect(pictureTexts(making(graph)).parameters).toBe(
    [
      'a red fox',
      'Negative prompt: blue, cold',
      'Steps: 8, Sampler: Euler, Schedule type: Simple, CFG scale: 1, Seed: 7, Size: 16x8, ' +
        'Model hash: ffffffffff, Model: starter, Version: Kiln 0.1.0',
    ].join('\n'),
  );
});

test('a picture drawn over another one says how much, and its own size', () => {
  const { parameters } = pictureTexts(making(template('image-to-image')));
  expect(parameters).toContain('Size: 256x256');
  expect(parameters).toContain('Denoising strength: 0.7');
});

test('a picture that was not sampled says who made it', () => {
  expect(pictureTexts(making(template('upscale'), { seed: null })).parameters).toBe('Version: Kiln 0.1.0');
});

test('picture i of several carries what the only one of seed + i carries', () => {
  const several = template('text-to-image', { seed: '18446744073709551614', count: 4 });
  const third = pictureTexts(making(several, { index: 2, seed: '18446744073709551614' }));
  const alone = pictureTexts(making(template('text-to-image', { seed: '0' }), { seed: '0' }));
  expect(third).toEqual(alone);
  expect(backFrom(third).nodes).toMatchObject({ sample: { values: { seed: '0' } }, empty: { values: { count: 1 } } });
});

test('a seed and a count that come from value nodes are set where they are', () => {
  const base = template('text-to-image');
  const add = {
    seed: { type: 'value.seed', values: { seed: '5' } },
    many: { type: 'value.number', values: { number: 3 } },
  };
  const text = JSON.parse(writeGraph(base));
  Object.assign(text.nodes, add);
  Object.assign(text.links, { 'sample.seed': { from: 'seed.seed' }, 'empty.count': { from: 'many.whole' } });
  const back = backFrom(pictureTexts(making(graphFrom(JSON.stringify(text)), { index: 1, seed: '5' })));
  expect(back.nodes).toMatchObject({ seed: { values: { seed: '6' } }, empty: { values: { count: 1 } } });
  expect(Object.keys(back.links)).toContain('sample.seed');
  expect(Object.keys(back.links)).not.toContain('empty.count');
});

test('several pictures from inside a subgraph keep the graph and say which one it is', () => {
  const text = JSON.parse(writeGraph(template('text-to-image', { count: 2 })));
  const { open, save, ...inside } = text.nodes;
  const isOutside = (end: string) => /^(open|save)\./.test(end);
  const links = Object.entries<{ from: string }>(text.links);
  const entering = links.filter(([to, { from }]) => !isOutside(to) && isOutside(from));
  const nameOf = (end: string) => end.replace('.', '-');
  const graph = graphFrom(
    JSON.stringify({
      ...text,
      exposed: [],
      nodes: { open, save, all: { type: 'subgraph:all' } },
      links: {
        'save.image': { from: 'all.image' },
        ...Object.fromEntries(entering.map(([to, { from }]) => [`all.${nameOf(to)}`, { from }])),
      },
      subgraphs: {
        all: {
          nodes: inside,
          links: Object.fromEntries(links.filter(([to, { from }]) => !isOutside(to) && !isOutside(from))),
          exposed: entering.map(([to]) => ({ name: nameOf(to), node: to.split('.')[0], input: to.split('.')[1] })),
          outputs: [{ name: 'image', node: 'upscale', output: 'image' }],
        },
      },
    }),
  );
  const texts = pictureTexts(making(graph, { index: 1 }));
  expect(JSON.parse(texts.kiln)).toMatchObject({ node: 'save', index: 1, seed: '8' });
  expect(writeGraph(backFrom(texts))).toBe(writeGraph(graph));
  expect(texts.parameters).toMatch(/^a red fox\n/);
});

test('equal makings give equal texts, whatever order their parts were made in', () => {
  const graph = template('text-to-image');
  const turned = {
    ...graph,
    nodes: Object.fromEntries(Object.entries(graph.nodes).reverse()),
    links: Object.fromEntries(Object.entries(graph.links).reverse()),
  };
  expect(pictureTexts(making(turned))).toEqual(pictureTexts(making(graph)));
});

test('a picture without a graph, or with a senseless one, has none', () => {
  const inside = (kiln: string) => graphTextIn(writePngTexts(smallPng(), { kiln }, 'a.png'), 'a.png');
  expect(graphTextIn(smallPng(), 'a.png')).toBeNull();
  const deep = `{"graph":{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`;
  expect(['', 'null', '{', '{"graph":1}', deep].map(inside)).toEqual([null, null, null, null, null]);
});
