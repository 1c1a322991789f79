import { atNode } from '../model/errors.ts';
import type { Event, Where } from '../model/events.ts';
import type { Step } from '../model/run.ts';
import type { Effect, Job, World } from './world.ts';

type Telling = Extract<Effect, { do: `tell${string}` }>;

/** What clients hear: a shared job is told to each run that wants it. */
export function eventsOf(world: World, effect: Telling): Event[] {
  switch (effect.do) {
    case 'tellJob': {
      const { state, deviceId } = effect.job;
      return placesOf(world, effect.job).map((where) => ({
        type: 'job.changed',
        state,
        deviceId,
        ms: effect.ms,
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

const placeOf = ({ id, nodeId }: Step): Pick<Where, 'nodeId' | 'stepId'> =>
  (id as string) === nodeId ? { nodeId } : { nodeId, stepId: id };

function placesOf(world: World, job: Job): Where[] {
  return [...job.owners].flatMap(([runId, step]) => {
    const run = world.runs.get(runId)?.run;
    return run ? [{ runId, graphId: run.graphId, jobId: job.id, ...placeOf(step) }] : [];
  });
}
