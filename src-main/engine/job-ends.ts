import { atNode, type Problem } from '../model/errors.ts';
import type { DeviceId, JobId } from '../model/ids.ts';
import { endRun } from './end-run.ts';
import { dropJob, leaveDevice, letGoSources, retire, settleReaders } from './lifetimes.ts';
import type { Effect, World } from './world.ts';

/** A step is done: its readers may go on, its sources are let go, its result is kept if it shall be. */
export function jobEnded(
  world: World,
  jobId: JobId,
  outputs: Readonly<Record<string, unknown>>,
  deviceId: DeviceId,
  effects: Effect[],
): void {
  const job = world.jobs.get(jobId);
  if (job?.state !== 'running') {
    effects.push({ do: 'free', deviceId, outputs });
    return;
  }
  leaveDevice(world, job);
  job.state = 'done';
  job.outputs = outputs;
  effects.push({ do: 'tellJob', job, ms: world.nowMs - job.startedMs });
  job.holds++;
  settleReaders(world, job);
  letGoSources(world, job, effects);
  job.holds--;
  if (job.step.sink !== null || (job.step.keep === 'disk' && job.key !== null)) {
    job.holds++;
    effects.push({ do: 'keep', jobId });
  } else retire(world, job, effects);
}

/** The runs that wanted it fail. */
export function jobFailed(world: World, jobId: JobId, problems: readonly Problem[], effects: Effect[]): void {
  const job = world.jobs.get(jobId);
  if (!job) return;
  const owners = [...job.owners];
  if (job.state === 'running') leaveDevice(world, job);
  job.state = 'failed';
  effects.push({ do: 'tellJob', job, ms: world.nowMs - job.startedMs });
  for (const [runId, step] of owners)
    endRun(
      world,
      runId,
      'failed',
      problems.map((found) => atNode(found, step.nodeId, step.id)),
      effects,
    );
  // Nobody may have wanted it any more while it was being kept.
  if (world.jobs.has(jobId)) dropJob(world, job, effects);
}
