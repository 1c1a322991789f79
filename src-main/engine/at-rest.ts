import { type Job, leaderOf, type World } from './world.ts';

/**
 * Jobs on devices that do nothing until somebody resumes them: all runs that want them are paused, and their rows have
 * come back. A person may leave it so for days, so nobody waits for them and nothing is their fault.
 */
export function jobsAtRest(world: World): Set<Job> {
  const found = new Set<Job>();
  for (const { paused, jobs, borrowed } of world.runs.values()) {
    if (!paused) continue;
    for (const id of [...jobs.values(), ...borrowed]) {
      const job = world.jobs.get(id);
      if (job?.state !== 'running' || job.deviceId === null || leaderOf(world, job)) continue;
      const { batchJobs, next } = world.devices.get(job.deviceId)!;
      if (world.rowsOf.has(id) && !batchJobs.has(id) && !next?.jobs.has(id)) found.add(job);
    }
  }
  return found;
}
