import { type Problem, problem } from './errors.ts';
import { type Graph, type GraphBody, type GraphNode, type Subgraph, subgraphOf } from './graph.ts';
import type { NodeId, StepId, SubgraphId } from './ids.ts';
import { valueTypeOf } from './inputs.ts';
import { type Json, own } from './json.ts';
import { limits } from './limits.ts';
import type { NodeSpecs } from './node-spec.ts';
import { accepts, type ValueType } from './value-types.ts';

/** A node of the expanded graph. Its id tells where it came from: `outer/inner`. */
export interface FlatNode {
  readonly id: StepId;
  /** The node that a person sees at the top level. */
  readonly nodeId: NodeId;
  readonly type: string;
  readonly version: number;
  readonly values: Readonly<Record<string, Json>>;
  readonly title: string;
  readonly mode: 'muted' | 'bypassed' | null;
  /** By input name. */
  readonly links: Readonly<Record<string, FlatEnd>>;
}

export interface FlatEnd {
  readonly step: StepId;
  readonly output: string;
}

/** A graph without subgraphs. */
export type FlatGraph = ReadonlyMap<StepId, FlatNode>;

interface MutableNode extends Omit<FlatNode, 'values' | 'links' | 'mode'> {
  values: Record<string, Json>;
  links: Record<string, FlatEnd>;
  mode: FlatNode['mode'];
}

interface Frame {
  readonly body: GraphBody;
  readonly prefix: string;
  readonly top: NodeId | null;
  readonly path: readonly SubgraphId[];
  readonly muted: boolean;
}

/**
 * Subgraphs expanded, muted nodes taken out and bypassed ones short-circuited.
 * Links that lead nowhere are problems; types are checked later.
 */
export function flatten(graph: Graph, specs: NodeSpecs): { flat: FlatGraph; problems: Problem[] } {
  const problems: Problem[] = [];
  const nodes = new Map<StepId, MutableNode>();
  /** Where an end inside a frame really is: a node, or what a subgraph offers under that name. */
  const sourceOf = (frame: Frame, nodeId: NodeId, output: string): FlatEnd | null => {
    const node = own(frame.body.nodes, nodeId);
    if (!node) return null;
    const inner = subgraphOf(node);
    const subgraph = inner ? own(graph.subgraphs, inner) : undefined;
    if (!inner) return { step: `${frame.prefix}${nodeId}` as StepId, output };
    const offered = subgraph?.outputs.find(({ name }) => name === output);
    if (!subgraph || !offered || frame.path.length > limits.subgraphDepth) return null;
    return sourceOf(
      { ...frame, body: subgraph, prefix: `${frame.prefix}${nodeId}/`, path: [...frame.path, inner] },
      offered.node,
      offered.output,
    );
  };
  /** Inputs inside a subgraph that an outer name stands for. */
  const targetsOf = (frame: Frame, node: GraphNode, input: string): { step: StepId; input: string }[] => {
    const inner = subgraphOf(node);
    if (!inner) return [{ step: `${frame.prefix}${node.id}` as StepId, input }];
    const subgraph: Subgraph | undefined = own(graph.subgraphs, inner);
    if (!subgraph || frame.path.length > limits.subgraphDepth) return [];
    const deeper = { ...frame, body: subgraph, prefix: `${frame.prefix}${node.id}/`, path: [...frame.path, inner] };
    return subgraph.exposed
      .filter(({ name }) => name === input)
      .flatMap((exposed) => {
        const target = own(subgraph.nodes, exposed.node);
        return target ? targetsOf(deeper, target, exposed.input) : [];
      });
  };

  let visited = 0;
  const expand = (frame: Frame): void => {
    for (const node of Object.values(frame.body.nodes)) {
      // Small subgraphs that hold each other many times over would grow without end.
      if (++visited > limits.nodes) return;
      const inner = subgraphOf(node);
      const nodeId = frame.top ?? node.id;
      const at = { nodeId };
      const muted = frame.muted || node.mode === 'muted';
      if (!inner) {
        const id = `${frame.prefix}${node.id}` as StepId;
        const mode = muted ? 'muted' : (node.mode ?? null);
        nodes.set(id, {
          id,
          nodeId,
          type: node.type,
          version: node.version,
          values: { ...node.values },
          title: node.title ?? '',
          mode,
          links: {},
        });
        continue;
      }
      const subgraph = own(graph.subgraphs, inner);
      if (!subgraph) problems.push(problem('subgraph.missing', { node: node.id, subgraph: inner }, at));
      else if (frame.path.includes(inner) || frame.path.length >= limits.subgraphDepth)
        problems.push(problem('subgraph.recursive', { subgraph: subgraph.title || inner }, at));
      else
        expand({
          body: subgraph,
          prefix: `${frame.prefix}${node.id}/`,
          top: nodeId,
          path: [...frame.path, inner],
          muted,
        });
    }
    // Outer values and links win over inner ones, so they are laid on after the inside was expanded.
    for (const node of Object.values(frame.body.nodes)) {
      if (!subgraphOf(node)) continue;
      for (const [input, value] of Object.entries(node.values))
        for (const target of targetsOf(frame, node, input)) {
          const inside = nodes.get(target.step);
          if (inside) inside.values[target.input] = value;
        }
    }
    for (const link of Object.values(frame.body.links)) {
      const at = { nodeId: frame.top ?? link.to.node };
      const to = own(frame.body.nodes, link.to.node);
      const from = own(frame.body.nodes, link.from.node);
      if (!to)
        problems.push(
          problem('link.missingNode', {
            node: link.to.node,
            end: 'to',
            link: `${link.from.node}.${link.from.output} -> ${link.id}`,
          }),
        );
      if (!from)
        problems.push(
          problem(
            'link.missingNode',
            { node: link.from.node, end: 'from', link: `${link.from.node}.${link.from.output} -> ${link.id}` },
            to ? at : {},
          ),
        );
      if (!to || !from) continue;
      const source = sourceOf(frame, link.from.node, link.from.output);
      if (!source) {
        const inner = subgraphOf(from);
        const known = inner
          ? (own(graph.subgraphs, inner)
              ?.outputs.map(({ name }) => name)
              .join(', ') ?? '')
          : '';
        problems.push(problem('link.missingOutput', { node: link.from.node, output: link.from.output, known }, at));
        continue;
      }
      const targets = targetsOf(frame, to, link.to.input);
      if (targets.length === 0)
        problems.push(
          problem(
            'link.missingInput',
            { node: link.to.node, input: link.to.input, known: '' },
            { ...at, input: link.to.input },
          ),
        );
      for (const target of targets) {
        const inside = nodes.get(target.step);
        if (inside) inside.links[target.input] = source;
      }
    }
  };
  expand({ body: graph, prefix: '', top: null, path: [], muted: false });
  if (visited > limits.nodes) {
    const values = { name: graph.title || graph.id, what: 'nodes', count: visited, limit: limits.nodes } as const;
    return { flat: new Map(), problems: [problem('graph.tooLarge', values)] };
  }
  shortCircuit(nodes, specs);
  return { flat: nodes, problems };
}

/** What stands in for an output of a bypassed node: its first linked input of the same type. */
function standIn(node: MutableNode, output: string, specs: NodeSpecs): FlatEnd | null {
  const spec = specs.get(node.type);
  const given: ValueType | undefined = spec && own(spec.outputs, output);
  if (!spec || !given) return null;
  for (const [name, input] of Object.entries(spec.inputs)) {
    const wanted = valueTypeOf(input);
    const link = node.links[name];
    if (wanted && link && accepts(given, wanted)) return link;
  }
  return null;
}

function shortCircuit(nodes: Map<StepId, MutableNode>, specs: NodeSpecs): void {
  const resolve = (from: FlatEnd): FlatEnd | null => {
    const seen = new Set<StepId>();
    for (let end: FlatEnd | null = from; end; ) {
      const node = nodes.get(end.step);
      if (!node?.mode) return end;
      if (node.mode === 'muted' || seen.has(node.id)) return null;
      seen.add(node.id);
      end = standIn(node, end.output, specs);
    }
    return null;
  };
  for (const node of nodes.values()) {
    if (node.mode) continue;
    for (const [input, end] of Object.entries(node.links)) {
      const source = resolve(end);
      if (source) node.links[input] = source;
      else delete node.links[input];
    }
  }
  for (const [id, node] of nodes) if (node.mode) nodes.delete(id);
}
