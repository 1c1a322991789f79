import { expect, test } from 'vitest';
import { nodeTypes } from '../../nodes/index.ts';
import { type NodeSpec, specOf } from '../../src-main/model/node-spec.ts';
import { nodes as chinese } from '../../src-main/texts/chinese/nodes.ts';
import { sayNode } from '../../src-main/texts/say-node.ts';

const specs = nodeTypes.map(specOf);

test('every node type is said in Chinese, and none that is gone', () => {
  expect(Object.keys(chinese).sort()).toEqual(specs.map(({ type }) => type).sort());
});

test.each(specs)('$type has Chinese words for every input, output and help', (spec: NodeSpec) => {
  const words = chinese[spec.type]!;
  expect(Object.keys(words.inputs).sort()).toEqual(Object.keys(spec.inputs).sort());
  expect(Object.keys(words.outputs).sort()).toEqual(Object.keys(spec.outputs).sort());
  for (const [name, input] of Object.entries(spec.inputs)) {
    const { help, choices } = words.inputs[name]!;
    expect([name, Boolean(help)]).toEqual([name, Boolean(input.help)]);
    if (choices && input.kind === 'choice') expect(Object.keys(choices)).toEqual(input.choices);
    else expect(choices).toBeUndefined();
  }
  for (const text of [words.title, words.about]) expect(text).toMatch(/[一-鿿]/);
});

test('English comes from the node itself, with its names as labels', () => {
  const words = sayNode(specs.find(({ type }) => type === 'pack.open')!, 'en');
  expect(words.title).toBe('Open pack');
  expect(words.outputs['text-encoder']).toBe('Text encoder');
});

test('a Chinese search finds a node by its English synonyms too', () => {
  const words = sayNode(specs.find(({ type }) => type === 'latent.sample')!, 'zh');
  expect(words.synonyms).toEqual(expect.arrayContaining(['采样器', 'ksampler']));
});

test('a node type without Chinese words is shown in English', () => {
  const foreign: NodeSpec = { ...specs[0]!, type: 'someone.else' };
  expect(sayNode(foreign, 'zh').title).toBe(foreign.title);
});
