import { rmSync, writeFileSync } from 'node:fs';
import { AppError, isCancelled, problem } from '../model/errors.ts';

const full = new Set(['SQLITE_FULL', 'ENOSPC', 'EDQUOT', 'EFBIG']);
const locked = new Set(['EROFS', 'EACCES', 'EPERM', 'SQLITE_CANTOPEN']);

export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

export const isFull = (error: unknown): boolean => full.has(codeOf(error));

/** More than SQLite's shared memory wants at once. */
const probeBytes = 64 * 1024;

/** SQLite says no more than that it could not read or write; quotas and limits are seen only by trying. */
function isFullAt(path: string): boolean {
  const beside = `${path}-room`;
  try {
    writeFileSync(beside, new Uint8Array(probeBytes), { mode: 0o600 });
    return false;
  } catch (error) {
    return isFull(error);
  } finally {
    rmSync(beside, { force: true });
  }
}

/** What a person can mend about the disk or the database at `path`; anything else comes back as it is. */
export function diskProblem(error: unknown, path: string): unknown {
  if (error instanceof AppError || isCancelled(error)) return error;
  const code = codeOf(error);
  const reason = error instanceof Error ? error.message : String(error);
  const as = (found: ReturnType<typeof problem>) => new AppError(found, { cause: error });
  if (full.has(code)) return as(problem('disk.full', { path }));
  if (locked.has(code) || code.startsWith('SQLITE_READONLY')) return as(problem('store.readOnly', { path }));
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return as(problem('store.busy', { path }));
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT'))
    return as(problem('store.broken', { path, reason }));
  if (code.startsWith('SQLITE_IOERR') && isFullAt(path)) return as(problem('disk.full', { path }));
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO') return as(problem('folder.notWritable', { path, reason }));
  return error;
}
