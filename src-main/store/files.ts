import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../model/ids.ts';
import { codeOf, diskProblem } from './disk-problem.ts';
import type { Owner } from './owner.ts';

const dayMs = 24 * 60 * 60_000;
const isWindows = process.platform === 'win32';

/** Files by the sha256 of their bytes, `ab/cdef…`. What is visible under its name is whole. */
export interface Files {
  /** On disk when it returns. Never overwrites a file that is what its name says. @throws AppError disk.full, store.readOnly */
  put(digest: Digest, bytes: Uint8Array): void;
  /** The same, without waiting for the disk: for what can be made again, should the power fail. */
  cache(digest: Digest, bytes: Uint8Array): void;
  path(digest: Digest): string;
  /** Bytes on disk; null when there is no such file. */
  size(digest: Digest): number | null;
  /** Null when the file is gone or is not what its name says; checked when it is first read. */
  read(digest: Digest): Uint8Array | null;
  remove(digest: Digest): void;
  /** Every file, some at a time. */
  all(): Iterable<readonly Digest[]>;
  /** Removes what writers left that were killed. */
  removeLeftovers(): void;
}

export const digestOf = (bytes: Uint8Array | string): Digest =>
  createHash('sha256').update(bytes).digest('hex') as Digest;
export const isDigest = (text: string): text is Digest => /^[0-9a-f]{64}$/.test(text);

/** Windows cannot sync a folder, and some network file systems will not. */
function syncFolder(path: string): void {
  if (isWindows) return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EPERM'].includes(codeOf(error))) throw error;
  } finally {
    closeSync(folder);
  }
}

function syncFile(path: string): void {
  const file = openSync(path, 'r+'); // Windows syncs only what may be written
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function writeWhole(path: string, bytes: Uint8Array, isSynced: boolean): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    if (isSynced) fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Into a buffer of its own, so that it can be handed to another thread. */
function readWhole(path: string): Uint8Array | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    const bytes = new Uint8Array(fstatSync(file).size);
    for (let at = 0; at < bytes.length; ) {
      const read = readSync(file, bytes, at, bytes.length - at, null);
      if (read === 0) return null; // it shrank meanwhile
      at += read;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** Endings of file names, chosen by what is inside. */
export interface Suffixes {
  readonly all: readonly [string, ...string[]];
  of(bytes: Uint8Array): string;
}

const noSuffix: Suffixes = { all: [''], of: () => '' };

export function filesIn(root: string, owner: Owner, suffixes = noSuffix): Files {
  const incoming = join(root, 'incoming');
  const known = new Set<string>();
  const verified = new Map<Digest, number>();
  const synced = new Set<Digest>();
  let count = 0;

  const folderOf = (digest: Digest) => join(root, digest.slice(0, 2));
  const pathWith = (digest: Digest, suffix: string) => join(folderOf(digest), digest.slice(2) + suffix);
  /** Of the file that is there, or of one that could be. */
  const path = (digest: Digest) => {
    const [first, ...others] = suffixes.all.map((suffix) => pathWith(digest, suffix));
    return others.length === 0 || existsSync(first!) ? first! : (others.find((other) => existsSync(other)) ?? first!);
  };
  const size = (digest: Digest) => statSync(path(digest), { throwIfNoEntry: false })?.size ?? null;

  const make = (folder: string, inside: string): void => {
    if (known.has(folder)) return;
    if (!existsSync(folder)) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      syncFolder(inside);
    }
    known.add(folder);
  };
  const write = (digest: Digest, bytes: Uint8Array, isSynced: boolean): void => {
    make(incoming, root);
    make(folderOf(digest), root);
    const beside = join(incoming, `${owner.token()}-${count++}`);
    try {
      writeWhole(beside, bytes, isSynced);
      renameSync(beside, pathWith(digest, suffixes.of(bytes)));
      if (isSynced) syncFolder(folderOf(digest));
    } catch (error) {
      rmSync(beside, { force: true });
      known.clear(); // a folder may have been removed under us
      if (size(digest) !== bytes.length) throw error; // on Windows a file that another one reads cannot be replaced
    }
  };

  const read = (digest: Digest): Uint8Array | null => {
    let bytes: Uint8Array | null;
    try {
      bytes = readWhole(path(digest));
    } catch (error) {
      throw diskProblem(error, path(digest));
    }
    if (!bytes) return null;
    if (verified.get(digest) !== bytes.length) {
      if (digestOf(bytes) !== digest) return null;
      verified.set(digest, bytes.length);
    }
    return bytes;
  };

  const add = (digest: Digest, bytes: Uint8Array, isSynced: boolean): void => {
    const isThere = size(digest) === bytes.length && (verified.get(digest) === bytes.length || read(digest) !== null);
    try {
      if (!isThere) write(digest, bytes, isSynced);
      else if (isSynced && !synced.has(digest)) {
        syncFile(path(digest));
        syncFolder(folderOf(digest));
      }
    } catch (error) {
      throw diskProblem(error, root);
    }
    verified.set(digest, bytes.length);
    if (isSynced) synced.add(digest);
  };

  return {
    put: (digest, bytes) => add(digest, bytes, true),
    cache: (digest, bytes) => add(digest, bytes, false),
    path,
    size,
    read,
    remove(digest) {
      verified.delete(digest);
      synced.delete(digest);
      rmSync(path(digest), { force: true });
    },
    *all() {
      for (const name of existsSync(root) ? readdirSync(root) : []) {
        if (!/^[0-9a-f]{2}$/.test(name)) continue;
        const names = readdirSync(join(root, name)).flatMap((rest) => {
          const suffix = suffixes.all.find((one) => rest.endsWith(one));
          return suffix === undefined ? [] : [name + rest.slice(0, rest.length - suffix.length)];
        });
        yield names.filter(isDigest);
      }
    },
    removeLeftovers() {
      if (!existsSync(incoming)) return;
      for (const name of readdirSync(incoming)) {
        const file = join(incoming, name);
        const found = statSync(file, { throwIfNoEntry: false });
        const isOld = found !== undefined && Date.now() - found.mtimeMs > dayMs;
        if (isOld || !owner.isAlive(name.slice(0, name.lastIndexOf('-')))) rmSync(file, { force: true });
      }
    },
  };
}
