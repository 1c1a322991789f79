import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { GraphEdit } from '../model/graph-edit.ts';
import type { Digest, PartKey } from '../model/ids.ts';
import { canonicalJson } from '../model/json.ts';
import type { PartName } from '../model/pack.ts';
import type { Stamp } from './stamp.ts';

/** Digests of files that were read before, by what tells one state of a file from another. */
export interface DigestCache {
  get(stamp: Stamp): Promise<Digest | undefined> | Digest | undefined;
  put(stamp: Stamp, digest: Digest): Promise<void> | void;
}

export const digestOf = (content: string | Uint8Array): Digest =>
  createHash('sha256').update(content).digest('hex') as Digest;

/** Reads the file only where the cache does not know it; a piece of 1 MiB at a time, about 1 ms each. */
export async function fileDigest(stamp: Stamp, cache: DigestCache): Promise<Digest> {
  const known = await cache.get(stamp);
  if (known !== undefined) return known;
  const hash = createHash('sha256');
  for await (const piece of createReadStream(stamp.path, { highWaterMark: 1024 * 1024 })) hash.update(piece as Buffer);
  const digest = hash.digest('hex') as Digest;
  await cache.put(stamp, digest);
  return digest;
}

/** Equal files under equal edits have one key, wherever they lie. `files` holds the model's digest, then its weights'. */
export const partKeyOf = (name: PartName, files: readonly Digest[], edits: readonly GraphEdit[]): PartKey =>
  `${name}@${digestOf(canonicalJson({ files, edits })).slice(0, 16)}` as PartKey;

/** Of a whole pack: its files by their names inside it. */
export const packDigest = (files: ReadonlyMap<string, Digest>): Digest =>
  digestOf(canonicalJson(Object.fromEntries(files)));
