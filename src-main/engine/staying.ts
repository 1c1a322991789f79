import { isWhole } from '../model/device.ts';
import type { PartKey } from '../model/ids.ts';
import { type Tier, tiers } from '../model/run.ts';
import { isAwaited } from './awaited.ts';
import type { Room } from './residency.ts';
import { type DeviceState, isGoingOn, type LiveRun, type World } from './world.ts';

// Weights that started runs need leave only for a more urgent tier (the end of rule 3). So where packs take turns on a
// device that cannot hold them all, runs of one pack are put together within their tier: those whose weights lie there
// go first, until a run was overtaken `patience` times.

/** Parts that runs which have started may still call. */
export function wantedParts(world: World): Set<PartKey> {
  const wanted = new Set<PartKey>();
  for (const live of world.runs.values()) for (const part of live.parts) wanted.add(part);
  return wanted;
}

/** Whether started runs want more weights, with the scratch memory of a row, than all devices hold together. */
export function isContended(world: World): boolean {
  let room = 0;
  for (const { device, state, rowScratch } of world.devices.values())
    if (state !== 'lost' && isWhole(device)) room += device.budgetBytes - rowScratch;
  // Mostly everything fits that was ever asked for: then nobody has to be looked at.
  let all = 0;
  for (const bytes of world.partBytes.values()) all += bytes;
  if (all <= room) return false;
  for (const part of wantedParts(world)) room -= world.partBytes.get(part) ?? 0;
  return room < 0;
}

/** Whether this room is had at the cost of others: weights leave, or will have to before long. */
export const pushesOut = (world: World, { load, evict }: Room): boolean =>
  evict.length > 0 || (load.length > 0 && isContended(world));

/** Whether a job here of this tier is about to ask, of a run that needs one of the parts that would leave. */
export function areAwaited(world: World, state: DeviceState, tier: Tier, leaving: readonly PartKey[]): boolean {
  if (leaving.length === 0) return false;
  const needs = ({ parts }: LiveRun) => leaving.some((part) => parts.has(part));
  for (const live of world.live[tier]) {
    if (live.paused || !needs(live)) continue;
    for (const id of [...live.jobs.values(), ...live.borrowed]) {
      const job = world.jobs.get(id);
      if (job?.deviceId === state.device.id && job.state === 'running' && isAwaited(world, job)) return true;
    }
  }
  return false;
}

/** Parts that no started run of this tier or a more urgent one may still call: they leave before others. */
export function unwantedBefore(world: World, tier: Tier): (part: PartKey) => boolean {
  const wanted = new Set<PartKey>();
  for (const one of tiers.slice(0, tiers.indexOf(tier) + 1))
    for (const live of world.live[one]) for (const part of live.parts) wanted.add(part);
  return (part) => !wanted.has(part);
}

/** Parts of the jobs that a run has yet to make. */
export function partsLeft(world: World, live: LiveRun): Set<PartKey> {
  const left = new Set<PartKey>();
  for (const id of [...live.jobs.values(), ...live.borrowed]) {
    const job = world.jobs.get(id);
    if (job && isGoingOn(job)) for (const part of job.step.needs) left.add(part);
  }
  return left;
}
