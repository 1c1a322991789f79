import type { DeviceStatus } from './contract/calls.ts';
import type { LiveFacts } from './core-live-facts.ts';
import { residentsOf } from './engine/residents.ts';
import type { DeviceState, World } from './engine/world.ts';
import { isWhole, type ResidentPart, residentReasons } from './model/device.ts';
import type { PartKey } from './model/ids.ts';

/** Every device as it is now; what its lanes do and hold is its own. */
export const devicesNow = (world: World, live: LiveFacts): Omit<DeviceStatus, 'queueMs'>[] =>
  [...world.devices.values()].filter(({ device }) => isWhole(device)).map((state) => statusOf(world, live, state));

function statusOf(world: World, live: LiveFacts, whole: DeviceState): Omit<DeviceStatus, 'queueMs'> {
  const { device } = whole;
  const lanes = [whole, ...(world.lanes.get(device.id)?.narrow ?? [])];
  const now = performance.now();
  const sum = (of: (lane: DeviceState) => number) => lanes.reduce((all, lane) => all + of(lane), 0);
  /** A lane with half of the threads is half of the device. */
  const share = (of: (lane: DeviceState) => number) =>
    Math.min(
      1,
      sum((lane) => (of(lane) * lane.device.threads) / device.threads),
    );
  const held = new Map<PartKey, ResidentPart>();
  for (const lane of lanes)
    for (const one of residentsOf(world, lane)) held.set(one.part, together(held.get(one.part), one));
  return {
    device,
    state: stateOf(lanes),
    resident: [...held.values()],
    residentBytes: [...held.values()].reduce((all, { bytes }) => all + bytes, 0),
    busyShare: share((lane) => live.busyShare(lane.device.id, now)),
    busyNow: share((lane) => live.busyNow(lane.device.id, now)),
    rowsWaiting: sum(({ rowsWaiting }) => rowsWaiting),
    restarts: sum((lane) => live.restarts.get(lane.device.id) ?? 0),
  };
}

/** A part that lies on several lanes: for all that it is there for, and for the strongest reason. */
function together(a: ResidentPart | undefined, b: ResidentPart): ResidentPart {
  if (!a) return b;
  const why = residentReasons.find((reason) => reason === a.why || reason === b.why)!;
  return {
    ...(why === a.why ? a : b),
    bytes: a.bytes + b.bytes,
    runs: [...new Set([...a.runs, ...b.runs])],
    usedMsAgo:
      a.usedMsAgo === null || b.usedMsAgo === null ? (a.usedMsAgo ?? b.usedMsAgo) : Math.min(a.usedMsAgo, b.usedMsAgo),
  };
}

/** Busy while any of its lanes is; else as its wide one, which is the device. */
export const stateOf = (lanes: readonly DeviceState[]): DeviceState['state'] =>
  lanes.some(({ state }) => state === 'busy') ? 'busy' : lanes[0]!.state;
