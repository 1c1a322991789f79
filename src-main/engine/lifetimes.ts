import type { ContentKey, DeviceId, JobId, RunId, StepId } from '../model/ids.ts';
import type { KeptResult } from '../model/ports.ts';
import type { Plan, Row, Step } from '../model/run.ts';
import { tensorsIn } from '../model/tensor.ts';
import { reuse } from './reuse.ts';
import { partsLeft } from './staying.ts';
import { Urgency } from './urgency.ts';
import {
  type DeviceState,
  type Effect,
  idleBudgetBytes,
  idleLimit,
  type Job,
  type LiveRun,
  leaderOf,
  type World,
} from './world.ts';

// Jobs come into being when a run starts and live as long as somebody reads their result; a result with a key may
// outlive its readers for a while, so that the next run finds it where it was made.

const bytesIn = (outputs: unknown): number => tensorsIn(outputs).reduce((sum, { bytes }) => sum + bytes, 0);

/** Makes or finds the jobs of a run. What is known is not made; what another run is making is shared. */
export function addJobs(
  world: World,
  live: LiveRun,
  known: ReadonlyMap<ContentKey, KeptResult>,
  effects: Effect[],
): void {
  const { plan, run } = live;
  const shareable = (key: ContentKey): JobId | undefined => (run.deterministic ? undefined : world.byKey.get(key));
  const plans = reuse(plan, live.sinksLeft, (key) => known.has(key) || shareable(key) !== undefined);
  for (const id of plan.order) {
    const step = plan.steps.get(id)!;
    if (!plans.known.has(id) && !plans.run.includes(id)) continue;
    const shared = step.key === null ? undefined : shareable(step.key);
    const jobId = shared ?? addJob(world, live, step, plans.known.has(id) ? known.get(step.key!)! : null);
    const job = world.jobs.get(jobId)!;
    job.owners.set(run.id, step);
    borrowSources(world, live, job);
    wake(world, jobId);
    live.jobs.set(id, jobId);
    requeue(world, job);
    if (job.state === 'reused' || (shared && job.state === 'done'))
      effects.push({ do: 'tellJob', job, ms: 0, found: { by: run.id, in: shared ? 'memory' : 'disk' } });
  }
  live.parts = partsLeft(world, live);
  // Sinks that share a job are published one after the other.
  const once = new Map([...live.sinksLeft].map((id) => [live.jobs.get(id)!, id]));
  for (const [jobId, id] of once) {
    const job = world.jobs.get(jobId)!;
    if (job.kept) publish(job, run.id, plan.steps.get(id)!, effects);
  }
}

/** A job that is shared and not done needs its sources as long as this run lives, whoever began them. */
function borrowSources(world: World, live: LiveRun, job: Job): void {
  if (isReady(job)) return;
  for (const id of job.sources) {
    const source = world.jobs.get(id);
    if (!source || source.owners.has(live.run.id)) continue;
    source.owners.set(live.run.id, source.step);
    live.borrowed.add(id);
    requeue(world, source);
    borrowSources(world, live, source);
  }
}

export function publish(job: Job, runId: RunId, step: Step, effects: Effect[]): void {
  job.holds++;
  effects.push({ do: 'publish', jobId: job.id, runId, step });
}

function addJob(world: World, live: LiveRun, step: Step, kept: KeptResult | null): JobId {
  const id = `job_${++world.lastId}` as JobId;
  const sources = kept ? new Set<JobId>() : sourcesOf(live.plan, live.jobs, step);
  const job: Job = {
    id,
    step,
    key: live.run.deterministic ? null : step.key,
    owners: new Map(),
    waitsFor: 0,
    sources,
    readers: new Set(),
    state: kept ? 'reused' : 'blocked',
    deviceId: null,
    outputs: kept?.outputs ?? null,
    copies: new Map(),
    holds: 0,
    kept: kept !== null,
    startedMs: world.nowMs,
    callsMade: 0,
    isSlow: false,
    shortages: 0,
    isRough: false,
  };
  world.jobs.set(id, job);
  if (job.key !== null) world.byKey.set(job.key, id);
  for (const sourceId of sources) {
    const source = world.jobs.get(sourceId)!;
    source.readers.add(id);
    source.holds++;
    if (!isReady(source)) job.waitsFor++;
  }
  if (!kept && job.waitsFor === 0) job.state = 'ready';
  return id;
}

const isReady = (job: Job): boolean => job.state === 'done' || job.state === 'reused';

function sourcesOf(plan: Plan, jobs: ReadonlyMap<StepId, JobId>, step: Step): Set<JobId> {
  return new Set(
    Object.values(step.inputs).flatMap((source) =>
      'step' in source && plan.steps.has(source.step) ? [jobs.get(source.step)!] : [],
    ),
  );
}

/** A job's turn may have changed with its owners: put it, or the rows it waits for, where they belong. */
export function requeue(world: World, job: Job): void {
  const live = leaderOf(world, job);
  if (job.state === 'ready' && live) world.ready.add(job.id, live.run);
  else world.ready.remove(job.id);
  for (const rowId of world.rowsOf.get(job.id) ?? []) placeRow(world, world.rows.get(rowId)!);
}

/** Somebody reads an idle result again. */
function wake(world: World, id: JobId): void {
  const bytes = world.idle.get(id);
  if (bytes === undefined) return;
  world.idle.delete(id);
  world.idleBytes -= bytes;
}

/** A job has its result: who waited for it may go on. */
export function settleReaders(world: World, job: Job): void {
  for (const id of job.readers) {
    const reader = world.jobs.get(id);
    if (reader?.state !== 'blocked') continue;
    reader.waitsFor--;
    if (reader.waitsFor > 0) continue;
    reader.state = 'ready';
    requeue(world, reader);
  }
}

/** A job reads its sources no more. */
export function letGoSources(world: World, job: Job, effects: Effect[]): void {
  for (const id of job.sources) {
    const source = world.jobs.get(id);
    if (!source?.readers.delete(job.id)) continue;
    source.holds--;
    retire(world, source, effects);
  }
}

/** A result that nobody holds becomes idle if another run could share it, else it goes. */
export function retire(world: World, job: Job, effects: Effect[]): void {
  if (job.holds > 0 || !isReady(job) || !world.jobs.has(job.id)) return;
  if (job.owners.size > 0 && wantedBy(world, job)) return;
  if (job.key === null || job.isRough) {
    dropJob(world, job, effects);
    return;
  }
  wake(world, job.id);
  const bytes = bytesIn(job.outputs) + [...job.copies.values()].reduce((sum, copy) => sum + bytesIn(copy), 0);
  world.idle.set(job.id, bytes);
  world.idleBytes += bytes;
  for (const [id] of world.idle) {
    if (world.idleBytes <= idleBudgetBytes && world.idle.size <= idleLimit) break;
    dropJob(world, world.jobs.get(id)!, effects);
  }
}

/** Whether an owner has still to make pictures of it. */
const wantedBy = (world: World, job: Job): boolean =>
  job.step.sink !== null && [...job.owners].some(([runId, step]) => world.runs.get(runId)?.sinksLeft.has(step.id));

/** Takes a job out of the world and its tensors off their devices. */
export function dropJob(world: World, job: Job, effects: Effect[]): void {
  wake(world, job.id);
  world.jobs.delete(job.id);
  world.ready.remove(job.id);
  if (job.key !== null && world.byKey.get(job.key) === job.id) world.byKey.delete(job.key);
  if (job.state === 'running') leaveDevice(world, job);
  removeRows(world, job.id);
  freeOutputs(job, effects);
  letGoSources(world, job, effects);
}

/** Nobody else may take its result for what its key says. */
export function makeRough(world: World, job: Job): void {
  job.isRough = true;
  if (job.key !== null && world.byKey.get(job.key) === job.id) world.byKey.delete(job.key);
}

export function freeOutputs(job: Job, effects: Effect[]): void {
  if (job.deviceId !== null && job.outputs !== null)
    effects.push({ do: 'free', deviceId: job.deviceId, outputs: job.outputs });
  for (const [deviceId, outputs] of job.copies) effects.push({ do: 'free', deviceId, outputs });
  job.copies.clear();
}

export function leaveDevice(world: World, job: Job): void {
  const state = job.deviceId && world.devices.get(job.deviceId);
  state?.started.delete(job.id);
}

/** A run needs a job no more. Without owners, what is not done is stopped and forgotten. */
export function disown(world: World, job: Job, runId: RunId, effects: Effect[]): void {
  if (!job.owners.delete(runId)) return;
  if (job.owners.size > 0) {
    requeue(world, job);
    return;
  }
  if (isReady(job)) {
    retire(world, job, effects);
    return;
  }
  if (job.state === 'running' && job.deviceId !== null)
    effects.push({ do: 'cancel', deviceId: job.deviceId, jobs: [job.id] });
  dropJob(world, job, effects);
}

/** A run is over or starts again. */
export function disownAll(world: World, live: LiveRun, effects: Effect[]): void {
  // Readers first: a source that still has a reader would stay.
  for (const jobId of [...new Set([...live.jobs.values(), ...live.borrowed])].reverse()) {
    const job = world.jobs.get(jobId);
    if (job) disown(world, job, live.run.id, effects);
  }
  live.jobs.clear();
  live.borrowed.clear();
}

export function addRow(world: World, row: Row): void {
  world.rows.set(row.id, row);
  let rows = world.rowsOf.get(row.jobId);
  if (!rows) {
    rows = new Set();
    world.rowsOf.set(row.jobId, rows);
  }
  rows.add(row.id);
  world.jobs.get(row.jobId)!.isSlow = false;
  placeRow(world, row);
}

/** Puts a row in its device's line at the turn of its job's most urgent owner. */
function placeRow(world: World, row: Row): void {
  const state = world.devices.get(row.deviceId)!;
  const live = leaderOf(world, world.jobs.get(row.jobId)!);
  if (!live) {
    leaveLine(state, row);
    return;
  }
  let group = state.line.get(row.batchKey);
  if (!group) {
    group = new Urgency<Row['id']>();
    state.line.set(row.batchKey, group);
  }
  if (!group.has(row.id)) state.rowsWaiting++;
  group.add(row.id, live.run);
}

export function takeRow(world: World, row: Row): void {
  world.rows.delete(row.id);
  const rows = world.rowsOf.get(row.jobId);
  rows?.delete(row.id);
  if (rows?.size === 0) world.rowsOf.delete(row.jobId);
  leaveLine(world.devices.get(row.deviceId)!, row);
}

function leaveLine(state: DeviceState, row: Row): void {
  const group = state.line.get(row.batchKey);
  if (group?.remove(row.id)) state.rowsWaiting--;
  if (group?.size === 0) state.line.delete(row.batchKey);
}

export function removeRows(world: World, jobId: JobId): void {
  for (const id of [...(world.rowsOf.get(jobId) ?? [])]) takeRow(world, world.rows.get(id)!);
}

/** What lies on a lost device: every job that runs there or whose result exists only there. */
export function jobsOn(world: World, deviceId: DeviceId): Job[] {
  return [...world.jobs.values()].filter(
    (job) =>
      job.deviceId === deviceId &&
      (job.state === 'running' || (job.state === 'done' && tensorsIn(job.outputs).length > 0)),
  );
}
