import type { Problem } from '../../src-main/model/errors.ts';
import type { Graph } from '../../src-main/model/graph.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import { defaultOf, type Input } from '../../src-main/model/inputs.ts';
import type { Json } from '../../src-main/model/json.ts';
import type { NodeSpec, NodeSpecs } from '../../src-main/model/node-spec.ts';
import { inputSpec, type Overrides } from '../../src-main/model/overrides.ts';

/** One exposed input of a graph, as a form offers it. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly node: string;
  readonly input: string;
  readonly spec: Exclude<Input, { kind: 'link' }>;
  /** The node's type where the input is its own, for its help in other languages. */
  readonly nodeSpec: NodeSpec | null;
  /** What the graph said when it was opened: where the form goes back to. */
  readonly otherwise: Json;
}

/** The exposed inputs that a form can offer, in their order. `base` is the graph as it was opened. */
export function fieldsOf(graph: Graph, specs: NodeSpecs, base: Graph = graph): readonly Field[] {
  return graph.exposed.flatMap(({ name, node: id, input, label }): Field[] => {
    const node = graph.nodes[id];
    const spec = node && inputSpec(graph, specs, node, input);
    if (!node || !spec || spec.kind === 'link') return [];
    return [
      {
        name,
        label: label ?? name,
        node: id,
        input,
        spec,
        nodeSpec: specs.get(node.type) ?? null,
        otherwise: base.nodes[id]?.values[input] ?? (defaultOf(spec) as Json),
      },
    ];
  });
}

/** Values of the graph that differ from what it was opened with, by exposed name. */
export function changedValues(graph: Graph, fields: readonly Field[]): Overrides {
  return Object.fromEntries(
    fields.flatMap(({ name, node, input, spec, otherwise }) => {
      const value = graph.nodes[node as NodeId]?.values[input] ?? (defaultOf(spec) as Json);
      return JSON.stringify(value) === JSON.stringify(otherwise) ? [] : [[name, value]];
    }),
  );
}

export const valueIn = (field: Field, values: Overrides): Json =>
  Object.hasOwn(values, field.name) ? values[field.name]! : field.otherwise;

/** What a person would call a run by: the text of its first text field. */
export function wordsOf(fields: readonly Field[], values: Overrides): string {
  const field = fields.find(({ spec }) => spec.kind === 'text');
  const value = field && valueIn(field, values);
  return typeof value === 'string' ? value.trim() : '';
}

/** Problems at the fields that they concern, and the others. */
export function problemsByField(
  fields: readonly Field[],
  problems: readonly Problem[],
): { readonly at: ReadonlyMap<string, readonly Problem[]>; readonly rest: readonly Problem[] } {
  const at = new Map<string, Problem[]>();
  const rest: Problem[] = [];
  for (const problem of problems) {
    const field = fieldOf(fields, problem);
    if (field) at.set(field.name, [...(at.get(field.name) ?? []), problem]);
    else rest.push(problem);
  }
  return { at, rest };
}

function fieldOf(fields: readonly Field[], problem: Problem): Field | undefined {
  const { nodeId, input } = problem;
  if (nodeId !== undefined && input !== undefined)
    return fields.find((field) => field.node === nodeId && field.input === input);
  // A problem of a pack names the pack, and no place in the graph.
  if ('pack' in problem.values) return fields.find(({ spec }) => spec.kind === 'pack');
  return undefined;
}
