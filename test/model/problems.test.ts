import { expect, test } from 'vitest';
import { flatten } from '../../src-main/model/flat-graph.ts';
import { bool, choice, file, float, int, pack, seed, text } from '../../src-main/model/inputs.ts';
import type { Json } from '../../src-main/model/json.ts';
import { literalFor, problemsOf, sinksOf } from '../../src-main/model/problems.ts';
import { type BodySketch, graphOf, type NodeSketch, specs, textToImage } from '../build/graph.ts';

function problemsIn(sketch: BodySketch) {
  const { flat, problems } = flatten(graphOf(sketch), specs);
  return [...problems, ...problemsOf(flat, specs, sinksOf(flat, specs))];
}
const said = (sketch: BodySketch) =>
  problemsIn(sketch).map(({ code, nodeId, input }) => [code, nodeId, input].filter(Boolean).join(' '));
const change = (id: string, more: Partial<NodeSketch>): BodySketch => ({
  nodes: { ...textToImage.nodes, [id]: { ...textToImage.nodes[id]!, ...more } },
});

test('a graph that can run has no problems', () => {
  expect(problemsIn(textToImage)).toEqual([]);
});

test.each([
  ['no sink', { nodes: { now: { type: 'image.now' } } }, 'graph.noSink'],
  ['a type that nobody knows', change('decode', { type: 'latent.decod' }), 'node.unknownType decode'],
  ['an input that is not linked', change('save', { from: {} }), 'input.missing save image'],
  ['a link of the wrong type', change('save', { from: { image: 'sample.latent' } }), 'link.wrongType save image'],
  [
    'a link from an output that is not there',
    change('save', { from: { image: 'decode.picture' } }),
    'link.missingOutput save image',
  ],
  [
    'an output named as nobody’s',
    change('save', { from: { image: 'decode.constructor' } }),
    'link.missingOutput save image',
  ],
  [
    'a link into an input that is not there',
    change('decode', { from: { ...textToImage.nodes.decode!.from, more: 'sample.latent' } }),
    'link.missingInput decode more',
  ],
  [
    'an input named as nobody’s',
    change('decode', { from: { ...textToImage.nodes.decode!.from, constructor: 'sample.latent' } }),
    'link.missingInput decode constructor',
  ],
  ['a number out of range', change('sample', { values: { steps: 0 } }), 'input.outOfRange sample steps'],
  ['a text where a number belongs', change('sample', { values: { steps: '4' } }), 'input.wrongKind sample steps'],
  ['a choice that is none', change('sample', { values: { sampler: 'euler2' } }), 'input.notAChoice sample sampler'],
  ['a text that is too long', change('encode', { values: { text: 'x'.repeat(101) } }), 'input.tooLong encode text'],
] as [string, BodySketch, string][])('%s: %#', (_, sketch, wanted) => {
  expect(said(sketch)).toEqual([wanted]);
});

test('a file that is not chosen is not set', () => {
  const sketch = {
    nodes: { load: { type: 'image.load' }, save: { type: 'image.save', from: { image: 'load.image' } } },
  };
  expect(said(sketch)).toEqual(['input.notSet load file']);
});

test('a node of a newer version is told as such, and nothing else about it', () => {
  const graph = graphOf(change('decode', { from: {} }));
  graph.nodes['decode' as never]!.version = 3;
  const { flat } = flatten(graph, specs);
  const found = problemsOf(flat, specs, sinksOf(flat, specs));
  expect(found).toMatchObject([{ code: 'node.newer', values: { version: 3, known: 0 }, nodeId: 'decode' }]);
});

test('all problems are told at once, those beside a circle too', () => {
  const sketch: BodySketch = {
    nodes: {
      a: { type: 'image.blend', from: { a: 'b.image' }, values: { share: 7 } },
      b: { type: 'image.blend', from: { a: 'a.image', b: 'c.image' } },
      c: { type: 'image.nwo' },
      save: { type: 'image.save', from: { image: 'a.image' }, values: { title: 5 } },
    },
  };
  expect(said(sketch).sort()).toEqual([
    'graph.cycle a',
    'input.outOfRange a share',
    'input.wrongKind save title',
    'node.unknownType c',
  ]);
});

test('a circle names its nodes in order', () => {
  const sketch: BodySketch = {
    nodes: {
      a: { type: 'image.blend', from: { a: 'b.image' } },
      b: { type: 'image.blend', from: { a: 'a.image' } },
      save: { type: 'image.save', from: { image: 'a.image' } },
    },
  };
  expect(problemsIn(sketch)).toMatchObject([{ code: 'graph.cycle', values: { nodes: 'a -> b -> a' } }]);
});

test('what no sink needs has no problems', () => {
  const aside: Record<string, NodeSketch> = {
    alien: { type: 'somebody.elses' },
    lost: { type: 'latent.sample', values: { steps: 1e9 } },
    round: { type: 'image.blend', from: { a: 'round.image' } },
  };
  expect(problemsIn({ nodes: { ...textToImage.nodes, ...aside } })).toEqual([]);
});

test('the nearest known type is suggested', () => {
  expect(problemsIn(change('decode', { type: 'latent.decod' }))[0]).toMatchObject({
    values: { nearest: 'latent.decode' },
  });
});

const digest = 'a'.repeat(64);
test.each([
  [int({ default: 0, min: 0, max: 10 }), 5, 5],
  [int({ default: 0, min: 0, max: 10 }), 5.5, 'input.wrongKind'],
  [int({ default: 0, min: 0, max: 10 }), '5', 'input.wrongKind'],
  [int({ default: 0, min: 0, max: 10 }), null, 'input.wrongKind'],
  [int({ default: 0, min: 0, max: 10 }), true, 'input.wrongKind'],
  [int({ default: 0, min: 0, max: 10 }), 11, 'input.outOfRange'],
  [float({ default: 0, min: 0, max: 1 }), 0.5, 0.5],
  [float({ default: 0, min: 0, max: 1 }), -0.001, 'input.outOfRange'],
  [float({ default: 0, min: 0, max: 1 }), Number.NaN, 'input.wrongKind'],
  [float({ default: 0, min: 0, max: 1 }), Number.POSITIVE_INFINITY, 'input.wrongKind'],
  [float({ default: 0, min: 0, max: 1 }), [0.5], 'input.wrongKind'],
  [text({ maxChars: 3 }), 'abc', 'abc'],
  [text({ maxChars: 3 }), 'abcd', 'input.tooLong'],
  [text(), 5, 'input.wrongKind'],
  [choice(['a', 'b'], { default: 'a' }), 'b', 'b'],
  [choice(['a', 'b'], { default: 'a' }), 'c', 'input.notAChoice'],
  [choice(['a', 'b'], { default: 'a' }), 1, 'input.wrongKind'],
  [bool({ default: true }), false, false],
  [bool({ default: true }), 0, 'input.wrongKind'],
  [bool({ default: true }), 'true', 'input.wrongKind'],
  [seed(), '7', '7'],
  [seed(), '0007', '7'],
  [seed(), 7, '7'],
  [seed(), '18446744073709551615', '18446744073709551615'],
  [seed(), '18446744073709551616', 'input.outOfRange'],
  [seed(), '-1', 'input.outOfRange'],
  [seed(), -1, 'input.outOfRange'],
  [seed(), 2 ** 60, 'input.wrongKind'],
  [seed(), 1.5, 'input.wrongKind'],
  [seed(), '1e3', 'input.wrongKind'],
  [seed(), '9'.repeat(31), 'input.wrongKind'],
  [file(['image/png']), { digest, name: 'a.png' }, { digest, name: 'a.png' }],
  [file(['image/png']), { digest, name: 'a.png', path: '/etc/passwd' }, { digest, name: 'a.png' }],
  [file(['image/png']), { digest: '../../etc/passwd', name: 'a' }, 'input.wrongKind'],
  [file(['image/png']), 'a.png', 'input.wrongKind'],
  [file(['image/png']), null, null],
  [pack({ default: 'starter' }), 'mine', 'mine'],
  [pack({ default: 'starter' }), 'x'.repeat(1001), 'input.tooLong'],
])('as %o the value %j gives %j', (input, value, wanted) => {
  const made = literalFor(input, value as Json, 'n', 'i', { nodeId: 'n' as never, input: 'i' });
  if ('problem' in made)
    expect([made.problem.code, made.problem.nodeId, made.problem.input]).toEqual([wanted, 'n', 'i']);
  else expect(made.value).toEqual(wanted);
});

test('a problem shows no more than the beginning of a long value', () => {
  const made = literalFor(bool({ default: true }), 'x'.repeat(10_000), 'n', 'i', { nodeId: 'n' as never });
  expect('problem' in made && JSON.stringify(made.problem).length).toBeLessThan(200);
});
