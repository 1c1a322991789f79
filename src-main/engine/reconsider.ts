import { renewal } from './schedule.ts';
import type { DeviceState, Effect, World } from './world.ts';

/** A run came or went, and with it the turn of rows that wait anywhere. */
export function reconsiderAll(world: World, effects: Effect[]): void {
  for (const state of world.devices.values()) reconsider(world, state, null, effects);
}

/**
 * A batch is under way and something changed: a row came that is more urgent or could join, a run was paused, a step
 * was done. `leaseLeft` is what the host said after a step; null when nobody asked for more.
 */
export function reconsider(world: World, state: DeviceState, leaseLeft: number | null, effects: Effect[]): void {
  if (!state.batch || state.revoked) return;
  const jobs = [...state.batchJobs].filter((id) => world.jobs.has(id));
  const what = renewal(world, state, jobs, leaseLeft ?? Number.POSITIVE_INFINITY, state.batchSize, state.batchRows);
  const { id } = state.batch;
  if (what === 'revoke') {
    state.revoked = true;
    effects.push({ do: 'revoke', deviceId: state.device.id, batchId: id });
  } else if (what !== 'leave') {
    state.leaseLeft = what.renew;
    effects.push({ do: 'renew', deviceId: state.device.id, batchId: id, steps: what.renew });
  }
}
