import type { DeviceId, JobId, RunId } from '../model/ids.ts';
import { compareTurns } from './urgency.ts';
import { type Job, ownersOf, servedOf, type World } from './world.ts';

/** Queued runs in the order of their turn, as it is now. */
export function inTurn(world: World): RunId[] {
  const overdue = [...world.overdue].filter((id) => world.waiting.has(id));
  const rest = [...world.waiting.inOrder(servedOf(world))].filter((id) => !world.overdue.has(id));
  return [...overdue, ...rest];
}

export interface Forecast {
  readonly startsInMs: number;
  readonly endsInMs: number;
}

/** About when runs will start and end, from their estimated device time, one after the other over the devices there are. */
export function forecast(world: World): ReadonlyMap<RunId, Forecast> {
  const lanes = Math.max(1, [...world.devices.values()].filter(({ state }) => state !== 'lost').length);
  const found = new Map<RunId, Forecast>();
  let aheadMs = 0;
  const live = [...world.runs.values()].sort((a, b) => compareTurns(a.run, b.run, servedOf(world)));
  for (const { run, startedMs } of live) {
    const leftMs = Math.max(0, (run.estimateMs ?? 0) - (world.nowMs - startedMs));
    aheadMs += leftMs / lanes;
    found.set(run.id, { startsInMs: 0, endsInMs: aheadMs });
  }
  for (const id of inTurn(world)) {
    const ms = (world.queued.get(id)!.estimateMs ?? 0) / lanes;
    found.set(id, { startsInMs: aheadMs, endsInMs: aheadMs + ms });
    aheadMs += ms;
  }
  return found;
}

export interface JobExplained {
  readonly nodeId: string;
  readonly state: Job['state'];
  readonly deviceId: DeviceId | null;
  readonly company: readonly RunId[];
  readonly waitsFor: readonly string[];
  readonly rowsAhead: number;
}

/** Where each job of a run is, with whom, and what it waits for. */
export function explainJobs(world: World, runId: RunId): JobExplained[] {
  const live = world.runs.get(runId);
  if (!live) return [];
  return [...live.jobs].flatMap(([stepId, jobId]) => {
    const job = world.jobs.get(jobId);
    if (!job) return [];
    const state = job.deviceId === null ? undefined : world.devices.get(job.deviceId);
    const aboard = state?.batchJobs.has(jobId) ? [...state.batchJobs] : [];
    const company = new Set(aboard.flatMap((id) => ownersIn(world, id)).filter((id) => id !== runId));
    const waitsFor = [...job.sources].flatMap((id) => {
      const source = world.jobs.get(id);
      return source && source.state !== 'done' && source.state !== 'reused' ? [source.step.nodeId as string] : [];
    });
    return [
      {
        nodeId: live.plan.steps.get(stepId)!.nodeId,
        state: job.state,
        deviceId: job.deviceId,
        company: [...company],
        waitsFor,
        rowsAhead: rowsAhead(world, job),
      },
    ];
  });
}

const ownersIn = (world: World, id: JobId): RunId[] => {
  const job = world.jobs.get(id);
  return job ? ownersOf(world, job).map(({ run }) => run.id) : [];
};

/** Rows of the same line whose turn comes before this job's first row. */
function rowsAhead(world: World, job: Job): number {
  const [first] = world.rowsOf.get(job.id) ?? [];
  const row = first && world.rows.get(first);
  if (!row) return 0;
  let ahead = 0;
  for (const id of world.devices.get(row.deviceId)!.line.get(row.batchKey)?.inOrder(servedOf(world)) ?? []) {
    if (id === row.id) break;
    ahead++;
  }
  return ahead;
}
