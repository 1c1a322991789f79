import type { Problem } from '../../src-main/model/errors.ts';
import type { Digest, NodeId } from '../../src-main/model/ids.ts';
import { isOver } from '../../src-main/model/run.ts';
import type { NodeHere, Preview, RunHere } from '../session/runs-here.ts';

/** What a node shows of the run that is looked at. */
export interface NodeStatus {
  readonly here: NodeHere | null;
  readonly preview: Preview | null;
  readonly picture: Digest | null;
  readonly problems: readonly Problem[];
}

export type Statuses = ReadonlyMap<NodeId, NodeStatus>;

/** By node, of a run and of what is wrong with the graph. A sink shows its first picture. */
export function statusesOf(run: RunHere | null, problems: readonly Problem[]): Statuses {
  const found = new Map<NodeId, NodeStatus>();
  const put = (id: NodeId, some: Partial<NodeStatus>): void => {
    const before = found.get(id) ?? { here: null, preview: null, picture: null, problems: [] };
    found.set(id, { ...before, ...some });
  };
  for (const [id, here] of Object.entries(run?.nodes ?? {})) put(id as NodeId, { here });
  if (run && !isOver(run.state) && run.preview && run.steps) put(run.steps.nodeId, { preview: run.preview });
  for (const { nodeId, digest } of run?.images ?? []) if (!found.get(nodeId)?.picture) put(nodeId, { picture: digest });
  for (const problem of [...problems, ...(run?.problems ?? [])]) {
    const { nodeId } = problem;
    if (nodeId !== undefined) put(nodeId, { problems: [...(found.get(nodeId)?.problems ?? []), problem] });
  }
  return found;
}
