import { type Device, type DeviceProfile, isWhole, wholeOf } from '../model/device.ts';
import type { BatchKey, DeviceId, SizeKey } from '../model/ids.ts';
import type { Settings } from '../model/settings.ts';
import { emptyProfile } from './profile.ts';
import { Urgency } from './urgency.ts';
import { type DeviceState, fewestAhead, type Lanes, type World } from './world.ts';

/** A world in which nothing has happened yet. */
export function makeWorld(
  devices: readonly Device[],
  profiles: ReadonlyMap<DeviceId, DeviceProfile>,
  settings: Settings,
  strangers: boolean,
): World {
  const states = new Map(devices.map((device) => [device.id, deviceState(device)]));
  const narrowOf = (id: DeviceId) => [...states.values()].filter(({ device }) => device.laneOf === id);
  // Narrow lanes are alike, so what is measured on one of them is known of all.
  const profileOf = (device: Device): DeviceId =>
    isWhole(device) ? device.id : narrowOf(wholeOf(device))[0]!.device.id;
  const known = new Map<DeviceId, DeviceProfile>();
  for (const device of devices) {
    const id = profileOf(device);
    known.set(id, known.get(id) ?? profiles.get(id) ?? emptyProfile());
  }
  return {
    settings,
    strangers,
    waiting: new Urgency(),
    queued: new Map(),
    pausedTiers: new Set(),
    runs: new Map(),
    live: { interactive: new Set(), fast: new Set(), quality: new Set(), background: new Set() },
    jobs: new Map(),
    byKey: new Map(),
    idle: new Map(),
    idleBytes: 0,
    ready: new Urgency(),
    rows: new Map(),
    rowsOf: new Map(),
    devices: states,
    lanes: new Map(
      [...states].flatMap(([id, wide]): [DeviceId, Lanes][] => {
        const narrow = narrowOf(id);
        return narrow.length > 0 ? [[id, { wide, narrow }]] : [];
      }),
    ),
    profiles: new Map(devices.map((device) => [device.id, known.get(profileOf(device))!])),
    partBytes: new Map(),
    freeSized: new Set(),
    ahead: fewestAhead,
    served: new Map(),
    overdue: new Set(),
    nowMs: 0,
    lastId: 0,
  };
}

function deviceState(device: Device): DeviceState {
  return {
    device,
    opened: isWhole(device),
    state: isWhole(device) ? 'idle' : 'starting',
    batch: null,
    batchSize: '' as SizeKey,
    batchKey: '' as BatchKey,
    batchRows: 0,
    batchScratchBytes: 0,
    batchJobs: new Set(),
    revoked: false,
    leaseLeft: 0,
    next: null,
    shortOfMemory: false,
    shortages: new Map(),
    loading: new Set(),
    ahead: new Set(),
    notAhead: new Set(),
    hot: new Set(),
    freeAtMs: 0,
    resident: new Map(),
    rowScratch: 0,
    mostScratch: 0,
    ageBase: 0,
    line: new Map(),
    rowsWaiting: 0,
    started: new Set(),
    idleSinceMs: 0,
    lives: 0,
  };
}
