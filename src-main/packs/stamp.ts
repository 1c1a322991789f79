import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';

/** A file as it was seen: while size and time are the same, so are its bytes. */
export interface Stamp {
  readonly path: string;
  readonly size: number;
  /** Nanoseconds since 1970, in decimal: they do not fit a number. */
  readonly changed: string;
}

export const stampOf = (path: string, { size, mtimeNs }: BigIntStats): Stamp => ({
  path,
  size: Number(size),
  changed: mtimeNs.toString(),
});

/** Whether the file is still the one that was seen. */
export async function isUnchanged({ path, size, changed }: Stamp): Promise<boolean> {
  const info = await stat(path, { bigint: true }).catch(() => null);
  return info !== null && Number(info.size) === size && info.mtimeNs.toString() === changed;
}
