import { wholeOf } from '../model/device.ts';
import type { DeviceId, JobId } from '../model/ids.ts';
import { isMoreUrgent, isWaitedFor, type Tier } from '../model/run.ts';
import { compareTurns } from './urgency.ts';
import {
  type DeviceState,
  type Job,
  type Lanes,
  type LiveRun,
  leaderOf,
  servedOf,
  type Width,
  type World,
} from './world.ts';

// Runs that somebody waits for. Of many that come at once the first has all threads, so that a picture is seen soon; those
// after it have a lane each. Two that begin there together may end either way round, so each begins when the one before it
// has gone some way, on the lane that is free first: runs end in the order in which they came. The widths take turns: one
// would take threads from the other.

/** Devices of jobs that are started in this moment. */
export type Chosen = ReadonlyMap<JobId, DeviceId>;

/** How a run that somebody waits for computes; null where that is open. */
export function widthOf(world: World, lanes: Lanes, live: LiveRun, chosen: Chosen): Width | null {
  if (live.width) return live.width;
  // Those whose pictures are being written count as well: whoever comes next is not the first of many.
  const others = new Set<Width | null>();
  for (const other of world.runs.values())
    if (other !== live && !other.paused && counts(other.run.tier, live.run.tier))
      others.add(other.width ?? chosenWidth(lanes, other, chosen));
  if (others.has('narrow')) return 'narrow';
  return others.has('wide') ? null : 'wide';
}

function chosenWidth({ wide, narrow }: Lanes, { jobs }: LiveRun, chosen: Chosen): Width | null {
  for (const id of jobs.values()) {
    const deviceId = chosen.get(id);
    if (deviceId === wide.device.id) return 'wide';
    if (narrow.some(({ device }) => device.id === deviceId)) return 'narrow';
  }
  return null;
}

/** Of runs that nobody waits for each job goes where there is room; what has begun on narrow lanes goes on there. */
export const widthOfSources = (world: World, { narrow }: Lanes, job: Job): Width | null =>
  narrow.some((lane) => isFrom(world, job, lane)) ? 'narrow' : null;

/** Whether its calls take up a good part of its run. */
const isLong = ({ step }: Job): boolean => step.calls > 1;

/** Whether a job had better begin later, or elsewhere. */
export function isTooSoon(world: World, job: Job, state: DeviceState, chosen: Chosen): boolean {
  const lanes = world.lanes.get(wholeOf(state.device));
  const leader = leaderOf(world, job);
  if (!lanes || !leader || !isWaitedFor(leader.run.tier)) return false;
  const { wide, narrow } = lanes;
  const isNarrow = state !== wide;
  // A run goes on where it was, before those that came later.
  if (!isLong(job)) return isNarrow && !isFrom(world, job, state) && narrow.some((lane) => isFrom(world, job, lane));
  const delays = ({ job: other, leader: its }: Other, lane: DeviceState): boolean => {
    if (!isBefore(world, its, leader)) return false;
    if ((lane === wide) === isNarrow || !hasBegun(world, its, chosen)) return true;
    if (lane === state) return isNarrow && (isLong(other) || hasMore(world, its));
    return isLong(other) && other.callsMade * narrow.length < other.step.calls;
  };
  return [wide, ...narrow].some((lane) =>
    [...othersOn(world, lane, leader, chosen)].some((other) => delays(other, lane)),
  );
}

/** Whether something that it reads was made on a lane. */
const isFrom = (world: World, { sources }: Job, { device }: DeviceState): boolean =>
  [...sources].some((id) => {
    const source = world.jobs.get(id);
    return source?.state === 'done' && source.deviceId === device.id;
  });

const isBefore = (world: World, one: LiveRun, other: LiveRun): boolean =>
  compareTurns(one.run, other.run, servedOf(world)) < 0;

const hasBegun = (world: World, { jobs }: LiveRun, chosen: Chosen): boolean =>
  [...jobs.values()].some((id) => {
    const job = world.jobs.get(id);
    return job && isLong(job) && ((job.state !== 'blocked' && job.state !== 'ready') || chosen.has(id));
  });

/** Whether it will call parts after the job that goes on: a call of another run would come between. */
const hasMore = (world: World, { jobs }: LiveRun): boolean =>
  [...jobs.values()].some((id) => {
    const job = world.jobs.get(id);
    return (job?.state === 'blocked' || job?.state === 'ready') && job.step.needs.length > 0;
  });

interface Other {
  readonly job: Job;
  readonly leader: LiveRun;
}

/** Jobs on a lane, of other runs that somebody waits for and that are at least as urgent. */
function* othersOn(world: World, { device, started }: DeviceState, { run }: LiveRun, chosen: Chosen): Generator<Other> {
  const ids = [...started];
  for (const [id, deviceId] of chosen) if (deviceId === device.id) ids.push(id);
  for (const id of ids) {
    const job = world.jobs.get(id);
    const leader = job && leaderOf(world, job);
    if (leader && leader.run !== run && counts(leader.run.tier, run.tier)) yield { job, leader };
  }
}

const counts = (tier: Tier, of: Tier): boolean => isWaitedFor(tier) && !isMoreUrgent(of, tier);
