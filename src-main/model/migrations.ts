import type { Json } from './json.ts';

export type RawGraph = Record<string, Json>;

/** One change of the file format: a name that says what it became, and the step. Released ones are never edited. */
export interface Migration {
  readonly name: string;
  readonly up: (graph: RawGraph) => RawGraph;
}

/** In order; the format's version is their count plus one. */
export const migrations: readonly Migration[] = [];

export const formatVersion = (list: readonly Migration[] = migrations): number => list.length + 1;

/** From the version a file was saved in to this one. The file's version must be between 1 and this one. */
export function migrate(graph: RawGraph, version: number, list: readonly Migration[] = migrations): RawGraph {
  const current = list.slice(version - 1).reduce((value, { up }) => up(value), graph);
  return { ...current, version: formatVersion(list) };
}
