import { failed, ok, type Problem, problem, type Result } from './errors.ts';
import { type Graph, type GraphNode, subgraphOf } from './graph.ts';
import type { NodeId } from './ids.ts';
import type { Input } from './inputs.ts';
import { type Json, own } from './json.ts';
import { nearest } from './nearest.ts';
import type { NodeSpecs } from './node-spec.ts';
import { innerInput, offeredInput } from './subgraph-spec.ts';

/** An input of the graph that can be set from outside, by its exposed name or as `node.input`. */
export interface Settable {
  readonly name: string;
  readonly node: NodeId;
  readonly input: string;
  readonly label: string;
  readonly exposed: boolean;
  /** Null on a node whose type is not known here. */
  readonly spec: Input | null;
}

/** The input type behind a name on a node, through subgraphs. Its default is what is set inside them. */
export function inputSpec(graph: Graph, specs: NodeSpecs, node: GraphNode, input: string): Input | null {
  const inner = subgraphOf(node);
  if (!inner) return own(specs.get(node.type)?.inputs ?? {}, input) ?? null;
  const subgraph = own(graph.subgraphs, inner);
  const found = subgraph ? innerInput(graph, specs, subgraph, input) : null;
  return found && offeredInput(found);
}

/** Exposed inputs in their order, then every other input with a value as `node.input`. */
export function settables(graph: Graph, specs: NodeSpecs): Settable[] {
  const offered = graph.exposed.flatMap(({ name, node: id, input, label }): Settable[] => {
    const node = own(graph.nodes, id);
    return node
      ? [{ name, node: id, input, label: label ?? name, exposed: true, spec: inputSpec(graph, specs, node, input) }]
      : [];
  });
  const rest = Object.values(graph.nodes).flatMap((node): Settable[] => {
    const inner = subgraphOf(node);
    const names = inner
      ? (own(graph.subgraphs, inner)?.exposed.map(({ name }) => name) ?? [])
      : Object.keys(specs.get(node.type)?.inputs ?? node.values);
    return names.flatMap((input) => {
      const spec = inputSpec(graph, specs, node, input);
      if (spec?.kind === 'link') return [];
      return [
        {
          name: `${node.id}.${input}`,
          node: node.id,
          input,
          label: `${node.title ?? node.id}: ${input}`,
          exposed: false,
          spec,
        },
      ];
    });
  });
  return [...offered, ...rest];
}

export function findSettable(graph: Graph, specs: NodeSpecs, name: string): Result<Settable> {
  const all = settables(graph, specs);
  const found = all.find((item) => item.name === name);
  if (found) return ok(found);
  const shown = all.filter(({ exposed }) => exposed).map((item) => item.name);
  return failed([
    problem('override.unknown', {
      name,
      nearest: nearest(
        name,
        all.map((item) => item.name),
      ),
      known: shown.join(', '),
    }),
  ]);
}

/** Text from a command line or a table to the kind of value that the input wants; what does not fit stays text and is reported later. */
export function literalFromText(spec: Input | null, text: string): Json {
  if (spec === null) return text;
  if (spec.kind === 'int' || spec.kind === 'float') {
    const trimmed = text.trim();
    return trimmed !== '' && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(trimmed) ? Number(trimmed) : text;
  }
  if (spec.kind === 'bool')
    return /^(true|yes|on|1)$/i.test(text) ? true : /^(false|no|off|0)$/i.test(text) ? false : text;
  return text;
}

export type Overrides = Readonly<Record<string, Json>>;

/** The graph with values set from outside. A value also takes the place of a link into that input. */
export function applyOverrides(graph: Graph, specs: NodeSpecs, overrides: Overrides): Result<Graph> {
  const problems: Problem[] = [];
  const nodes = { ...graph.nodes };
  const links = { ...graph.links };
  for (const [name, value] of Object.entries(overrides)) {
    const found = findSettable(graph, specs, name);
    if (!found.ok) {
      problems.push(...found.problems);
      continue;
    }
    const { node: id, input } = found.value;
    const node = nodes[id]!;
    nodes[id] = { ...node, values: { ...node.values, [input]: value } };
    for (const link of Object.values(links)) if (link.to.node === id && link.to.input === input) delete links[link.id];
  }
  return problems.length > 0 ? failed(problems) : ok({ ...graph, nodes, links });
}
