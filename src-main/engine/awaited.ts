import { type Tier, tiers } from '../model/run.ts';
import { rivals } from './lane-groups.ts';
import { callsLeft, type DeviceState, type Job, type World } from './world.ts';

// Between two parts a run has no row anywhere: its next job was started, or goes on with what it was given, and will ask
// in a moment; at its end a picture is written and fetched. A host hears nothing while it computes. If a less urgent
// batch began in such a moment, the run would wait for a whole call of it, at every part.

/** ms for which an idle device is kept for a job that is about to ask: some times what a message there and back takes. */
export const holdMs = 20;

/** Jobs of runs more urgent than a rank that have work at a device, be it a picture that is fetched from there. */
function* guests(world: World, state: DeviceState, rank: number): Generator<Job> {
  // A lane of another width has the same threads.
  const here = new Set([state, ...rivals(world, state)].map(({ device }) => device.id));
  for (const tier of tiers.slice(0, rank))
    for (const { paused, jobs, borrowed } of world.live[tier]) {
      if (paused) continue;
      for (const id of [...jobs.values(), ...borrowed]) {
        const job = world.jobs.get(id);
        if (!job?.deviceId || !here.has(job.deviceId)) continue;
        if (job.state === 'running' || (job.state === 'done' && job.step.sink !== null && !job.kept)) yield job;
      }
    }
}

export function isAwaited(world: World, job: Job): boolean {
  if (job.isSlow || job.deviceId === null) return false;
  const { batchJobs, next } = world.devices.get(job.deviceId)!;
  const asks = Number.isFinite(callsLeft(job)) && !world.rowsOf.has(job.id);
  return job.state === 'done' || (asks && !batchJobs.has(job.id) && !next?.jobs.has(job.id));
}

/** Whether a job of a more urgent tier than this, or any at all, is about to want the device. */
export function isAwaitedBefore(world: World, state: DeviceState, tier: Tier | null): boolean {
  for (const job of guests(world, state, tier === null ? tiers.length : tiers.indexOf(tier)))
    if (isAwaited(world, job)) return true;
  return false;
}

/** Whether a run of a more urgent tier has anything here that is not over: calls of others are kept short meanwhile. */
export const hasUrgentGuest = (world: World, state: DeviceState, tier: Tier): boolean =>
  !guests(world, state, tiers.indexOf(tier)).next().done;

/** It was waited for long enough: these jobs are not awaited again before they have asked for something. */
export function giveUpWaiting(world: World, state: DeviceState): void {
  for (const job of guests(world, state, tiers.length)) if (isAwaited(world, job)) job.isSlow = true;
}
