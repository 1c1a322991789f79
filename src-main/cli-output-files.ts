import { rmdirSync, unlinkSync } from 'node:fs';
import { link, mkdir, mkdtemp, readFile, rename, rmdir, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { reasonOf } from './cli-input-files.ts';
import { pictureMime } from './comfy/picture-text.ts';
import { AppError, fail, isCancelled, type Problem, problem } from './model/errors.ts';
import type { Digest } from './model/ids.ts';
import type { CliTexts } from './texts/cli-texts.ts';

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException | undefined)?.code ?? '');

/** Why nothing could be written there. */
function writeProblem(error: unknown, shown: string): Problem {
  if (error instanceof AppError) return error.problems[0]!;
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return problem('disk.full', { path: shown });
  return problem('folder.notWritable', { path: shown, reason: reasonOf(error) });
}

/** 255 bytes is what a name may have on most systems; the rest of the name is ASCII. */
const titleBytes = 180;
const nameChars = 120;

/**
 * `title-seed-sha8`, a name that every platform takes. Letters and digits of all scripts stay; whatever else becomes `-`,
 * dots too, so the name cannot be one that Windows keeps for devices, which end at the first dot.
 */
export function pictureName(title: string, seed: string | null, digest: Digest): string {
  const end = `${seed === null ? '' : `-${seed}`}-${digest.slice(0, 8)}`;
  const safe = title
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}\p{M}_]+/gu, '-')
    .replace(/^[-_]+|[-_]+$/g, '');
  let start = '';
  for (const char of safe || 'image') {
    if ((start + char + end).length > nameChars - 8 || Buffer.byteLength(start + char) > titleBytes) break;
    start += char;
  }
  return start + end;
}

const suffixes = { 'image/png': '.png', 'image/jpeg': '.jpg', 'image/webp': '.webp' } as const;

export interface PictureToWrite {
  readonly title: string;
  readonly seed: string | null;
  readonly digest: Digest;
}

export interface OutputFolder {
  /** The path of the written file, as `asked` begins it. @throws AppError disk.full, folder.notWritable */
  write(picture: PictureToWrite, bytes: Uint8Array): Promise<string>;
  /** Takes away folders that were made and stayed empty. */
  tidy(): Promise<void>;
}

/**
 * A folder for pictures, tried now and made when the first picture is there.
 * @throws AppError folder.notWritable, disk.full
 */
export async function openOutputFolder(asked: string, cwd: string, texts: CliTexts): Promise<OutputFolder> {
  const folder = path.resolve(cwd, asked);
  await tryFolder(folder, asked, texts);
  let made: string | undefined;
  return {
    async write({ title, seed, digest }, bytes) {
      const name = pictureName(title, seed, digest);
      const suffix = suffixes[pictureMime(bytes) ?? 'image/png'];
      try {
        made = (await mkdir(folder, { recursive: true })) ?? made;
        return path.join(asked, await writeBeside(folder, name, suffix, bytes));
      } catch (error) {
        throw new AppError(writeProblem(error, path.join(asked, name + suffix)), { cause: error });
      }
    },
    async tidy() {
      if (made === undefined) return;
      // From the inside out, up to the outermost folder that was made; one that is not empty ends it.
      for (let at = folder; at.startsWith(made); at = path.dirname(at)) {
        try {
          await rmdir(at);
        } catch {
          return;
        }
      }
    },
  };
}

/** Makes a folder inside the nearest one that is there and removes it: rights alone do not tell on every system. */
async function tryFolder(folder: string, shown: string, texts: CliTexts): Promise<void> {
  try {
    for (let at = folder; ; at = path.dirname(at)) {
      const facts = await stat(at).catch((error: unknown) => {
        if (codeOf(error) === 'ENOENT' && path.dirname(at) !== at) return null;
        if (codeOf(error) === 'ENOTDIR' && path.dirname(at) !== at) return null;
        throw error;
      });
      if (!facts) continue;
      if (!facts.isDirectory()) fail('folder.notWritable', { path: shown, reason: texts.folder.notFolder(at) });
      const trial = await mkdtemp(path.join(at, '.kiln-'));
      rmdirSync(trial);
      return;
    }
  } catch (error) {
    throw new AppError(writeProblem(error, shown), { cause: error });
  }
}

/** Calls `write` with a name beside the wanted one; whatever happens, also at the process's end, that name is gone after. */
async function withPart<T>(folder: string, write: (part: string) => Promise<T>): Promise<T> {
  const part = path.join(folder, `.kiln-${process.pid}-${crypto.randomUUID().slice(0, 8)}.part`);
  const drop = (): void => {
    try {
      unlinkSync(part);
    } catch {
      // It was never made, or has got its name.
    }
  };
  process.once('exit', drop);
  try {
    return await write(part);
  } finally {
    process.off('exit', drop);
    drop();
  }
}

/** Writes `name.png`, or `name-2.png` where another file has that name; the same picture is not written twice. */
async function writeBeside(folder: string, name: string, suffix: string, bytes: Uint8Array): Promise<string> {
  return withPart(folder, async (part) => {
    let written = false;
    for (let copy = 1; ; copy++) {
      const file = copy === 1 ? name + suffix : `${name}-${copy}${suffix}`;
      const target = path.join(folder, file);
      if (await holds(target, bytes)) return file;
      if (!written) await writeFile(part, bytes, { flag: 'wx' });
      written = true;
      if (await takeName(part, target)) return file;
    }
  });
}

async function holds(file: string, bytes: Uint8Array): Promise<boolean> {
  const facts = await stat(file).catch(() => null);
  if (!facts?.isFile() || facts.size !== bytes.length) return false;
  return Buffer.compare(await readFile(file), bytes) === 0;
}

/** Whether `part` became `target`; false where a file is there already. A link never overwrites, a rename does. */
async function takeName(part: string, target: string): Promise<boolean> {
  try {
    await link(part, target);
    await unlink(part);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK'].includes(codeOf(error))) throw error;
  }
  // FAT and some network drives know no links.
  const isTaken = await stat(target).then(
    () => true,
    () => false,
  );
  if (!isTaken) await rename(part, target);
  return !isTaken;
}

/**
 * Writes a file that a person named, in one move; an older one is replaced.
 * @throws AppError disk.full, folder.notWritable
 */
export async function replaceFile(shown: string, cwd: string, text: string): Promise<void> {
  const target = path.resolve(cwd, shown);
  try {
    await mkdir(path.dirname(target), { recursive: true });
    await withPart(path.dirname(target), async (part) => {
      await writeFile(part, text, { flag: 'wx' });
      await rename(part, target);
    });
  } catch (error) {
    if (isCancelled(error)) throw error;
    throw new AppError(writeProblem(error, shown), { cause: error });
  }
}
