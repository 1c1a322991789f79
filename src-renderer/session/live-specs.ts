import { type Graph, type Subgraph, subgraphPrefix } from '../../src-main/model/graph.ts';
import type { SubgraphId } from '../../src-main/model/ids.ts';
import { type Input, valueTypeOf } from '../../src-main/model/inputs.ts';
import { canonicalJson, type Json } from '../../src-main/model/json.ts';
import type { NodeSpec, NodeSpecs } from '../../src-main/model/node-spec.ts';
import { specOfSubgraph } from '../../src-main/model/subgraph-spec.ts';
import type { ValueType } from '../../src-main/model/value-types.ts';

/** Types of the two nodes that stand for the boundary of a subgraph while it is open: see `level-graph.ts`. */
export const inputsPrefix = '__inputs:';
export const outputsPrefix = '__outputs:';

/**
 * The node types of the core, and beside them the subgraphs of an open graph as the types that they are where they are
 * used. They change with the graph; one that says the same stays the same object.
 */
export function liveSpecs(types: NodeSpecs, graph: () => Graph): NodeSpecs {
  let seen: Graph['subgraphs'] | null = null;
  let all: ReadonlyMap<string, NodeSpec> = types;
  let boundaries = new Map<string, NodeSpec>();
  const known = new Map<string, { readonly text: string; readonly spec: NodeSpec }>();
  const kept = (spec: NodeSpec): NodeSpec => {
    const text = canonicalJson(spec as unknown as Json);
    const before = known.get(spec.type);
    if (before?.text === text) return before.spec;
    known.set(spec.type, { text, spec });
    return spec;
  };
  const now = (): ReadonlyMap<string, NodeSpec> => {
    const { subgraphs } = graph();
    if (subgraphs === seen) return all;
    seen = subgraphs;
    boundaries = new Map();
    const found = Object.values(subgraphs).map((subgraph) => kept(specOfSubgraph(graph(), types, subgraph)));
    all = found.length === 0 ? types : new Map([...types, ...found.map((spec) => [spec.type, spec] as const)]);
    return all;
  };
  const boundaryOf = (type: string): NodeSpec | undefined => {
    const isInputs = type.startsWith(inputsPrefix);
    if (!isInputs && !type.startsWith(outputsPrefix)) return undefined;
    const id = type.slice((isInputs ? inputsPrefix : outputsPrefix).length) as SubgraphId;
    const spec = now().get(subgraphPrefix + id);
    const subgraph = graph().subgraphs[id];
    const made = boundaries.get(type) ?? (spec && subgraph && kept(boundarySpec(type, isInputs, spec, subgraph)));
    if (made) boundaries.set(type, made);
    return made;
  };
  return {
    get: (type) => now().get(type) ?? boundaryOf(type),
    has: (type) => now().has(type) || boundaryOf(type) !== undefined,
    get size() {
      return now().size;
    },
    forEach: (callback, self) => now().forEach(callback, self),
    entries: () => now().entries(),
    keys: () => now().keys(),
    values: () => now().values(),
    [Symbol.iterator]: () => now()[Symbol.iterator](),
  };
}

/** Seen from inside, inputs are what gives and outputs are what takes. */
function boundarySpec(type: string, isInputs: boolean, spec: NodeSpec, { outputs }: Subgraph): NodeSpec {
  const given: Record<string, ValueType> = {};
  const taken: Record<string, Input> = {};
  if (isInputs)
    for (const [name, input] of Object.entries(spec.inputs)) {
      const carried = valueTypeOf(input);
      if (carried) given[name] = carried;
    }
  else
    for (const { name } of outputs) {
      const carried = spec.outputs[name];
      if (carried) taken[name] = { kind: 'link', type: carried, optional: true };
    }
  return {
    type,
    title: isInputs ? 'Inputs' : 'Outputs',
    about: '',
    synonyms: [],
    category: 'subgraph',
    version: 0,
    inputs: taken,
    outputs: given,
    sink: null,
  };
}
