import { isWhole, wholeOf } from '../model/device.ts';
import type { Problem } from '../model/errors.ts';
import type { HostEvent } from '../model/events.ts';
import type { ContentKey, DeviceId, JobId, PartKey, RunId, StepId } from '../model/ids.ts';
import type { Part } from '../model/pack.ts';
import type { KeptResult } from '../model/ports.ts';
import type { Batch, LoadDecision, Plan, Run, RunImage, Tier } from '../model/run.ts';
import { tensorsIn } from '../model/tensor.ts';
import { giveUpWaiting } from './awaited.ts';
import { Costs } from './cost.ts';
import { endRun } from './end-run.ts';
import { batchSent, hostSaid } from './host-said.ts';
import { jobFailed } from './job-ends.ts';
import { addJobs, dropJob, freeOutputs, makeRough, publish, retire } from './lifetimes.ts';
import { knowPart, leave, partSent, setHot } from './loading.ts';
import { mayStart, moveRun, pauseRun, pauseTiers, resumeRun } from './pausing.ts';
import { recordBring } from './profile.ts';
import { makeWay, reconsider, reconsiderAll } from './reconsider.ts';
import { resetRun } from './recover.ts';
import { type DeviceState, type Effect, type Job, leaderOf, startedRun, type World } from './world.ts';

/** Everything that can happen to the world. */
export type Change =
  | { readonly is: 'run.submitted'; readonly run: Run }
  /** Its plan is made and what is kept on disk is known; also after a loss. */
  | {
      readonly is: 'run.admitted';
      readonly runId: RunId;
      readonly plan: Plan;
      readonly kept: ReadonlyMap<ContentKey, KeptResult>;
    }
  | { readonly is: 'run.failed'; readonly runId: RunId; readonly problems: readonly Problem[] }
  | { readonly is: 'run.cancelled'; readonly runId: RunId }
  | { readonly is: 'run.paused' | 'run.resumed'; readonly runId: RunId }
  | { readonly is: 'run.moved'; readonly runId: RunId; readonly place: number }
  | { readonly is: 'tiers.paused'; readonly tiers: readonly Tier[]; readonly paused: boolean }
  | { readonly is: 'job.placed'; readonly jobId: JobId; readonly deviceId: DeviceId }
  /** Inputs that lay elsewhere were brought to a device. */
  | {
      readonly is: 'job.copied';
      readonly jobId: JobId;
      readonly deviceId: DeviceId;
      readonly outputs: Readonly<Record<string, unknown>>;
      /** How long that took. */
      readonly ms: number;
    }
  /** A kept result turned out to be gone or broken. */
  | { readonly is: 'job.spoiled'; readonly jobId: JobId }
  | { readonly is: 'job.failed'; readonly jobId: JobId; readonly problems: readonly Problem[] }
  | { readonly is: 'job.kept'; readonly jobId: JobId; readonly kept: KeptResult | null }
  | {
      readonly is: 'sink.published';
      readonly jobId: JobId;
      readonly runId: RunId;
      readonly stepId: StepId;
      readonly images: readonly RunImage[];
    }
  /** Pictures cannot be made for this run; others may still want the result. */
  | { readonly is: 'sink.failed'; readonly jobId: JobId; readonly runId: RunId; readonly problems: readonly Problem[] }
  | { readonly is: 'batch.sent'; readonly batch: Batch }
  /** Weights were asked for that no batch waits for. */
  | { readonly is: 'part.sent'; readonly load: LoadDecision }
  /** Parts that shall lie on a device always; those that were named before and are no more may leave. */
  | { readonly is: 'hot.set'; readonly deviceId: DeviceId; readonly parts: readonly Part[] }
  | { readonly is: 'lane.opened'; readonly deviceId: DeviceId }
  /** Another lane needs their room. */
  | { readonly is: 'parts.released'; readonly deviceId: DeviceId; readonly parts: readonly PartKey[] }
  /** A device was kept idle since then for jobs that did not ask. */
  | { readonly is: 'hold.over'; readonly deviceId: DeviceId; readonly sinceMs: number }
  | { readonly is: 'host'; readonly deviceId: DeviceId; readonly event: HostEvent };

/** The only place where the world changes. What it wants done outside comes back as effects. */
export function apply(world: World, change: Change, nowMs: number): Effect[] {
  world.nowMs = nowMs;
  const effects: Effect[] = [];
  switch (change.is) {
    case 'run.submitted':
      world.queued.set(change.run.id, change.run);
      if (change.run.state !== 'paused') world.waiting.add(change.run.id, change.run);
      makeWay(world, change.run, effects);
      break;
    case 'run.admitted':
      admitted(world, change.runId, change.plan, change.kept, effects);
      break;
    case 'run.failed':
      endRun(world, change.runId, 'failed', change.problems, effects);
      break;
    case 'run.cancelled':
      endRun(world, change.runId, 'cancelled', [], effects);
      break;
    case 'run.paused':
      pauseRun(world, change.runId, effects);
      break;
    case 'run.resumed':
      resumeRun(world, change.runId, effects);
      break;
    case 'run.moved':
      moveRun(world, change.runId, change.place);
      break;
    case 'tiers.paused':
      pauseTiers(world, change.tiers, change.paused);
      break;
    case 'job.placed':
      placed(world, change.jobId, change.deviceId, effects);
      break;
    case 'job.copied':
      copied(world, change, effects);
      break;
    case 'job.spoiled':
      spoiled(world, change.jobId, effects);
      break;
    case 'job.failed':
      stopInHost(world, change.jobId, effects);
      jobFailed(world, change.jobId, change.problems, effects);
      break;
    case 'job.kept':
      kept(world, change.jobId, change.kept, effects);
      break;
    case 'sink.published':
      published(world, change, effects);
      break;
    case 'sink.failed':
      endRun(world, change.runId, 'failed', change.problems, effects);
      release(world, change.jobId, effects);
      break;
    case 'batch.sent':
      batchSent(world, change.batch);
      break;
    case 'part.sent':
      partSent(world, change.load);
      break;
    case 'hot.set':
      setHot(world, world.devices.get(change.deviceId)!, change.parts);
      break;
    case 'lane.opened':
      world.devices.get(change.deviceId)!.opened = true;
      break;
    case 'parts.released':
      leave(world.devices.get(change.deviceId)!, change.parts);
      break;
    case 'hold.over': {
      const state = world.devices.get(change.deviceId)!;
      if (state.state === 'idle' && state.idleSinceMs === change.sinceMs) giveUpWaiting(world, state);
      break;
    }
    case 'host':
      hostSaid(world, world.devices.get(change.deviceId)!, change.event, effects);
      break;
    default:
      change satisfies never;
  }
  return effects;
}

function admitted(
  world: World,
  runId: RunId,
  plan: Plan,
  kept: ReadonlyMap<ContentKey, KeptResult>,
  effects: Effect[],
): void {
  const known = world.runs.get(runId);
  if (known) {
    known.resetting = false;
    addJobs(world, known, kept, effects);
    return;
  }
  const run = world.queued.get(runId);
  if (!run || !mayStart(world, run)) return;
  world.queued.delete(runId);
  world.waiting.remove(runId);
  countOvertaken(world, run);
  run.state = 'running';
  for (const pack of plan.packs) for (const part of pack.parts) knowPart(world, part);
  const live = startedRun(run, plan, world.nowMs);
  world.runs.set(runId, live);
  world.live[run.tier].add(live);
  addJobs(world, live, kept, effects);
  // It may be more urgent than the runs whose waiting rows it shares.
  reconsiderAll(world, effects);
}

/** Of each submitter the oldest run that was passed over; counting all would make a long list overdue at once. */
function countOvertaken(world: World, run: Run): void {
  for (const id of world.waiting.oldest()) {
    const other = world.queued.get(id)!;
    if (other.place >= run.place) continue;
    other.overtaken++;
    if (other.overtaken >= world.settings.patience) world.overdue.add(id);
  }
}

function placed(world: World, jobId: JobId, deviceId: DeviceId, effects: Effect[]): void {
  const job = world.jobs.get(jobId);
  if (job?.state !== 'ready') return;
  world.ready.remove(jobId);
  const state = world.devices.get(deviceId)!;
  noteCosts(world, job, state);
  job.state = 'running';
  job.deviceId = deviceId;
  job.startedMs = world.nowMs;
  if ([...job.sources].some((id) => world.jobs.get(id)?.isRough)) makeRough(world, job);
  state.started.add(jobId);
  const leader = leaderOf(world, job);
  if (leader) leader.width ??= isWhole(state.device) ? 'wide' : 'narrow';
  effects.push({ do: 'tellJob', job, ms: 0 });
  // Its host hears of it after the step that runs; a less urgent batch need not go on then.
  reconsider(world, state, null, effects);
}

/** What spoke for the device that was chosen, for a person who asks: lanes of one device are no choice to him. */
function noteCosts(world: World, job: Job, chosen: DeviceState): void {
  const whole = wholeOf(chosen.device);
  const others = [...world.devices.values()].filter(
    ({ device, state }) =>
      state !== 'lost' && isWhole(device) && device.id !== whole && job.step.allowed.includes(device.id),
  );
  const places = [chosen, ...others];
  if (places.length < 2) return;
  const costs = new Costs(world);
  job.chosenBy = Object.fromEntries(places.map((state) => [state.device.id, costs.of(job, state)]));
}

function copied(
  world: World,
  { jobId, deviceId, outputs, ms }: Extract<Change, { is: 'job.copied' }>,
  effects: Effect[],
): void {
  const bytes = tensorsIn(outputs).reduce((sum, tensor) => sum + tensor.bytes, 0);
  recordBring(world.profiles.get(deviceId)!, bytes, ms);
  const job = world.jobs.get(jobId);
  if (job && !job.copies.has(deviceId)) job.copies.set(deviceId, outputs);
  else effects.push({ do: 'free', deviceId, outputs });
}

function spoiled(world: World, jobId: JobId, effects: Effect[]): void {
  const job = world.jobs.get(jobId);
  if (!job) return;
  for (const runId of [...job.owners.keys()]) resetRun(world, runId, effects);
  // Whatever still held it, what it holds is worth nothing.
  if (world.jobs.has(jobId)) dropJob(world, job, effects);
}

/** Its host does not know that it failed. */
function stopInHost(world: World, jobId: JobId, effects: Effect[]): void {
  const job = world.jobs.get(jobId);
  if (job?.state === 'running' && job.deviceId !== null)
    effects.push({ do: 'cancel', deviceId: job.deviceId, jobs: [jobId] });
}

/** Publishing goes on no more. */
function release(world: World, jobId: JobId, effects: Effect[]): void {
  const job = world.jobs.get(jobId);
  if (!job) return;
  job.holds--;
  retire(world, job, effects);
}

function kept(world: World, jobId: JobId, result: KeptResult | null, effects: Effect[]): void {
  const job = world.jobs.get(jobId);
  if (!job) return;
  job.holds--;
  job.kept = true;
  if (job.step.sink !== null && result) {
    // A sink's bytes are on disk now, and nobody on a device reads them.
    freeOutputs(job, effects);
    job.outputs = result.outputs;
    job.deviceId = null;
    for (const [runId, step] of job.owners)
      if (world.runs.get(runId)?.sinksLeft.has(step.id)) publish(job, runId, step, effects);
  }
  retire(world, job, effects);
}

function published(
  world: World,
  change: { jobId: JobId; runId: RunId; stepId: StepId; images: readonly RunImage[] },
  effects: Effect[],
): void {
  const live = world.runs.get(change.runId);
  if (live) {
    // Two equal sinks share one job; each published for itself.
    live.images.set(change.stepId, change.images);
    live.sinksLeft.delete(change.stepId);
    const twins = [...live.sinksLeft].filter((id) => live.jobs.get(id) === change.jobId);
    const job = world.jobs.get(change.jobId);
    for (const id of twins) if (job) publish(job, change.runId, live.plan.steps.get(id)!, effects);
  }
  release(world, change.jobId, effects);
  if (live && live.sinksLeft.size === 0) endRun(world, change.runId, 'done', [], effects);
}
