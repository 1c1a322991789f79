import type { Change } from '../../src-main/engine/apply.ts';
import { capOf, msOf, wasTried } from '../../src-main/engine/profile.ts';
import type { DeviceState, Effect, Job, LiveRun, World } from '../../src-main/engine/world.ts';
import { isWhole, wholeOf } from '../../src-main/model/device.ts';
import type { DeviceId, RunId } from '../../src-main/model/ids.ts';
import {
  type Batch,
  type BatchDecision,
  type Lease,
  type LoadDecision,
  type Row,
  type Run,
  tiers,
} from '../../src-main/model/run.ts';
import type { Drive } from '../build/drive.ts';
import { wholeIn } from './place-rules.ts';

// The scheduler's rules about batches and leases (design.md, rules 1 and 4 to 6), said once more and differently: over
// all that waits, without the indexes that make a decision cheap.

export const rankOf = ({ tier }: Pick<Run, 'tier'>): number => tiers.indexOf(tier);
const lowest = tiers.length - 1;

/** Runs that want a job now, the most urgent first. */
export const wanting = (world: World, job: Job): LiveRun[] =>
  [...job.owners.keys()]
    .flatMap((id) => world.runs.get(id) ?? [])
    .filter(({ paused }) => !paused)
    .sort((a, b) => rankOf(a.run) - rankOf(b.run) || a.run.place - b.run.place);

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

interface Waiting {
  readonly row: Row;
  readonly job: Job;
  readonly run: Run;
  readonly isOverdue: boolean;
}

/** Rows that wait at a device and that somebody wants now. */
export const waitingAt = (world: World, deviceId: DeviceId): Waiting[] =>
  [...world.rows.values()].flatMap((row) => {
    const job = world.jobs.get(row.jobId)!;
    const runs = wanting(world, job);
    if (row.deviceId !== deviceId || runs.length === 0) return [];
    return [{ row, job, run: runs[0]!.run, isOverdue: runs.some(({ run }) => world.overdue.has(run.id)) }];
  });

const isSolitary = (world: World, job: Job): boolean =>
  [...job.owners.keys()].some((id) => world.runs.get(id)?.alone || world.runs.get(id)?.run.deterministic);

export function watchBatches(place: Drive): void {
  const { world } = place;
  /** What is wrong with a decision, in the world in which it was made. */
  const judge = (decision: BatchDecision): string[] => {
    const wrong: string[] = [];
    const state = world.devices.get(decision.deviceId)!;
    const waiting = waitingAt(world, decision.deviceId);
    const rows = decision.rows.map((id) => waiting.find(({ row }) => row.id === id));
    const known = rows.filter((found) => found !== undefined);
    const leader = known[0];
    if (!leader || known.length < rows.length) return ['a batch has rows that do not wait here, or whom nobody wants'];
    if (state.state !== 'idle') wrong.push(...behind(world, state, decision, leader));
    if (new Set(decision.rows).size < rows.length) wrong.push('a row rides twice');
    if (known.some(({ row }) => row.batchKey !== leader.row.batchKey)) wrong.push('a batch mixes keys');
    if (known.some(({ row }) => row.part !== decision.part)) wrong.push('a row rides for another part');
    if (known.some(({ job }) => !job.step.allowed.includes(wholeIn(world, decision.deviceId))))
      wrong.push('a row is where it may not be');
    wrong.push(
      ...memory(world, state, decision, known),
      ...turn(world, state, leader, waiting),
      ...companions(world, state, known, waiting),
      ...lease(world, state, leader.row, rows.length, decision.lease),
      ...(!leader.isOverdue && rankOf(leader.run) > awaitedRank(world, state)
        ? ['a run that is about to ask is passed']
        : []),
    );
    return wrong;
  };
  const renewals = (effects: readonly Effect[]): string[] =>
    effects.flatMap((effect) => {
      if (effect.do !== 'renew') return [];
      const state = world.devices.get(effect.deviceId)!;
      if (state.batch?.id !== effect.batchId) return ['a batch that is over is renewed'];
      if (state.revoked) return ['a batch that was revoked is renewed'];
      const jobs = [...state.batchJobs].flatMap((id) => world.jobs.get(id) ?? []);
      const wrong = jobs.every((job) => wanting(world, job).length === 0) ? ['nobody is aboard that is renewed'] : [];
      const { batchRows, batchSize } = state;
      const waiting = waitingAt(world, effect.deviceId);
      const runs = jobs.flatMap((job) => wanting(world, job));
      const isLed = runs.some(({ run }) => world.overdue.has(run.id));
      const served = (run: Run) => world.served.get(run.submitter) ?? 0;
      const isBefore = ({ run }: Waiting) =>
        runs.every(
          (own) => rankOf(run) < rankOf(own.run) || (rankOf(run) === rankOf(own.run) && served(run) < served(own.run)),
        );
      if (!isLed && waiting.some((one) => one.isOverdue || isBefore(one)))
        wrong.push('a batch is renewed whose turn is over');
      return [...wrong, ...steps(world, state, batchSize, batchRows, effect.steps)];
    });
  place.watch({
    decided: (decision) => judge(decision).forEach(place.violation),
    loading: (decision) => ahead(world, decision).forEach(place.violation),
    after: (_, effects) => renewals(effects).forEach(place.violation),
    settled: () => nothingIdles(world).forEach(place.violation),
  });
  watchRevocation(place);
}

/** One batch may wait behind another that computes its last step. */
function behind(world: World, state: DeviceState, { load, evict }: BatchDecision, { row }: Waiting): string[] {
  if (state.state !== 'busy') return [`a batch for a device that is ${state.state}`];
  const wrong: string[] = [];
  if (state.next) wrong.push('two batches wait behind one');
  if (load.length + evict.length > 0) wrong.push('parts move for a batch that waits behind another');
  const jobs = [...state.batchJobs].flatMap((id) => world.jobs.get(id) ?? []);
  const isLast = state.leaseLeft <= 0 && jobs.every(({ step, callsMade }) => step.calls - callsMade === 1);
  if (!isLast && !(state.revoked && row.batchKey !== state.batchKey))
    wrong.push('a batch waits behind one that may go on, or whose rows it may want');
  return wrong;
}

/** Never over budget: weights and scratch memory; only what is idle leaves. */
function memory(
  world: World,
  one: DeviceState,
  { part, load, evict }: BatchDecision,
  rows: readonly Waiting[],
): string[] {
  const wrong: string[] = [];
  const { partBytes } = world;
  const { device, resident } = one;
  const stay = [...resident.values()].filter((held) => !evict.includes(held.part));
  const bytes =
    sum(stay.map((held) => held.bytes)) +
    sum(load.map((one) => partBytes.get(one)!)) +
    sum(rows.map(({ row }) => row.scratchBytes));
  if (bytes > device.budgetBytes) wrong.push(`${bytes} of ${device.budgetBytes} bytes are decided`);
  const whole = world.devices.get(wholeIn(world, device.id))!.device;
  const all = bytes + heldBeside(world, one);
  if (all > whole.budgetBytes) wrong.push(`${all} of ${whole.budgetBytes} bytes are decided for all lanes`);
  if (evict.includes(part) || evict.some((one) => resident.get(one)?.pins !== 0 || resident.get(one)?.hot))
    wrong.push('a part leaves that is needed');
  if (load.some((one) => resident.has(one))) wrong.push('a part is loaded twice');
  if (!load.includes(part) && !resident.has(part)) wrong.push('the part of a batch is not loaded');
  return wrong;
}

/** What comes ahead of its batch leaves the memory of the one that runs alone, and pushes out nothing that anybody wants. */
function ahead(world: World, { deviceId, part, evict }: LoadDecision): string[] {
  const wrong: string[] = [];
  const { device, resident, loading, shortages, hot, state } = world.devices.get(deviceId)!;
  const wanted = new Set([...world.runs.values()].flatMap((live) => [...live.parts]));
  const stay = [...resident.values()].filter((held) => !evict.includes(held.part));
  const bytes = sum(stay.map((held) => held.bytes)) + world.partBytes.get(part)!;
  if (bytes > device.budgetBytes) wrong.push(`${bytes} of ${device.budgetBytes} bytes come ahead`);
  if (evict.some((one) => resident.get(one)?.pins !== 0 || resident.get(one)?.hot || wanted.has(one)))
    wrong.push('a part leaves that is wanted for one that nobody waits for');
  if (resident.has(part) || loading.size > 0) wrong.push('a part comes twice, or two at a time');
  if (!wanted.has(part) && !hot.has(part)) wrong.push('a part comes that nobody wants');
  if (shortages.size > 0 || state === 'lost' || state === 'starting') wrong.push('a part comes where it may not');
  return wrong;
}

/** What the other lanes of a device have of its memory. */
const heldBeside = (world: World, one: DeviceState): number =>
  sum(
    lanesOf(world, one)
      .filter((other) => other !== one)
      .map((other) => other.batchScratchBytes + sum([...other.resident.values()].map(({ bytes }) => bytes))),
  );

/** And what of it they cannot give away. */
const neededBeside = (world: World, one: DeviceState): number =>
  sum(
    lanesOf(world, one)
      .filter((other) => other !== one)
      .map(
        ({ batchScratchBytes, resident, loading }) =>
          batchScratchBytes +
          sum(
            [...resident.values()].map(({ part, pins, hot, bytes }) =>
              pins > 0 || hot || loading.has(part) ? bytes : 0,
            ),
          ),
      ),
  );

/** What stays here whatever a row needs. */
const hotBeside = ({ resident }: DeviceState, row: Row): number =>
  sum([...resident.values()].map(({ part, hot, bytes }) => (hot && part !== row.part ? bytes : 0)));

/** All lanes of a device, itself included. */
export const lanesOf = (world: World, { device }: DeviceState): DeviceState[] =>
  [...world.devices.values()].filter(({ device: other }) => wholeOf(other) === wholeOf(device));

/** Rule 1: overdue, tier, submitter served least, oldest. Weights stay for a row of the same tier that needs no load. */
function turn(world: World, one: DeviceState, leader: Waiting, waiting: readonly Waiting[]): string[] {
  const { device, resident } = one;
  if (waiting.some(({ isOverdue }) => isOverdue)) return leader.isOverdue ? [] : ['an overdue run does not lead'];
  const best = Math.min(...waiting.map(({ run }) => rankOf(run)));
  if (rankOf(leader.run) > best) return [`a ${leader.run.tier} run leads before a ${tiers[best]} one`];
  const peers = waiting.filter(({ run }) => rankOf(run) === best);
  const served = ({ run }: Waiting) => world.served.get(run.submitter) ?? 0;
  const least = Math.min(...peers.map(served));
  const mine = peers.filter(({ run }) => run.submitter === leader.run.submitter);
  const isFair = served(leader) === least && mine.every(({ run }) => run.place >= leader.run.place);
  if (isFair) return [];
  const used = sum([...resident.values()].map(({ bytes }) => bytes)) + heldBeside(world, one);
  const evicts = ({ row }: Waiting) =>
    !resident.has(row.part) && used + world.partBytes.get(row.part)! + row.scratchBytes > device.budgetBytes;
  // Whose turn it is would have to push weights out.
  const loads = ({ row }: Waiting) => !resident.has(row.part) && wantsTooMuch(world);
  if (resident.has(leader.row.part) && peers.some((one) => served(one) === least && (evicts(one) || loads(one))))
    return [];
  return served(leader) > least ? ['a submitter that was served more goes first'] : ['a later run goes first'];
}

/** All that runs under way may still call is more than the devices hold. */
function wantsTooMuch(world: World): boolean {
  const parts = new Set([...world.runs.values()].flatMap((live) => [...live.parts]));
  const rooms = [...world.devices.values()].filter(({ state, device }) => state !== 'lost' && isWhole(device));
  return (
    sum([...parts].map((part) => world.partBytes.get(part)!)) >
    sum(rooms.map(({ device, rowScratch }) => device.budgetBytes - rowScratch))
  );
}

/** Rule 4: who rides along with a leader. */
function companions(world: World, state: DeviceState, rows: readonly Waiting[], waiting: readonly Waiting[]): string[] {
  const wrong: string[] = [];
  const [leader] = rows as [Waiting, ...Waiting[]];
  const jobs = [...new Set(rows.map(({ job }) => job))];
  if (jobs.length > 1 && !world.strangers) wrong.push('strangers share a call');
  if (!world.strangers && new Set(rows.map(({ row }) => row.unit)).size > 1) wrong.push('two pictures share a call');
  if (jobs.length > 1 && jobs.some((job) => isSolitary(world, job))) wrong.push('a solitary job has company');
  const inLine = (job: Job) =>
    waiting.filter((one) => one.job === job && one.row.batchKey === leader.row.batchKey).length;
  const aboard = (job: Job) => rows.filter((one) => one.job === job).length;
  for (const job of jobs.slice(1)) if (aboard(job) < inLine(job)) wrong.push('the rows of a step are torn apart');
  if (jobs.length > 1 && aboard(leader.job) < inLine(leader.job)) wrong.push('strangers ride where own rows could');

  const profile = world.profiles.get(state.device.id)!;
  const { size } = leader.row;
  const own = aboard(leader.job);
  const cap = Math.max(own, capOf(profile, size));
  if (jobs.length > 1 && rows.length > cap) wrong.push(`${rows.length} rows with company, the cap is ${cap}`);
  let total = own;
  let peers = own;
  for (const [index, job] of jobs.entries()) {
    if (index === 0) continue;
    total += aboard(job);
    const run = wanting(world, job)[0]!.run;
    const isLower = rankOf(run) > rankOf(leader.run);
    const before = peers;
    if (!isLower) peers = total;
    if (!wasTried(profile, size, total)) continue;
    const ms = msOf(profile, size, total)!;
    if (isLower && ms > 1.25 * msOf(profile, size, before)! + 1e-9)
      wrong.push('company of a lower tier slows a call by more than a quarter');
    if (!isLower && rankOf(leader.run) <= 1 && ms > (msOf(profile, size, own)! * (index + 2)) / 2 + 1e-9)
      wrong.push(`company makes the mean ${leader.run.tier} run later`);
  }
  return wrong;
}

/** Rule 6: a lease is at most so much work, or one step; the host speaks before it is over. */
function lease(world: World, state: DeviceState, { size }: Row, rows: number, { steps: most, quietUntil }: Lease) {
  const wrong = steps(world, state, size, rows, most);
  if (quietUntil === undefined || quietUntil >= Math.max(1, most))
    wrong.push(`quiet until ${quietUntil} of ${most} steps`);
  return wrong;
}

function steps(world: World, state: DeviceState, size: Row['size'], rows: number, most: number): string[] {
  const ms = msOf(world.profiles.get(state.device.id)!, size, rows);
  const isShort = most <= 1 || (ms !== null && most * ms <= world.settings.leaseMs + 1e-9);
  return most >= 0 && isShort ? [] : [`a lease of ${most} steps of ${ms} ms`];
}

/** Jobs here that have no row just now and are about to have one, or are fetched. */
const awaitedJobs = (world: World, { device, batchJobs, next }: DeviceState): Job[] =>
  [...world.jobs.values()].filter((job) => {
    const { id, step, callsMade } = job;
    if (job.deviceId !== device.id || job.isSlow) return false;
    const isFetched = job.state === 'done' && step.sink !== null && !job.kept;
    const isAboard = world.rowsOf.has(id) || batchJobs.has(id) || next?.jobs.has(id);
    return isFetched || (job.state === 'running' && callsMade < step.calls && !isAboard);
  });

/** Of the most urgent run that is about to ask. */
function awaitedRank(world: World, state: DeviceState): number {
  // A lane of another width has the same threads.
  const rivals = lanesOf(world, state).filter(({ device }) => isWhole(device) !== isWhole(state.device));
  const jobs = [state, ...rivals].flatMap((lane) => awaitedJobs(world, lane));
  const ranks = jobs.flatMap((job) => wanting(world, job).map(({ run }) => rankOf(run)));
  return Math.min(lowest + 1, ...ranks);
}

/** Who waits would push out weights of a run of the same tier that is about to ask. */
function staysForAwaited(world: World, state: DeviceState, waiting: readonly Waiting[]): boolean {
  const best = Math.min(...waiting.map(({ run }) => rankOf(run)));
  const peers = waiting.filter(({ run }) => rankOf(run) === best);
  if (waiting.some(({ isOverdue }) => isOverdue) || peers.some(({ row }) => state.resident.has(row.part))) return false;
  return awaitedJobs(world, state).some((job) =>
    wanting(world, job).some(
      (live) => rankOf(live.run) === best && [...live.parts].some((part) => state.resident.has(part)),
    ),
  );
}

/** Nothing waits, for company or anything else, while a device is idle that could take it; only a more urgent run that is about to ask is waited for. */
function nothingIdles(world: World): string[] {
  const wrong: string[] = [];
  for (const one of world.devices.values()) {
    const { device, state } = one;
    if (state !== 'idle') continue;
    const awaited = awaitedRank(world, one);
    const waiting = waitingAt(world, device.id).filter(({ run, isOverdue }) => isOverdue || rankOf(run) <= awaited);
    // Lanes give way to one another, and wait for one another's memory.
    const best = waiting.reduce((least, { run }) => Math.min(least, rankOf(run)), lowest + 1);
    const isNext = waiting.some(({ isOverdue }) => isOverdue) || best <= rivalRank(world, one);
    const isFull = waiting.some(
      ({ row }) =>
        neededBeside(world, one) + hotBeside(one, row) + world.partBytes.get(row.part)! + row.scratchBytes >
        device.budgetBytes,
    );
    // What is on its way cannot be sent away for them, and may leave them no room.
    if (waiting.length > 0 && isNext && !isFull && one.ahead.size === 0 && !staysForAwaited(world, one, waiting))
      wrong.push(`${device.id} is idle and ${waiting.length} rows wait there`);
    const lanes = lanesOf(world, one);
    const isWhenAllAreUp = !isWhole(device) && lanes.some((lane) => lane.state !== 'idle' && lane.state !== 'busy');
    if (isWhenAllAreUp || lanes.some((lane) => lane.started.size > 0)) continue;
    for (const job of world.jobs.values())
      if (
        job.state === 'ready' &&
        wanting(world, job).length > 0 &&
        !ownersOf(world, job).some(({ alone, run }) => alone || (run.deterministic && !isWhole(device))) &&
        [...job.owners.values()].every(({ allowed, placing }) => allowed.includes(wholeOf(device)) && !placing) &&
        job.step.allowed.includes(wholeOf(device)) &&
        !job.step.placing
      )
        wrong.push(`${device.id} has nothing and ${job.id} is ready`);
  }
  return wrong;
}

/** Of the most urgent run that computes, or waits for a call, on a lane of the other width. */
export function rivalRank(world: World, one: DeviceState): number {
  const isRival = ({ device }: DeviceState) => isWhole(device) !== isWhole(one.device);
  const ranks = lanesOf(world, one)
    .filter(isRival)
    .flatMap(({ device, batchJobs, next }) => {
      const aboard = [...batchJobs, ...(next?.jobs ?? [])].flatMap((id) => world.jobs.get(id) ?? []);
      return [
        ...aboard.flatMap((job) => wanting(world, job).map(({ run }) => run)),
        ...waitingAt(world, device.id).map(({ run }) => run),
      ].map(rankOf);
    });
  return Math.min(lowest + 1, ...ranks);
}

const ownersOf = (world: World, job: Job): LiveRun[] =>
  [...job.owners.keys()].flatMap((id) => world.runs.get(id) ?? []);

/** A lease can always be revoked: no further step begins once somebody more urgent waits, or somebody aboard is paused. */
function watchRevocation(place: Drive): void {
  const { world } = place;
  /** Steps of a batch that began though they should not have. */
  const late = new Map<Batch['id'], number>();
  place.watch({
    called(rows, batch, isFirst) {
      if (isFirst) return;
      const state = world.devices.get(batch.deviceId)!;
      if (rows.length > state.batchRows) place.violation('a batch grew under its lease');
      const jobs = [...new Set(rows.map(({ jobId }) => jobId))].flatMap((id) => world.jobs.get(id) ?? []);
      const runs = jobs.map((job) => wanting(world, job));
      if (runs.some((own) => own.length === 0)) place.violation('a step begins for a run that is paused or gone');
      // Whoever does something else between two calls may still be counted as aboard.
      const busy = [...world.jobs.values()].filter(
        (job) => job.state === 'running' && job.deviceId === batch.deviceId && !world.rowsOf.has(job.id),
      );
      const aboard = [...runs, ...busy.map((job) => wanting(world, job))].flatMap(([first]) => first ?? []);
      const isLed = runs.some((own) => own.some(({ run }) => world.overdue.has(run.id)));
      const best = Math.min(lowest, ...aboard.map(({ run }) => rankOf(run)));
      const isPassed = waitingAt(world, batch.deviceId).some(({ run }) => rankOf(run) < best);
      if (isLed || !isPassed) return;
      // The step that begins while its host reports the one before cannot be stopped any more.
      const before = late.get(batch.id) ?? 0;
      late.set(batch.id, before + 1);
      const names = waitingAt(world, batch.deviceId).map(
        ({ run, isOverdue }) => `${run.id} ${run.tier}${isOverdue ? ' overdue' : ''}`,
      );
      const own = runs.map(([first]) => `${first?.run.id} ${first?.run.tier}`);
      if (before > 0) place.violation(`a batch of ${own} goes on while ${names} waits`);
    },
  });
}

export type Passed = ReadonlyMap<RunId, number>;

/** How many later runs had their first call before each run had its own, for the oldest run of each submitter. */
export function countPassed(place: Drive): Passed {
  const { world } = place;
  const passed = new Map<RunId, number>();
  const runs = new Map<RunId, Run>();
  const rode = new Set<RunId>();
  place.watch({
    before(change: Change) {
      if (change.is === 'run.submitted') runs.set(change.run.id, change.run);
    },
    called(rows) {
      const aboard = rows.flatMap(({ jobId }) => [...(world.jobs.get(jobId)?.owners.keys() ?? [])]);
      const newcomers = [...new Set(aboard)].filter((id) => !rode.has(id));
      for (const id of newcomers) rode.add(id);
      const oldest = new Map<string, Run>();
      for (const run of runs.values()) {
        if (rode.has(run.id) || place.ended.has(run.id)) continue;
        const known = oldest.get(run.submitter);
        if (!known || run.place < known.place) oldest.set(run.submitter, run);
      }
      for (const run of oldest.values()) {
        const more = newcomers.filter((id) => runs.get(id)!.place > run.place).length;
        if (more > 0) passed.set(run.id, (passed.get(run.id) ?? 0) + more);
      }
    },
  });
  return passed;
}
