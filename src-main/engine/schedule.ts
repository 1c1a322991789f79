// What should happen next, as data. Runs are started in their turn while there is room for more; a job that is ready
// gets the device where it will be done soonest and stays there; a device that is idle gets the most urgent row that
// waits for it, in the company of rows that may share its call. Nothing here waits, loads, runs or changes the world.

import { wholeOf } from '../model/device.ts';
import type { DeviceId, JobId, RowId, RunId, SizeKey } from '../model/ids.ts';
import {
  type BatchDecision,
  type Decision,
  isMoreUrgent,
  isWaitedFor,
  type Lease,
  type Refusal,
  type Release,
  type Row,
  type Run,
  type Tier,
  tiers,
  waitedTiers,
} from '../model/run.ts';
import { jobsAtRest } from './at-rest.ts';
import { hasUrgentGuest, isAwaitedBefore } from './awaited.ts';
import { company, couldJoin } from './company.ts';
import { Costs, soonest } from './cost.ts';
import { rivals } from './lane-groups.ts';
import { isTooSoon } from './lane-order.ts';
import { budgetOf, isCrowded, lanesToOpen, toRelease, willHaveRoom } from './lanes.ts';
import { idleParts, tileOf } from './memory.ts';
import { placesOf } from './places.ts';
import { prefetches } from './prefetch.ts';
import { mostRows, msOf } from './profile.ts';
import { tooLarge, whyNot } from './refusals.ts';
import { type Room, roomFor } from './residency.ts';
import { areAwaited, isContended, pushesOut, unwantedBefore } from './staying.ts';
import { compareTurns, type Turn } from './urgency.ts';
import {
  callsLeft,
  type DeviceState,
  isUp,
  type Job,
  leaderOf,
  mostAhead,
  ownersOf,
  servedOf,
  type World,
} from './world.ts';

/**
 * Runs that may be under way at once in a tier and the tiers above it. Of those that somebody waits for no more than
 * share calls, because each one that is begun early delays the first; but of several submitters all have some, or
 * their shares would not be equal, and where packs take turns there must be some of each to be put together.
 */
function runsAhead(world: World): (tier: Tier) => number {
  const submitters = new Set<string>();
  for (const tier of waitedTiers) {
    for (const { run } of world.live[tier]) submitters.add(run.submitter);
    for (const submitter of world.waiting.submitters(tier)) submitters.add(submitter);
  }
  const most = Math.max(world.ahead, ...[...world.lanes.values()].map(({ narrow }) => runsOfLane * narrow.length));
  const few = isContended(world) ? mostAhead : submitters.size > 1 ? mostAhead / 2 : most;
  return (tier) => (isWaitedFor(tier) ? few : mostAhead);
}

/** One is computed, the picture of another is fetched, and the next one's prompt is encoded. */
const runsOfLane = 3;

/** Rows that may wait at a device before no further job is started there. */
const rowsAhead = 4 * mostRows;

/** Queued runs to start now, most urgent first. */
export function admissions(world: World): RunId[] {
  const under = tiers.map(() => 0);
  const count = (tier: Tier) => {
    for (let rank = tiers.indexOf(tier); rank < under.length; rank++) under[rank]!++;
  };
  let overdue = 0;
  for (const { run, paused } of world.runs.values()) {
    if (paused) continue;
    count(run.tier);
    if (world.overdue.has(run.id)) overdue++;
  }
  const admitted = new Set<RunId>();
  const admit = (runId: RunId, { tier }: Run) => {
    count(tier);
    admitted.add(runId);
  };
  // Overdue runs have as many places of their own: a flow of urgent ones must not keep them out.
  for (const runId of world.overdue) {
    const run = world.waiting.has(runId) ? world.queued.get(runId) : undefined;
    if (run && !world.pausedTiers.has(run.tier) && overdue++ < mostAhead) admit(runId, run);
  }
  const most = runsAhead(world);
  for (const runId of world.waiting.inOrder(servedOf(world), world.pausedTiers)) {
    const run = world.queued.get(runId)!;
    if (under[tiers.indexOf(run.tier)]! >= most(run.tier)) break;
    if (!admitted.has(runId) && !world.pausedTiers.has(run.tier)) admit(runId, run);
  }
  return [...admitted];
}

export function schedule(world: World): Decision[] {
  const decisions: Decision[] = [
    ...lanesToOpen(world).map(({ device }) => ({ kind: 'open', deviceId: device.id }) as const),
    ...placements(world),
  ];
  // Where a job is started now, what it will ask for counts in the next turn, which follows at once.
  const starting = new Set(decisions.flatMap((decision) => (decision.kind === 'start' ? [decision.deviceId] : [])));
  // Lanes share memory: one after the other decides, in turns that follow at once.
  const decided = new Set<DeviceId>();
  for (const device of world.devices.values()) {
    const isFree = device.state === 'idle';
    const whole = wholeOf(device.device);
    const isStarting = [device, ...rivals(world, device)].some((lane) => starting.has(lane.device.id));
    if (isStarting || decided.has(whole) || (!isFree && !isEnding(world, device))) continue;
    const next = nextBatch(world, device);
    if (!next || !(isFree || mayFollow(device, next, world))) continue;
    decisions.push(next);
    decided.add(whole);
  }
  return decisions.length > 0 ? decisions : prefetches(world);
}

/**
 * Whether the device computes the last step of its batch: it was told to stop, or the jobs aboard will be done. What is
 * sent now begins without waiting for the core to hear of the end.
 */
const isEnding = (world: World, { state, batch, next, revoked, leaseLeft, batchJobs, loading }: DeviceState): boolean =>
  state === 'busy' &&
  batch !== null &&
  next === null &&
  loading.size === 0 &&
  (revoked ||
    (leaseLeft <= 0 && [...batchJobs].flatMap((id) => world.jobs.get(id) ?? []).every((job) => callsLeft(job) <= 1)));

/**
 * Rows that come back from a batch that was stopped may be wanted in the next one, so nothing of their kind goes before;
 * and behind a call of an urgent run comes its next one, not one of others.
 */
const mayFollow = (device: DeviceState, next: BatchDecision | Release | Refusal, world: World): boolean =>
  next.kind === 'batch' &&
  next.load.length === 0 &&
  next.evict.length === 0 &&
  !(device.revoked && world.rows.get(next.rows[0]!)!.batchKey === device.batchKey) &&
  !hasUrgentGuest(world, device, tierOf(world, next.rows[0]!));

const tierOf = (world: World, row: RowId): Tier =>
  leaderOf(world, world.jobs.get(world.rows.get(row)!.jobId)!)?.run.tier ?? 'background';

/** Rules 2 and 3: the allowed device with the earliest estimated finish. */
function placements(world: World): Decision[] {
  const decisions: Decision[] = [];
  const devices = [...world.devices.values()];
  const chosen = new Map<JobId, DeviceId>();
  const resting = [...jobsAtRest(world)];
  const restsOn = ({ device }: DeviceState) => resting.filter(({ deviceId }) => deviceId === device.id).length;
  const ahead = new Map(devices.map((state) => [state, state.rowsWaiting + state.started.size - restsOn(state)]));
  for (const state of devicesOfLoners(world, resting)) ahead.set(state, rowsAhead);
  const isOpen = (state: DeviceState) => isUp(state) && ahead.get(state)! < rowsAhead;
  const costs = new Costs(world);
  for (const jobId of world.ready.inOrder(servedOf(world))) {
    if (!devices.some(isOpen)) break;
    const job = world.jobs.get(jobId)!;
    const places = placesOf(world, job, chosen);
    if (places.fitting.length === 0) {
      decisions.push({ kind: 'refuse', jobId, problem: whyNot(job, places) });
      continue;
    }
    const open = places.fitting.filter((state) => isOpen(state) && !isTooSoon(world, job, state, chosen));
    if (open.length === 0) continue;
    const best = soonest(costs, job, open);
    const isLoner = ownersOf(world, job).some(({ alone }) => alone);
    const isEmpty = ahead.get(best) === 0;
    // Where a loner goes nothing else is started until it has ended, and it waits until everything else has.
    ahead.set(best, isLoner ? rowsAhead : ahead.get(best)! + 1);
    if (isLoner && !isEmpty) continue;
    chosen.set(jobId, best.device.id);
    if (devices.length > 1) costs.add(job, best);
    decisions.push({ kind: 'start', jobId, deviceId: best.device.id });
  }
  return decisions;
}

/** Devices where a job of a run that is alone has not ended. */
const devicesOfLoners = (world: World, resting: readonly Job[]): DeviceState[] =>
  [...world.runs.values()]
    .filter(({ alone }) => alone)
    .flatMap(({ jobs }) => [...jobs.values()])
    .flatMap((id) => {
      const job = world.jobs.get(id);
      return job?.state === 'running' && job.deviceId !== null && !resting.includes(job)
        ? (world.devices.get(job.deviceId) ?? [])
        : [];
    });

interface Head {
  readonly row: Row;
  readonly turn: Turn;
  readonly isOverdue: boolean;
}

/** Rows of overdue runs, then the first row of each group that waits at a device; the most urgent first. */
function heads(world: World, state: DeviceState): Head[] {
  const served = servedOf(world);
  const byTurn = (a: Head, b: Head) => compareTurns(a.turn, b.turn, served);
  const overdue: Head[] = [];
  for (const runId of world.overdue) {
    const live = world.runs.get(runId);
    if (!live || live.paused) continue;
    for (const jobId of new Set([...live.jobs.values(), ...live.borrowed]))
      for (const rowId of world.rowsOf.get(jobId) ?? []) {
        const row = world.rows.get(rowId)!;
        if (row.deviceId === state.device.id) overdue.push({ row, turn: live.run, isOverdue: true });
      }
  }
  const found: Head[] = [];
  for (const group of state.line.values()) {
    const first = group.first(served);
    if (first) found.push({ row: world.rows.get(first.item)!, turn: first.turn, isOverdue: false });
  }
  // The oldest leads: by tier, a flow of urgent runs that are overdue as well would keep it out for ever.
  overdue.sort((a, b) => a.turn.place - b.turn.place);
  return [...overdue, ...found.sort(byTurn)];
}

const roomOn = (world: World, row: Row, state: DeviceState): Room | null =>
  roomFor(
    [row.part],
    row.scratchBytes,
    budgetOf(world, state),
    state.resident,
    (part) => world.partBytes.get(part) ?? 0,
    () => unwantedBefore(world, tierOf(world, row.id)),
  );

interface Lead {
  readonly row: Row;
  readonly room: Room | null;
}

/**
 * Whose turn it is. Nothing begins in the moment in which a run of a more urgent tier is about to ask, or while one has
 * the device's threads.
 * A leader that would push weights out lets a row of its tier that needs no load go first, or one that is about to ask.
 */
function leading(world: World, state: DeviceState): Lead | 'held' | null {
  const candidates = heads(world, state);
  const first = candidates[0];
  if (!first) return null;
  const { tier } = first.turn;
  if (!first.isOverdue && (isAwaitedBefore(world, state, tier) || isCrowded(world, state, tier))) return 'held';
  const lead = { row: first.row, room: roomOn(world, first.row, state) };
  if (first.isOverdue || !lead.room || !pushesOut(world, lead.room)) return lead;
  const stayer = candidates.find(({ row, turn }) => turn.tier === tier && state.resident.has(row.part));
  if (stayer) return { row: stayer.row, room: roomOn(world, stayer.row, state) };
  return areAwaited(world, state, tier, lead.room.evict) ? 'held' : lead;
}

/** Idle devices that are kept so for jobs that are about to ask; it must not be for long. */
export const held = (world: World): readonly DeviceState[] =>
  [...world.devices.values()].filter(
    (state) => state.state === 'idle' && state.rowsWaiting > 0 && leading(world, state) === 'held',
  );

/** Rule 4 for one idle device. */
function nextBatch(world: World, state: DeviceState): BatchDecision | Release | Refusal | null {
  const lead = leading(world, state);
  if (lead === null || lead === 'held') return null;
  const { row: leader, room } = lead;
  if (!room && state.ahead.size > 0) return null; // what is on its way can leave when it is there
  const given = !room && budgetOf(world, state) < state.device.budgetBytes ? toRelease(world, state) : null;
  if (given || (!room && willHaveRoom(world, state))) return given;
  if (!room) return { kind: 'refuse', jobId: leader.jobId, problem: tooLarge(world, leader, state) };
  const rows = [leader.id, ...company(world, state, leader, room)];
  return {
    kind: 'batch',
    deviceId: state.device.id,
    part: leader.part,
    rows,
    load: room.load,
    evict: state.shortOfMemory ? idleParts(state, leader.part) : room.evict,
    ...tileOf(state, leader.size),
    lease: leaseOf(leaseSteps(world, state, leader.size, rows.length, jobsOf(world, rows))),
    limitMs: limitOf(world, state, leader.size, rows.length),
  };
}

/**
 * Steps left at which a lease is renewed: with the one that begins then, they take a fifth of the lease, which is
 * time for an answer, and messages are few. A message costs a host as much as all else between two steps.
 */
const renewAt = (steps: number): number => Math.max(0, Math.ceil(steps / 5) - 1);
/** News is reported at once; without any, the host says how it goes in time to be renewed. */
export const leaseOf = (steps: number): Lease => ({ steps, quietUntil: renewAt(steps) });

/** Steps that may follow the one that is computed first: no more than the jobs will want, as far as that is known. */
function leaseSteps(world: World, state: DeviceState, size: SizeKey, rows: number, jobs: readonly Job[]): number {
  const ms = msOf(world.profiles.get(state.device.id)!, size, rows);
  const allowed = ms === null ? 1 : Math.max(1, Math.floor(world.settings.leaseMs / Math.max(0.01, ms)));
  return Math.min(allowed, Math.max(...jobs.map(callsLeft)) - 1);
}

const jobsOf = (world: World, rows: readonly RowId[]): Job[] =>
  [...new Set(rows.map((id) => world.rows.get(id)!.jobId))].map((id) => world.jobs.get(id)!);

function limitOf(world: World, state: DeviceState, size: SizeKey, rows: number): number | null {
  const profile = world.profiles.get(state.device.id)!;
  // Nor where it may have to wait for weights that come ahead.
  if (profile.ms[size]?.[rows - 1] === undefined || state.ahead.size > 0) return null;
  return Math.max(world.settings.hangMs, world.settings.hangFactor * profile.ms[size]![rows - 1]!);
}

export type Renewal = { readonly renew: number } | 'revoke' | 'leave';

/**
 * A batch goes on under its lease: may it go on further, must it end? It ends when a row that waits is more urgent than
 * every run in it, and it is renewed in time so that the host never has to ask.
 */
export function renewal(
  world: World,
  state: DeviceState,
  jobs: readonly JobId[],
  leaseLeft: number,
  size: SizeKey,
  rows: number,
): Renewal {
  const next = heads(world, state)[0];
  const aboard = [...jobs].flatMap((id) => {
    const live = leaderOf(world, world.jobs.get(id)!);
    return live ? [live.run] : [];
  });
  // Nobody is aboard any more, or somebody who is paused still is.
  if (aboard.length === 0 || aboard.length < jobs.length) return 'revoke';
  const aboardJobs = [...jobs].map((id) => world.jobs.get(id)!);
  if (couldJoin(world, state, aboardJobs, rows)) return 'revoke';
  const led = aboard.some((run) => world.overdue.has(run.id));
  if (next) {
    const served = servedOf(world);
    const passed = next.isOverdue || aboard.every((run) => isMoreUrgent(next.turn.tier, run.tier));
    if (passed && !led) return 'revoke';
    const before = !led && aboard.every((run) => compareTurns(next.turn, run, served) < 0);
    // An older run of the same submitter goes on at once; another submitter's waits for the lease to end.
    if (before && aboard.every((run) => run.submitter === next.turn.submitter)) return 'revoke';
    if (before) return 'leave';
  }
  const most = aboard.reduce((a, b) => (isMoreUrgent(b.tier, a.tier) ? b : a));
  if (!led && (isAwaitedBefore(world, state, most.tier) || isCrowded(world, state, most.tier))) return 'revoke';
  const steps = leaseSteps(world, state, size, rows, aboardJobs);
  return steps > leaseLeft && leaseLeft <= renewAt(steps) ? { renew: steps } : 'leave';
}
