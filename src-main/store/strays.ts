import type { Digest } from '../model/ids.ts';
import { reading, writing } from './commits.ts';
import type { Keeper } from './keeper.ts';

/**
 * Removes whole files of results and uploads that nothing points to: a process was killed between writing one and
 * saying so in the database. Whoever is between the two at this moment writes its file again inside its own
 * transaction. Pictures stay in any case: they may be the only ones where a database was lost.
 */
export async function removeStrays({ sql, commits, blobFiles }: Keeper): Promise<void> {
  if (sql.path === ':memory:') return; // another database knows them
  const unknownOf = (digests: readonly Digest[]): Digest[] =>
    sql
      .all<{ digest: Digest }>(
        'SELECT value AS digest FROM json_each(?) WHERE value NOT IN (SELECT digest FROM blobs)',
        JSON.stringify(digests),
      )
      .map(({ digest }) => digest);
  for (const digests of blobFiles.all()) {
    const unknown = await commits.take(reading(() => unknownOf(digests)));
    if (unknown.length === 0) continue;
    await commits.take(writing(() => unknownOf(unknown).forEach((digest) => void blobFiles.remove(digest))));
  }
}
