import type { PartKey } from '../model/ids.ts';
import type { Part } from '../model/pack.ts';
import type { LoadDecision } from '../model/run.ts';
import { reloadMsOf } from './profile.ts';
import { worthOf } from './residency.ts';
import type { DeviceState, World } from './world.ts';

// What lies on a device, as the books of the core have it: what was sent for counts as there, what was sent away as gone.

export function knowPart(world: World, { key, bytes, takes = [] }: Part): void {
  world.partBytes.set(key, bytes);
  const sides = takes.find(({ name }) => name === 'latent' || name === 'image')?.shape.filter((_, i) => i > 0) ?? [];
  // A picture's two sides; how many channels it has is mostly said.
  if (sides.filter((side) => typeof side === 'string').length >= 2) world.freeSized.add(key);
}

export function comes(world: World, state: DeviceState, part: PartKey): void {
  const { id: deviceId } = state.device;
  const bytes = world.partBytes.get(part) ?? 0;
  const hot = state.hot.has(part);
  state.loading.add(part);
  state.resident.set(part, { part, deviceId, bytes, pins: 0, hot, worth: state.ageBase, usedMs: null });
}

export function leave(state: DeviceState, parts: readonly PartKey[]): void {
  for (const part of parts) {
    const gone = state.resident.get(part);
    if (!gone) continue;
    state.ageBase = Math.max(state.ageBase, gone.worth);
    state.resident.delete(part);
    // It came ahead for nothing: the next time it comes when it is asked for.
    if (gone.usedMs === null) state.notAhead.add(part);
  }
}

/** A batch wants it: it is pinned until that is over. */
export function use(world: World, state: DeviceState, part: PartKey): void {
  const used = state.resident.get(part);
  if (!used) return;
  used.pins++;
  used.usedMs = world.nowMs;
  state.notAhead.delete(part);
  const reloadMs = reloadMsOf(world.profiles.get(state.device.id)!, part, used.bytes);
  used.worth = worthOf(Math.max(state.ageBase, used.worth), 1, reloadMs, used.bytes);
}

/** Weights are on their way that no batch waits for; until they are there they are not sent away. */
export function partSent(world: World, { deviceId, part, evict }: LoadDecision): void {
  const state = world.devices.get(deviceId)!;
  leave(state, evict);
  comes(world, state, part);
  state.ahead.add(part);
  state.resident.get(part)!.pins++;
}

export function arrived(state: DeviceState, part: PartKey, bytes: number): void {
  state.loading.delete(part);
  const held = state.resident.get(part);
  if (!held) return;
  const pins = state.ahead.delete(part) ? held.pins - 1 : held.pins;
  state.resident.set(part, { ...held, bytes, pins });
}

/** A batch that wants it all the same asks for it again, and hears why it does not come. */
export function failedToCome(state: DeviceState, part: PartKey): void {
  state.loading.delete(part);
  state.ahead.delete(part);
  state.resident.delete(part);
  state.notAhead.add(part);
}

export function setHot(world: World, state: DeviceState, parts: readonly Part[]): void {
  for (const part of parts) knowPart(world, part);
  state.hot = new Set(parts.map(({ key }) => key));
  for (const part of state.hot) state.notAhead.delete(part);
  for (const held of state.resident.values()) held.hot = state.hot.has(held.part);
}

/** Bytes of what lies there for good, besides what is needed. */
export function hotBytes({ resident }: DeviceState, needs: readonly PartKey[]): number {
  let sum = 0;
  for (const { part, hot, bytes } of resident.values()) if (hot && !needs.includes(part)) sum += bytes;
  return sum;
}
