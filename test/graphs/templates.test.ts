import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeTypes } from '../../nodes/index.ts';
import { flatten } from '../../src-main/model/flat-graph.ts';
import type { Graph } from '../../src-main/model/graph.ts';
import { readGraph, writeGraph } from '../../src-main/model/graph-file.ts';
import { specsOf } from '../../src-main/model/node-spec.ts';
import { settables } from '../../src-main/model/overrides.ts';
import { problemsOf, sinksOf } from '../../src-main/model/problems.ts';

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

test('the templates of the first day are there', () => {
  const names = ['image-to-image', 'text-to-image', 'upscale'].map((name) => `${name}.kiln.json`);
  expect(files).toEqual(expect.arrayContaining(names));
});

describe.each(files)('%s', (file) => {
  const graph = graphOf(file);

  test('is saved as it was read, under the name of its file', () => {
    expect(writeGraph(graph)).toBe(textOf(file));
    expect(`${graph.id}.kiln.json`).toBe(file);
    expect(graph.title).not.toBe('');
  });

  test('lacks nothing but the files that a person chooses', () => {
    const { flat, problems } = flatten(graph, specs);
    const found = [...problems, ...problemsOf(flat, specs, sinksOf(flat, specs))];
    const files = Object.values(graph.nodes).filter(({ type }) => type === 'image.load');
    expect(found.map(({ code, nodeId }) => [code, nodeId])).toEqual(files.map(({ id }) => ['input.notSet', id]));
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

  test('is laid out from left to right without nodes on top of each other', () => {
    const nodes = Object.values(graph.nodes);
    for (const { from, to } of Object.values(graph.links))
      expect([to.node, graph.nodes[to.node]!.at[0] > graph.nodes[from.node]!.at[0]]).toEqual([to.node, true]);
    for (const a of nodes)
      for (const b of nodes)
        if (a.id < b.id) expect(Math.abs(a.at[0] - b.at[0]) >= 240 || Math.abs(a.at[1] - b.at[1]) >= 140).toBe(true);
  });
});
