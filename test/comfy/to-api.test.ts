import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { nodeTypes } from '../../nodes/index.ts';
import { classMaps, classNamed } from '../../src-main/comfy/node-map.ts';
import { type ApiNode, apiText, toApi } from '../../src-main/comfy/to-api.ts';
import type { Graph } from '../../src-main/model/graph.ts';
import { readGraph } from '../../src-main/model/graph-file.ts';
import { valueTypeOf } from '../../src-main/model/inputs.ts';
import { specsOf } from '../../src-main/model/node-spec.ts';
import { applyOverrides, type Overrides } from '../../src-main/model/overrides.ts';
import type { PackFacts } from '../../src-main/model/pack.ts';
import { fakeFacts } from '../build/fake-node-context.ts';

const specs = specsOf(new Map(nodeTypes.map((type) => [type.type, type])));
const packs = [
  {
    ...fakeFacts,
    ref: { ...fakeFacts.ref, packId: 'starter' },
    defaults: { ...fakeFacts.defaults, width: 64, height: 48 },
  },
] as PackFacts[];

function graphFrom(value: object): Graph {
  const read = readGraph(JSON.stringify({ format: 'kiln', version: 1, ...value }), { name: 'test' });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

function template(name: string, overrides: Overrides = {}): Graph {
  const file = path.resolve(import.meta.dirname, `../../graphs/${name}.kiln.json`);
  const applied = applyOverrides(graphFrom(JSON.parse(readFileSync(file, 'utf8'))), specs, overrides);
  if (!applied.ok) throw new Error(JSON.stringify(applied.problems));
  return applied.value;
}

/** Without titles, which are not for machines. */
const bare = (prompt: Readonly<Record<string, ApiNode>>) =>
  Object.fromEntries(Object.entries(prompt).map(([id, { class_type, inputs }]) => [id, [class_type, inputs]]));

test('text to image becomes the graph that ComfyUI knows', () => {
  expect(bare(toApi(template('text-to-image'), { specs, packs }))).toEqual({
    decode: ['VAEDecode', { samples: ['sample', 0], vae: ['open', 2] }],
    empty: ['EmptyLatentImage', { width: 64, height: 48, batch_size: 1 }],
    negative: ['CLIPTextEncode', { text: '', clip: ['open', 1] }],
    open: ['CheckpointLoaderSimple', { ckpt_name: 'starter' }],
    'open:upscaler': ['UpscaleModelLoader', { model_name: 'starter' }],
    positive: ['CLIPTextEncode', { text: 'a red fox', clip: ['open', 1] }],
    sample: [
      'KSampler',
      {
        model: ['open', 0],
        seed: 7n,
        steps: 8,
        cfg: 1,
        sampler_name: 'euler',
        scheduler: 'simple',
        positive: ['positive', 0],
        negative: ['negative', 0],
        latent_image: ['empty', 0],
        denoise: 1,
      },
    ],
    save: ['SaveImage', { images: ['upscale', 0], filename_prefix: 'text-to-image' }],
    upscale: ['ImageUpscaleWithModel', { upscale_model: ['open:upscaler', 0], image: ['decode', 0] }],
  });
});

test('image to image names its file and says how it is fitted', () => {
  const file = { digest: 'a'.repeat(64), name: 'fox.png' };
  const prompt = toApi(template('image-to-image', { image: file }), { specs, packs });
  expect(prompt.load).toMatchObject({ class_type: 'LoadImage', inputs: { image: 'fox.png' } });
  expect(prompt.resize!.inputs).toMatchObject({ upscale_method: 'lanczos', crop: 'center', width: 64 });
  expect(prompt.encode!.inputs).toEqual({ pixels: ['resize', 0], vae: ['open', 2] });
});

test('a value without a counterpart keeps its node under the name of Kiln', () => {
  const prompt = toApi(template('image-to-image', { 'resize.fit': 'pad' }), { specs, packs });
  expect(prompt.resize).toMatchObject({ class_type: 'Kiln: image.resize', inputs: { fit: 'pad', image: ['load', 0] } });
});

test('a seed keeps all of its 64 bits in the text', () => {
  const prompt = toApi(template('text-to-image', { seed: '18446744073709551615' }), { specs, packs });
  expect(apiText(prompt)).toContain('"seed": 18446744073709551615,');
});

test('the text is ASCII, and the same JSON', () => {
  const prompt = toApi(template('text-to-image', { prompt: '红狐狸 🦊 "\\u0041"\n' }), { specs, packs });
  const text = apiText(prompt);
  expect(text).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(text).positive.inputs.text).toBe('红狐狸 🦊 "\\u0041"\n');
});

test('without a negative there is no guidance, which ComfyUI says with cfg 1', () => {
  const graph = template('text-to-image');
  const links = Object.fromEntries(Object.entries(graph.links).filter(([id]) => id !== 'sample.negative'));
  const prompt = toApi({ ...graph, links }, { specs, packs });
  expect(prompt.sample!.inputs).toMatchObject({ negative: ['positive', 0], cfg: 1 });
  expect(prompt.negative).toBeUndefined();
});

test('value nodes become values, muted and unneeded nodes are left out, and the rest of a subgraph has colon paths', () => {
  const prompt = toApi(
    graphFrom({
      nodes: {
        size: { type: 'value.number', values: { number: 63.7 } },
        words: { type: 'value.text', values: { text: 'a fox' } },
        open: { type: 'pack.open' },
        unused: { type: 'text.encode' },
        inner: { type: 'subgraph:one', values: {} },
        save: { type: 'image.save' },
        again: { type: 'image.save', mode: 'muted' },
      },
      links: {
        'inner.side': { from: 'size.whole' },
        'inner.words': { from: 'words.text' },
        'inner.model': { from: 'open.denoiser' },
        'inner.clip': { from: 'open.text-encoder' },
        'save.image': { from: 'inner.image' },
        'again.image': { from: 'inner.image' },
        'unused.encoder': { from: 'open.text-encoder' },
      },
      subgraphs: {
        one: {
          nodes: {
            empty: { type: 'latent.empty' },
            encode: { type: 'text.encode' },
            magic: { type: 'someone.magic', values: { power: [1, 2] } },
          },
          links: { 'magic.latent': { from: 'empty.latent' }, 'magic.words': { from: 'encode.conditioning' } },
          exposed: [
            { name: 'side', node: 'empty', input: 'width' },
            { name: 'words', node: 'encode', input: 'text' },
            { name: 'model', node: 'empty', input: 'denoiser' },
            { name: 'clip', node: 'encode', input: 'encoder' },
          ],
          outputs: [{ name: 'image', node: 'magic', output: 'picture' }],
        },
      },
    }),
    { specs },
  );
  expect(bare(prompt)).toEqual({
    'inner:empty': ['EmptyLatentImage', { width: 64, height: 512, batch_size: 1 }],
    'inner:encode': ['CLIPTextEncode', { text: 'a fox', clip: ['open', 1] }],
    'inner:magic': [
      'Kiln: someone.magic',
      { power: { __value__: [1, 2] }, latent: ['inner:empty', 0], words: ['inner:encode', 0] },
    ],
    open: ['CheckpointLoaderSimple', { ckpt_name: 'starter' }],
    save: ['SaveImage', { images: ['inner:magic', 0], filename_prefix: 'kiln' }],
  });
});

test('the table names only inputs, values and outputs that the node types have', () => {
  for (const map of classMaps) {
    const spec = specs.get(map.type)!;
    expect(classNamed(map.class)).toBe(map);
    for (const output of map.outputs) if (output !== null) expect(Object.keys(spec.outputs)).toContain(output);
    for (const { kiln, values } of Object.values(map.inputs)) {
      const input = spec.inputs[kiln]!;
      expect([map.class, kiln, input?.kind]).not.toContain(undefined);
      if (values && input.kind === 'choice') expect(input.choices).toEqual(expect.arrayContaining(Object.keys(values)));
      else expect(values).toBeUndefined();
    }
    const needed = Object.entries(spec.inputs).filter(([, input]) => input.kind === 'link' && !input.optional);
    const mapped = Object.values(map.inputs).map(({ kiln }) => kiln);
    // An empty latent does not ask for its denoiser there.
    const missing = needed
      .filter(([name]) => !mapped.includes(name))
      .map(([name, input]) => `${name} ${valueTypeOf(input)}`);
    expect([map.class, missing]).toEqual([map.class, map.class === 'EmptyLatentImage' ? ['denoiser denoiser'] : []]);
  }
});
