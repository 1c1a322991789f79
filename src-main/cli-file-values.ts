import { createHash } from 'node:crypto';
import path from 'node:path';
import { readFileWithin } from './cli-input-files.ts';
import type { Core } from './core.ts';
import { sizeIn } from './device/image-header.ts';
import { AppError, fail, type Problem, type Result } from './model/errors.ts';
import type { Digest } from './model/ids.ts';
import { limits } from './model/limits.ts';
import type { FileValue } from './model/value-types.ts';

/** Pictures that runs will read. They are looked at before there is a core, and handed to it one by one. */
export interface FileShelf {
  /** Reads and checks the file `written` as seen from `folder`; the second time it is remembered. */
  take(written: string, folder: string): Promise<Result<FileValue>>;
  /** @throws AppError file.*, image.* when a file is not what it was */
  upload(core: Pick<Core, 'putFile'>): Promise<void>;
}

/** Stands for a file that could not be read, whose problem is told already. */
export const unreadFile: FileValue = { digest: '0'.repeat(64) as Digest, name: '' };

export function openFileShelf(): FileShelf {
  const taken = new Map<string, Result<FileValue> & { readonly written: string }>();
  return {
    async take(written, folder) {
      const at = path.resolve(folder, written);
      const known = taken.get(at);
      if (known) return known;
      const found = await lookAt(at, written);
      taken.set(at, { ...found, written });
      return found;
    },
    async upload(core) {
      const sent = new Set<Digest>();
      for (const [at, found] of taken) {
        if (!found.ok || sent.has(found.value.digest)) continue;
        sent.add(found.value.digest);
        // Read again rather than kept: a batch may name more pictures than fit into memory.
        const bytes = await readPicture(at, found.written);
        const { digest } = await core.putFile(bytes, found.value.name);
        if (digest !== found.value.digest)
          fail('file.unreadable', { path: found.written, reason: 'it was changed meanwhile' });
      }
    },
  };
}

async function lookAt(at: string, written: string): Promise<Result<FileValue>> {
  try {
    const bytes = await readPicture(at, written);
    const digest = createHash('sha256').update(bytes).digest('hex') as Digest;
    return { ok: true, value: { digest, name: path.basename(at) } };
  } catch (error) {
    if (error instanceof AppError) return { ok: false, problems: error.problems };
    throw error;
  }
}

/** @throws AppError file.*, image.notAnImage, image.formatNotRead, image.broken, image.tooLarge, which the header alone shows */
async function readPicture(at: string, written: string): Promise<Uint8Array> {
  const bytes = await readFileWithin({ at, path: written, limit: () => limits.imageFileBytes });
  sizeIn(bytes, written);
  return bytes;
}

/** The problems of a file at the input that names it. */
export const at = (problems: readonly Problem[], where: Pick<Problem, 'nodeId' | 'input'>): Problem[] =>
  problems.map((found) => ({ ...found, ...where }) as Problem);
