import { type FileHandle, open, stat } from 'node:fs/promises';
import { AppError, fail, type Problem, problem } from './model/errors.ts';

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string';

/** What the system said, without its code, the call and the path: "permission denied". */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^[A-Z0-9_]+: /, '').replace(/, \w+( '.*)?$/, '');
}

/** Why a file that a person named cannot be read. */
export function fileProblem(error: unknown, path: string): Problem {
  if (error instanceof AppError) return error.problems[0]!;
  const code = isSystemError(error) ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return problem('file.missing', { path });
  if (code === 'EISDIR') return problem('file.isFolder', { path });
  return problem('file.unreadable', { path, reason: reasonOf(error) });
}

export interface ReadFileRequest {
  /** Absolute. */
  readonly at: string;
  /** As the person wrote it. */
  readonly path: string;
  /** Most bytes, given the first 16: what a file is decides how large it may be. */
  readonly limit: (head: Uint8Array) => number;
}

/**
 * Reads a file whole, its size checked before memory is taken. A pipe has no size, so what comes is counted as well.
 * @throws AppError file.missing, file.isFolder, file.empty, file.tooLarge, file.unreadable
 */
export async function readFileWithin({ at, path, limit }: ReadFileRequest): Promise<Uint8Array> {
  try {
    const facts = await stat(at);
    if (facts.isDirectory()) fail('file.isFolder', { path });
    const file = await open(at, 'r');
    try {
      return await readAll(file, path, facts.isFile() ? facts.size : null, limit);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new AppError(fileProblem(error, path), { cause: error });
  }
}

async function readAll(
  file: FileHandle,
  path: string,
  size: number | null,
  limit: ReadFileRequest['limit'],
): Promise<Uint8Array> {
  const head = await readUpTo(file, 16);
  if (head.length === 0) fail('file.empty', { path });
  const most = limit(head);
  if (size !== null && size > most) fail('file.tooLarge', { path, bytes: size, limit: most });
  const parts = [head];
  let bytes = head.length;
  // A regular file is read in one piece, and once more to see its end; it may have grown since.
  for (let next = Math.max(1, (size ?? 0) - bytes); ; next = 65_536) {
    const part = await readUpTo(file, Math.min(next, most + 1 - bytes));
    if (part.length === 0) break;
    parts.push(part);
    bytes += part.length;
    if (bytes > most) fail('file.tooLarge', { path, bytes, limit: most });
  }
  return parts.length === 1 ? head : Buffer.concat(parts);
}

/** Fewer bytes than asked for only at the end of the file. */
async function readUpTo(file: FileHandle, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  let filled = 0;
  while (filled < bytes) {
    const { bytesRead } = await file.read(buffer, filled, bytes - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** Text in UTF-8, or in UTF-16 with its mark, as PowerShell writes it. A byte order mark is dropped. */
export function textOf(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}
