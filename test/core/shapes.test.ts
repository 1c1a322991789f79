import { expect, test } from 'vitest';
import { nodeTypes } from '../../nodes/index.ts';
import { shapesOf } from '../../src-main/core-shapes.ts';
import { unwrap } from '../../src-main/model/errors.ts';
import { readGraph } from '../../src-main/model/graph-file.ts';
import { specsOf } from '../../src-main/model/node-spec.ts';
import type { Overrides } from '../../src-main/model/overrides.ts';
import { templates } from './templates.ts';

const catalog = new Map(nodeTypes.map((type) => [type.type, type]));
const specs = specsOf(catalog);

/** The template for text to image with further nodes and links. */
function shapes(more: { nodes?: object; links?: object } = {}): (overrides: Overrides) => string | null {
  const file = templates.textToImage();
  const changed = {
    ...file,
    nodes: { ...(file.nodes as object), ...more.nodes },
    links: { ...(file.links as object), ...more.links },
  };
  return shapesOf(unwrap(readGraph(JSON.stringify(changed), { name: 'graph', catalog })), specs, catalog);
}

test('runs that differ in prompts and seeds have one shape; other values make another', () => {
  const shapeOf = shapes();
  const fox = shapeOf({ prompt: 'a red fox', seed: '1', steps: 4 });
  expect(fox).not.toBeNull();
  expect(shapeOf({ prompt: 'a panda', seed: '18446744073709551615', steps: 4 })).toBe(fox);
  expect(shapeOf({ prompt: 'a panda', seed: 7, steps: 4 })).toBe(fox);
  expect(shapeOf({ prompt: 'a panda', seed: '1', steps: 5 })).not.toBe(fox);
  expect(shapeOf({ prompt: 'a panda', steps: 4 })).not.toBe(fox);
  expect(shapeOf({ pack: 'starter' })).not.toBe(shapeOf({ pack: 'another' }));
  expect(shapeOf({ prompt: 'fox' })).toBe(shapeOf({ prompt: 'owl' }));
  expect(shapeOf({ prompt: 'fox' })).not.toBe(shapeOf({ negative: 'fox' }));
});

test('a value that is no text, no seed or out of its range has no shape, and a name that nobody knows neither', () => {
  const shapeOf = shapes();
  for (const wrong of [
    { prompt: 7 },
    { prompt: 'x'.repeat(100_001) },
    { seed: 'seven' },
    { seed: '18446744073709551616' },
    { steps: 0 },
    { steps: 2.5 },
    { promt: 'a fox' },
    { constructor: 'a fox' },
    { 'save.image': 'a fox' },
  ] as Overrides[])
    expect(shapeOf({ cfg: 1, ...wrong }), JSON.stringify(wrong).slice(0, 60)).toBeNull();
});

test('a text that is computed with while planning is part of the shape; a seed that goes to seeds is not', () => {
  const nodes = { words: { type: 'value.text', values: {} }, dice: { type: 'value.seed', values: {} } };
  const shapeOf = shapes({
    nodes,
    links: { 'positive.text': { from: 'words.text' }, 'sample.seed': { from: 'dice.seed' } },
  });
  expect(shapeOf({ 'words.text': 'fox' })).not.toBe(shapeOf({ 'words.text': 'owl' }));
  expect(shapeOf({ 'dice.seed': '1' })).toBe(shapeOf({ 'dice.seed': '2' }));

  const named = shapes({ nodes, links: { 'save.title': { from: 'dice.seed' } } });
  expect(named({ 'dice.seed': '1' })).not.toBe(named({ 'dice.seed': '2' }));
});
