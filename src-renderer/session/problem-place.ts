import type { Problem } from '../../src-main/model/errors.ts';
import { type Graph, type GraphBody, subgraphOf } from '../../src-main/model/graph.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import { own } from '../../src-main/model/json.ts';

/** Where a problem is in the expanded graph: `outer/inner`. */
export function stepOf({ nodeId, values }: Problem): string | undefined {
  const { node } = values as { node?: unknown };
  return nodeId !== undefined && typeof node === 'string' && node.startsWith(`${nodeId}/`) ? node : nodeId;
}

/**
 * Problems as they are seen where a path of subgraphs leads: at the node there and at its own input, though the cause
 * may lie deeper. At the top, what has no place is kept.
 */
export function problemsAt(graph: Graph, path: readonly NodeId[], problems: readonly Problem[]): readonly Problem[] {
  return problems.flatMap((problem): Problem[] => {
    const step = stepOf(problem);
    if (step === undefined) return path.length === 0 ? [problem] : [];
    const parts = step.split('/') as NodeId[];
    if (parts.length <= path.length || path.some((id, i) => parts[i] !== id)) return [];
    const { input: _, ...rest } = problem;
    const input = problem.input === undefined ? undefined : outerName(graph, parts, path.length, problem.input);
    return [{ ...rest, nodeId: parts[path.length]!, ...(input === undefined ? {} : { input }) } as Problem];
  });
}

/** What an inner input is called at the boundary of the node `parts[depth]`. */
function outerName(graph: Graph, parts: readonly NodeId[], depth: number, input: string): string | undefined {
  const bodies: GraphBody[] = [graph];
  for (const id of parts.slice(0, -1)) {
    const node = own(bodies.at(-1)!.nodes, id);
    const inner = node && subgraphOf(node);
    const body = inner ? own(graph.subgraphs, inner) : undefined;
    if (!body) return undefined;
    bodies.push(body);
  }
  let name: string | undefined = input;
  for (let i = parts.length - 1; i > depth && name !== undefined; i--)
    name = bodies[i]!.exposed.find((one) => one.node === parts[i] && one.input === name)?.name;
  return name;
}
