import { AppError, Cancelled, type ErrorCode, problem } from '../../src-main/model/errors.ts';
import type { Digest, PackId, PartKey } from '../../src-main/model/ids.ts';
import type { NodeContext, PlanContext } from '../../src-main/model/node-type.ts';
import {
  type PackFacts,
  type PackRef,
  type Part,
  type PartCalls,
  type PartName,
  partNames,
} from '../../src-main/model/pack.ts';
import { elementsOf, type TensorRef } from '../../src-main/model/tensor.ts';
import { type FakeTensors, fakeTensors } from './fake-tensors.ts';

export const fakePack: PackRef = { packId: 'fake' as PackId, digest: 'f'.repeat(64) as Digest, adapters: [] };

const part = (name: PartName): Part => ({
  key: `${name}@fake` as PartKey,
  name,
  bytes: 1,
  dtype: 'float32',
  timestep: name === 'denoiser' ? 'per-row' : 'none',
  takes: name === 'text-encoder' ? [{ name: 'mask', as: 'attention_mask', dtype: 'int64', shape: ['b', 4] }] : [],
  gives: [],
});

export const fakeFacts: PackFacts = {
  ref: fakePack,
  family: 'fake',
  title: 'Fake',
  version: '1',
  licence: 'MIT',
  licences: [],
  about: '',
  bytes: 5,
  parts: partNames.filter((name) => !/-[23]$|control/.test(name)).map(part),
  latent: { channels: 3, downscale: 2 },
  sizes: { fixed: [], multiple: 8 },
  prediction: 'flow',
  timestep: '1000*sigma',
  scheduler: null,
  schedule: { kind: 'flow', shift: 1 },
  defaults: { width: 16, height: 8, steps: 4, cfg: 2, guidance: 0 },
  text: { states: [['text-encoder']], pooled: [], isZeroWithout: false },
  upscale: 2,
  preview: null,
  warnings: [],
};

export interface FakeContext extends NodeContext {
  readonly tensor: FakeTensors;
  /** Every call, as the parts saw it. */
  readonly calls: { part: PartName; rows: readonly Record<string, unknown>[] }[];
  readonly steps: { done: number; total: number; preview: TensorRef | null }[];
  addFile(digest: string, bytes: Uint8Array): void;
  /** The n-th call from now on (1 is the next) finds the job cancelled. */
  cancelAtCall(n: number): void;
}

/** A host's context whose parts compute something simple and repeatable of each row alone. */
export function fakeContext(facts: PackFacts = fakeFacts): FakeContext {
  const tensor = fakeTensors();
  const files = new Map<string, Uint8Array>();
  const controller = new AbortController();
  const calls: FakeContext['calls'] = [];
  const steps: FakeContext['steps'] = [];
  let cancelAt = 0;

  const float = (ref: TensorRef) => tensor.dataOf(ref) as Float32Array;
  const bytes = (ref: TensorRef) => tensor.dataOf(ref) as Uint8Array;
  const sum = (data: Float32Array) => data.reduce((total, value) => total + value, 0);
  const resized = (image: TensorRef, width: number, height: number): TensorRef => {
    const [, h, w] = image.shape as [number, number, number, number];
    if (w === width && h === height) return image;
    const from = bytes(image);
    const to = new Uint8Array(width * height * 3);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const at = (Math.floor((y * h) / height) * w + Math.floor((x * w) / width)) * 3;
        to.set(from.subarray(at, at + 3), (y * width + x) * 3);
      }
    return tensor.make(to, 'uint8', [1, height, width, 3]);
  };

  const encode = ({ tokens }: PartCalls['text-encoder']['takes']) => {
    const ids = [...(tensor.dataOf(tokens) as BigInt64Array)].map(Number);
    return {
      hidden: tensor.make(
        Float32Array.from(ids, (id) => Math.sin(id)),
        'float32',
        [1, ids.length, 1],
      ),
    };
  };
  const parts: { readonly [P in PartName]: (row: PartCalls[P]['takes']) => PartCalls[P]['gives'] } = {
    'text-encoder': encode,
    'text-encoder-2': encode,
    'text-encoder-3': encode,
    'control-net': () => ({}),
    denoiser: ({ latent, timestep, hidden }) => {
      const { shape } = latent;
      const push = Math.sin(sum(float(hidden))) + timestep / 1000;
      return {
        prediction: tensor.make(
          float(latent).map((value) => value / 2 + push),
          'float32',
          shape,
        ),
      };
    },
    'vae-encoder': ({ image }) => {
      const [, h, w] = image.shape as [number, number, number, number];
      const shape = [1, facts.latent.channels, h / facts.latent.downscale, w / facts.latent.downscale];
      return {
        latent: tensor.make(
          Float32Array.from({ length: elementsOf(shape) }, (_, i) => bytes(image)[i]! / 255),
          'float32',
          shape,
        ),
      };
    },
    'vae-decoder': ({ latent }) => {
      const [, , h, w] = latent.shape as [number, number, number, number];
      const shape = [1, h * facts.latent.downscale, w * facts.latent.downscale, 3];
      const values = float(latent);
      return {
        image: tensor.make(
          Uint8Array.from({ length: elementsOf(shape) }, (_, i) => Math.abs(values[i % values.length]!) * 100),
          'uint8',
          shape,
        ),
      };
    },
    upscaler: ({ image }) => {
      const [, h, w] = image.shape as [number, number, number, number];
      return { image: resized(image, w * facts.upscale, h * facts.upscale) };
    },
  };

  return {
    tensor,
    calls,
    steps,
    signal: controller.signal,
    facts: () => facts,
    addFile: (digest, data) => void files.set(digest, data),
    cancelAtCall(n) {
      cancelAt = calls.length + n;
    },
    async call(_pack, name, rows) {
      calls.push({ part: name, rows: rows as readonly Record<string, unknown>[] });
      if (calls.length === cancelAt) controller.abort(new Cancelled());
      await Promise.resolve();
      controller.signal.throwIfAborted();
      return rows.map((row) => parts[name](row as never)) as never;
    },
    pixels: {
      async decode(data) {
        const [width, height] = data as unknown as [number, number];
        return tensor.make(data.slice(2), 'uint8', [1, height, width, 3]);
      },
      async alpha(data) {
        const [width, height] = data as unknown as [number, number];
        const opaque = Uint8Array.from({ length: width * height }, (_, i) => data[2 + i]!);
        return tensor.make(opaque, 'uint8', [1, height, width, 1]);
      },
      async encode(image) {
        const data = Uint8Array.from([image.shape[2]!, image.shape[1]!, ...bytes(image)]);
        return tensor.make(data, 'uint8', [data.length]);
      },
      resize: async (image, width, height) => resized(image, width, height),
    },
    async file(digest) {
      const data = files.get(digest);
      if (!data) throw new AppError(problem('image.missing', { name: digest }));
      return data;
    },
    progress: (done, total, preview) => void steps.push({ done, total, preview: preview?.latent ?? null }),
  };
}

export interface FakePlanContext extends PlanContext {
  readonly warnings: { code: ErrorCode; values: unknown }[];
}

/** Words are tokens of their length; words in capitals are unknown; four tokens fit. */
export function fakePlanContext(facts: PackFacts = fakeFacts): FakePlanContext {
  const warnings: FakePlanContext['warnings'] = [];
  return {
    warnings,
    open(name) {
      if (name !== 'fake' && name !== 'starter')
        throw new AppError(problem('pack.missing', { pack: name, known: 'fake' }));
      return fakePack;
    },
    facts: () => facts,
    vocabulary: () => ({ groups: [{ name: 'things', terms: [{ en: ['xylophone'], zh: ['木琴'] }] }] }),
    tokenize(_pack, text) {
      const words = text.split(/\s+/).filter(Boolean);
      const fit = words.slice(0, 4);
      const tokens = {
        part: 'text-encoder' as const,
        ids: Array.from({ length: 4 }, (_, i) => fit[i]?.length ?? 0),
        mask: Array.from({ length: 4 }, (_, i) => (i < fit.length ? 1 : 0)),
        unknown: words.filter((word) => word === word.toUpperCase()),
        cut: words.slice(4).join(' '),
      };
      return [tokens];
    },
    warn: (code, values) => void warnings.push({ code, values }),
  };
}
