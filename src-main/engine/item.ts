import type { DeviceId } from '../model/ids.ts';
import { outputsOn } from './bring.ts';
import type { Job, World } from './world.ts';

/** A job's inputs as its host shall have them; null when a source is gone. */
export function itemOf(world: World, job: Job, deviceId: DeviceId): Record<string, unknown> | null {
  const item: Record<string, unknown> = { prepared: job.step.prepared };
  for (const [name, source] of Object.entries(job.step.inputs)) {
    if ('literal' in source) {
      item[name] = source.literal;
      continue;
    }
    const made = sourceOf(world, job, source.step);
    const outputs = made && outputsOn(made, deviceId);
    if (!outputs) return null;
    item[name] = outputs[source.output];
  }
  return item;
}

/** The job that makes a step's output for this job: found through whichever of its owners made the link. */
function sourceOf(world: World, job: Job, stepId: Job['step']['id']): Job | null {
  for (const runId of job.owners.keys()) {
    const found = world.runs.get(runId)?.jobs.get(stepId);
    if (found && job.sources.has(found)) return world.jobs.get(found) ?? null;
  }
  for (const id of job.sources) if (world.jobs.get(id)?.step.id === stepId) return world.jobs.get(id)!;
  return null;
}
