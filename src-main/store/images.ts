import type { Digest, NodeId, RunId } from '../model/ids.ts';
import type { RunImage } from '../model/run.ts';
import { reading, writing } from './commits.ts';
import type { Sql } from './database.ts';
import { digestOf } from './files.ts';
import type { Keeper } from './keeper.ts';

const previewMs = 24 * 60 * 60_000;

export interface NewImage extends Omit<RunImage, 'digest'> {
  readonly mime: 'image/png';
  /** What it was made from, for searching. */
  readonly prompt: string;
}

export interface StoredImage extends RunImage {
  readonly mime: 'image/png';
  readonly bytes: number;
  readonly prompt: string;
  /** ms since 1970. */
  readonly added: number;
}

export interface ImageQuery {
  readonly runId?: RunId;
  /** Somewhere in the title or the prompt, whatever the case. */
  readonly text?: string;
  /** Previews too, not only what was made to be kept. */
  readonly previews?: boolean;
  readonly offset?: number;
  readonly count?: number;
}

interface ImageRow extends Record<'digest' | 'run' | 'node' | 'title' | 'prompt', string> {
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly position: number;
  readonly seed: string | null;
  readonly kept: number;
  readonly added: number;
}

const imageOf = (row: ImageRow): StoredImage => ({
  runId: row.run as RunId,
  nodeId: row.node as NodeId,
  index: row.position,
  digest: row.digest as Digest,
  width: row.width,
  height: row.height,
  seed: row.seed,
  title: row.title,
  kept: row.kept === 1,
  mime: 'image/png',
  bytes: row.bytes,
  prompt: row.prompt,
  added: row.added,
});

/**
 * Inside a transaction: the picture of a run, whose file is known. A run that is done again replaces its own, so none
 * appears twice. Without a prompt, the one that is there stays.
 */
export function insertRunImage(sql: Sql, image: RunImage, added: number, prompt: string | null): void {
  sql.run(
    `INSERT INTO run_images (run, node, position, image, seed, title, prompt, kept, added)
      SELECT ?, ?, ?, id, ?, ?, coalesce(?, ''), ?, ? FROM images WHERE digest = ?
      ON CONFLICT (run, node, position) DO UPDATE SET image = excluded.image, seed = excluded.seed, title = excluded.title,
        prompt = iif(excluded.prompt = '', prompt, excluded.prompt), kept = excluded.kept`,
    image.runId,
    image.nodeId,
    image.index,
    image.seed,
    image.title,
    prompt,
    image.kept ? 1 : 0,
    added,
    image.digest,
  );
}

const likeText = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/** Pictures: one file for equal ones, one row for each time that a run made it. */
export const imageTable = ({ sql, imageFiles, now }: Keeper) => ({
  add(image: NewImage, [bytes]: readonly Uint8Array[]) {
    const content = bytes!;
    const digest = digestOf(content);
    imageFiles.put(digest, content);
    return writing((): RunImage => {
      imageFiles.put(digest, content); // a removed preview's file may have gone in between
      sql.run(
        'INSERT OR IGNORE INTO images (digest, mime, width, height, bytes, seen) VALUES (?, ?, ?, ?, ?, ?)',
        digest,
        image.mime,
        image.width,
        image.height,
        content.length,
        now(),
      );
      const { mime: _, prompt, ...rest } = image;
      const made = { ...rest, digest };
      insertRunImage(sql, made, now(), prompt);
      return made;
    });
  },

  get: (digest: Digest) => imageFiles.read(digest),

  /** Newest first. */
  list({ runId, text, previews = false, offset = 0, count = 100 }: ImageQuery) {
    const wanted: [condition: string, values: string[]][] = [];
    if (!previews) wanted.push(['kept = 1', []]);
    if (runId !== undefined) wanted.push(['run = ?', [runId]]);
    if (text) {
      wanted.push([`(title LIKE ? ESCAPE '\\' OR prompt LIKE ? ESCAPE '\\')`, [likeText(text), likeText(text)]]);
    }
    const where = wanted.length > 0 ? `WHERE ${wanted.map(([condition]) => condition).join(' AND ')}` : '';
    const query = `SELECT digest, run, node, position, width, height, bytes, seed, title, prompt, kept, added
      FROM run_images JOIN images ON images.id = image ${where} ORDER BY run_images.id DESC LIMIT ? OFFSET ?`;
    return reading((): StoredImage[] =>
      sql.all<ImageRow>(query, ...wanted.flatMap(([, values]) => values), count, offset).map(imageOf),
    );
  },

  /** Removes pictures that were only for a look and are older than a day. What is kept is never touched. */
  removeOldPreviews() {
    const old = now() - previewMs;
    if (!sql.get('SELECT 1 FROM run_images WHERE kept = 0 AND added < ? LIMIT 1', old)) return null;
    return writing(() => {
      const gone = sql.all<{ id: number }>(
        'DELETE FROM run_images WHERE kept = 0 AND added < ? RETURNING image AS id',
        old,
      );
      for (const { id } of gone) {
        const unneeded =
          'DELETE FROM images WHERE id = ? AND NOT EXISTS (SELECT 1 FROM run_images WHERE image = images.id) RETURNING digest';
        const row = sql.get<{ digest: Digest }>(unneeded, id);
        if (row) imageFiles.remove(row.digest);
      }
    });
  },
});
