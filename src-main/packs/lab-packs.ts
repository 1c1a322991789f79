import { createHash } from 'node:crypto';
import type { Digest, PackId, PartKey } from '../model/ids.ts';
import type { EncoderTokens, PackFacts, Part, PartFile, PartPort } from '../model/pack.ts';
import type { Packs } from '../model/ports.ts';

// Packs of the laboratory: what a pack is, without any weights. A simulated device wants to know no more of a part than
// its shapes and its bytes, so a queue of a model that nobody has here can be tried. Nothing else can run them.

export interface LabPackSizes {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly encoderBytes: number;
  /** Of a conditioning. */
  readonly encoderWidth: number;
  readonly denoiserBytes: number;
  readonly vaeBytes: number;
}

export interface LabPack {
  readonly facts: PackFacts;
  readonly files: readonly PartFile[];
}

/** Qwen3-4B, a transformer of 6 billion weights and the VAE of Flux in bfloat16, as `facts` of Z-Image-Turbo has them. */
const zImage: LabPackSizes = {
  name: 'z-image',
  title: 'Z-Image-Turbo without weights',
  about: 'For simulated devices alone: shapes and bytes of Z-Image-Turbo at 1024 x 1024.',
  encoderBytes: 8.0e9,
  encoderWidth: 2560,
  denoiserBytes: 12.3e9,
  vaeBytes: 0.17e9,
};

/** What 120 ms of a full bus of 25 GB/s carry, which is what the article says of its weights; CLIP-L; an SDXL-like VAE. */
const article: LabPackSizes = {
  name: 'article',
  title: 'The model of the article, without weights',
  about: 'For simulated devices alone: 1024 x 1024 in 8 steps, with weights of 3 GB.',
  encoderBytes: 0.25e9,
  encoderWidth: 768,
  denoiserBytes: 3.0e9,
  vaeBytes: 0.17e9,
};

export const labPackSizes = { zImage, article } as const;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A flow transformer with 16 channels at an eighth of the picture's sides, as its makers run it: Euler, 8 steps. */
export function labPack(sizes: LabPackSizes): LabPack {
  const { name, encoderBytes, encoderWidth, denoiserBytes, vaeBytes } = sizes;
  const digest = sha256(`lab ${JSON.stringify(sizes)}`) as Digest;
  const latent = (port: string): PartPort => ({ name: port, as: port, dtype: 'float32', shape: ['b', 16, 'h', 'w'] });
  const hidden: PartPort = { name: 'hidden', as: 'hidden', dtype: 'float32', shape: ['b', 's', encoderWidth] };
  const tokens: PartPort = { name: 'tokens', as: 'tokens', dtype: 'int64', shape: ['b', 's'] };
  const image: PartPort = { name: 'image', as: 'image', dtype: 'uint8', shape: ['b', 'h * 8', 'w * 8', 3] };
  const part = (of: Part['name'], bytes: number, more: Pick<Part, 'timestep' | 'takes' | 'gives'>): Part => ({
    key: `${of}@${sha256(`${digest} ${of}`).slice(0, 16)}` as PartKey,
    name: of,
    bytes,
    dtype: 'bfloat16',
    ...more,
  });
  const timestep: PartPort = { name: 'timestep', as: 'timestep', dtype: 'float32', shape: ['b'] };
  const parts: readonly Part[] = [
    part('text-encoder', encoderBytes, { timestep: 'none', takes: [tokens], gives: [hidden] }),
    part('denoiser', denoiserBytes, {
      timestep: 'per-row',
      takes: [latent('latent'), timestep, hidden],
      gives: [latent('prediction')],
    }),
    part('vae-encoder', vaeBytes / 2, {
      timestep: 'none',
      takes: [{ ...image, shape: ['b', 'h', 'w', 3] }],
      gives: [{ ...latent('latent'), shape: ['b', 16, 'h / 8', 'w / 8'] }],
    }),
    part('vae-decoder', vaeBytes / 2, { timestep: 'none', takes: [latent('latent')], gives: [image] }),
  ];
  const facts: PackFacts = {
    ref: { packId: name as PackId, digest, adapters: [] },
    family: 'z-image',
    title: sizes.title,
    version: '',
    licence: '',
    licences: [],
    about: sizes.about,
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    parts,
    latent: { channels: 16, downscale: 8 },
    text: { states: [['text-encoder']], pooled: [], isZeroWithout: false },
    sizes: { fixed: [], multiple: 16 },
    prediction: 'flow',
    timestep: '1-sigma',
    schedule: { kind: 'flow', shift: 3, multiplier: 1 },
    scheduler: null,
    defaults: { width: 1024, height: 1024, steps: 8, cfg: 1, guidance: 0 },
    upscale: 1,
    preview: null,
    warnings: [],
  };
  return { facts, files: parts.map((each) => ({ part: each, path: '', edits: [] })) };
}

/** Places come in multiples of this, as Z-Image has them. */
const tokensMultiple = 32;
const mostTokens = 512;

/** A token for each word: its number means nothing but that equal words are equal. */
function tokenize(text: string): readonly EncoderTokens[] {
  const words = text.split(/\s+/).filter(Boolean).slice(0, mostTokens);
  const length = Math.max(tokensMultiple, Math.ceil(words.length / tokensMultiple) * tokensMultiple);
  const ids = words.map((word) => 1 + (Number.parseInt(sha256(word).slice(0, 8), 16) % 100_000));
  const padding = Array.from({ length: length - ids.length }, () => 0);
  const mask = [...ids.map(() => 1), ...padding];
  return [{ part: 'text-encoder', ids: [...ids, ...padding], mask, unknown: [], cut: '' }];
}

/** A library in which a name that is no pack's is looked for in the laboratory. */
export function withLabPacks(packs: Packs, labs: readonly LabPack[] = Object.values(labPackSizes).map(labPack)): Packs {
  const labOf = (digest: Digest) => labs.find(({ facts }) => facts.ref.digest === digest);
  return {
    async list() {
      const found = await packs.list();
      const own = labs.filter(({ facts }) => found.every(({ packId }) => packId !== facts.ref.packId));
      return [...found, ...own.map(({ facts }) => ({ packId: facts.ref.packId, path: '', facts, problems: [] }))];
    },
    async open(name) {
      const found = await packs.open(name);
      const lab = labs.find(({ facts }) => facts.ref.packId === name);
      return !found.ok && lab ? { ok: true, value: lab.facts } : found;
    },
    vocabulary: (pack) => (labOf(pack.digest) ? null : packs.vocabulary(pack)),
    facts: (pack) => labOf(pack.digest)?.facts ?? packs.facts(pack),
    file: (key) => labs.flatMap(({ files }) => files).find(({ part }) => part.key === key) ?? packs.file(key),
    tokenize: (pack, text, options) => (labOf(pack.digest) ? tokenize(text) : packs.tokenize(pack, text, options)),
  };
}
