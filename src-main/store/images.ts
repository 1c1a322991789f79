import type { Digest, GraphId, NodeId, RunId } from '../model/ids.ts';
import type { ImageFilters, ImagePlace, RunImage } from '../model/run.ts';
import type { PictureMime } from '../model/value-types.ts';
import { reading, writing } from './commits.ts';
import type { Sql } from './database.ts';
import { digestOf } from './files.ts';
import type { Keeper } from './keeper.ts';

/** So long previews can be looked at, and so long removed pictures can be had back. */
const lastMs = 24 * 60 * 60_000;

export interface NewImage extends Omit<RunImage, 'digest'> {
  readonly mime: PictureMime;
  /** What it was made from, for searching. */
  readonly prompt: string;
  readonly graphId?: GraphId;
  readonly graphTitle?: string;
  readonly packs?: readonly string[];
}

export interface StoredImage extends RunImage {
  readonly mime: PictureMime;
  readonly bytes: number;
  readonly prompt: string;
  readonly graphId: GraphId;
  readonly graphTitle: string;
  /** Names of the packs that made it. */
  readonly packs: readonly string[];
  /** ms since 1970. */
  readonly added: number;
}

export interface ImageQuery {
  readonly runId?: RunId;
  /** Somewhere in the title or the prompt, whatever the case, or the beginning of the seed. */
  readonly text?: string;
  readonly graphId?: string;
  /** Made with this pack. */
  readonly pack?: string;
  /** Previews too, not only what was made to be kept. */
  readonly previews?: boolean;
  readonly offset?: number;
  readonly count?: number;
}

interface ImageRow
  extends Record<
    'digest' | 'mime' | 'run' | 'node' | 'title' | 'prompt' | 'graph_id' | 'graph_title' | 'packs',
    string
  > {
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
  mime: row.mime as PictureMime,
  bytes: row.bytes,
  prompt: row.prompt,
  graphId: row.graph_id as GraphId,
  graphTitle: row.graph_title,
  packs: JSON.parse(row.packs),
  added: row.added,
});

/** What a picture was made from. Where it is not given, what is there stays. */
export type Origin = Pick<NewImage, 'prompt' | 'graphId' | 'graphTitle' | 'packs'>;

/**
 * Inside a transaction: the picture of a run, whose file is known. A run that is done again replaces its own, so none
 * appears twice.
 */
export function insertRunImage(sql: Sql, image: RunImage, added: number, origin: Origin | null): void {
  sql.run(
    `INSERT INTO run_images (run, node, position, image, seed, title, prompt, kept, added)
      SELECT ?, ?, ?, id, ?, ?, '', ?, ? FROM images WHERE digest = ?
      ON CONFLICT (run, node, position) DO UPDATE SET image = excluded.image, seed = excluded.seed, title = excluded.title,
        kept = excluded.kept`,
    image.runId,
    image.nodeId,
    image.index,
    image.seed,
    image.title,
    image.kept ? 1 : 0,
    added,
    image.digest,
  );
  if (!origin) return;
  sql.run(
    'UPDATE run_images SET prompt = ?, graph_id = ?, graph_title = ?, packs = ? WHERE run = ? AND node = ? AND position = ?',
    origin.prompt,
    origin.graphId ?? '',
    origin.graphTitle ?? '',
    JSON.stringify(origin.packs ?? []),
    image.runId,
    image.nodeId,
    image.index,
  );
}

const escaped = (text: string) => text.replace(/[\\%_]/g, '\\$&');

/** The conditions of a query and their values. */
function wanted({ runId, text, graphId, pack, previews = false }: ImageQuery): { where: string; values: string[] } {
  const all: [condition: string, values: string[]][] = [['removed IS NULL', []]];
  if (!previews) all.push(['kept = 1', []]);
  if (runId !== undefined) all.push(['run = ?', [runId]]);
  if (graphId !== undefined) all.push(['graph_id = ?', [graphId]]);
  if (pack !== undefined) all.push(['EXISTS (SELECT 1 FROM json_each(packs) WHERE value = ?)', [pack]]);
  if (text) {
    const like = `%${escaped(text)}%`;
    const condition = `(title LIKE ? ESCAPE '\\' OR prompt LIKE ? ESCAPE '\\' OR seed LIKE ? ESCAPE '\\')`;
    all.push([condition, [like, like, `${escaped(text)}%`]]);
  }
  return {
    where: `WHERE ${all.map(([condition]) => condition).join(' AND ')}`,
    values: all.flatMap(([, values]) => values),
  };
}

const columns = `digest, mime, run, node, position, width, height, bytes, seed, title, prompt, kept, added, graph_id, graph_title, packs
  FROM run_images JOIN images ON images.id = image`;

/** Pictures: one file for equal ones, one row for each time that a run made it. */
export const imageTable = ({ sql, imageFiles, now }: Keeper) => {
  /** Inside a transaction: when a picture was removed, or null for one that is there. Answers whether that is news. */
  const mark = ({ runId, nodeId, index }: ImagePlace, removed: number | null): boolean =>
    sql.run(
      'UPDATE run_images SET removed = ? WHERE run = ? AND node = ? AND position = ? AND (removed IS NULL) = ?',
      removed,
      runId,
      nodeId,
      index,
      removed === null ? 0 : 1,
    ).changes > 0;

  /** Inside a transaction. */
  const purge = (): void => {
    const old = now() - lastMs;
    const gone = sql.all<{ id: number }>(
      'DELETE FROM run_images WHERE (kept = 0 AND added < ?) OR removed < ? RETURNING image AS id',
      old,
      old,
    );
    for (const { id } of gone) {
      const unneeded =
        'DELETE FROM images WHERE id = ? AND NOT EXISTS (SELECT 1 FROM run_images WHERE image = images.id) RETURNING digest';
      const row = sql.get<{ digest: Digest }>(unneeded, id);
      if (row) imageFiles.remove(row.digest);
    }
  };

  return {
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
        const { mime, prompt: _prompt, graphId: _graphId, graphTitle: _graphTitle, packs: _packs, ...rest } = image;
        const made = { ...rest, digest, ...(mime === 'image/png' ? {} : { mime }) };
        insertRunImage(sql, made, now(), image);
        return made;
      });
    },

    get: (digest: Digest) => imageFiles.read(digest),

    /** Newest first. */
    list(query: ImageQuery) {
      const { where, values } = wanted(query);
      // The page is found in an index first: whole rows before it are not read.
      const page = `SELECT id FROM run_images ${where} ORDER BY id DESC LIMIT ? OFFSET ?`;
      const text = `SELECT ${columns} WHERE run_images.id IN (${page}) ORDER BY run_images.id DESC`;
      const { offset = 0, count = 100 } = query;
      return reading((): StoredImage[] => sql.all<ImageRow>(text, ...values, count, offset).map(imageOf));
    },

    /** How many `list` would give without its page. */
    count(query: ImageQuery) {
      const { where, values } = wanted(query);
      return reading(() => sql.get<{ n: number }>(`SELECT count(*) AS n FROM run_images ${where}`, ...values)!.n);
    },

    /** What kept pictures can be filtered by: their graphs, named as they were lately, and their packs. */
    filters() {
      const shown = 'kept = 1 AND removed IS NULL';
      return reading((): ImageFilters => {
        const graphs = sql.all<{ graphId: GraphId; count: number; last: number }>(
          `SELECT graph_id AS graphId, count(*) AS count, max(id) AS last FROM run_images
          WHERE ${shown} AND graph_id <> '' GROUP BY graph_id ORDER BY last DESC`,
        );
        const title = 'SELECT graph_title AS title FROM run_images WHERE id = ?';
        return {
          graphs: graphs.map(({ graphId, count, last }) => ({
            graphId,
            count,
            title: sql.get<{ title: string }>(title, last)!.title,
          })),
          packs: sql.all<{ pack: string; count: number }>(
            `SELECT value AS pack, count(*) AS count FROM run_images, json_each(packs) WHERE ${shown} GROUP BY value ORDER BY value`,
          ),
        };
      });
    },

    /** Takes pictures out of sight, for a day in which they can be restored. Answers those that were there. */
    remove(places: readonly ImagePlace[]) {
      return writing((): ImagePlace[] => {
        purge();
        return places.filter((place) => mark(place, now()));
      });
    },

    /** Answers those that are there again. */
    restore(places: readonly ImagePlace[]) {
      return writing((): StoredImage[] =>
        places
          .flatMap((place) =>
            mark(place, null)
              ? sql.all<ImageRow>(
                  `SELECT ${columns} WHERE run = ? AND node = ? AND position = ?`,
                  place.runId,
                  place.nodeId,
                  place.index,
                )
              : [],
          )
          .map(imageOf),
      );
    },

    /** Ends pictures that were only for a look or were removed, a day after that. What is kept is never touched. */
    removeOld() {
      const old = now() - lastMs;
      const any =
        'SELECT 1 FROM run_images WHERE kept = 0 AND added < ? UNION ALL SELECT 1 FROM run_images WHERE removed < ? LIMIT 1';
      return sql.get(any, old, old) ? writing(purge) : null;
    },
  };
};
