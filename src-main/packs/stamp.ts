import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fail } from '../model/errors.ts';
import type { FileSeen, PartFile } from '../model/pack.ts';

/** A file as it was seen. */
export type Stamp = FileSeen;

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

/**
 * What is loaded under a part's key is what the pack had when it was opened, or nothing.
 * @throws AppError pack.changed, pack.partMissing
 */
export async function checkSeen({ part, seen }: PartFile): Promise<void> {
  for (const file of seen?.files ?? []) {
    const info = await stat(file.path, { bigint: true }).catch(() => null);
    if (info === null) fail('pack.partMissing', { pack: seen!.pack, part: part.name, path: file.path });
    if (Number(info.size) !== file.size || info.mtimeNs.toString() !== file.changed)
      fail('pack.changed', { pack: seen!.pack, part: part.name });
  }
}
