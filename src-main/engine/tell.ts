import { atNode, type Problem } from '../model/errors.ts';
import type { ConditioningSource, Event, Where } from '../model/events.ts';
import type { Run, Step } from '../model/run.ts';
import type { Effect, Found, Job, World } from './world.ts';

type Telling = Extract<Effect, { do: `tell${string}` }>;

export const warned = ({ id, graphId }: Run, problems: readonly Problem[]): Event => ({
  type: 'run.warned',
  runId: id,
  graphId,
  problems,
});

/** What clients hear: a shared job is told to each run that wants it. */
export function eventsOf(world: World, effect: Telling): Event[] {
  switch (effect.do) {
    case 'tellJob': {
      const { job, ms, found } = effect;
      const { state, deviceId } = job;
      const places = placesOf(world, job).filter(({ runId }) => found === undefined || runId === found.by);
      return places.map((where, i) => ({
        type: 'job.changed',
        state,
        deviceId,
        ms,
        ...conditioningOf(job, found ?? null, i === 0),
        ...where,
      }));
    }
    case 'tellPart':
      return [{ ...effect.event, deviceId: effect.deviceId }];
    case 'tellProgress': {
      const ms = world.nowMs - effect.job.startedMs;
      return placesOf(world, effect.job).map((where) => ({
        type: 'job.progressed',
        done: effect.done,
        total: effect.total,
        ms,
        ...(effect.preview ? { preview: effect.preview } : {}),
        ...where,
      }));
    }
    case 'tellWarning':
      return placesOf(world, effect.job).map(({ runId, graphId, nodeId, stepId }) => ({
        type: 'run.warned',
        runId,
        graphId,
        problems: effect.problems.map((found) => atNode(found, nodeId, stepId)),
      }));
    case 'tellDevice':
      return [{ type: 'device.changed', device: effect.device, state: effect.state }];
    case 'tellRetry': {
      const { run } = effect.live;
      return effect.jobs.map(({ jobId, step }) => ({
        type: 'job.retried',
        problems: effect.problems,
        runId: run.id,
        graphId: run.graphId,
        jobId,
        ...placeOf(step),
      }));
    }
    case 'tellBatch': {
      const { batch, rows, runs, startMs, ms, copied } = effect;
      return [
        {
          type: 'batch.finished',
          batchId: batch.id,
          deviceId: batch.deviceId,
          part: batch.part,
          rows,
          runs,
          startMs,
          ms,
          ...(copied ? { copied } : {}),
        },
      ];
    }
    default:
      return effect satisfies never;
  }
}

/** Where a run has a prompt's conditioning from. */
function conditioningOf(
  { state, step }: Job,
  found: Found | null,
  isFirst: boolean,
): { conditioning?: ConditioningSource } {
  if (step.keep !== 'disk' || step.sink !== null) return {};
  if (found) return { conditioning: found.in };
  return state === 'done' ? { conditioning: isFirst ? 'encoded' : 'shared' } : {};
}

const placeOf = ({ id, nodeId }: Step): Pick<Where, 'nodeId' | 'stepId'> =>
  (id as string) === nodeId ? { nodeId } : { nodeId, stepId: id };

function placesOf(world: World, job: Job): Where[] {
  return [...job.owners].flatMap(([runId, step]) => {
    const run = world.runs.get(runId)?.run;
    return run ? [{ runId, graphId: run.graphId, jobId: job.id, ...placeOf(step) }] : [];
  });
}
