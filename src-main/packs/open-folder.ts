import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { failed, ok, type Problem, problem, type Result } from '../model/errors.ts';
import type { Digest, PackId } from '../model/ids.ts';
import type { JsonObject } from '../model/json.ts';
import type { NoiseSchedule, PackFacts, PartFile, Prediction, PromptReading, Tokens } from '../model/pack.ts';
import { clipTokenizerJson } from './clip-tokenizer.ts';
import { type DigestCache, packDigest } from './digest.ts';
import { type Family, families, familyOfClass, knownClasses } from './families.ts';
import { BrokenFile, type Check } from './json-checks.ts';
import { type JsonFile, readJsonFile, readTextFile } from './json-file.ts';
import {
  denoiserFile,
  type Manifest,
  manifestFile,
  modelIndexFile,
  type SchedulerConfig,
  schedulerFile,
  tokenizerConfigFile,
  tokenizerFile,
  tokenLimit,
  upscalerFile,
  type VaeConfig,
  vaeFile,
  vocabFile,
} from './manifest.ts';
import { type OpenedPart, openPart, type VaeSpace } from './open-part.ts';
import { type Stamp, stampOf } from './stamp.ts';
import { tokenizerOf } from './tokenizer.ts';

/** A folder that is open: its facts, and where the parts lie. */
export interface OpenPack {
  readonly facts: PackFacts;
  readonly files: readonly PartFile[];
  /** Of the first text encoder. Throws what the tokenizer's library throws. */
  readonly tokenize: (text: string, reading?: PromptReading) => Tokens;
  /** Every file that was looked at. While they are the same, so is the pack. */
  readonly stamps: readonly Stamp[];
}

/** A folder has one of these, or it does not even want to be a pack. */
export const marks = ['model_index.json', 'pack.json'] as const;

/** Reads JSON files of one pack and gathers what is wrong with them. */
function readerOf(name: string, folder: string) {
  const problems: Problem[] = [];
  const seen = new Map<string, JsonFile<unknown>>();
  const broken = (file: string, reason: string): void =>
    void problems.push(problem('pack.fileBroken', { pack: name, path: path.join(folder, file), reason }));
  const attempt = async <T>(file: string, read: (at: string) => Promise<JsonFile<T> | null>): Promise<T | null> => {
    try {
      const found = await read(path.join(folder, file));
      if (found !== null) seen.set(file, found);
      return found?.value ?? null;
    } catch (error) {
      if (!(error instanceof BrokenFile)) throw error;
      broken(file, error.reason);
      return null;
    }
  };
  const optional = <T>(file: string, check: Check<T>): Promise<T | null> =>
    attempt(file, (at) => readJsonFile(at, check));
  return {
    problems,
    seen,
    broken,
    optional,
    text: (file: string) => attempt(file, (at) => readTextFile(at, (text) => text)),
    async required<T>(file: string, check: Check<T>): Promise<T | null> {
      const before = problems.length;
      const found = await optional(file, check);
      if (found === null && problems.length === before) broken(file, 'it is missing');
      return found;
    },
  };
}

/**
 * Opens a pack folder in the layout of optimum: headers and settings, no weights. All problems at once:
 * pack.notAPack alone, else pack.fileBroken, pack.partMissing, pack.partBroken, pack.unknownLayout.
 */
export async function openFolder(folder: string, cache: DigestCache): Promise<Result<OpenPack>> {
  const name = path.basename(folder);
  const read = readerOf(name, folder);
  const root = await stat(folder, { bigint: true }).catch(() => null);
  const [index, manifest] = await Promise.all([
    read.optional('model_index.json', modelIndexFile),
    read.optional('pack.json', manifestFile),
  ]);
  const family = familyOf(index?._class_name, manifest?.family);
  if (family === undefined) {
    if (read.problems.length > 0) return failed(read.problems);
    const found = index?._class_name ?? (await contentOf(folder));
    const wanted = `model_index.json of one of these pipelines: ${knownClasses()}`;
    return failed([problem('pack.notAPack', { pack: name, path: folder, found, wanted })]);
  }

  const [scheduler, vaeDecoder, vaeEncoder, upscaler, tokenizer, config, denoiser] = await Promise.all([
    read.required('scheduler/scheduler_config.json', schedulerFile),
    read.optional('vae_decoder/config.json', vaeFile),
    read.optional('vae_encoder/config.json', vaeFile),
    read.optional('upscaler/config.json', upscalerFile),
    tokenizerIn(read),
    read.required('tokenizer/tokenizer_config.json', tokenizerConfigFile),
    read.optional(`${family.denoiserFolder}/config.json`, denoiserFile),
  ]);
  const vae = { ...vaeEncoder, ...vaeDecoder };
  const answers = await Promise.all(
    family.parts.map((place) => openPart({ name, folder }, place, vaeSpace(family, vae), cache)),
  );
  const problems = [...read.problems, ...answers.flatMap((answer) => ('problem' in answer ? [answer.problem] : []))];
  if (problems.length > 0) return failed(problems);

  const parts = answers.flatMap((answer) => ('part' in answer && answer.part !== null ? [answer.part] : []));
  const digests = new Map<string, Digest>([
    ...[...read.seen].map(([file, { digest }]) => [file, digest] as const),
    ...parts.flatMap((part) => [...part.digests]),
  ]);
  const facts = factsOf(name, family, manifest ?? {}, vae, parts, digests, denoiser?.sample_size ?? null);
  return ok({
    facts: {
      ...facts,
      prediction: manifest?.prediction ?? predictionOf(scheduler ?? {}) ?? family.prediction,
      schedule: scheduleOf(family, scheduler ?? {}),
      upscale: parts.some(({ file }) => file.part.name === 'upscaler')
        ? (manifest?.upscale ?? upscaler?.scale ?? 1)
        : 1,
    },
    files: parts.map(({ file }) => file),
    tokenize: tokenizerOf({
      tokenizer: tokenizer as unknown as JsonObject,
      config: config as unknown as JsonObject,
      length: tokensOf(parts) ?? tokenLimit(config) ?? 77,
      isClip: config?.tokenizer_class === 'CLIPTokenizer' || config?.tokenizer_class === 'CLIPTokenizerFast',
    }),
    // The folder's own time changes when a file or a part is added to it.
    stamps: [
      ...(root === null ? [] : [stampOf(folder, root)]),
      ...[...read.seen.values()].map(({ stamp }) => stamp),
      ...parts.flatMap(({ stamps }) => stamps),
    ],
  });
}

const familyOf = (className: string | undefined, name: string | undefined): Family | undefined =>
  families.find((family) => family.name === name) ?? (className === undefined ? undefined : familyOfClass(className));

const vaeSpace = (family: Family, config: VaeConfig): VaeSpace => ({
  scale: config.scaling_factor ?? family.vae.scale,
  shift: config.shift_factor ?? family.vae.shift,
  channels: config.latent_channels ?? null,
});

/** `tokenizer.json`, or one made of the two files that folders of old have in its place. */
async function tokenizerIn(read: ReturnType<typeof readerOf>): Promise<JsonObject | null> {
  const [json, vocab, merges] = await Promise.all([
    read.optional('tokenizer/tokenizer.json', tokenizerFile),
    read.optional('tokenizer/vocab.json', vocabFile),
    read.text('tokenizer/merges.txt'),
  ]);
  if (json !== null) return json as unknown as JsonObject;
  if (vocab !== null && merges !== null) return clipTokenizerJson(vocab, merges);
  if (!read.problems.some(({ values }) => String((values as { path?: string }).path).includes('tokenizer')))
    read.broken('tokenizer/tokenizer.json', 'it is missing, and so are vocab.json and merges.txt');
  return null;
}

/** How the model was trained to see noise. */
function scheduleOf({ prediction, schedule }: Family, config: SchedulerConfig): NoiseSchedule {
  if (prediction === 'flow') return { kind: 'flow', shift: config.shift ?? 1 };
  return {
    kind: 'betas',
    start: config.beta_start ?? 0.00085,
    end: config.beta_end ?? 0.012,
    ...(config.rescale_betas_zero_snr ? { zeroTerminalSnr: true } : {}),
    ...schedule,
  };
}

const predictionOf = ({ prediction_type: type }: SchedulerConfig): Prediction | null =>
  type === 'epsilon' ? 'eps' : type === 'v_prediction' ? 'v' : type === 'sample' ? 'x0' : null;

const portOfPart = (parts: readonly OpenedPart[], part: string, name: string) =>
  parts.find(({ file }) => file.part.name === part)?.file.part.takes.find((port) => port.name === name);

/** How many ids the text encoder takes, where its graph fixes that. */
function tokensOf(parts: readonly OpenedPart[]): number | null {
  const length = portOfPart(parts, 'text-encoder', 'tokens')?.shape[1];
  return typeof length === 'number' ? length : null;
}

function factsOf(
  name: string,
  family: Family,
  manifest: Manifest,
  vae: VaeConfig,
  parts: readonly OpenedPart[],
  digests: ReadonlyMap<string, Digest>,
  cells: number | null,
): Omit<PackFacts, 'schedule' | 'upscale' | 'prediction'> {
  const [, channels, height, width] = portOfPart(parts, 'denoiser', 'latent')!.shape;
  // Each stage of a VAE but its last halves both sides.
  const downscale = 2 ** ((vae.block_out_channels?.length ?? 4) - 1);
  const isFixed = typeof height === 'number' && typeof width === 'number';
  const own = isFixed ? [width, height] : cells !== null ? [cells, cells] : null;
  const size = own && ([own[0]! * downscale, own[1]! * downscale] as const);
  const { defaults = {}, sizes } = manifest;
  return {
    ref: { packId: name as PackId, digest: packDigest(digests), adapters: [] },
    family: family.name,
    title: manifest.title ?? name,
    version: manifest.version ?? '',
    licence: manifest.licence ?? '',
    licences: manifest.licences ?? [],
    about: manifest.about ?? '',
    bytes: parts.reduce((sum, { file }) => sum + file.part.bytes, 0),
    parts: parts.map(({ file }) => file.part),
    latent: {
      channels: vae.latent_channels ?? (typeof channels === 'number' ? channels : 4),
      downscale,
    },
    sizes: sizes ?? { fixed: isFixed ? [size!] : [], multiple: downscale * family.patch },
    timestep: manifest.timestep ?? family.timestep,
    defaults: {
      width: defaults.width ?? size?.[0] ?? family.defaults.width,
      height: defaults.height ?? size?.[1] ?? family.defaults.height,
      steps: defaults.steps ?? family.defaults.steps,
      cfg: defaults.cfg ?? family.defaults.cfg,
    },
    preview: manifest.preview === undefined ? family.preview : manifest.preview,
    warnings: [],
  };
}

/** What lies in a folder, in a few words, for somebody who expected a pack there. */
async function contentOf(folder: string): Promise<string> {
  const info = await stat(folder).catch(() => null);
  if (info === null) return 'nothing';
  if (!info.isDirectory()) return 'one file';
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  if (names.length === 0) return 'nothing';
  return names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '');
}
