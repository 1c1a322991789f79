import { type FlatEnd, type FlatGraph, type FlatNode, flatten } from '../model/flat-graph.ts';
import type { Graph } from '../model/graph.ts';
import type { StepId } from '../model/ids.ts';
import { defaultOf } from '../model/inputs.ts';
import type { Json } from '../model/json.ts';
import type { NodeSpecs } from '../model/node-spec.ts';
import { orderFrom, sinksOf } from '../model/problems.ts';

/** What an input gets in the end: a value, typed in or from a value node, or the output of a node. */
export type Resolved = { readonly value: Json } | { readonly from: FlatEnd };

/** The expanded graph as one looks at it from outside: which nodes matter, and what their inputs get. */
export interface ResolvedGraph {
  readonly flat: FlatGraph;
  /** Nodes that the asked ones need, themselves included, sources first; value nodes left out. */
  readonly order: readonly StepId[];
  inputsOf(id: StepId): Readonly<Record<string, Resolved>>;
  /** The value of an input; undefined where a link brings it, or nothing does. */
  valueOf(id: StepId, input: string): Json | undefined;
  /** The nearest node of this type at or above a node, its links followed in the order of its inputs. */
  nearest(from: StepId, type: string): FlatNode | undefined;
}

const isValueNode = (node: FlatNode): boolean => node.type.startsWith('value.');

/** From these nodes on, or from everything that the graph keeps and shows. A cycle leaves nothing. */
export function resolveGraph(graph: Graph, specs: NodeSpecs, from?: readonly StepId[]): ResolvedGraph {
  const { flat } = flatten(graph, specs);
  const ordered = orderFrom(
    flat,
    (from ?? sinksOf(flat, specs)).filter((id) => flat.has(id)),
  );
  const order = 'order' in ordered ? ordered.order : [];

  const typed = (node: FlatNode, name: string): Json | undefined => {
    const input = specs.get(node.type)?.inputs[name];
    return node.values[name] ?? (input ? (defaultOf(input) as Json) : undefined) ?? undefined;
  };

  const resolve = (end: FlatEnd): Resolved => {
    const node = flat.get(end.step);
    if (!node || !isValueNode(node)) return { from: end };
    const input = end.output === 'whole' ? 'number' : end.output;
    const inner = node.links[input];
    const found = inner ? resolve(inner) : { value: typed(node, input) ?? null };
    if (!('value' in found) || end.output !== 'whole' || typeof found.value !== 'number') return found;
    return { value: Math.round(found.value) };
  };

  const inputsOf = (id: StepId): Readonly<Record<string, Resolved>> => {
    const node = flat.get(id);
    if (!node) return {};
    const known = Object.keys(specs.get(node.type)?.inputs ?? {});
    const names = new Set([...known, ...Object.keys(node.values).sort(), ...Object.keys(node.links).sort()]);
    const inputs: Record<string, Resolved> = {};
    for (const name of names) {
      const link = node.links[name];
      const value = link ? undefined : typed(node, name);
      if (link) inputs[name] = resolve(link);
      else if (value !== undefined) inputs[name] = { value };
    }
    return inputs;
  };

  return {
    flat,
    order: order.filter((id) => !isValueNode(flat.get(id)!)),
    inputsOf,
    valueOf(id, input) {
      const found = inputsOf(id)[input];
      return found && 'value' in found ? found.value : undefined;
    },
    nearest(start, type) {
      const seen = new Set<StepId>();
      let row: readonly StepId[] = [start];
      while (row.length > 0) {
        for (const id of row) if (flat.get(id)?.type === type) return flat.get(id);
        for (const id of row) seen.add(id);
        const above = row.flatMap((id) =>
          Object.values(inputsOf(id)).flatMap((source) => ('from' in source ? [source.from.step] : [])),
        );
        row = [...new Set(above)].filter((id) => !seen.has(id) && flat.has(id));
      }
      return undefined;
    },
  };
}
