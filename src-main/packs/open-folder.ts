import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { failed, ok, problem, type Result } from '../model/errors.ts';
import type { Digest } from '../model/ids.ts';
import type { EncoderTokens, PackFacts, PartFile, TokenizeOptions } from '../model/pack.ts';
import type { Vocabulary } from '../model/vocabulary.ts';
import { type DigestCache, packDigest } from './digest.ts';
import { embeddingShelf } from './embeddings.ts';
import { type Family, families, familyOfClass, knownClasses } from './families.ts';
import { denoiserFile, manifestFile, modelIndexFile, schedulerFile, upscalerFile, vaeFile } from './manifest.ts';
import { openPart } from './open-part.ts';
import { factsOf } from './pack-facts.ts';
import { readerOf } from './pack-reader.ts';
import { packTokenizer } from './pack-tokenizer.ts';
import { disagreements } from './part-widths.ts';
import { type Stamp, stampOf } from './stamp.ts';
import { tokenizerAt } from './tokenizer-folder.ts';
import { vocabularyFile, vocabularyName } from './vocabulary.ts';

/** A folder that is open: its facts, and where the parts lie. */
export interface OpenPack {
  readonly facts: PackFacts;
  readonly files: readonly PartFile[];
  /** For each of its text encoders. Throws what the tokenizer's library throws. */
  readonly tokenize: (text: string, options?: TokenizeOptions) => readonly EncoderTokens[];
  /** What it knows by name; null for one that does not say. */
  readonly vocabulary: Vocabulary | null;
  /** Every file that was looked at. While they are the same, so is the pack. */
  readonly stamps: readonly Stamp[];
}

/** A folder has one of these, or it does not even want to be a pack. */
export const marks = ['model_index.json', 'pack.json'] as const;

/**
 * Opens a pack folder in the layout of optimum: headers and settings, no weights. `embeddings` are folders of textual
 * inversions besides its own. All problems at once:
 * pack.notAPack alone, else pack.fileBroken, pack.partMissing, pack.partBroken, pack.unknownLayout, pack.partsDisagree.
 */
export async function openFolder(
  folder: string,
  cache: DigestCache,
  embeddings: readonly string[] = [],
): Promise<Result<OpenPack>> {
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

  const [scheduler, vaeDecoder, vaeEncoder, upscaler, denoiser, vocabulary] = await Promise.all([
    family.mayLackScheduler
      ? read.optional('scheduler/scheduler_config.json', schedulerFile)
      : read.required('scheduler/scheduler_config.json', schedulerFile),
    read.optional('vae_decoder/config.json', vaeFile),
    read.optional('vae_encoder/config.json', vaeFile),
    read.optional('upscaler/config.json', upscalerFile),
    read.optional(`${family.denoiserFolder}/config.json`, denoiserFile),
    read.optional(vocabularyName, vocabularyFile),
  ]);
  const vae = { ...vaeEncoder, ...vaeDecoder };
  const space = {
    scale: vae.scaling_factor ?? family.vae.scale,
    shift: vae.shift_factor ?? family.vae.shift,
    channels: vae.latent_channels ?? null,
  };
  const context = { pack: name, folder, family, vae: space, variant: manifest?.variant ?? null, cache };
  const answers = await Promise.all(family.parts.map((place) => openPart(place, context)));
  const parts = answers.flatMap((answer) => ('part' in answer && answer.part !== null ? [answer.part] : []));
  const tokenizers = await Promise.all(
    family.tokenizers
      .filter(({ part }) => parts.some(({ file }) => file.part.name === part) || part === 'text-encoder')
      .map((place) => tokenizerAt(read, place, parts)),
  );
  const problems = [...read.problems, ...answers.flatMap((answer) => ('problem' in answer ? [answer.problem] : []))];
  if (problems.length > 0) return failed(problems);

  const digests = new Map<string, Digest>([
    // What its things are called changes no picture.
    ...[...read.seen].flatMap(([file, { digest }]) => (file === vocabularyName ? [] : [[file, digest] as const])),
    ...parts.flatMap((part) => [...part.digests]),
  ]);
  const facts = factsOf({
    name,
    family,
    manifest: manifest ?? {},
    vae,
    parts: parts.map(({ file }) => file.part),
    digest: packDigest(digests),
    cells: denoiser?.sample_size ?? null,
    scheduler: scheduler ?? {},
    upscale: upscaler?.scale ?? 1,
    isZeroWithout: index?.force_zeros_for_empty_prompt === true,
  });
  const odd = disagreements(name, facts.parts, facts.text);
  if (odd.length > 0) return failed(odd);
  return ok({
    facts,
    files: parts.map(({ file }) => file),
    vocabulary,
    tokenize: packTokenizer(
      facts,
      tokenizers,
      embeddingShelf([path.join(folder, 'embeddings'), ...embeddings].map((each) => path.resolve(each))),
    ),
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

/** What lies in a folder, in a few words, for somebody who expected a pack there. */
async function contentOf(folder: string): Promise<string> {
  const info = await stat(folder).catch(() => null);
  if (info === null) return 'nothing';
  if (!info.isDirectory()) return 'one file';
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
  if (names.length === 0) return 'nothing';
  return names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '');
}
