import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { AppError } from '../../src-main/model/errors.ts';
import type { PartName } from '../../src-main/model/pack.ts';
import { memoryDigestCache } from '../../src-main/packs/digest-cache.ts';
import { applyEdits } from '../../src-main/packs/edit-graph/apply.ts';
import { whole } from '../../src-main/packs/edit-graph/edge.ts';
import { packLibrary } from '../../src-main/packs/library.ts';
import { parityRuntime } from '../parity/case-host.ts';
import { emptyFolder, write } from './folders.ts';
import { floats, identity, modelOf, packFiles } from './onnx-models.ts';

// Folders as other tools leave them, with graphs that are as small as can be.

const json = (value: unknown) => JSON.stringify(value);

async function opened(files: ReadonlyMap<string, string | Uint8Array>) {
  const folder = emptyFolder();
  write(path.join(folder, 'tiny'), files);
  const library = packLibrary({ folders: [folder], cache: memoryDigestCache() });
  const found = await library.open('tiny');
  if (!found.ok) throw new AppError(found.problems);
  const facts = found.value;
  const partOf = (name: PartName) => facts.parts.find((part) => part.name === name)!;
  /** By Kiln's names, as a host does. */
  const run = async (name: PartName, given: Readonly<Record<string, Tensor>>) => {
    const part = partOf(name);
    const { path: file, edits } = library.file(part.key);
    const session = await InferenceSession.create(applyEdits(readFileSync(file), edits), { logSeverityLevel: 3 });
    const results = await session.run(Object.fromEntries(part.takes.map(({ name: port, as }) => [as, given[port]!])));
    await session.release();
    return Object.fromEntries(part.gives.map(({ name: port, as }) => [port, results[as]!]));
  };
  return { facts, partOf, run, library, files: (name: PartName) => library.file(partOf(name).key).path };
}

const half = (values: readonly number[]) =>
  ({
    type: 'float16',
    data: new Uint16Array(values.map(() => 0x3800)),
    dims: [values.length],
    location: 'cpu',
  }) as unknown as Tensor;
const tokenizer = (files: Map<string, string | Uint8Array>, folder: string) => {
  for (const name of ['tokenizer.json', 'tokenizer_config.json'])
    files.set(`${folder}/${name}`, packFiles().get(`tokenizer/${name}`)!);
};
const decoder = identity({ name: 'latent_sample', shape: ['b', 16, 'h', 'w'] }, 'sample');

test('webnn’s Z-Image: all graphs in one folder, half precision, one frame, and the opposite sign', async () => {
  const files = new Map<string, string | Uint8Array>([['pack.json', json({ family: 'z-image' })]]);
  tokenizer(files, 'tokenizer');
  const states = { name: 'encoder_hidden_state', dtype: 'float16', shape: ['b', 'l', 4] } as const;
  files.set(
    'onnx/text_encoder_model_q4f16.onnx',
    modelOf(
      ['input_ids', 'attention_mask'].map((name) => ({ name, dtype: 'int64' as const, shape: ['b', 'l'] })),
      [states],
      [
        { op: 'Cast', inputs: ['input_ids'], outputs: ['ids'], attributes: [{ name: 'to', int: 10 }] },
        { op: 'Unsqueeze', inputs: ['ids', 'last'], outputs: ['column'] },
        {
          op: 'Concat',
          inputs: ['column', 'column', 'column', 'column'],
          outputs: [states.name],
          attributes: [{ name: 'axis', int: 2 }],
        },
      ],
      [whole('last', [2])[1]],
    ),
  );
  files.set(
    'onnx/transformer_model_q4f16.onnx',
    modelOf(
      [
        { name: 'hidden_states', dtype: 'float16', shape: ['b', 16, 1, 'h', 'w'] },
        { name: 'timestep', dtype: 'float16', shape: ['b'] },
        { ...states, name: 'encoder_hidden_states' },
      ],
      [{ name: 'unified_results', dtype: 'float16', shape: [16, 1, 'h', 'w'] }],
      [{ op: 'Squeeze', inputs: ['hidden_states', 'first'], outputs: ['unified_results'] }],
      [whole('first', [0])[1]],
    ),
  );
  files.set('onnx/vae_decoder_model_f16.onnx', decoder);
  const { facts, run, library, partOf } = await opened(files);
  expect(facts).toMatchObject({
    family: 'z-image',
    timestep: '1-sigma',
    latent: { channels: 16, downscale: 8 },
    schedule: { kind: 'flow', shift: 3 },
    scheduler: { className: 'FlowMatchEulerDiscreteScheduler' },
  });
  expect(partOf('denoiser').takes.map(({ name, dtype, shape }) => [name, dtype, shape.length])).toEqual([
    ['latent', 'float32', 4],
    ['timestep', 'float16', 1],
    ['hidden', 'float32', 3],
  ]);
  // Nobody tells this graph where padding is: there is none.
  const { ids, mask } = library.tokenize(facts.ref, 'a red fox')[0]!;
  expect(mask.every((one) => one === 1)).toBe(true);
  expect(ids.length).toBeLessThan(32);
  const values = Float32Array.from({ length: 16 * 2 * 4 }, (_, i) => i / 8);
  const { prediction } = await run('denoiser', {
    latent: new Tensor('float32', values, [1, 16, 2, 4]),
    timestep: half([1]),
    hidden: new Tensor('float32', new Float32Array(4), [1, 1, 4]),
  });
  expect(prediction!.dims).toEqual([1, 16, 2, 4]);
  expect(Array.from(prediction!.data as Float32Array, (value) => -value)).toEqual([...values]);
});

test('of several files for one part the plain one counts, else the widest, else the one that pack.json names', async () => {
  const unet = (value: number) =>
    modelOf(
      [
        { name: 'hidden_states', shape: ['batch', 3, 4, 4] },
        { name: 'encoder_hidden_states', shape: ['batch', 8, 4] },
        { name: 'timestep', shape: ['batch'] },
      ],
      [{ name: 'out_sample', shape: ['batch', 3, 4, 4] }],
      [{ op: 'Mul', inputs: ['hidden_states', 'weights'], outputs: ['out_sample'] }],
      [floats('weights', [3, 1, 1], [value, value, value])],
    );
  const files = packFiles();
  files.set('transformer/model_q4f16.onnx', unet(1));
  files.set('transformer/model_fp16.onnx', unet(2));
  expect(path.basename((await opened(files)).files('denoiser'))).toBe('model.onnx');
  files.delete('transformer/model.onnx');
  expect(path.basename((await opened(files)).files('denoiser'))).toBe('model_fp16.onnx');
  files.set('pack.json', json({ variant: 'q4f16' }));
  expect(path.basename((await opened(files)).files('denoiser'))).toBe('model_q4f16.onnx');
});

const encoderOf = (outputs: readonly { readonly name: string; readonly shape: readonly (number | string)[] }[]) =>
  modelOf(
    [{ name: 'input_ids', dtype: 'int32', shape: ['b', 77] }],
    outputs,
    outputs.map(({ name }) => ({ op: 'Constant', inputs: [], outputs: [name], attributes: [] })),
  );

function xl(first: Parameters<typeof encoderOf>[0]): Map<string, string | Uint8Array> {
  const files = new Map<string, string | Uint8Array>([
    ['model_index.json', json({ _class_name: 'StableDiffusionXLPipeline', force_zeros_for_empty_prompt: true })],
    ['scheduler/scheduler_config.json', json({ _class_name: 'EulerAncestralDiscreteScheduler' })],
    ['text_encoder/model.onnx', encoderOf(first)],
    [
      'text_encoder_2/model.onnx',
      encoderOf([
        { name: 'hidden_states.31', shape: ['b', 77, 6] },
        { name: 'text_embeds', shape: ['b', 6] },
      ]),
    ],
    ['vae_decoder/model.onnx', identity({ name: 'latent_sample', shape: ['b', 4, 'h', 'w'] }, 'sample')],
    [
      'unet/model.onnx',
      modelOf(
        [
          { name: 'sample', shape: ['b', 4, 'h', 'w'] },
          { name: 'timestep', shape: [1] },
          { name: 'encoder_hidden_states', shape: ['b', 's', 10] },
          { name: 'text_embeds', shape: ['b', 6] },
          { name: 'time_ids', shape: ['b', 6] },
        ],
        [{ name: 'out_sample', shape: ['b', 4, 'h', 'w'] }],
        [{ op: 'Identity', inputs: ['sample'], outputs: ['out_sample'] }],
      ),
    ],
  ]);
  tokenizer(files, 'tokenizer');
  tokenizer(files, 'tokenizer_2');
  return files;
}

test('of all states of an encoder the one before the last is read, and the only one where there is one', async () => {
  const width = ['b', 77, 4];
  const all = ['last_hidden_state', 'hidden_states.0', 'hidden_states.1', 'hidden_states.2', 'hidden_states.10'];
  const some = await opened(xl(all.map((name) => ({ name, shape: width }))));
  const asOf = (partOf: typeof some.partOf, part: PartName) =>
    partOf(part).gives.find(({ name }) => name === 'hidden')!.as;
  expect(asOf(some.partOf, 'text-encoder')).toBe('hidden_states.2');
  const one = await opened(xl([{ name: 'hidden_states.11', shape: width }]));
  expect(asOf(one.partOf, 'text-encoder')).toBe('hidden_states.11');
  expect(asOf(one.partOf, 'text-encoder-2')).toBe('hidden_states.31');
  expect(one.facts.text).toMatchObject({ isZeroWithout: true, pooled: ['text-encoder-2'] });
  await expect(opened(xl([{ name: 'last_hidden_state', shape: width }]))).rejects.toMatchObject({
    problems: [{ code: 'pack.unknownLayout', values: { part: 'text-encoder' } }],
  });
});

test('a runtime that lacks an operator says which, and in which part', async () => {
  const files = packFiles();
  files.set(
    'vae_decoder/model.onnx',
    modelOf(
      [{ name: 'latent_sample', shape: ['b', 3, 'h', 'w'] }],
      [{ name: 'sample', shape: ['b', 3, 'h', 'w'] }],
      [{ op: 'Mystery', inputs: ['latent_sample'], outputs: ['sample'] }],
    ),
  );
  const { library, partOf } = await opened(files);
  const runtime = parityRuntime();
  const loading = runtime.load(library.file(partOf('vae-decoder').key));
  await expect(loading).rejects.toMatchObject({
    problems: [{ code: 'device.cannotLoad', values: { part: 'vae-decoder' } }],
  });
  await expect(loading).rejects.toMatchObject({
    problems: [{ values: { reason: expect.stringContaining('Mystery') } }],
  });
  await runtime.close();
});
