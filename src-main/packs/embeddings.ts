import { type BigIntStats, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fail } from '../model/errors.ts';
import type { EncoderName, Part } from '../model/pack.ts';
import { BrokenFile } from './json-checks.ts';
import { readSafetensors, type StoredTensor } from './safetensors.ts';
import { type Stamp, stampOf } from './stamp.ts';

/** Learned words of one text encoder. */
export interface Embeddings {
  /** Null where there is none of that name. @throws AppError embedding.… */
  vectors(name: string): readonly Float32Array[] | null;
  /** Those that are there, for somebody who asked for another. */
  names(): readonly string[];
}

/** Textual inversions as files NAME.safetensors in folders; of two with one name that of the earlier folder counts. */
export interface EmbeddingShelf {
  has(name: string): boolean;
  /** As the part takes them. A part of no such family cannot. */
  of(part: Part, pack: string): Embeddings;
  /** For an encoder that is made for no vectors while another one of the pack is: they are left out of its text. */
  readonly leftOut: Embeddings;
}

const ending = '.safetensors';
const pickles = ['.pt', '.bin', '.pth', '.ckpt'];
/** A thousand vectors of the widest encoder there is, in float32, are half of that. */
const mostBytes = 16 * 1024 * 1024;
const mostNames = 20;
/** What files for several encoders call the one of each. */
const keys: Readonly<Record<EncoderName, string>> = {
  'text-encoder': 'clip_l',
  'text-encoder-2': 'clip_g',
  'text-encoder-3': 't5xxl',
};

interface Read {
  readonly stamp: Stamp;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Rows by the key that they were found under: the same arrays each time. */
  readonly rows: Map<string, readonly Float32Array[]>;
}

/** Files are read when a text names them, in the middle of planning: a few kilobytes each, and kept while they are the same. */
export function embeddingShelf(folders: readonly string[]): EmbeddingShelf {
  const known = new Map<string, Read>();

  const find = (name: string): { file: string; info: BigIntStats } | null => {
    const bare = name.endsWith(ending) ? name.slice(0, -ending.length) : name;
    const wanted = [bare + ending, ...pickles.flatMap((each) => (name.endsWith(each) ? [name] : [bare + each]))];
    for (const each of wanted)
      for (const folder of folders) {
        const file = inside(folder, each);
        const info = file === null ? undefined : statSync(file, { bigint: true, throwIfNoEntry: false });
        if (file !== null && info?.isFile()) return { file, info };
      }
    return null;
  };

  const read = (name: string, file: string, info: BigIntStats): Read => {
    const stamp = stampOf(file, info);
    const before = known.get(file);
    if (before?.stamp.size === stamp.size && before.stamp.changed === stamp.changed) return before;
    const broken = (reason: string, cause?: unknown) =>
      fail('embedding.broken', { name, path: file, reason }, {}, cause);
    if (stamp.size > mostBytes) return broken(`it has ${stamp.size} bytes`);
    try {
      const now = { stamp, tensors: readSafetensors(readFileSync(file)), rows: new Map() };
      known.set(file, now);
      return now;
    } catch (error) {
      if (error instanceof BrokenFile) return broken(error.reason, error);
      return broken(`it cannot be read (${(error as NodeJS.ErrnoException).code})`, error);
    }
  };

  const names = (): readonly string[] => [
    ...new Set(
      folders
        .flatMap((folder) => namesIn(folder))
        .filter((name) => name.endsWith(ending))
        .map((name) => name.slice(0, -ending.length))
        .sort()
        .slice(0, mostNames),
    ),
  ];

  const vectors = (name: string, part: Part, pack: string): readonly Float32Array[] | null => {
    const found = find(name);
    if (found === null) return null;
    const { file, info } = found;
    if (!file.endsWith(ending)) return fail('embedding.pickle', { name, path: file });
    const wanted = part.takes.find((port) => port.name === 'vectors')?.shape[1];
    if (typeof wanted !== 'number') return fail('embedding.notTaken', { name, pack, part: part.name });
    const { tensors, rows } = read(name, file, info);
    const key = keyFor(part.name as EncoderName, tensors);
    const tensor = key === null ? undefined : tensors.get(key);
    if (key === null || !tensor)
      return fail('embedding.broken', {
        name,
        path: file,
        reason: `it holds ${[...tensors.keys()].join(', ') || 'nothing'}`,
      });
    const given = tensor.shape.at(-1)!;
    if (given !== wanted) return fail('embedding.wrongWidth', { name, part: part.name, given, wanted });
    if (!tensor.values.every(Number.isFinite))
      return fail('embedding.broken', { name, path: file, reason: 'some of its values are no numbers' });
    const made = rows.get(key) ?? rowsOf(tensor);
    rows.set(key, made);
    return made;
  };

  return {
    has: (name) => find(name) !== null,
    of: (part, pack) => ({ vectors: (name) => vectors(name, part, pack), names }),
    leftOut: { vectors: (name) => (find(name) ? [] : null), names },
  };
}

/** Null for a name that leads out of the folder. */
function inside(folder: string, name: string): string | null {
  const file = path.resolve(folder, name);
  return !name.includes('\0') && file.startsWith(path.resolve(folder) + path.sep) ? file : null;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** By the encoder's name, by the name for all, or the only one that can be meant. */
function keyFor(part: EncoderName, tensors: ReadonlyMap<string, StoredTensor>): string | null {
  const fit = [...tensors].filter(
    ([, { shape, values }]) => (shape.length === 1 || shape.length === 2) && values.length > 0,
  );
  const named = [keys[part], 'emb_params'].find((key) => fit.some(([name]) => name === key));
  return named ?? (fit.length === 1 ? fit[0]![0] : null);
}

function rowsOf({ shape, values }: StoredTensor): readonly Float32Array[] {
  const width = shape.at(-1)!;
  return Array.from({ length: values.length / width }, (_, i) => values.subarray(i * width, (i + 1) * width));
}
