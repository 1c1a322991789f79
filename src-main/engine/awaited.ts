import { type Tier, tiers } from '../model/run.ts';
import { callsLeft, type DeviceState, type Job, leaderOf, type World } from './world.ts';

// Between two parts a run has no row anywhere: its next job was started, or goes on with what it was given, and will ask
// in a moment. If a less urgent batch began in that moment, the run would wait for a whole call of it, at every part.

/** ms for which an idle device is kept for a job that is about to ask: some times what a message there and back takes. */
export const holdMs = 5;

const isAwaited = (world: World, state: DeviceState, job: Job): boolean =>
  job.step.needs.length > 0 &&
  !job.isSlow &&
  Number.isFinite(callsLeft(job)) &&
  !world.rowsOf.has(job.id) &&
  !state.batchJobs.has(job.id) &&
  !state.next?.jobs.has(job.id);

function* awaitedAt(world: World, state: DeviceState): Generator<{ job: Job; tier: Tier }> {
  for (const id of state.started) {
    const job = world.jobs.get(id);
    const live = job && isAwaited(world, state, job) ? leaderOf(world, job) : null;
    if (job && live) yield { job, tier: live.run.tier };
  }
}

/** Whether a job of a more urgent tier than this is about to want the device. */
export function isAwaitedBefore(world: World, state: DeviceState, tier: Tier): boolean {
  const rank = tiers.indexOf(tier);
  if (rank === 0) return false;
  for (const awaited of awaitedAt(world, state)) if (tiers.indexOf(awaited.tier) < rank) return true;
  return false;
}

/** It was waited for long enough: these jobs are not awaited again before they have asked for something. */
export function giveUpWaiting(world: World, state: DeviceState): void {
  for (const { job } of awaitedAt(world, state)) job.isSlow = true;
}
