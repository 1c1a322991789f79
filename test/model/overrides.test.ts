import { expect, test } from 'vitest';
import { unwrap } from '../../src-main/model/errors.ts';
import type { Input } from '../../src-main/model/inputs.ts';
import {
  applyOverrides,
  findSettable,
  literalFromText,
  type Overrides,
  settables,
} from '../../src-main/model/overrides.ts';
import { graphOf, specs, textToImage } from '../build/graph.ts';

const graph = graphOf(textToImage);
const set = (overrides: Overrides, of = graph) => applyOverrides(of, specs, overrides);
const valuesOf = (id: string, overrides: Overrides) => unwrap(set(overrides)).nodes[id as never]!.values;

test('exposed names come first, in their order, then every input with a value', () => {
  const names = settables(graph, specs).map(({ name }) => name);
  expect(names.slice(0, 2)).toEqual(['prompt', 'seed']);
  expect(names).toEqual(expect.arrayContaining(['sample.steps', 'sample.seed', 'encode.text', 'save.title']));
  expect(names).not.toContain('sample.denoiser');
});

test('an exposed name and node.input set the same value', () => {
  expect(valuesOf('encode', { prompt: 'a cat' })).toEqual({ text: 'a cat' });
  expect(valuesOf('encode', { 'encode.text': 'a cat' })).toEqual({ text: 'a cat' });
  expect(valuesOf('sample', { 'sample.cfg': 2 })).toEqual({ steps: 6, cfg: 2 });
});

test('a value takes the place of a link', () => {
  const made = unwrap(set({ 'sample.seed': '9' }));
  expect(made.nodes['sample' as never]!.values).toEqual({ steps: 6, seed: '9' });
  expect(Object.keys(made.links)).not.toContain('sample.seed');
  expect(Object.keys(made.links)).toContain('sample.denoiser');
});

test('the graph itself is left as it was', () => {
  const before = structuredClone(graph);
  set({ prompt: 'x', 'sample.seed': '9' });
  expect(graph).toEqual(before);
});

test('every unknown name is told, with the nearest one and those that are offered', () => {
  const result = set({ promt: 'x', 'sample.step': 4, seed: '1' });
  expect(result).toMatchObject({
    ok: false,
    problems: [
      { code: 'override.unknown', values: { name: 'promt', nearest: 'prompt', known: 'prompt, seed' } },
      { code: 'override.unknown', values: { name: 'sample.step', nearest: 'sample.steps' } },
    ],
  });
});

test.each([
  '__proto__',
  'constructor',
  'toString',
  '',
  '.',
  'sample.',
  '.steps',
  'sample.constructor',
  'constructor.name',
])('%j is no name of an input', (name) => {
  expect(findSettable(graph, specs, name).ok).toBe(false);
  expect(set(JSON.parse(`{${JSON.stringify(name)}: 1}`) as Overrides).ok).toBe(false);
});

test('a subgraph’s inputs are set by the names it offers, and typed by what is behind them', () => {
  const outer = graphOf(
    { nodes: { draw: { type: 'subgraph:inner' } }, exposed: { words: 'draw.prompt' } },
    { inner: { nodes: { encode: { type: 'text.encode' } }, exposed: { prompt: 'encode.text' } } },
  );
  expect(unwrap(findSettable(outer, specs, 'words')).spec).toMatchObject({ kind: 'text' });
  expect(unwrap(findSettable(outer, specs, 'draw.prompt')).spec).toMatchObject({ kind: 'text' });
  expect(unwrap(set({ words: 'a cat' }, outer)).nodes['draw' as never]!.values).toEqual({ prompt: 'a cat' });
});

test('the inputs of an unknown node can be set where it has values', () => {
  const alien = graphOf({ nodes: { alien: { type: 'somebody.elses', values: { x: 1 } } } });
  expect(unwrap(set({ 'alien.x': 'y' }, alien)).nodes['alien' as never]!.values).toEqual({ x: 'y' });
});

const kind = (spec: object) => spec as Input;
test.each([
  [kind({ kind: 'int' }), '7', 7],
  [kind({ kind: 'int' }), ' -7 ', -7],
  [kind({ kind: 'float' }), '.5', 0.5],
  [kind({ kind: 'float' }), '1e-3', 0.001],
  [kind({ kind: 'float' }), '', ''],
  [kind({ kind: 'float' }), 'NaN', 'NaN'],
  [kind({ kind: 'float' }), 'Infinity', 'Infinity'],
  [kind({ kind: 'int' }), '0x10', '0x10'],
  [kind({ kind: 'int' }), 'seven', 'seven'],
  [kind({ kind: 'bool' }), 'YES', true],
  [kind({ kind: 'bool' }), 'off', false],
  [kind({ kind: 'bool' }), 'maybe', 'maybe'],
  [kind({ kind: 'seed' }), '18446744073709551615', '18446744073709551615'],
  [kind({ kind: 'text' }), '7', '7'],
  [kind({ kind: 'choice' }), 'euler', 'euler'],
  [null, '7', '7'],
])('for %o the text %j is %j', (spec, text, wanted) => {
  expect(literalFromText(spec, text)).toBe(wanted);
});
