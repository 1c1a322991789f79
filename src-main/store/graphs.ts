import type { Digest } from '../model/ids.ts';
import { canonicalJson, type JsonObject } from '../model/json.ts';
import { reading, writing } from './commits.ts';
import type { Sql } from './database.ts';
import { digestOf } from './files.ts';
import type { Keeper } from './keeper.ts';

export interface StoredGraph {
  readonly digest: Digest;
  readonly json: string;
}

/** Equal graphs have one canonical text, and are stored once. */
export const storedGraph = (canonical: string): StoredGraph => ({ digest: digestOf(canonical), json: canonical });

/** Inside a transaction. Answers the row's id. */
export function insertGraph(sql: Sql, { digest, json }: StoredGraph): number {
  const find = () => sql.get<{ id: number }>('SELECT id FROM graphs WHERE digest = ?', digest)?.id;
  return find() ?? sql.run('INSERT INTO graphs (digest, json) VALUES (?, ?)', digest, json).id;
}

export const graphTable = ({ sql }: Keeper) => ({
  put(graph: object) {
    const stored = storedGraph(canonicalJson(graph));
    return writing(() => {
      insertGraph(sql, stored);
      return stored.digest;
    });
  },
  get(digest: Digest) {
    return reading((): JsonObject | null => {
      const row = sql.get<{ json: string }>('SELECT json FROM graphs WHERE digest = ?', digest);
      return row ? JSON.parse(row.json) : null;
    });
  },
});
