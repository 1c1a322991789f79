import type { Problem } from '../../src-main/model/errors.ts';
import type { Digest, NodeId } from '../../src-main/model/ids.ts';
import { isOver } from '../../src-main/model/run.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { problemsAt } from '../session/problem-place.ts';
import { type NodeHere, type Preview, type RunHere, summed } from '../session/runs-here.ts';

/** What a node shows of the run that is looked at. */
export interface NodeStatus {
  readonly here: NodeHere | null;
  readonly preview: Preview | null;
  readonly picture: Digest | null;
  readonly problems: readonly Problem[];
}

export type Statuses = ReadonlyMap<NodeId, NodeStatus>;

/** By node of the level that is open, of a run and of what is wrong with it. A sink shows its first picture. */
export function statusesOf(run: RunHere | null, problems: readonly Problem[], open: OpenGraph): Statuses {
  const { path } = open.place;
  const found = new Map<NodeId, NodeStatus>();
  const put = (id: NodeId, some: Partial<NodeStatus>): void => {
    const before = found.get(id) ?? { here: null, preview: null, picture: null, problems: [] };
    found.set(id, { ...before, ...some });
  };
  for (const [id, here] of nodesAt(run, path)) put(id, { here });
  const { steps } = run ?? {};
  if (run && !isOver(run.state) && run.preview && steps) {
    const id = nodeAt(steps.stepId ?? steps.nodeId, path);
    if (id) put(id, { preview: run.preview });
  }
  const sink = path.length > 0 ? onlySink(open) : null;
  for (const { nodeId, digest } of run?.images ?? []) {
    const id = path.length === 0 ? nodeId : nodeId === path[0] ? sink : null;
    if (id && !found.get(id)?.picture) put(id, { picture: digest });
  }
  const ofRun = run ? problemsAt(open.level([]).graph.get(), path, run.problems) : [];
  for (const problem of [...problems, ...ofRun]) {
    const { nodeId } = problem;
    if (nodeId !== undefined) put(nodeId, { problems: [...(found.get(nodeId)?.problems ?? []), problem] });
  }
  return found;
}

/** The node of a level that a step belongs to. */
function nodeAt(step: string, path: readonly NodeId[]): NodeId | null {
  const parts = step.split('/') as NodeId[];
  return path.every((id, i) => parts[i] === id) ? (parts[path.length] ?? null) : null;
}

function nodesAt(run: RunHere | null, path: readonly NodeId[]): Iterable<[NodeId, NodeHere]> {
  if (!run) return [];
  if (path.length === 0) return Object.entries(run.nodes) as [NodeId, NodeHere][];
  const steps = new Map<NodeId, NodeHere[]>();
  for (const [step, here] of Object.entries(run.inner)) {
    const id = nodeAt(step, path);
    if (id) steps.set(id, [...(steps.get(id) ?? []), here]);
  }
  return [...steps].map(([id, of]) => [id, summed(of)]);
}

/** Pictures are told by the outermost node: which one inside made them is certain where there is but one. */
function onlySink(open: OpenGraph): NodeId | null {
  const sinks = Object.values(open.graph.get().nodes).filter(({ type }) => open.specs.get(type)?.sink);
  return sinks.length === 1 ? sinks[0]!.id : null;
}
