import { AppError, isCancelled, problemsOfError } from '../model/errors.ts';
import { type ContentKey, type JobId, newId } from '../model/ids.ts';
import type { EnginePorts, KeptResult } from '../model/ports.ts';
import { tensorsIn } from '../model/tensor.ts';
import type { Change } from './apply.ts';
import type { Effect, World } from './world.ts';

// What a step made is fetched from its device and kept; a sink's becomes pictures.

/** A host that was lost says so itself, and what it held starts again; who asked it for something need do nothing. */
export const isLoss = (error: unknown): boolean =>
  error instanceof AppError && error.problems.some(({ code }) => code === 'port.closed' || code === 'device.lost');

type Tell = (change: Change) => void;

export async function keepResult(ports: EnginePorts, world: World, jobId: JobId, tell: Tell): Promise<void> {
  const job = world.jobs.get(jobId);
  if (!job?.outputs || job.deviceId === null) return;
  try {
    const host = ports.hosts.host(job.deviceId);
    const tensors = tensorsIn(job.outputs);
    const bytes = await Promise.all(tensors.map((tensor) => host.fetch(tensor)));
    const byId = new Map(tensors.map(({ id }, index) => [id, bytes[index]!]));
    const key = (job.isRough ? null : job.step.key) ?? (newId('once') as unknown as ContentKey);
    tell({ is: 'job.kept', jobId, kept: await ports.results.keep(key, job.outputs, byId) });
  } catch (error) {
    // Conditioning that cannot be kept is made again next time.
    if (isLoss(error) || isCancelled(error)) return;
    if (job.step.sink === null) {
      ports.log('warn', `a result cannot be kept: ${String(error)}`);
      tell({ is: 'job.kept', jobId, kept: null });
    } else tell({ is: 'job.failed', jobId, problems: problemsOfError(error) });
  }
}

export async function publishResult(
  ports: EnginePorts,
  world: World,
  { jobId, runId, step }: Extract<Effect, { do: 'publish' }>,
  tell: Tell,
): Promise<void> {
  const live = world.runs.get(runId);
  const job = world.jobs.get(jobId);
  if (!job?.outputs) return;
  try {
    const result: KeptResult = { key: step.key ?? ('' as ContentKey), outputs: job.outputs as KeptResult['outputs'] };
    const images = live
      ? await ports.publisher.publish(live.run, step, live.plan.seeds.get(step.id) ?? null, result)
      : [];
    if (images === null) tell({ is: 'job.spoiled', jobId });
    else tell({ is: 'sink.published', jobId, runId, stepId: step.id, images });
  } catch (error) {
    tell({ is: 'sink.failed', jobId, runId, problems: problemsOfError(error) });
  }
}
