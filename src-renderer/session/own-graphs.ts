import { emptyGraph, type Graph } from '../../src-main/model/graph.ts';
import { readGraph, writeGraph } from '../../src-main/model/graph-file.ts';
import { type GraphId, newId } from '../../src-main/model/ids.ts';
import { formatVersion, migrations } from '../../src-main/model/migrations.ts';
import { draftKey } from './open-graph.ts';
import { readJson, type Storage, writeJson } from './storage.ts';

const indexKey = 'kiln.graphs';
const fileKey = (id: GraphId): string => `kiln.graph.${id}`;

/** Graphs that a person began or opened in this browser, as they were opened; what was done since is in their drafts. */
export interface OwnGraphs {
  /** All that can be read, in the order in which they were opened. */
  read(): readonly Graph[];
  /** Answers whether it lasts longer than the page. */
  keep(graph: Graph): boolean;
  forget(graph: Graph): void;
}

export function ownGraphs(storage: Storage): OwnGraphs {
  const ids = (): GraphId[] => {
    const kept = readJson(storage, indexKey);
    return Array.isArray(kept) ? kept.filter((id): id is GraphId => typeof id === 'string') : [];
  };
  return {
    read: () =>
      ids().flatMap((id) => {
        const file = readJson(storage, fileKey(id));
        const read = file === null ? null : readGraph(JSON.stringify(file), { name: id });
        return read?.ok ? [read.value] : [];
      }),
    keep(graph) {
      const isKept = writeJson(storage, fileKey(graph.id), JSON.parse(writeGraph(graph)));
      return isKept && writeJson(storage, indexKey, [...ids().filter((id) => id !== graph.id), graph.id]);
    },
    forget(graph) {
      writeJson(storage, fileKey(graph.id), null);
      writeJson(storage, draftKey(graph), null);
      writeJson(
        storage,
        indexKey,
        ids().filter((id) => id !== graph.id),
      );
    },
  };
}

export const blankGraph = (): Graph => emptyGraph(newId<GraphId>('graph'), formatVersion(migrations));
