import type { Event } from '../../src-main/model/events.ts';
import type { GraphId, JobId, NodeId, RunId } from '../../src-main/model/ids.ts';
import type { RunState } from '../../src-main/model/run.ts';

export const jobAt = (runId: string) => ({
  runId: runId as RunId,
  graphId: 'graph_1' as GraphId,
  jobId: `${runId}_job` as JobId,
  nodeId: 'sample' as NodeId,
});

export const changed = (runId: string, state: RunState): Event => ({
  type: 'run.changed',
  runId: runId as RunId,
  graphId: 'graph_1' as GraphId,
  state,
  problems: [],
  images: [],
  ms: 1,
});

export const progressed = (runId: string, done: number, total = 20): Event => ({
  type: 'job.progressed',
  ...jobAt(runId),
  done,
  total,
  ms: 1,
});
