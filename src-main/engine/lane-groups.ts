import { wholeOf } from '../model/device.ts';
import type { DeviceState, World } from './world.ts';

// Which lanes share a device.

/** The other lanes of its device. */
export function lanesBeside(world: World, state: DeviceState): readonly DeviceState[] {
  const lanes = world.lanes.get(wholeOf(state.device));
  return lanes ? [lanes.wide, ...lanes.narrow].filter((other) => other !== state) : [];
}

/** Those that take its threads away when they compute. */
export const rivals = (world: World, state: DeviceState): readonly DeviceState[] => {
  const lanes = world.lanes.get(wholeOf(state.device));
  return !lanes ? [] : state === lanes.wide ? lanes.narrow : [lanes.wide];
};

/** What is measured meanwhile is its own time: no other width computes, loads or starts its host. */
export const hasDeviceToItself = (world: World, state: DeviceState): boolean =>
  rivals(world, state).every(({ state: its, opened, loading }) => !opened || (its === 'idle' && loading.size === 0));
