import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeTypes } from '../../nodes/index.ts';
import { flatten } from '../../src-main/model/flat-graph.ts';
import type { Graph, GraphNode } from '../../src-main/model/graph.ts';
import { readGraph, writeGraph } from '../../src-main/model/graph-file.ts';
import { specsOf } from '../../src-main/model/node-spec.ts';
import { settables } from '../../src-main/model/overrides.ts';
import { problemsOf, sinksOf } from '../../src-main/model/problems.ts';
import { advancedIn, shapeOf, titleHeight } from '../../src-renderer/canvas/shape.ts';

const folder = path.resolve(import.meta.dirname, '../../graphs');
const files = readdirSync(folder);
const catalog = new Map(nodeTypes.map((type) => [type.type, type]));
const specs = specsOf(catalog);
const textOf = (file: string) => readFileSync(path.join(folder, file), 'utf8');

function graphOf(file: string): Graph {
  const read = readGraph(textOf(file), { name: file, catalog });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

test('there is a template for every way of making a picture, and for every family', () => {
  const ways = ['text-to-image', 'image-to-image', 'upscale', 'inpaint', 'fill', 'outpaint', 'controlnet', 'two-pass'];
  const families = [
    'stable-diffusion',
    'stable-diffusion-xl',
    'stable-diffusion-3',
    'latent-consistency',
    'flux',
    'z-image',
  ];
  const names = [...ways, ...families].map((name) => `${name}.kiln.json`);
  expect(files).toEqual(expect.arrayContaining(names));
});

describe.each(files)('%s', (file) => {
  const graph = graphOf(file);
  const shapeIn = (node: GraphNode) => {
    const spec = specs.get(node.type)!;
    return shapeOf(spec, advancedIn(spec, node, graph));
  };

  test('is saved as it was read, under the name of its file', () => {
    expect(writeGraph(graph)).toBe(textOf(file));
    expect(`${graph.id}.kiln.json`).toBe(file);
    expect(graph.title).not.toBe('');
  });

  test('lacks nothing but the files that a person chooses', () => {
    const { flat, problems } = flatten(graph, specs);
    const found = [...problems, ...problemsOf(flat, specs, sinksOf(flat, specs))];
    const files = Object.values(graph.nodes).filter(({ type }) => type.endsWith('.load'));
    expect(new Set(found.map(({ code, nodeId }) => `${code} ${nodeId}`))).toEqual(
      new Set(files.map(({ id }) => `input.notSet ${id}`)),
    );
  });

  test('sets no value that its nodes do not have', () => {
    for (const { type, values } of Object.values(graph.nodes))
      expect(Object.keys(specs.get(type)!.inputs)).toEqual(expect.arrayContaining(Object.keys(values)));
  });

  test('offers inputs that exist, each once and with a label', () => {
    expect(graph.exposed.length).toBeGreaterThan(0);
    const offered = settables(graph, specs).filter(({ exposed }) => exposed);
    expect(offered.map(({ name }) => name)).toEqual(graph.exposed.map(({ name }) => name));
    expect(offered.filter(({ spec, label }) => spec === null || label === '')).toEqual([]);
    expect(new Set(offered.map(({ name }) => name)).size).toBe(offered.length);
  });

  test('is laid out in columns from left to right, in one column from above, and no node lies on another', () => {
    const boxes = Object.values(graph.nodes).map((node) => {
      const { width, height } = shapeIn(node);
      return { id: node.id, x: node.at[0], y: node.at[1] - titleHeight, width, height: height + titleHeight };
    });
    const box = (id: string) => boxes.find((one) => one.id === id)!;
    for (const { from, to } of Object.values(graph.links)) {
      const [a, b] = [box(from.node), box(to.node)];
      expect([from.node, to.node, b.x > a.x || (b.x === a.x && b.y > a.y)]).toEqual([from.node, to.node, true]);
    }
    for (const a of boxes)
      for (const b of boxes)
        if (a.id < b.id) {
          const apart = a.x + a.width + 16 <= b.x || b.x + b.width + 16 <= a.x;
          const above = a.y + a.height + 16 <= b.y || b.y + b.height + 16 <= a.y;
          expect([a.id, b.id, apart || above]).toEqual([a.id, b.id, true]);
        }
  });

  test('is small enough for a small screen: in a window of 1280 by 720 its texts can be read', () => {
    const nodes = Object.values(graph.nodes);
    const right = nodes.map((node) => node.at[0] + shapeIn(node).width);
    const bottom = nodes.map((node) => node.at[1] + shapeIn(node).height);
    const width = Math.max(...right) - Math.min(...nodes.map(({ at }) => at[0]));
    const height = Math.max(...bottom) - Math.min(...nodes.map(({ at }) => at[1])) + titleHeight;
    expect(Math.min(840 / width, 576 / height)).toBeGreaterThan(0.6);
  });
});
