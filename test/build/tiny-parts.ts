import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Digest, PackId, PartKey } from '../../src-main/model/ids.ts';
import type { PackFacts, PackRef, Part, PartFile, PartName } from '../../src-main/model/pack.ts';
import { model, tensor, value } from '../../src-main/packs/edit-graph/writer.ts';

/** Width of the text encoder's output. */
export const width = 8;
const floats = (...numbers: number[]) => new Uint8Array(Float32Array.from(numbers).buffer);
const longs = (...numbers: number[]) => new Uint8Array(BigInt64Array.from(numbers.map(BigInt)).buffer);

/** hidden = tokens / 10 + a ramp; pooled is its mean over the tokens. */
const textEncoder = () =>
  model({
    nodes: [
      { op: 'Cast', inputs: ['input_ids'], outputs: ['f'], attributes: [{ name: 'to', int: 1 }] },
      { op: 'Unsqueeze', inputs: ['f', 'last'], outputs: ['column'] },
      { op: 'Mul', inputs: ['column', 'tenth'], outputs: ['scaled'] },
      { op: 'Add', inputs: ['scaled', 'ramp'], outputs: ['last_hidden_state'] },
      {
        op: 'ReduceMean',
        inputs: ['last_hidden_state'],
        outputs: ['pooler_output'],
        attributes: [
          { name: 'axes', ints: [1] },
          { name: 'keepdims', int: 0 },
        ],
      },
    ],
    tensors: [
      tensor('last', 'int64', [1], longs(-1)),
      tensor('tenth', 'float32', [], floats(0.1)),
      tensor('ramp', 'float32', [width], floats(...Array.from({ length: width }, (_, i) => i / width))),
    ],
    inputs: [value('input_ids', 'int64', ['b', 'n'])],
    outputs: [
      value('last_hidden_state', 'float32', ['b', 'n', width]),
      value('pooler_output', 'float32', ['b', width]),
    ],
  });

/** out = sample * 0.5 + t / 1000 + mean(hidden), which is NaN where the timestep is negative (a logarithm). */
const denoiser = () =>
  model({
    nodes: [
      {
        op: 'ReduceMean',
        inputs: ['encoder_hidden_states'],
        outputs: ['context'],
        attributes: [
          { name: 'axes', ints: [1, 2] },
          { name: 'keepdims', int: 0 },
        ],
      },
      { op: 'Sqrt', inputs: ['timestep'], outputs: ['root'] },
      { op: 'Mul', inputs: ['root', 'thousandth'], outputs: ['small'] },
      { op: 'Add', inputs: ['context', 'small'], outputs: ['shift'] },
      { op: 'Unsqueeze', inputs: ['shift', 'sides'], outputs: ['wide'] },
      { op: 'Mul', inputs: ['sample', 'half'], outputs: ['halved'] },
      { op: 'Add', inputs: ['halved', 'wide'], outputs: ['out_sample'] },
    ],
    tensors: [
      tensor('thousandth', 'float32', [], floats(0.001)),
      tensor('half', 'float32', [], floats(0.5)),
      tensor('sides', 'int64', [3], longs(1, 2, 3)),
    ],
    inputs: [
      value('sample', 'float32', ['b', 4, 'h', 'w']),
      value('timestep', 'float32', ['b']),
      value('encoder_hidden_states', 'float32', ['b', 'n', width]),
    ],
    outputs: [value('out_sample', 'float32', ['b', 4, 'h', 'w'])],
  });

/** image = the first three channels * 10 + 128 as bytes. It takes one row at a time, as many exports do. */
const vaeDecoder = () =>
  model({
    nodes: [
      { op: 'Slice', inputs: ['latent_sample', 'zero', 'three', 'channel'], outputs: ['rgb'] },
      { op: 'Mul', inputs: ['rgb', 'ten'], outputs: ['scaled'] },
      { op: 'Add', inputs: ['scaled', 'middle'], outputs: ['level'] },
      { op: 'Clip', inputs: ['level', 'black', 'white'], outputs: ['clipped'] },
      { op: 'Transpose', inputs: ['clipped'], outputs: ['last'], attributes: [{ name: 'perm', ints: [0, 2, 3, 1] }] },
      { op: 'Cast', inputs: ['last'], outputs: ['sample'], attributes: [{ name: 'to', int: 2 }] },
    ],
    tensors: [
      tensor('zero', 'int64', [1], longs(0)),
      tensor('three', 'int64', [1], longs(3)),
      tensor('channel', 'int64', [1], longs(1)),
      tensor('ten', 'float32', [], floats(10)),
      tensor('middle', 'float32', [], floats(128)),
      tensor('black', 'float32', [], floats(0)),
      tensor('white', 'float32', [], floats(255)),
    ],
    inputs: [value('latent_sample', 'float32', [1, 4, 'h', 'w'])],
    outputs: [value('sample', 'uint8', [1, 'h', 'w', 3])],
  });

const encoderPart: Omit<Part, 'bytes'> = {
  key: 'text-encoder@1111' as PartKey,
  name: 'text-encoder',
  dtype: 'float32',
  timestep: 'none',
  takes: [{ name: 'tokens', as: 'input_ids', dtype: 'int64', shape: ['b', 'n'] }],
  gives: [
    { name: 'hidden', as: 'last_hidden_state', dtype: 'float32', shape: ['b', 'n', width] },
    { name: 'pooled', as: 'pooler_output', dtype: 'float32', shape: ['b', width] },
  ],
};

const denoiserPart: Omit<Part, 'bytes'> = {
  key: 'denoiser@2222' as PartKey,
  name: 'denoiser',
  dtype: 'float32',
  timestep: 'per-row',
  takes: [
    { name: 'latent', as: 'sample', dtype: 'float32', shape: ['b', 4, 'h', 'w'] },
    { name: 'timestep', as: 'timestep', dtype: 'float32', shape: ['b'] },
    { name: 'hidden', as: 'encoder_hidden_states', dtype: 'float32', shape: ['b', 'n', width] },
  ],
  gives: [{ name: 'prediction', as: 'out_sample', dtype: 'float32', shape: ['b', 4, 'h', 'w'] }],
};

const decoderPart: Omit<Part, 'bytes'> = {
  key: 'vae-decoder@3333' as PartKey,
  name: 'vae-decoder',
  dtype: 'float32',
  timestep: 'none',
  takes: [{ name: 'latent', as: 'latent_sample', dtype: 'float32', shape: [1, 4, 'h', 'w'] }],
  gives: [{ name: 'image', as: 'sample', dtype: 'uint8', shape: [1, 'h', 'w', 3] }],
};

export interface TinyPack {
  readonly ref: PackRef;
  readonly facts: PackFacts;
  file(name: PartName): PartFile;
  remove(): void;
}

/** A pack of three parts of a few hundred bytes that a real runtime computes exactly. */
export function tinyPack(): TinyPack {
  const folder = mkdtempSync(path.join(tmpdir(), 'kiln-tiny-'));
  const files = [
    [encoderPart, textEncoder()],
    [denoiserPart, denoiser()],
    [decoderPart, vaeDecoder()],
  ] as const;
  const parts = files.map(([part, bytes]) => {
    const where = path.join(folder, `${part.name}.onnx`);
    writeFileSync(where, bytes);
    return { part: { ...part, bytes: bytes.length }, path: where, edits: [] } satisfies PartFile;
  });
  const ref: PackRef = { packId: 'tiny' as PackId, digest: 'ab'.repeat(32) as Digest, adapters: [] };
  return {
    ref,
    facts: factsOf(
      ref,
      parts.map(({ part }) => part),
    ),
    file: (name) => parts.find(({ part }) => part.name === name)!,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const factsOf = (ref: PackRef, parts: readonly Part[]): PackFacts => ({
  ref,
  family: 'tiny',
  title: 'Tiny',
  version: '1',
  licence: 'MIT',
  licences: [],
  about: 'Computes something simple.',
  bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
  parts,
  latent: { channels: 4, downscale: 1 },
  sizes: { fixed: [], multiple: 1 },
  prediction: 'eps',
  timestep: 'sigma',
  scheduler: null,
  schedule: { kind: 'flow', shift: 1 },
  defaults: { width: 4, height: 4, steps: 4, cfg: 1, guidance: 0 },
  text: { states: [['text-encoder']], pooled: [], isZeroWithout: false },
  upscale: 1,
  preview: {
    factors: [
      [0.25, 0, 0],
      [0, -0.25, 0],
      [0, 0, 0],
      [0, 0, 0],
    ],
    bias: [0, 0, 0],
  },
  warnings: [],
});
