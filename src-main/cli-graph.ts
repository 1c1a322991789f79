import path from 'node:path';
import { nodeTypes } from '../nodes/index.ts';
import { readFileWithin, textOf } from './cli-input-files.ts';
import { graphTextOf, isPicture } from './core-graph-bytes.ts';
import { type Problem, unwrap } from './model/errors.ts';
import { type FlatGraph, flatten } from './model/flat-graph.ts';
import type { Graph } from './model/graph.ts';
import { readGraph } from './model/graph-file.ts';
import { limits } from './model/limits.ts';
import { type NodeSpecs, specsOf } from './model/node-spec.ts';
import type { Catalog } from './model/node-type.ts';
import { orderFrom, problemsOf, sinksOf } from './model/problems.ts';

// A graph is read and checked before a core is opened: a file that cannot run leaves no trace, not even a data folder.

export const catalog: Catalog = new Map(nodeTypes.map((type) => [type.type, type]));
export const specs: NodeSpecs = specsOf(catalog);

export interface OpenedGraph {
  readonly graph: Graph;
  /** Folder that paths inside the graph start from; null for a picture, which holds digests and no paths. */
  readonly folder: string | null;
}

/**
 * A graph file, or a picture made by Kiln with its graph inside.
 * @throws AppError file.*, graph.*, image.broken
 */
export async function openGraph(file: string, cwd: string): Promise<OpenedGraph> {
  const at = path.resolve(cwd, file);
  const bytes = await readFileWithin({
    at,
    path: file,
    limit: (head) => (isPicture(head) ? limits.imageFileBytes : limits.graphBytes),
  });
  const graph = graphOf(await graphTextOf(bytes, file, textOf), file);
  return { graph, folder: isPicture(bytes) ? null : path.dirname(at) };
}

const graphOf = (text: string, name: string): Graph => unwrap(readGraph(text, { name, catalog }));

/** The expanded graph with everything that keeps it from running, as far as that shows without packs and devices. */
export function inspect(graph: Graph): { flat: FlatGraph; problems: readonly Problem[] } {
  const { flat, problems } = flatten(graph, specs);
  return { flat, problems: [...problems, ...problemsOf(flat, specs, sinksOf(flat, specs))] };
}

/** Ids of expanded nodes that the sinks need, themselves included; all of them where some go in a circle. */
export function idsOnPath(flat: FlatGraph): ReadonlySet<string> {
  const ordered = orderFrom(flat, sinksOf(flat, specs));
  return new Set('order' in ordered ? ordered.order : flat.keys());
}
