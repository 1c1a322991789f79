import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Problem } from '../../src-main/model/errors.ts';
import { unwrap } from '../../src-main/model/errors.ts';
import type { Graph } from '../../src-main/model/graph.ts';
import { readGraph, writeGraph } from '../../src-main/model/graph-file.ts';
import { limits } from '../../src-main/model/limits.ts';
import { definePlannedNode } from '../../src-main/model/node-type.ts';
import { graphOf, textToImage } from '../build/graph.ts';
import { randomOf } from '../build/random.ts';

const data = path.join(import.meta.dirname, '..', 'data', 'graphs');
const saved = readdirSync(data, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.kiln.json'));
const textOf = (name: string) => readFileSync(path.join(data, name), 'utf8');
const everything = textOf('v0001/everything.kiln.json');
const read = (text: string): Graph => unwrap(readGraph(text, { name: 'test' }));
const problemsIn = (text: string): readonly Problem[] => {
  const result = readGraph(text, { name: 'test' });
  return result.ok ? [] : result.problems;
};
const codesIn = (text: string) => problemsIn(text).map(({ code }) => code);
const fileOf = (fields: object) => JSON.stringify({ format: 'kiln', version: 1, ...fields });

test.each(saved)('%s opens, and saves to the same text twice', (name) => {
  const text = textOf(name);
  const once = writeGraph(read(text));
  expect(once).toBe(text);
  expect(writeGraph(read(once))).toBe(once);
});

test('a graph that was made in memory is the same after a file', () => {
  const graph = graphOf(textToImage, {
    inner: { nodes: { seed: { type: 'value.seed' } }, outputs: { s: 'seed.seed' } },
  });
  expect(read(writeGraph(graph))).toEqual(graph);
});

test('the order in which things were added does not show in the file', () => {
  const graph = read(everything);
  const turned = <T extends object>(record: T): T => Object.fromEntries(Object.entries(record).reverse()) as T;
  const nodes = turned(graph.nodes);
  for (const node of Object.values(nodes)) node.values = turned(node.values);
  expect(writeGraph({ ...graph, nodes, links: turned(graph.links), subgraphs: turned(graph.subgraphs) })).toBe(
    everything,
  );
});

test('a byte-order mark is passed over', () => {
  expect(read(`\ufeff${everything}`)).toEqual(read(everything));
});

test('what is left out is empty or zero', () => {
  expect(read(fileOf({ nodes: { a: { type: 'x' } } }))).toEqual({
    format: 'kiln',
    version: 1,
    id: 'graph',
    title: '',
    nodes: { a: { id: 'a', type: 'x', version: 0, values: {}, at: [0, 0] } },
    links: {},
    exposed: [],
    groups: {},
    notes: {},
    subgraphs: {},
    affinity: [],
  });
});

test.each([
  ['an empty file', '', ['file.empty']],
  ['white space', ' \n\t ', ['file.empty']],
  ['a newer version', JSON.stringify({ format: 'kiln', version: 2 }), ['graph.newer']],
  ['a version far off', JSON.stringify({ format: 'kiln', version: 1e15, nodes: 5 }), ['graph.newer']],
  ['version 0', JSON.stringify({ format: 'kiln', version: 0 }), ['graph.malformed']],
  ['a version in words', JSON.stringify({ format: 'kiln', version: '1' }), ['graph.malformed']],
  ['half a version', JSON.stringify({ format: 'kiln', version: 1.5 }), ['graph.malformed']],
  ['a list', '[]', ['graph.foreign']],
  ['a number', '42', ['graph.foreign']],
  ['null', 'null', ['graph.foreign']],
  ['a string', '"kiln"', ['graph.foreign']],
  ['some other JSON', '{"name":"package"}', ['graph.foreign']],
  ['text', 'hello', ['graph.notJson']],
  ['a picture', '\u0089PNG\r\n\u001a\n', ['graph.notJson']],
  ['a node without a type', fileOf({ nodes: { a: {} } }), ['graph.malformed']],
  ['nodes in a list', fileOf({ nodes: [] }), ['graph.malformed']],
  ['a place that is no place', fileOf({ nodes: { a: { type: 'x', at: [1] } } }), ['graph.malformed']],
  ['a link end without an output', fileOf({ links: { 'a.b': { from: 'c' } } }), ['graph.malformed']],
  ['a name that is a path', fileOf({ nodes: { '../a': { type: 'x' } } }), ['graph.malformed']],
])('%s is refused', (_, text, codes) => {
  expect(codesIn(text)).toEqual(codes);
});

test.each(['workflow', 'prompt'])('a ComfyUI %s is named as what it is', (kind) => {
  expect(problemsIn(textOf(`foreign/comfyui-${kind}.json`))).toMatchObject([
    { code: 'graph.foreign', values: { name: 'test', found: expect.stringContaining('ComfyUI') } },
  ]);
});

test('a file that is cut off anywhere is refused with the place where it ends', () => {
  const random = randomOf(1);
  for (let i = 0; i < 200; i++) {
    const length = 1 + random.below(everything.length - 2);
    const [found] = problemsIn(everything.slice(0, length));
    expect(found?.code, `cut at ${length}`).toBe('graph.notJson');
    const { line, column } = found!.values as { line: number; column: number };
    expect(line).toBeLessThanOrEqual(everything.slice(0, length).split('\n').length);
    expect(column).toBeGreaterThan(0);
  }
});

test('a file with a flipped character anywhere is read or refused, and never throws', () => {
  const random = randomOf(2);
  const characters = '{}[]",:\\0e-.\u0000x';
  for (let i = 0; i < 400; i++) {
    const at = random.below(everything.length);
    const text = everything.slice(0, at) + random.pick([...characters]) + everything.slice(at + 1);
    const result = readGraph(text, { name: 'test' });
    if (result.ok) expect(writeGraph(read(writeGraph(result.value)))).toBe(writeGraph(result.value));
    else expect(result.problems.length).toBeGreaterThan(0);
  }
});

test.each([
  ['{\n  "format": kiln\n}', 2, 13],
  ['{"a": 1,}', 1, 9],
  ['{"a" 1}', 1, 6],
  ['[1, 2', 1, 6],
  ['[1}', 1, 3],
  ['{"a": "b\nc"}', 1, 7],
  ['{"a": 01}', 1, 8],
  ['{} {}', 1, 4],
  ['[{"a":[1,{"b":null}]},\n\n  -]', 3, 3],
  ['{"a":"\\x"}', 1, 6],
])('the place of a mistake is counted in lines and columns from 1: %j', (text, line, column) => {
  expect(problemsIn(text)).toMatchObject([{ code: 'graph.notJson', values: { line, column } }]);
});

test('the reason says nothing about places and repeats nothing of the file', () => {
  const reasons = ['{"a": kiln}', '{"a"', '{"secret": "x', '{a}', '[1 2]'].map((text) => problemsIn(text)[0]!.values);
  for (const { reason } of reasons as { reason: string }[]) expect(reason).not.toMatch(/position|line|secret|\.\.\./);
});

test('deep nesting is refused before it is parsed, brackets in strings are not nesting', () => {
  const deep = 200_000;
  expect(codesIn('['.repeat(deep))).toEqual(['graph.tooDeep']);
  expect(codesIn(`${'{"a":'.repeat(100)}1${'}'.repeat(100)}`)).toEqual(['graph.tooDeep']);
  expect(codesIn(fileOf({ title: '['.repeat(150) }))).toEqual([]);
  expect(codesIn(fileOf({ title: '\\"[['.repeat(20) }))).toEqual([]);
});

test('a file that is too large is refused before it is parsed', () => {
  expect(problemsIn(' '.repeat(limits.graphBytes + 1))).toMatchObject([
    { code: 'graph.tooLarge', values: { what: 'bytes', limit: limits.graphBytes } },
  ]);
});

test('too many nodes or links are refused, subgraphs counted too', () => {
  const nodes = Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`n${i}`, { type: 'x' }]));
  expect(problemsIn(fileOf({ nodes, subgraphs: { inner: { nodes } } }))).toMatchObject([
    { code: 'graph.tooLarge', values: { what: 'nodes', count: 20_002, limit: limits.nodes } },
  ]);
  expect(codesIn(fileOf({ nodes, subgraphs: { inner: {} } }))).toEqual([]);
});

test('what is far too large is refused before it is looked at, with one problem', () => {
  const nodes = Object.fromEntries(Array.from({ length: 20_001 }, (_, i) => [`n${i}`, 'no node at all']));
  const links = Object.fromEntries(Array.from({ length: 80_001 }, (_, i) => [`n${i}`, 'no link']));
  expect(codesIn(fileOf({ nodes, links }))).toEqual(['graph.tooLarge']);
});

test('a title has room for a paragraph, and no more', () => {
  const titled = (length: number) => fileOf({ title: 'x'.repeat(length), nodes: {} });
  expect(codesIn(titled(limits.titleChars))).toEqual([]);
  expect(codesIn(titled(limits.titleChars + 1))).toEqual(['graph.malformed']);
});

test('no more than twenty mistakes are told at once', () => {
  const nodes = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`n${i}`, {}]));
  expect(problemsIn(fileOf({ nodes }))).toHaveLength(20);
});

test('numbers and seeds come back as they were', () => {
  const values = {
    seed: '18446744073709551615',
    small: 5e-324,
    large: 1.7976931348623157e308,
    third: 1 / 3,
    whole: 2 ** 53,
  };
  const graph = read(fileOf({ nodes: { a: { type: 'x', values } } }));
  expect(read(writeGraph(graph)).nodes['a' as never]!.values).toEqual(values);
});

test('names that JavaScript uses itself are names like others, or are refused, and harm nobody', () => {
  const text = `{"format":"kiln","version":1,"nodes":{"constructor":{"type":"x","values":{"__proto__":{"evil":1},"toString":2},"hasOwnProperty":3}},"__proto__":{"evil":1}}`;
  const graph = read(text);
  expect(({} as { evil?: number }).evil).toBeUndefined();
  expect(graph.nodes['constructor' as never]).toMatchObject({ id: 'constructor', type: 'x' });
  const again = JSON.parse(writeGraph(graph)) as { nodes: { constructor: { values: object } } };
  expect(again.nodes.constructor.values).toHaveProperty('toString', 2);
  expect(writeGraph(read(writeGraph(graph)))).toBe(writeGraph(graph));
  expect(
    codesIn('{"format":"kiln","version":1,"nodes":{"a":{"type":"x"}},"links":{"a.__proto__":{"from":"a.b"}}}'),
  ).toEqual(['graph.malformed']);
});

test('older nodes are upgraded by their names in order, from the version they were saved in', () => {
  const type = definePlannedNode({
    type: 'value.size',
    title: '',
    about: '',
    inputs: {},
    outputs: {},
    upgrades: {
      widthFromSize: (node) => {
        node.values.width = node.values.size!;
        delete node.values.size;
      },
      widthDoubled: (node) => {
        node.values.width = Number(node.values.width) * 2;
      },
    },
    plan: () => ({}),
  });
  const text = fileOf({
    nodes: {
      old: { type: 'value.size', values: { size: 4 } },
      middle: { type: 'value.size', version: 1, values: { width: 4 } },
      now: { type: 'value.size', version: 2, values: { width: 4 } },
      later: { type: 'value.size', version: 3, values: { width: 4 } },
    },
    subgraphs: { inner: { nodes: { old: { type: 'value.size', values: { size: 1 } } } } },
  });
  const graph = unwrap(readGraph(text, { name: 'test', catalog: new Map([['value.size', type]]) }));
  const seen = Object.values(graph.nodes).map(({ id, version, values }) => [id, version, values]);
  expect(seen).toEqual([
    ['old', 2, { width: 8 }],
    ['middle', 2, { width: 8 }],
    ['now', 2, { width: 4 }],
    ['later', 3, { width: 4 }],
  ]);
  expect(Object.values(graph.subgraphs)[0]?.nodes['old' as never]).toMatchObject({ version: 2, values: { width: 2 } });
});
