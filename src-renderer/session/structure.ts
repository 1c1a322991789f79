import { produce } from 'immer';
import type { Graph } from '../../src-main/model/graph.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import { canonicalJson, type Json } from '../../src-main/model/json.ts';
import type { Field } from './fields.ts';

/**
 * A graph without what its form says: exposed values as they were when it was opened. Runs of one structure share one
 * graph in the core, whatever their prompts are.
 */
export const structureOf = (graph: Graph, base: Graph, fields: readonly Field[]): Graph =>
  graph === base
    ? base
    : produce(graph, (draft) => {
        for (const { node, input } of fields) {
          const had = base.nodes[node as NodeId]?.values[input];
          const { values } = draft.nodes[node as NodeId]!;
          if (had === undefined) delete values[input];
          else values[input] = had as never;
        }
      });

const records = ['nodes', 'links', 'groups', 'notes', 'subgraphs'] as const;

/** Whether two graphs say the same; cheap where they share most of their parts. */
export function sameGraph(a: Graph, b: Graph): boolean {
  if (a === b) return true;
  const same = (one: unknown, other: unknown) =>
    one === other || canonicalJson(one as Json) === canonicalJson(other as Json);
  const sameRecord = (one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>) =>
    one === other ||
    (Object.keys(one).length === Object.keys(other).length &&
      Object.entries(one).every(([id, value]) => Object.hasOwn(other, id) && same(value, other[id])));
  return (
    a.title === b.title &&
    same(a.exposed, b.exposed) &&
    same(a.affinity, b.affinity) &&
    records.every((name) => sameRecord(a[name], b[name]))
  );
}
