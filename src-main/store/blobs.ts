import { fail } from '../model/errors.ts';
import type { Digest } from '../model/ids.ts';
import { limits } from '../model/limits.ts';
import { reading, writing } from './commits.ts';
import { digestOf } from './files.ts';
import type { Keeper } from './keeper.ts';

/** Files that graphs name: uploaded once, kept until somebody removes them. */
export const blobTable = ({ sql, blobFiles }: Keeper) => ({
  /** @throws AppError file.tooLarge, disk.full */
  put(name: string, [bytes]: readonly Uint8Array[]) {
    const content = bytes!;
    const limit = limits.imageFileBytes;
    if (content.length > limit) fail('file.tooLarge', { path: name, bytes: content.length, limit });
    const digest = digestOf(content);
    blobFiles.put(digest, content);
    return writing(() => {
      blobFiles.put(digest, content); // eviction may have taken it for a result's in between
      sql.run(
        'INSERT INTO blobs (digest, bytes, uploaded) VALUES (?, ?, 1) ON CONFLICT (digest) DO UPDATE SET uploaded = 1',
        digest,
        content.length,
      );
      return digest;
    });
  },
  get: (digest: Digest) => blobFiles.read(digest),
  has(digest: Digest) {
    return reading(() => {
      const row = sql.get<{ bytes: number }>('SELECT bytes FROM blobs WHERE digest = ?', digest);
      return row !== undefined && blobFiles.size(digest) === row.bytes;
    });
  },
  /** False where there is none, or where results still need it: it leaves with them then. */
  remove(digest: Digest) {
    return writing(() => {
      sql.run('UPDATE blobs SET uploaded = 0 WHERE digest = ?', digest);
      const unneeded = `DELETE FROM blobs WHERE digest = ? AND NOT EXISTS (SELECT 1 FROM result_files WHERE blob = blobs.id)`;
      if (sql.run(unneeded, digest).changes === 0) return false;
      blobFiles.remove(digest);
      return true;
    });
  },
});
