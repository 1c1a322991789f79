import type { Digest } from '../model/ids.ts';
import { reading, writing } from './commits.ts';
import type { Keeper } from './keeper.ts';

/** A file as far as a glance tells: when none of it changed, its digest did not either. */
export interface FileStamp {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** Gigabytes of weights are hashed once, not at every start. */
export const packDigestTable = ({ sql }: Keeper) => ({
  /** In the order asked; null where the file is new or changed. */
  find(files: readonly FileStamp[]) {
    return reading(() =>
      files.map(({ path, size, mtimeMs }): Digest | null => {
        const query = 'SELECT digest FROM pack_digests WHERE path = ? AND size = ? AND mtime = ?';
        return sql.get<{ digest: Digest }>(query, path, size, mtimeMs)?.digest ?? null;
      }),
    );
  },
  keep(files: readonly (FileStamp & { readonly digest: Digest })[]) {
    return writing(() => {
      for (const { path, size, mtimeMs, digest } of files) {
        const put = 'INSERT OR REPLACE INTO pack_digests (path, size, mtime, digest) VALUES (?, ?, ?, ?)';
        sql.run(put, path, size, mtimeMs, digest);
      }
    });
  },
});
