import type { Graph } from './model/graph.ts';
import { canonicalJson, type Json } from './model/json.ts';
import type { NodeSpecs } from './model/node-spec.ts';
import type { Catalog } from './model/node-type.ts';
import { inputSpec, type Overrides, type Settable, settables } from './model/overrides.ts';
import { literalFor } from './model/problems.ts';

/**
 * What of a run's overrides decides whether it can be planned: names, and values but for texts and seeds, which have only
 * to be texts and seeds. Runs of one shape are planned alike, so one of them speaks for all. Null where a name or a value
 * is wrong; a plan then says what.
 */
export function shapesOf(graph: Graph, specs: NodeSpecs, catalog: Catalog): (overrides: Overrides) => string | null {
  const known = new Map<string, Settable & { readonly isFree: boolean }>();
  for (const settable of settables(graph, specs))
    if (!known.has(settable.name))
      known.set(settable.name, { ...settable, isFree: isFree(graph, specs, catalog, settable) });

  return (overrides) => {
    const shape: [string, Json][] = [];
    for (const [name, value] of Object.entries(overrides)) {
      const found = known.get(name);
      if (!found?.spec) return null;
      const { spec, node, input } = found;
      if ('problem' in literalFor(spec, value, node, input, { nodeId: node, input })) return null;
      shape.push([name, found.isFree ? 0 : value]);
    }
    return canonicalJson(shape);
  };
}

/**
 * Whether any value of its kind is as good as another. A text or seed that a host gets is; one that is computed with while
 * planning may become something else, so only a seed that goes to other seeds is.
 */
function isFree(graph: Graph, specs: NodeSpecs, catalog: Catalog, { node: id, spec }: Settable): boolean {
  if (spec?.kind !== 'text' && spec?.kind !== 'seed') return false;
  const type = catalog.get(graph.nodes[id]!.type);
  if (!type) return false;
  if (!type.plan) return true;
  if (spec.kind !== 'seed') return false;
  const readers = Object.values(graph.links).filter(({ from }) => from.node === id);
  return readers.every(({ to }) => {
    const reader = graph.nodes[to.node];
    const takes = reader && catalog.get(reader.type);
    return takes?.run !== undefined && inputSpec(graph, specs, reader!, to.input)?.kind === 'seed';
  });
}
