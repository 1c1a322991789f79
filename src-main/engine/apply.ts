import type { Problem } from '../model/errors.ts';
import type { HostEvent, Moved } from '../model/events.ts';
import type { BatchId, ContentKey, DeviceId, JobId, RunId, StepId } from '../model/ids.ts';
import type { KeptResult } from '../model/ports.ts';
import type { Batch, Plan, Run, RunImage } from '../model/run.ts';
import { endRun } from './end-run.ts';
import { addJobs, addRow, freeOutputs, leaveDevice, letGoSources, publish, retire, settleReaders, takeRow } from './lifetimes.ts';
import { record, recordLoad } from './profile.ts';
import { batchFailed, batchOver, hostLost, resetRun } from './recover.ts';
import { worthOf } from './residency.ts';
import { renewal } from './schedule.ts';
import { type DeviceState, type Effect, type Job, type World, leaderOf } from './world.ts';

/** Everything that can happen to the world. */
export type Change =
  | { readonly is: 'run.submitted'; readonly run: Run }
  /** Its plan is made and what is kept on disk is known; also after a loss. */
  | { readonly is: 'run.admitted'; readonly runId: RunId; readonly plan: Plan; readonly kept: ReadonlyMap<ContentKey, KeptResult> }
  | { readonly is: 'run.failed'; readonly runId: RunId; readonly problems: readonly Problem[] }
  | { readonly is: 'run.cancelled'; readonly runId: RunId }
  | { readonly is: 'job.placed'; readonly jobId: JobId; readonly deviceId: DeviceId }
  /** Inputs that lay elsewhere were brought to a device. */
  | { readonly is: 'job.copied'; readonly jobId: JobId; readonly deviceId: DeviceId; readonly outputs: Readonly<Record<string, unknown>> }
  /** A kept result turned out to be gone or broken. */
  | { readonly is: 'job.spoiled'; readonly jobId: JobId }
  | { readonly is: 'job.failed'; readonly jobId: JobId; readonly problems: readonly Problem[] }
  | { readonly is: 'job.kept'; readonly jobId: JobId; readonly kept: KeptResult | null }
  | { readonly is: 'sink.published'; readonly jobId: JobId; readonly runId: RunId; readonly stepId: StepId; readonly images: readonly RunImage[] }
  | { readonly is: 'batch.sent'; readonly batch: Batch }
  | { readonly is: 'host'; readonly deviceId: DeviceId; readonly event: HostEvent };

/** The only place where the world changes. What it wants done outside comes back as effects. */
export function apply(world: World, change: Change, nowMs: number): Effect[] {
  world.nowMs = nowMs;
  const effects: Effect[] = [];
  switch (change.is) {
    case 'run.submitted':
      world.queued.set(change.run.id, change.run);
      world.waiting.add(change.run.id, change.run);
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
    case 'job.placed':
      placed(world, change.jobId, change.deviceId, effects);
      break;
    case 'job.copied':
      copied(world, change.jobId, change.deviceId, change.outputs, effects);
      break;
    case 'job.spoiled':
      spoiled(world, change.jobId, effects);
      break;
    case 'job.failed':
      jobFailed(world, change.jobId, change.problems, effects);
      break;
    case 'job.kept':
      kept(world, change.jobId, change.kept, effects);
      break;
    case 'sink.published':
      published(world, change, effects);
      break;
    case 'batch.sent':
      batchSent(world, change.batch);
      break;
    case 'host':
      hostSaid(world, world.devices.get(change.deviceId)!, change.event, effects);
      break;
    default:
      change satisfies never;
  }
  return effects;
}

function admitted(world: World, runId: RunId, plan: Plan, kept: ReadonlyMap<ContentKey, KeptResult>, effects: Effect[]): void {
  const known = world.runs.get(runId);
  if (known) {
    known.resetting = false;
    addJobs(world, known, kept, effects);
    return;
  }
  const run = world.queued.get(runId);
  if (!run) return;
  world.queued.delete(runId);
  world.waiting.remove(runId);
  world.overdue.delete(runId);
  countOvertaken(world, run);
  run.state = 'running';
  for (const pack of plan.packs) for (const part of pack.parts) world.partBytes.set(part.key, part.bytes);
  const live = {
    run,
    plan,
    jobs: new Map(),
    borrowed: new Set<JobId>(),
    sinksLeft: new Set(plan.sinks),
    images: new Map(),
    startedMs: world.nowMs,
    losses: 0,
    alone: false,
    resetting: false,
  };
  world.runs.set(runId, live);
  addJobs(world, live, kept, effects);
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
  if (!job) return;
  world.ready.remove(jobId);
  job.state = 'running';
  job.deviceId = deviceId;
  job.startedMs = world.nowMs;
  world.devices.get(deviceId)!.jobsRunning++;
  effects.push({ do: 'tellJob', job, ms: 0 });
}

function copied(world: World, jobId: JobId, deviceId: DeviceId, outputs: Readonly<Record<string, unknown>>, effects: Effect[]): void {
  const job = world.jobs.get(jobId);
  if (job && !job.copies.has(deviceId)) job.copies.set(deviceId, outputs);
  else effects.push({ do: 'free', deviceId, outputs });
}

function spoiled(world: World, jobId: JobId, effects: Effect[]): void {
  const job = world.jobs.get(jobId);
  if (!job) return;
  if (job.key !== null) world.byKey.delete(job.key);
  for (const runId of [...job.owners.keys()]) resetRun(world, runId, effects);
}

/** The runs that wanted it fail. */
function jobFailed(world: World, jobId: JobId, problems: readonly Problem[], effects: Effect[]): void {
  const job = world.jobs.get(jobId);
  if (!job) return;
  const owners = [...job.owners];
  if (job.state === 'running') leaveDevice(world, job);
  job.state = 'failed';
  effects.push({ do: 'tellJob', job, ms: world.nowMs - job.startedMs });
  for (const [runId, step] of owners)
    endRun(world, runId, 'failed', problems.map((found) => ({ ...found, nodeId: found.nodeId ?? step.nodeId })), effects);
}

function jobEnded(world: World, jobId: JobId, outputs: Readonly<Record<string, unknown>>, deviceId: DeviceId, effects: Effect[]): void {
  const job = world.jobs.get(jobId);
  if (!job || job.state !== 'running') {
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
    for (const [runId, step] of job.owners) if (world.runs.get(runId)?.sinksLeft.has(step.id)) publish(job, runId, step, effects);
  }
  retire(world, job, effects);
}

function published(world: World, change: { jobId: JobId; runId: RunId; stepId: StepId; images: readonly RunImage[] }, effects: Effect[]): void {
  const live = world.runs.get(change.runId);
  if (live) {
    // Two equal sinks share one job; each published for itself.
    live.images.set(change.stepId, change.images);
    live.sinksLeft.delete(change.stepId);
    const twins = [...live.sinksLeft].filter((id) => live.jobs.get(id) === change.jobId);
    const job = world.jobs.get(change.jobId);
    for (const id of twins) if (job) publish(job, change.runId, live.plan.steps.get(id)!, effects);
  }
  const job = world.jobs.get(change.jobId);
  if (job) {
    job.holds--;
    retire(world, job, effects);
  }
  if (live && live.sinksLeft.size === 0) endRun(world, change.runId, 'done', [], effects);
}

function batchSent(world: World, batch: Batch): void {
  const state = world.devices.get(batch.deviceId)!;
  const size = world.rows.get(batch.rows[0]!)!.size;
  state.state = 'busy';
  state.batch = batch;
  state.revoked = false;
  state.shortOfMemory = false;
  state.batchSize = size;
  state.batchJobs = new Set(batch.rows.map((id) => world.rows.get(id)!.jobId));
  for (const id of batch.rows) takeRow(world, world.rows.get(id)!);
  for (const part of batch.evict) {
    const gone = state.resident.get(part);
    if (gone) state.ageBase = Math.max(state.ageBase, gone.worth);
    state.resident.delete(part);
  }
  for (const part of batch.load) {
    const bytes = world.partBytes.get(part) ?? 0;
    state.loading.add(part);
    state.resident.set(part, { part, deviceId: batch.deviceId, bytes, pins: 0, hot: false, worth: state.ageBase });
  }
  const used = state.resident.get(batch.part);
  if (!used) return;
  used.pins++;
  const reloadMs = used.bytes / world.profiles.get(batch.deviceId)!.loadBytesPerMs;
  used.worth = worthOf(Math.max(state.ageBase, used.worth), 1, reloadMs, used.bytes);
}

function hostSaid(world: World, state: DeviceState, event: HostEvent, effects: Effect[]): void {
  switch (event.type) {
    case 'jobs.moved':
      moved(world, state, event.moved, effects);
      break;
    case 'job.progressed': {
      const job = world.jobs.get(event.jobId);
      if (job) effects.push({ do: 'tellProgress', job, done: event.done, total: event.total });
      break;
    }
    case 'batch.stepped':
    case 'batch.done':
      stepped(world, state, event, effects);
      break;
    case 'batch.failed':
      batchFailed(world, state, event.problems, effects);
      moved(world, state, event.moved, effects);
      break;
    case 'part.loaded': {
      state.loading.delete(event.part);
      const part = state.resident.get(event.part);
      if (part) state.resident.set(event.part, { ...part, bytes: event.bytes });
      recordLoad(world.profiles.get(state.device.id)!, event.bytes, event.ms);
      break;
    }
    case 'part.evicted':
      break;
    case 'host.ready':
      if (state.state === 'starting' || state.state === 'lost') state.state = 'idle';
      break;
    case 'host.lost':
      hostLost(world, state, event.reason, effects);
      break;
    default:
      event satisfies never;
  }
}

function moved(world: World, state: DeviceState, what: Moved, effects: Effect[]): void {
  for (const { jobId, outputs } of what.ended) jobEnded(world, jobId, outputs, state.device.id, effects);
  for (const { jobId, problems, cancelled } of what.failed) if (!cancelled) jobFailed(world, jobId, problems, effects);
  for (const row of what.next) if (world.jobs.get(row.jobId)?.state === 'running') addRow(world, row);
}

function stepped(world: World, state: DeviceState, event: Extract<HostEvent, { type: 'batch.stepped' | 'batch.done' }>, effects: Effect[]): void {
  const batch = state.batch;
  if (!batch || batch.id !== (event.batchId as BatchId)) {
    moved(world, state, event.moved, effects);
    return;
  }
  const profile = world.profiles.get(state.device.id)!;
  const aboard = [...state.batchJobs].flatMap((id) => world.jobs.get(id) ?? []);
  if (event.rows > 0) {
    record(profile, state.batchSize, event.rows, event.ms);
    countServed(world, aboard, event.ms);
    const runs = [...new Set(aboard.flatMap((job) => [...job.owners.keys()]))];
    effects.push({ do: 'tellBatch', batch, rows: event.rows, runs, startMs: event.startMs, ms: event.ms });
  }
  state.freeAtMs = world.nowMs + event.ms;
  const gone = new Set([...event.moved.ended, ...event.moved.failed, ...event.moved.next].map(({ jobId }) => jobId));
  for (const id of gone) state.batchJobs.delete(id);
  if (event.type === 'batch.done') batchOver(state);
  moved(world, state, event.moved, effects);
  if (event.type === 'batch.done' || state.revoked) return;
  const jobs = [...state.batchJobs].filter((id) => world.jobs.has(id));
  const what = renewal(world, state, jobs, event.leaseLeft, state.batchSize, event.rows);
  if (what === 'leave') return;
  if (what === 'revoke') {
    state.revoked = true;
    effects.push({ do: 'revoke', deviceId: state.device.id, batchId: batch.id });
  } else effects.push({ do: 'renew', deviceId: state.device.id, batchId: batch.id, steps: what.renew });
}

/** Half of what a submitter was served fades in about ten seconds of device time. */
function countServed(world: World, aboard: readonly Job[], ms: number): void {
  for (const [submitter, had] of world.served) {
    const faded = had * 2 ** (-ms / 10_000);
    if (faded < 1) world.served.delete(submitter);
    else world.served.set(submitter, faded);
  }
  for (const job of aboard) {
    const submitter = leaderOf(world, job)?.run.submitter;
    if (submitter !== undefined) world.served.set(submitter, (world.served.get(submitter) ?? 0) + ms / aboard.length);
  }
}
