import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Digest } from '../model/ids.ts';
import type { DigestCache } from './digest.ts';
import type { Stamp } from './stamp.ts';

interface Known {
  readonly size: number;
  readonly changed: string;
  readonly digest: Digest;
}

export function memoryDigestCache(): DigestCache {
  const known = new Map<string, Known>();
  return {
    get: (stamp) => matching(known, stamp),
    put: (stamp, digest) => void known.set(stamp.path, { size: stamp.size, changed: stamp.changed, digest }),
  };
}

/**
 * Kept in a JSON file, so that a start costs no hashing. A file that is missing or broken is an empty cache, and one
 * that cannot be written costs time, nothing else.
 */
export function fileDigestCache(file: string): DigestCache {
  let loading: Promise<Map<string, Known>> | null = null;
  let writing: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | null = null;
  const load = async () => {
    try {
      return new Map(Object.entries(JSON.parse(await readFile(file, 'utf8')) as Record<string, Known>));
    } catch {
      return new Map<string, Known>();
    }
  };
  const loaded = () => {
    loading ??= load();
    return loading;
  };
  const write = async () => {
    const beside = `${file}.${randomUUID()}`;
    try {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(beside, JSON.stringify(Object.fromEntries(await loaded())));
      await rename(beside, file);
    } catch {
      await rm(beside, { force: true }).catch(() => {});
    }
  };
  return {
    get: async (stamp) => matching(await loaded(), stamp),
    async put(stamp, digest) {
      (await loaded()).set(stamp.path, { size: stamp.size, changed: stamp.changed, digest });
      // Digests that come while a write is waiting ride with it.
      waiting ??= writing.then(() => {
        waiting = null;
        writing = write();
        return writing;
      });
      await waiting;
    },
  };
}

function matching(known: ReadonlyMap<string, Known>, { path: file, size, changed }: Stamp): Digest | undefined {
  const found = known.get(file);
  return found?.size === size && found.changed === changed && /^[0-9a-f]{64}$/.test(found.digest)
    ? found.digest
    : undefined;
}
