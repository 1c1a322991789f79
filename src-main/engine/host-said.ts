import type { HostEvent, Moved } from '../model/events.ts';
import type { BatchId, JobId } from '../model/ids.ts';
import { type Batch, isWaitedFor } from '../model/run.ts';
import { jobEnded, jobFailed } from './job-ends.ts';
import { hasDeviceToItself } from './lane-groups.ts';
import { addRow, makeRough, takeRow } from './lifetimes.ts';
import { arrived, comes, failedToCome, leave, use } from './loading.ts';
import { wentWell } from './memory.ts';
import { msOf, record, recordLoad } from './profile.ts';
import { reconsiderLanes } from './reconsider.ts';
import { batchFailed, batchOver, hostLost } from './recover.ts';
import {
  type DeviceState,
  type Effect,
  fewestAhead,
  type Job,
  leaderOf,
  mostAhead,
  type NextBatch,
  ownersOf,
  type World,
} from './world.ts';

/** A batch is on its way: its rows wait no more, its parts count as resident. It runs, or it is next. */
export function batchSent(world: World, batch: Batch): void {
  const state = world.devices.get(batch.deviceId)!;
  const { size, batchKey } = world.rows.get(batch.rows[0]!)!;
  const rows = batch.rows.map((id) => world.rows.get(id)!);
  const jobs = new Set(rows.map(({ jobId }) => jobId));
  const scratchBytes = rows.reduce((sum, row) => sum + row.scratchBytes, 0);
  state.shortOfMemory = false;
  state.rowScratch = Math.max(state.rowScratch, ...rows.map((row) => row.scratchBytes));
  state.mostScratch = Math.max(state.mostScratch, scratchBytes);
  if (batch.tile !== undefined) for (const id of jobs) makeRough(world, world.jobs.get(id)!);
  const next: NextBatch = { batch, size, batchKey, scratchBytes, jobs, revoked: false };
  if (state.batch) state.next = next;
  else begin(world, state, next);
  for (const id of batch.rows) takeRow(world, world.rows.get(id)!);
  countOvertaken(world, state, jobs);
  leave(state, batch.evict);
  for (const part of batch.load) comes(world, state, part);
  use(world, state, batch.part);
}

/** The device computes it now. */
function begin(world: World, state: DeviceState, next: NextBatch): void {
  const { batch, size, batchKey, scratchBytes, jobs, revoked } = next;
  const ms = msOf(world.profiles.get(batch.deviceId)!, size, batch.rows.length);
  state.state = 'busy';
  state.batch = batch;
  state.revoked = revoked;
  state.leaseLeft = batch.lease.steps;
  state.batchSize = size;
  state.batchKey = batchKey;
  state.batchRows = batch.rows.length;
  state.batchScratchBytes = scratchBytes;
  state.batchJobs = jobs;
  state.freeAtMs = world.nowMs + (ms ?? 0) * (batch.lease.steps + 1);
  countAhead(world, jobs);
}

/** As many again as share a call are worth having under way. */
function countAhead(world: World, jobs: ReadonlySet<JobId>): void {
  const [first] = jobs;
  const job = first && world.jobs.get(first);
  const tier = job && leaderOf(world, job)?.run.tier;
  if (!tier || !isWaitedFor(tier)) return;
  if (jobs.size * 2 > world.ahead) world.ahead = Math.min(mostAhead, world.ahead * 2);
  else if (jobs.size * 4 < world.ahead) world.ahead = Math.max(fewestAhead, world.ahead - 1);
}

/** Its host goes on with the next batch by itself. */
function goOn(world: World, state: DeviceState): void {
  const { next } = state;
  state.next = null;
  if (next) begin(world, state, next);
}

/** Runs whose rows wait here while a later run has its first batch. Of each submitter the oldest, as among the runs that wait. */
function countOvertaken(world: World, state: DeviceState, jobs: ReadonlySet<JobId>): void {
  const aboard = [...jobs].flatMap((id) => ownersOf(world, world.jobs.get(id)!));
  const newcomers = aboard.filter(({ rode }) => !rode);
  for (const live of aboard) live.rode = true;
  if (newcomers.length === 0) return;
  const waiting = new Set(
    [...state.line.values()].flatMap((group) =>
      [...group.oldest()].flatMap((id) => ownersOf(world, world.jobs.get(world.rows.get(id)!.jobId)!)),
    ),
  );
  for (const { run } of waiting) {
    run.overtaken += newcomers.filter((live) => live.run.place > run.place).length;
    if (run.overtaken >= world.settings.patience) world.overdue.add(run.id);
  }
}

export function hostSaid(world: World, state: DeviceState, event: HostEvent, effects: Effect[]): void {
  switch (event.type) {
    case 'jobs.moved':
      moved(world, state, event.moved, effects);
      reconsiderLanes(world, state, null, effects);
      break;
    case 'job.progressed': {
      const job = world.jobs.get(event.jobId);
      const { done, total, preview } = event;
      if (job) effects.push({ do: 'tellProgress', job, done, total, preview });
      break;
    }
    case 'job.warned': {
      const job = world.jobs.get(event.jobId);
      if (job) effects.push({ do: 'tellWarning', job, problems: event.problems });
      break;
    }
    case 'batch.stepped':
    case 'batch.done':
      stepped(world, state, event, effects);
      break;
    case 'batch.failed':
      batchFailed(world, state, event.problems, effects);
      goOn(world, state);
      moved(world, state, event.moved, effects);
      break;
    case 'part.loaded':
      arrived(state, event.part, event.bytes);
      recordLoad(world.profiles.get(state.device.id)!, event.part, event.bytes, event.ms);
      effects.push({ do: 'tellPart', deviceId: state.device.id, event });
      break;
    case 'part.failed':
      failedToCome(state, event.part);
      break;
    case 'part.evicted':
      effects.push({ do: 'tellPart', deviceId: state.device.id, event });
      break;
    case 'host.ready':
      if (state.state !== 'starting' && state.state !== 'lost') break;
      state.state = 'idle';
      effects.push({ do: 'tellDevice', device: state.device, state: 'idle' });
      break;
    case 'host.lost':
      effects.push({ do: 'tellDevice', device: state.device, state: 'lost' });
      hostLost(world, state, event, effects);
      break;
    default:
      event satisfies never;
  }
}

function moved(world: World, state: DeviceState, what: Moved, effects: Effect[]): void {
  // Also a job that was busy with something else when its batch went on without it, and says so only now.
  for (const { jobId } of [...what.ended, ...what.failed, ...what.next]) {
    state.batchJobs.delete(jobId);
    state.next?.jobs.delete(jobId);
  }
  for (const { jobId, outputs } of what.ended) jobEnded(world, jobId, outputs, state.device.id, effects);
  for (const { jobId, problems, cancelled } of what.failed) if (!cancelled) jobFailed(world, jobId, problems, effects);
  for (const row of what.next) if (world.jobs.get(row.jobId)?.state === 'running') addRow(world, row);
}

function stepped(
  world: World,
  state: DeviceState,
  event: Extract<HostEvent, { type: 'batch.stepped' | 'batch.done' }>,
  effects: Effect[],
): void {
  const batch = state.batch;
  if (!batch || batch.id !== (event.batchId as BatchId)) {
    moved(world, state, event.moved, effects);
    return;
  }
  const profile = world.profiles.get(state.device.id)!;
  const aboard = [...state.batchJobs].flatMap((id) => world.jobs.get(id) ?? []);
  if (event.rows > 0) {
    state.batchRows = event.rows;
    for (const job of aboard) job.callsMade += 1 + (event.earlier?.length ?? 0);
    const runs = [...new Set(aboard.flatMap((job) => [...job.owners.keys()]))];
    const isUndisturbed = hasDeviceToItself(world, state);
    for (const { startMs, ms } of [...(event.earlier ?? []), event]) {
      if (isUndisturbed && batch.tile === undefined) record(profile, state.batchSize, event.rows, ms);
      wentWell(state, state.batchSize);
      countServed(world, aboard, ms);
      effects.push({ do: 'tellBatch', batch, rows: event.rows, runs, startMs, ms, copied: event.copied });
    }
  }
  state.leaseLeft = event.leaseLeft;
  state.freeAtMs = world.nowMs + (event.type === 'batch.done' ? 0 : event.ms);
  if (event.type === 'batch.done') batchOver(world, state);
  moved(world, state, event.moved, effects);
  if (event.type === 'batch.done') {
    goOn(world, state);
    reconsiderLanes(world, state, null, effects);
  } else reconsiderLanes(world, state, event.leaseLeft, effects);
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
