import { atNode, type ErrorCode, type Problem, problem } from '../model/errors.ts';
import type { HostEvent } from '../model/events.ts';
import type { RunId } from '../model/ids.ts';
import { jobsAtRest } from './at-rest.ts';
import { endRun } from './end-run.ts';
import { disownAll, dropJob, jobsOn } from './lifetimes.ts';
import { givenUp, outOfMemory, relief, relieve, tileOf } from './memory.ts';
import type { DeviceState, Effect, Job, World } from './world.ts';

/** A run's jobs are let go and made again from what is still known; other runs that share them are not touched. */
export function resetRun(world: World, runId: RunId, effects: Effect[]): void {
  const live = world.runs.get(runId);
  if (!live || live.resetting) return;
  live.resetting = true;
  disownAll(world, live, effects);
  effects.push({ do: 'admitAgain', runId });
}

const runsOf = (jobs: readonly Job[]): Set<RunId> => new Set(jobs.flatMap((job) => [...job.owners.keys()]));
const ownsAll = (jobs: readonly Job[], runId: RunId): boolean => jobs.every((job) => job.owners.has(runId));

/**
 * Runs that may be to blame for a loss: each tries again, alone, until it was tried often enough.
 * `present` is all that ran there: where others did, it is not known whose fault it was, so that loss does not count.
 */
function tryAgain(
  world: World,
  jobs: readonly Job[],
  present: readonly Job[],
  problems: readonly Problem[],
  effects: Effect[],
): void {
  const guilty = new Set([...runsOf(jobs)].filter((runId) => ownsAll(present, runId)));
  for (const runId of runsOf(jobs)) {
    const live = world.runs.get(runId);
    if (!live) continue;
    if (guilty.has(runId)) live.losses++;
    live.alone = true;
    if (live.losses >= world.settings.attempts) {
      endRun(world, runId, 'failed', problems, effects);
      continue;
    }
    const held = jobs
      .filter((job) => job.owners.has(runId))
      .map((job) => ({ jobId: job.id, step: job.owners.get(runId)! }));
    effects.push({ do: 'tellRetry', live, jobs: held, problems });
    resetRun(world, runId, effects);
  }
}

export function batchOver(world: World, state: DeviceState): void {
  const part = state.batch && state.resident.get(state.batch.part);
  if (part && part.pins > 0) part.pins--;
  state.batch = null;
  state.batchScratchBytes = 0;
  state.batchJobs = new Set();
  state.state = 'idle';
  state.idleSinceMs = world.nowMs;
}

/** A device that did not get ready so often is lost until it does: nothing is planned for it, and it is tried on. */
const startsInVain = 3;

/** Everything that lay there is gone. Runs that lost something start again from what is kept elsewhere. */
export function hostLost(
  world: World,
  state: DeviceState,
  { reason, inVain = 0 }: Extract<HostEvent, { type: 'host.lost' }>,
  effects: Effect[],
): void {
  const deviceId = state.device.id;
  const lost = jobsOn(world, deviceId);
  const resting = jobsAtRest(world);
  const present = lost.filter((job) => job.state === 'running' && !resting.has(job));
  const aboard = present.filter(({ id }) => state.batchJobs.has(id));
  state.batch = null;
  state.next = null;
  state.batchJobs = new Set();
  state.state = inVain >= startsInVain ? 'lost' : 'starting';
  state.lives++;
  state.resident.clear();
  // Whatever came ahead of its batch may be what the host did not survive.
  for (const part of state.ahead) state.notAhead.add(part);
  state.loading.clear();
  state.ahead.clear();
  state.shortages.clear();
  for (const job of world.jobs.values()) job.copies.delete(deviceId);
  // Nothing on that device can be freed or cancelled any more.
  const outside: Effect[] = [];
  tryAgain(
    world,
    aboard.length > 0 ? aboard : present,
    present,
    [problem('device.lost', { device: deviceId, reason })],
    outside,
  );
  for (const job of lost) {
    for (const runId of [...job.owners.keys()]) resetRun(world, runId, outside);
    if (world.jobs.has(job.id)) dropJob(world, job, outside);
  }
  state.started.clear();
  effects.push(
    ...outside.filter((effect) => !((effect.do === 'free' || effect.do === 'cancel') && effect.deviceId === deviceId)),
  );
}

/** Nonsense in a sampler's result came at one of its steps. */
const withStep = (found: Problem, { step, callsMade }: Job): Problem =>
  found.code === 'device.badResult' && step.calls > 1
    ? { ...found, values: { ...found.values, step: Math.min(callsMade + 1, step.calls), steps: step.calls } }
    : found;

/** What is no better when it is tried alone. */
const hopeless: ReadonlySet<ErrorCode> = new Set(['device.cannotLoad', 'pack.changed', 'pack.partMissing']);

/** A call failed; the host lives. */
export function batchFailed(world: World, state: DeviceState, problems: readonly Problem[], effects: Effect[]): void {
  const jobs = [...state.batchJobs].flatMap((id) => world.jobs.get(id) ?? []);
  const notLoaded = state.batch?.load.filter((part) => state.loading.has(part)) ?? [];
  const isShort = problems.some(({ code }) => code === 'device.outOfMemory');
  if (isShort) ranShort(world, state, jobs, problems, effects);
  batchOver(world, state);
  for (const part of notLoaded) {
    state.resident.delete(part);
    state.loading.delete(part);
  }
  if (isShort) return;
  const isHopeless = problems.some(({ code }) => hopeless.has(code));
  const single = [...runsOf(jobs)].every((runId) => ownsAll(jobs, runId));
  if (single || isHopeless) failAll(world, jobs, problems, effects);
  else tryAgain(world, jobs, jobs, problems, effects);
}

/** Its rows wait again, and go on as long as there is something to be done about it. */
function ranShort(
  world: World,
  state: DeviceState,
  jobs: readonly Job[],
  problems: readonly Problem[],
  effects: Effect[],
): void {
  for (const job of jobs) job.shortages++;
  const how = relief(world, state, jobs);
  if (how === null) {
    const said = problems.map((found) => outOfMemory(found, state));
    failAll(world, givenUp(jobs), said, effects);
    return;
  }
  if (how === 'evict') state.shortOfMemory = true;
  else relieve(world, state, how);
  const { tile } = tileOf(state, state.batchSize);
  for (const runId of runsOf(jobs)) {
    const live = world.runs.get(runId);
    if (!live) continue;
    const held = jobs.flatMap((job) => {
      const step = job.owners.get(runId);
      return step ? [{ jobId: job.id, step }] : [];
    });
    effects.push({ do: 'tellRetry', live, jobs: held, problems });
    if (how !== 'tile' || tile === undefined) continue;
    const { nodeId } = held[0]!.step;
    const values = { device: state.device.id, part: state.batch!.part.split('@')[0]!, tile };
    effects.push({ do: 'warn', live, problems: [problem('device.tiled', values, { nodeId })] });
  }
}

function failAll(world: World, jobs: readonly Job[], problems: readonly Problem[], effects: Effect[]): void {
  for (const job of jobs)
    for (const [runId, step] of [...job.owners])
      endRun(
        world,
        runId,
        'failed',
        problems.map((found) => atNode(withStep(found, job), step.nodeId, step.id)),
        effects,
      );
}
