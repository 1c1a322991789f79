import { type Cost, finishMs } from '../model/cost.ts';
import { isWhole, wholeOf } from '../model/device.ts';
import type { DeviceId, JobId, RunId } from '../model/ids.ts';
import type { PlacementRule, Step } from '../model/run.ts';
import { Costs } from './cost.ts';
import { compareTurns } from './urgency.ts';
import { type Job, type LiveRun, ownersOf, servedOf, type World } from './world.ts';

/** Queued runs in the order of their turn, as it is now; stop when you have enough. */
export function* inTurn(world: World): Generator<RunId> {
  for (const id of world.overdue) if (world.waiting.has(id)) yield id;
  for (const id of world.waiting.inOrder(servedOf(world))) if (!world.overdue.has(id)) yield id;
}

const devicesIn = (world: World): number =>
  Math.max(1, [...world.devices.values()].filter(({ device, state }) => isWhole(device) && state !== 'lost').length);

/** Of a run that has started, by its estimate. */
const leftMs = (world: World, { run, startedMs }: LiveRun): number =>
  Math.max(0, (run.estimateMs ?? 0) - (world.nowMs - startedMs));

export interface Forecast {
  readonly startsInMs: number;
  readonly endsInMs: number;
}

/**
 * About when these runs will start and end, from the estimated device time of all, one after the other over the devices
 * there are. Of thousands that wait only those that go before the last of these are looked at.
 */
export function forecast(world: World, wanted: Iterable<RunId>): ReadonlyMap<RunId, Forecast> {
  const devices = devicesIn(world);
  const left = new Set([...wanted].filter((id) => world.runs.has(id) || world.waiting.has(id)));
  const found = new Map<RunId, Forecast>();
  let aheadMs = 0;
  const live = [...world.runs.values()].sort((a, b) => compareTurns(a.run, b.run, servedOf(world)));
  for (const one of live) {
    aheadMs += leftMs(world, one) / devices;
    if (left.delete(one.run.id)) found.set(one.run.id, { startsInMs: 0, endsInMs: aheadMs });
  }
  if (left.size === 0) return found;
  for (const id of inTurn(world)) {
    const startsInMs = aheadMs;
    aheadMs += (world.queued.get(id)!.estimateMs ?? 0) / devices;
    if (!left.delete(id)) continue;
    found.set(id, { startsInMs, endsInMs: aheadMs });
    if (left.size === 0) break;
  }
  return found;
}

/** About how long all that runs and waits will take; null while something waits and nothing was measured. */
export function queueMs(world: World): number | null {
  const devices = devicesIn(world);
  let ms = 0;
  for (const live of world.runs.values()) ms += leftMs(world, live);
  for (const { estimateMs } of world.queued.values()) ms += estimateMs ?? 0;
  return ms === 0 && world.runs.size + world.queued.size > 0 ? null : ms / devices;
}

/** Devices on which jobs of a run are at this moment. */
export function devicesOf(world: World, runId: RunId): DeviceId[] {
  const found = new Set<DeviceId>();
  for (const jobId of world.runs.get(runId)?.jobs.values() ?? []) {
    const job = world.jobs.get(jobId);
    if (job?.state === 'running' && job.deviceId !== null) found.add(job.deviceId);
  }
  return [...found];
}

export interface JobExplained {
  readonly nodeId: string;
  readonly state: Job['state'];
  readonly deviceId: DeviceId | null;
  readonly company: readonly RunId[];
  readonly waitsFor: readonly string[];
  readonly rowsAhead: number;
  /** Estimated ms from now until it would be done, by device; of jobs that can start or go on, where it was measured. */
  readonly finishMs: Readonly<Record<string, number>>;
  /** What that is the sum of. */
  readonly costs: Readonly<Record<string, Cost>>;
  /** The same when its device was chosen; absent where there was nothing to choose from. */
  readonly chosenBy?: Readonly<Record<string, Cost>>;
  /** Rules of placement that hold for it, the devices that it may use, and the nodes that it goes together with. */
  readonly placing?: {
    readonly rules: readonly PlacementRule[];
    readonly allowed: readonly DeviceId[];
    readonly beside: readonly string[];
  };
}

/** Where each job of a run is, with whom, and what it waits for. */
export function explainJobs(world: World, runId: RunId): JobExplained[] {
  const live = world.runs.get(runId);
  if (!live) return [];
  const costs = new Costs(world);
  return [...live.jobs].flatMap(([stepId, jobId]) => {
    const job = world.jobs.get(jobId);
    if (!job) return [];
    const step = live.plan.steps.get(stepId)!;
    const state = job.deviceId === null ? undefined : world.devices.get(job.deviceId);
    const aboard = state?.batchJobs.has(jobId) ? [...state.batchJobs] : [];
    const company = new Set(aboard.flatMap((id) => ownersIn(world, id)).filter((id) => id !== runId));
    const waitsFor = [...job.sources].flatMap((id) => {
      const source = world.jobs.get(id);
      return source && source.state !== 'done' && source.state !== 'reused' ? [source.step.nodeId as string] : [];
    });
    const now = costsOf(world, costs, job);
    return [
      {
        nodeId: step.nodeId,
        state: job.state,
        deviceId: job.deviceId,
        company: [...company],
        waitsFor,
        rowsAhead: rowsAhead(world, job),
        finishMs: totals(now),
        costs: now,
        ...(job.chosenBy ? { chosenBy: job.chosenBy } : {}),
        ...placingOf(live, step),
      },
    ];
  });
}

function placingOf({ plan }: LiveRun, { placing, allowed }: Step): Pick<JobExplained, 'placing'> {
  if (!placing) return {};
  const beside = placing.beside.flatMap(({ step }) => plan.steps.get(step)?.nodeId ?? []);
  return { placing: { rules: placing.rules, allowed, beside: [...new Set(beside)] } };
}

/** The scheduler's rule 3 in figures, where its part was measured: where it may still start, or where it goes on. */
function costsOf(world: World, costs: Costs, job: Job): Record<string, Cost> {
  if (job.state !== 'ready' && job.state !== 'running') return {};
  const found: Record<string, Cost> = {};
  for (const state of world.devices.values()) {
    const { id } = state.device;
    if (state.state === 'lost' || !state.opened || !job.step.allowed.includes(wholeOf(state.device))) continue;
    if (job.state === 'running' && job.deviceId !== id) continue;
    const cost = costs.of(job, state);
    if (!cost.isGuess) found[id] = cost;
  }
  return found;
}

const totals = (costs: Readonly<Record<string, Cost>>): Record<string, number> =>
  Object.fromEntries(Object.entries(costs).map(([device, cost]) => [device, finishMs(cost)]));

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
