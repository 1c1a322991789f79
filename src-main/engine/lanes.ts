import { type DeviceProfile, isWhole, wholeOf } from '../model/device.ts';
import type { SizeKey } from '../model/ids.ts';
import { isMoreUrgent, isWaitedFor, type Release, type Tier, tiers } from '../model/run.ts';
import { lanesBeside, rivals } from './lane-groups.ts';
import { type Chosen, widthOf, widthOfSources } from './lane-order.ts';
import { hotBytes } from './loading.ts';
import { bestMsPerRow, mostRows, msOf, wasTried } from './profile.ts';
import { mayLeave } from './residency.ts';
import { wantedParts } from './staying.ts';
import { type DeviceState, isSolitary, isUp, type Job, type Lanes, leaderOf, servedOf, type World } from './world.ts';

// Rule 7. A device that has lanes computes with all its threads for one call, or with a part of them for each of several
// calls at the same time: fewer threads wait for one another, so more rows are computed in a second, and each alone takes
// longer. While few runs are under way it is one wide lane, else it is its narrow ones. A job stays where it began, so at a
// change both are at work for a moment; what is less urgent then waits.

/** Narrow lanes that measure this much worse than the wide one are not used. */
const worse = 1.1;
/** Rows of a call from which on batches show what they bring. */
const fewRows = 4;

/**
 * Rows in one call of a lane: it takes as long with its few threads as the whole device with twice as many rows for each
 * lane, and whoever is more urgent shares the processor with it to its end. So it is no longer than a lease either.
 */
export function mostRowsOn(world: World, { device }: DeviceState, size: SizeKey): number {
  if (isWhole(device)) return mostRows;
  const lanes = world.lanes.get(wholeOf(device))!.narrow.length;
  const inLease = world.settings.leaseMs / (msOf(world.profiles.get(device.id)!, size, 1) ?? 1);
  return Math.max(1, Math.floor(Math.min(mostRows / (2 * lanes), inLease)));
}

/** Whether a lane of the other width computes for a more urgent tier, or is about to. */
export function isCrowded(world: World, state: DeviceState, tier: Tier): boolean {
  const served = servedOf(world);
  return rivals(world, state).some(({ batchJobs, next, line }) => {
    for (const id of [...batchJobs, ...(next?.jobs ?? [])]) {
      const job = world.jobs.get(id);
      const leader = job && leaderOf(world, job);
      if (leader && isMoreUrgent(leader.run.tier, tier)) return true;
    }
    return [...line.values()].some((group) => {
      const first = group.first(served);
      return first !== null && isMoreUrgent(first.turn.tier, tier);
    });
  });
}

/** Of the devices where a job could be started, those that are lanes of the width in which their device works for it. */
export function lanesFor(
  world: World,
  job: Job,
  fitting: readonly DeviceState[],
  chosen: Chosen,
): readonly DeviceState[] {
  if (world.lanes.size === 0) return fitting;
  return fitting.filter((state) => {
    const lanes = world.lanes.get(wholeOf(state.device));
    return !lanes || isNarrowFor(world, lanes, job, fitting, chosen) === (state !== lanes.wide);
  });
}

function isNarrowFor(world: World, lanes: Lanes, job: Job, fitting: readonly DeviceState[], chosen: Chosen): boolean {
  const { wide, narrow } = lanes;
  const isReady = narrow.every((state) => fitting.includes(state) && isUp(state));
  const leader = leaderOf(world, job);
  if (!isReady || !leader || isSolitary(world, job)) return false;
  if (!isUp(wide)) return true;
  const { tier } = leader.run;
  const width = isWaitedFor(tier) ? widthOf(world, lanes, leader, chosen) : widthOfSources(world, lanes, job);
  if (width === 'wide') return false;
  // What has begun there goes on there as long as each lane has a run.
  const enough = width === 'narrow' ? narrow.length : mostWide(narrow.length, tier);
  if (runsUpTo(world, tier) < enough || !fitsEach(world, lanes, job)) return false;
  // To finish it with all threads beside those that go on with a part of them would slow both.
  const goesOn = isWaitedFor(tier) ? leader.width === 'narrow' : width === 'narrow';
  return goesOn || pays(world, lanes, job, tier);
}

/**
 * Each lane has weights of its own, and those of the wide lane may stay. What other runs want counts as well: lanes that
 * push one another's weights out are slower than any lane alone.
 */
function fitsEach(world: World, { wide, narrow }: Lanes, job: Job): boolean {
  const parts = [...new Set([...wantedParts(world), ...job.step.needs])];
  const bytes = parts.reduce((sum, part) => sum + (world.partBytes.get(part) ?? 0), 0);
  return bytes * (narrow.length + 1) <= wide.device.budgetBytes - hotBytes(wide, parts);
}

/**
 * Runs from which on it is worth it. Somebody who waits wants the mean run to finish soon: two runs beside one another
 * take as long as both one after the other, so each lane shall have two. Of the others only the last one counts.
 */
const mostWide = (lanes: number, tier: Tier): number => (isWaitedFor(tier) ? 2 * lanes : lanes);

const hasRuns = (world: World, tier: Tier): boolean => world.live[tier].size > 0 || world.waiting.count(tier) > 0;

/** Runs of this tier and of those above it that wait or are under way. */
function runsUpTo(world: World, tier: Tier): number {
  let runs = 0;
  for (const one of tiers.slice(0, tiers.indexOf(tier) + 1)) {
    if (!world.pausedTiers.has(one)) runs += world.waiting.count(one);
    for (const { paused } of world.live[one]) if (!paused) runs++;
  }
  return runs;
}

/**
 * As far as it was measured: whether all narrow lanes together compute these parts as fast as the wide one. For somebody
 * who waits row by row, as his runs are computed; for the others in the best batches, which the wide lane has tried first.
 */
function pays(world: World, { wide, narrow }: Lanes, job: Job, tier: Tier): boolean {
  const all = world.profiles.get(wide.device.id)!;
  const each = world.profiles.get(narrow[0]!.device.id)!;
  const msPerRow = isWaitedFor(tier) ? msOfOne : bestMsPerRow;
  let [asOne, asSeveral] = [0, 0];
  for (const part of job.step.needs)
    for (const size of Object.keys(all.ms) as SizeKey[]) {
      if (!size.startsWith(`${part} `)) continue;
      if (!isWaitedFor(tier) && !wasTried(all, size, fewRows)) return false;
      const [a, b] = [msPerRow(all, size), msPerRow(each, size)];
      if (a === null || b === null) continue;
      asOne += a;
      asSeveral += b / narrow.length;
    }
  return asSeveral <= worse * asOne;
}

const msOfOne = (profile: DeviceProfile, size: SizeKey): number | null => profile.ms[size]?.[0] ?? null;

/** Narrow lanes that are wanted for the first time: their hosts take a moment to start, and the wide one works meanwhile. */
export function lanesToOpen(world: World): DeviceState[] {
  if (!world.strangers) return [];
  return [...world.lanes.values()].flatMap(({ narrow }) => {
    // Asked at every turn, and mostly all are open.
    const closed = narrow.filter(({ opened }) => !opened);
    const enough = (tier: Tier) => hasRuns(world, tier) && runsUpTo(world, tier) >= mostWide(narrow.length, tier);
    return closed.length > 0 && tiers.some(enough) ? closed : [];
  });
}

/** Bytes that the other lanes of its device leave it. */
export function budgetOf(world: World, state: DeviceState): number {
  let left = world.lanes.get(wholeOf(state.device))?.wide.device.budgetBytes ?? state.device.budgetBytes;
  for (const other of lanesBeside(world, state)) left -= heldBy(other);
  return Math.min(state.device.budgetBytes, left);
}

const heldBy = ({ resident, batchScratchBytes }: DeviceState): number =>
  [...resident.values()].reduce((sum, { bytes }) => sum + bytes, batchScratchBytes);

/** Whether another lane of its device needs some of what it has for a batch: there will be more room. */
export const willHaveRoom = (world: World, state: DeviceState): boolean =>
  lanesBeside(world, state).some(
    ({ resident, loading }) => loading.size > 0 || [...resident.values()].some(({ pins }) => pins > 0),
  );

/**
 * What does not fit beside what the other lanes hold: what these do not need leaves, the least worth first, of one lane
 * at a time. Where they need all of it, null: a batch of theirs will end.
 */
export function toRelease(world: World, state: DeviceState): Release | null {
  for (const other of lanesBeside(world, state)) {
    const idle = [...other.resident.values()].filter((held) => mayLeave(held) && !other.loading.has(held.part));
    if (idle.length === 0) continue;
    const least = idle.reduce((a, b) => (b.worth < a.worth ? b : a));
    return { kind: 'release', deviceId: other.device.id, parts: [least.part] };
  }
  return null;
}
