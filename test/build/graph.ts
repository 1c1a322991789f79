import { encodedFrom } from '../../src-main/diffusion/encoded-text.ts';
import { emptyGraph, type Graph, type GraphBody, linkIdOf, type Subgraph } from '../../src-main/model/graph.ts';
import type { GraphId, NodeId, SubgraphId } from '../../src-main/model/ids.ts';
import { bool, choice, file, float, int, link, optionalLink, pack, seed, text } from '../../src-main/model/inputs.ts';
import type { Json } from '../../src-main/model/json.ts';
import { specsOf } from '../../src-main/model/node-spec.ts';
import { type Catalog, defineNode, definePlannedNode, type NodeType } from '../../src-main/model/node-type.ts';

/** A node in short: its type, its values, what its inputs read (`node.output`). */
export interface NodeSketch {
  readonly type: string;
  readonly values?: Readonly<Record<string, Json>>;
  readonly from?: Readonly<Record<string, string>>;
  readonly mode?: 'muted' | 'bypassed';
  readonly title?: string;
  readonly at?: readonly [number, number];
}

export interface BodySketch {
  readonly nodes: Readonly<Record<string, NodeSketch>>;
  /** name → `node.input` */
  readonly exposed?: Readonly<Record<string, string>>;
}

export interface SubgraphSketch extends BodySketch {
  /** name → `node.output` */
  readonly outputs?: Readonly<Record<string, string>>;
}

const halves = (end: string): [string, string] => [
  end.slice(0, end.lastIndexOf('.')),
  end.slice(end.lastIndexOf('.') + 1),
];

function bodyOf(sketch: BodySketch): GraphBody {
  const body: GraphBody = { nodes: {}, links: {}, exposed: [], groups: {}, notes: {} };
  for (const [id, { type, values = {}, from = {}, at = [0, 0] as const, mode, title }] of Object.entries(
    sketch.nodes,
  )) {
    const looks = { ...(mode ? { mode } : {}), ...(title === undefined ? {} : { title }) };
    body.nodes[id as NodeId] = { id: id as NodeId, type, version: 0, values: { ...values }, at, ...looks };
    for (const [input, source] of Object.entries(from)) {
      const [node, output] = halves(source);
      const to = { node: id as NodeId, input };
      body.links[linkIdOf(to)] = { id: linkIdOf(to), from: { node: node as NodeId, output }, to };
    }
  }
  for (const [name, end] of Object.entries(sketch.exposed ?? {})) {
    const [node, input] = halves(end);
    body.exposed.push({ name, node: node as NodeId, input });
  }
  return body;
}

export function graphOf(sketch: BodySketch, subgraphs: Readonly<Record<string, SubgraphSketch>> = {}): Graph {
  const graph: Graph = { ...emptyGraph('graph' as GraphId, 1), ...bodyOf(sketch) };
  for (const [id, inner] of Object.entries(subgraphs)) {
    const outputs = Object.entries(inner.outputs ?? {}).map(([name, end]) => {
      const [node, output] = halves(end);
      return { name, node: node as NodeId, output };
    });
    const made: Subgraph = { id: id as SubgraphId, title: id, ...bodyOf(inner), outputs };
    graph.subgraphs[made.id] = made;
  }
  return graph;
}

const types: readonly NodeType[] = [
  definePlannedNode({
    type: 'pack.open',
    title: 'Open',
    about: '',
    inputs: { pack: pack({ default: 'starter' }) },
    outputs: { denoiser: 'denoiser', 'text-encoder': 'text-encoder', vae: 'vae' },
    plan: ({ pack: name }, ctx) => {
      const opened = ctx.open(name);
      return { denoiser: opened, 'text-encoder': opened, vae: opened };
    },
  }),
  definePlannedNode({
    type: 'value.seed',
    title: 'Seed',
    about: '',
    inputs: { seed: seed() },
    outputs: { seed: 'seed' },
    plan: ({ seed: value }) => ({ seed: value }),
  }),
  definePlannedNode({
    type: 'value.number',
    title: 'Number',
    about: '',
    inputs: { number: int({ default: 0, min: -1e9, max: 1e9 }) },
    outputs: { number: 'int' },
    plan: ({ number }) => ({ number }),
  }),
  defineNode({
    type: 'text.encode',
    title: 'Encode',
    about: '',
    inputs: { encoder: link('text-encoder'), text: text({ default: 'a fox', maxChars: 100 }) },
    outputs: { conditioning: 'conditioning' },
    parts: { encoder: ['text-encoder'] },
    keep: 'disk',
    prepare({ encoder, text: prompt }, ctx) {
      const { ids, unknown } = ctx.tokenize(encoder!, prompt!)[0]!;
      if (unknown.length > 0) ctx.warn('prompt.unknownWords', { words: unknown.join(', '), near: '' });
      return { ids };
    },
    packKey: encodedFrom,
    run: async () => [],
  }),
  defineNode({
    type: 'latent.sample',
    title: 'Sample',
    about: '',
    inputs: {
      denoiser: link('denoiser'),
      positive: link('conditioning'),
      latent: optionalLink('latent'),
      seed: seed(),
      steps: int({ default: 4, min: 1, max: 100 }),
      cfg: float({ default: 1, min: 0, max: 20 }),
      sampler: choice(['euler', 'heun'], { default: 'euler' }),
      exact: bool({ default: false }),
    },
    outputs: { latent: 'latent' },
    parts: { denoiser: ['denoiser'] },
    calls: ({ steps = 1 }) => steps,
    run: async () => [],
  }),
  defineNode({
    type: 'image.load',
    title: 'Load',
    about: '',
    inputs: { file: file(['image/png']) },
    outputs: { image: 'image' },
    run: async () => [],
  }),
  defineNode({
    type: 'image.blend',
    title: 'Blend',
    about: '',
    inputs: { a: link('image'), b: optionalLink('image'), share: float({ default: 0.5, min: 0, max: 1 }) },
    outputs: { image: 'image' },
    run: async () => [],
  }),
  defineNode({
    type: 'image.now',
    title: 'Never the same',
    about: '',
    inputs: {},
    outputs: { image: 'image' },
    reuse: false,
    run: async () => [],
  }),
  defineNode({
    type: 'latent.decode',
    title: 'Decode',
    about: '',
    inputs: { latent: link('latent'), vae: link('vae') },
    outputs: { image: 'image' },
    parts: { vae: ['vae-decoder'] },
    run: async () => [],
  }),
  defineNode({
    type: 'image.save',
    title: 'Save',
    about: '',
    inputs: { image: link('image'), title: text({ default: 'kiln' }) },
    outputs: { files: 'files' },
    sink: 'gallery',
    keep: 'disk',
    run: async () => [],
  }),
];

/** Node types that compute nothing, one of each kind. */
export const catalog: Catalog = new Map(types.map((type) => [type.type, type]));
export const specs = specsOf(catalog);

/** The whole way from words to a picture. */
export const textToImage: BodySketch = {
  nodes: {
    open: { type: 'pack.open' },
    seed: { type: 'value.seed', values: { seed: '7' } },
    encode: { type: 'text.encode', values: { text: 'a red fox' }, from: { encoder: 'open.text-encoder' } },
    sample: {
      type: 'latent.sample',
      values: { steps: 6 },
      from: { denoiser: 'open.denoiser', positive: 'encode.conditioning', seed: 'seed.seed' },
    },
    decode: { type: 'latent.decode', from: { latent: 'sample.latent', vae: 'open.vae' } },
    save: { type: 'image.save', from: { image: 'decode.image' } },
  },
  exposed: { prompt: 'encode.text', seed: 'seed.seed' },
};
