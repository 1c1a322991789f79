import path from 'node:path';
import { nodeTypes } from '../nodes/index.ts';
import { readFileWithin, textOf } from './cli-input-files.ts';
import { fail, type Problem, unwrap } from './model/errors.ts';
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

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  [...text].every((char, i) => bytes[i] === char.charCodeAt(0));
const isPng = (head: Uint8Array): boolean => startsWith(head, '\x89PNG\r\n\x1a\n');
const isOtherPicture = (head: Uint8Array): boolean =>
  startsWith(head, '\xff\xd8\xff') || (startsWith(head, 'RIFF') && head[8] === 0x57 && head[9] === 0x45);

/**
 * A graph file, or a picture made by Kiln with its graph inside.
 * @throws AppError file.*, graph.*, image.broken
 */
export async function openGraph(file: string, cwd: string): Promise<OpenedGraph> {
  const at = path.resolve(cwd, file);
  const bytes = await readFileWithin({
    at,
    path: file,
    limit: (head) => (isPng(head) || isOtherPicture(head) ? limits.imageFileBytes : limits.graphBytes),
  });
  if (isPng(bytes)) {
    const { graphTextIn } = await import('./comfy/metadata.ts');
    const text = graphTextIn(bytes, file) ?? fail('graph.notInPicture', { name: file });
    return { graph: graphOf(text, file), folder: null };
  }
  if (isOtherPicture(bytes)) fail('graph.notInPicture', { name: file });
  const text = textOf(bytes);
  if (/\.(png|jpe?g|webp)$/i.test(file) && !/^\s*[{[]/.test(text))
    fail('image.notAnImage', { name: file, found: 'text' });
  return { graph: graphOf(text, file), folder: path.dirname(at) };
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
