import type { RunId } from '../model/ids.ts';
import type { Run, Tier } from '../model/run.ts';
import { requeue } from './lifetimes.ts';
import { reconsiderAll } from './reconsider.ts';
import type { Effect, LiveRun, World } from './world.ts';

function requeueAll(world: World, live: LiveRun): void {
  for (const jobId of new Set([...live.jobs.values(), ...live.borrowed])) {
    const job = world.jobs.get(jobId);
    if (job) requeue(world, job);
  }
}

/** Whether a run that waits is held back by nobody; a person may stop it while its plan is made. */
export const mayStart = (world: World, { id, tier }: Run): boolean =>
  world.waiting.has(id) && !world.pausedTiers.has(tier);

/** A run that waits keeps waiting; one that runs stops after its step, and keeps what it has. */
export function pauseRun(world: World, runId: RunId, effects: Effect[]): void {
  const run = world.queued.get(runId);
  if (run) {
    run.state = 'paused';
    world.waiting.remove(runId);
    return;
  }
  const live = world.runs.get(runId);
  if (!live || live.paused) return;
  live.paused = true;
  live.run.state = 'paused';
  requeueAll(world, live);
  reconsiderAll(world, effects);
}

export function resumeRun(world: World, runId: RunId, effects: Effect[]): void {
  const run = world.queued.get(runId);
  if (run) {
    run.state = 'queued';
    world.waiting.add(runId, run);
    return;
  }
  const live = world.runs.get(runId);
  if (!live?.paused) return;
  live.paused = false;
  live.run.state = 'running';
  requeueAll(world, live);
  reconsiderAll(world, effects);
}

/** Nothing further of these tiers starts, or it does again. */
export function pauseTiers(world: World, tiers: readonly Tier[], paused: boolean): void {
  for (const tier of tiers) {
    if (paused) world.pausedTiers.add(tier);
    else world.pausedTiers.delete(tier);
  }
}

/** A run that waits gets another place in the order. */
export function moveRun(world: World, runId: RunId, place: number): void {
  const run = world.queued.get(runId);
  if (!run) return;
  run.place = place;
  if (world.waiting.has(runId)) world.waiting.add(runId, run);
}
