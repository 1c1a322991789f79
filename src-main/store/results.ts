import type { ContentKey, Digest, TensorId } from '../model/ids.ts';
import type { JsonObject } from '../model/json.ts';
import type { KeptResult } from '../model/ports.ts';
import { reading, writing } from './commits.ts';
import { digestOf } from './files.ts';
import type { Keeper } from './keeper.ts';
import { keptOutputs } from './kept-values.ts';

/** Times of last use are kept this coarse, so that a read seldom writes. */
const useStepMs = 60_000;
/** Eviction goes down to this share of the budget, so that it is not needed again at once. */
const evictTo = 0.9;
/** Results that one commit evicts: others get their turn in between. */
const evictAtOnce = 200;

interface ResultRow {
  readonly id: number;
  readonly key: string;
  readonly outputs: string;
  readonly used: number;
}

/** Results by content key: their outputs as JSON, their tensors as files, the least recently used leaving over budget. */
export function resultTable({ sql, commits, blobFiles, now }: Keeper, cacheBytes: number) {
  let budgetBytes = cacheBytes;
  /** Bytes of files that results hold, as far as this process knows. */
  let heldBytes: number | null = null;
  let evicting = false;
  /** Kept, and not committed yet. */
  const waiting = new Map<ContentKey, KeptResult>();

  const usedNow = () => Math.floor(now() / useStepMs);
  const byKey = (key: ContentKey) =>
    sql.get<ResultRow>('SELECT id, key, outputs, used FROM results WHERE key = ?', key);
  const filesOf = (result: number) =>
    sql.all<{ id: number; digest: Digest; bytes: number }>(
      'SELECT blobs.id, digest, bytes FROM result_files JOIN blobs ON blobs.id = blob WHERE result = ?',
      result,
    );
  const isWhole = (result: number) => filesOf(result).every(({ digest, bytes }) => blobFiles.size(digest) === bytes);

  /** Inside a transaction, whose lock keeps others from taking up a file that leaves. Answers the bytes that left. */
  const forget = (result: number): number => {
    const files = filesOf(result);
    let freed = 0;
    sql.run('DELETE FROM results WHERE id = ?', result);
    for (const { id, digest, bytes } of files) {
      const isNeeded = sql.get(
        `SELECT 1 FROM blobs WHERE id = ? AND (uploaded = 1 OR EXISTS (SELECT 1 FROM result_files WHERE blob = blobs.id))`,
        id,
      );
      if (isNeeded) continue;
      sql.run('DELETE FROM blobs WHERE id = ?', id);
      blobFiles.remove(digest);
      freed += bytes;
    }
    return freed;
  };
  const held = () =>
    sql.get<{ sum: number }>('SELECT coalesce(sum(bytes), 0) AS sum FROM blobs WHERE uploaded = 0')!.sum;

  const insertFile = (result: number, digest: Digest, bytes: Uint8Array): void => {
    blobFiles.cache(digest, bytes); // it may have been evicted since it was written
    sql.run('INSERT OR IGNORE INTO blobs (digest, bytes, uploaded) VALUES (?, ?, 0)', digest, bytes.length);
    sql.run(
      'INSERT OR IGNORE INTO result_files (result, blob) SELECT ?, id FROM blobs WHERE digest = ?',
      result,
      digest,
    );
  };

  const evictSome = (): boolean => {
    heldBytes = held();
    for (let n = 0; n < evictAtOnce && heldBytes > budgetBytes * evictTo; n++) {
      const oldest = sql.get<{ id: number }>('SELECT id FROM results ORDER BY used, id LIMIT 1');
      if (!oldest) return false;
      heldBytes -= forget(oldest.id);
    }
    return heldBytes > budgetBytes * evictTo;
  };
  /** A commit at a time, until the results are within their budget. */
  const evict = async (): Promise<void> => {
    if (evicting) return;
    evicting = true;
    try {
      const commit = () => commits.take(writing(evictSome));
      // On a full disk the first commit fails, but the files it removed make room for the second.
      while (await commit().catch(commit));
    } finally {
      evicting = false;
    }
  };
  const evictIfNeeded = (): void => {
    heldBytes ??= held();
    if (heldBytes > budgetBytes) evict().catch(() => {}); // the next result asks again
  };

  return {
    /**
     * Whoever asks later finds it, once this is answered; on disk it is with the next commit. Should it be lost before, it is
     * made again.
     */
    keep(
      {
        key,
        outputs,
        tensors,
      }: { readonly key: ContentKey; readonly outputs: object; readonly tensors: readonly TensorId[] },
      bytes: readonly Uint8Array[],
    ): KeptResult {
      const waits = waiting.get(key);
      if (waits) return waits;
      const found = byKey(key);
      if (found && isWhole(found.id)) return { key, outputs: JSON.parse(found.outputs) };
      const files = new Map<Digest, Uint8Array>();
      const digests = new Map<TensorId, Digest>();
      tensors.forEach((tensor, place) => {
        const digest = digestOf(bytes[place]!);
        digests.set(tensor, digest);
        files.set(digest, bytes[place]!);
      });
      const made: KeptResult = { key, outputs: keptOutputs(outputs as Record<string, unknown>, digests) };
      const isNeeded = (digest: Digest) => sql.get('SELECT 1 FROM blobs WHERE digest = ?', digest);
      for (const [digest, content] of files) blobFiles.cache(digest, content);
      const insert = (): void => {
        const before = byKey(key);
        if (before && isWhole(before.id)) {
          for (const digest of files.keys()) if (!isNeeded(digest)) blobFiles.remove(digest);
          return;
        }
        if (before) forget(before.id);
        const text = 'INSERT INTO results (key, outputs, used) VALUES (?, ?, ?)';
        const { id } = sql.run(text, key, JSON.stringify(made.outputs), usedNow());
        for (const [digest, content] of files) {
          insertFile(id, digest, content);
          if (heldBytes !== null) heldBytes += content.length;
        }
        evictIfNeeded();
      };
      waiting.set(key, made);
      commits
        .take(writing(insert))
        .catch(() => {}) // what cannot be kept is made again
        .finally(() => waiting.delete(key));
      return made;
    },

    /** Those of the keys whose results are there, with every file of the right size. */
    find(keys: readonly ContentKey[]) {
      return reading((): KeptResult[] => {
        const found = sql.all<ResultRow>(
          'SELECT id, key, outputs, used FROM results WHERE key IN (SELECT value FROM json_each(?))',
          JSON.stringify(keys),
        );
        const step = usedNow();
        return found.flatMap((row): KeptResult[] => {
          if (!isWhole(row.id)) {
            void commits.take(writing(() => forget(row.id))).catch(() => {});
            return [];
          }
          if (row.used < step) commits.later(() => sql.run('UPDATE results SET used = ? WHERE id = ?', step, row.id));
          return [{ key: row.key as ContentKey, outputs: JSON.parse(row.outputs) as JsonObject }];
        });
      });
    },

    /** A file that is gone or broken takes every result that needs it along. */
    read(digest: Digest) {
      const bytes = blobFiles.read(digest);
      if (bytes) return bytes;
      return writing((): Uint8Array | null => {
        const again = blobFiles.read(digest);
        if (again) return again; // made anew meanwhile
        const needing = 'SELECT result AS id FROM result_files JOIN blobs ON blobs.id = blob WHERE digest = ?';
        for (const { id } of sql.all<{ id: number }>(needing, digest)) forget(id);
        sql.run('DELETE FROM blobs WHERE digest = ?', digest);
        blobFiles.remove(digest);
        return null;
      });
    },

    /** Bytes on disk for what can be computed again. */
    budget(bytes: number) {
      budgetBytes = bytes;
      return evict();
    },
    heldBytes: () => reading(held),
  };
}
