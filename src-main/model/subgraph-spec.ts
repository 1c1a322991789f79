import { type Graph, type GraphNode, type Subgraph, subgraphOf, subgraphPrefix } from './graph.ts';
import type { Input } from './inputs.ts';
import { type Json, own } from './json.ts';
import { limits } from './limits.ts';
import type { NodeSpec, NodeSpecs } from './node-spec.ts';
import type { ValueType } from './value-types.ts';

/** What a name at the boundary of subgraphs stands for, through all of them. */
export interface InnerInput {
  readonly spec: NodeSpec;
  readonly input: string;
  /** What is set inside; undefined where it is the node type's default. */
  readonly value: Json | undefined;
  readonly isLinked: boolean;
}

export function innerInput(
  graph: Graph,
  specs: NodeSpecs,
  subgraph: Subgraph,
  name: string,
  depth = 0,
): InnerInput | null {
  const offered = subgraph.exposed.find((one) => one.name === name);
  const node = offered && own(subgraph.nodes, offered.node);
  if (!offered || !node || depth > limits.subgraphDepth) return null;
  const isLinked = Object.hasOwn(subgraph.links, `${node.id}.${offered.input}`);
  const value = own(node.values, offered.input);
  const inner = subgraphOf(node);
  if (inner === null) {
    const spec = specs.get(node.type);
    return spec && own(spec.inputs, offered.input) ? { spec, input: offered.input, value, isLinked } : null;
  }
  const deeper = own(graph.subgraphs, inner);
  const found = deeper ? innerInput(graph, specs, deeper, offered.input, depth + 1) : null;
  return found && { ...found, value: value ?? found.value, isLinked: isLinked || found.isLinked };
}

function innerOutput(
  graph: Graph,
  specs: NodeSpecs,
  node: GraphNode | undefined,
  output: string,
  depth = 0,
): { readonly spec: NodeSpec; readonly output: string; readonly type: ValueType } | null {
  if (!node || depth > limits.subgraphDepth) return null;
  const inner = subgraphOf(node);
  if (inner === null) {
    const spec = specs.get(node.type);
    const type = spec && own(spec.outputs, output);
    return spec && type ? { spec, output, type } : null;
  }
  const subgraph = own(graph.subgraphs, inner);
  const offered = subgraph?.outputs.find((one) => one.name === output);
  return subgraph && offered
    ? innerOutput(graph, specs, own(subgraph.nodes, offered.node), offered.output, depth + 1)
    : null;
}

/** An input as the boundary offers it: what is set inside is what it is until it is set outside. */
export function offeredInput({ spec, input, value, isLinked }: InnerInput): Input {
  const found = spec.inputs[input]!;
  if (found.kind === 'link') return isLinked ? { ...found, optional: true } : found;
  return value === undefined || !('default' in found) ? found : ({ ...found, default: value } as Input);
}

function sinkIn(graph: Graph, specs: NodeSpecs, subgraph: Subgraph, depth = 0): NodeSpec['sink'] {
  if (depth > limits.subgraphDepth) return null;
  for (const node of Object.values(subgraph.nodes)) {
    const inner = subgraphOf(node);
    const deeper = inner === null ? undefined : own(graph.subgraphs, inner);
    const sink = deeper ? sinkIn(graph, specs, deeper, depth + 1) : (specs.get(node.type)?.sink ?? null);
    if (sink !== null) return sink;
  }
  return null;
}

/** A subgraph as the node type that it is where it is used. */
export function specOfSubgraph(graph: Graph, specs: NodeSpecs, subgraph: Subgraph): NodeSpec {
  const inputs: Record<string, Input> = {};
  const outputs: Record<string, ValueType> = {};
  const inner = {
    inputs: {} as Record<string, { spec: NodeSpec; input: string; label?: string }>,
    outputs: {} as Record<string, { spec: NodeSpec; output: string }>,
  };
  for (const { name, label } of subgraph.exposed) {
    const found = Object.hasOwn(inputs, name) ? null : innerInput(graph, specs, subgraph, name);
    if (!found) continue;
    inputs[name] = offeredInput(found);
    inner.inputs[name] = { spec: found.spec, input: found.input, ...(label === undefined ? {} : { label }) };
  }
  for (const { name, node, output } of subgraph.outputs) {
    const found = innerOutput(graph, specs, own(subgraph.nodes, node), output);
    if (!found) continue;
    outputs[name] = found.type;
    inner.outputs[name] = { spec: found.spec, output: found.output };
  }
  return {
    type: subgraphPrefix + subgraph.id,
    title: subgraph.title,
    about: '',
    synonyms: [],
    category: 'subgraph',
    version: 0,
    inputs,
    outputs,
    sink: sinkIn(graph, specs, subgraph),
    inner,
  };
}
