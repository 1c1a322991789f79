import type { JobId } from '../model/ids.ts';
import { type Run, tiers } from '../model/run.ts';
import { lanesBeside } from './lane-groups.ts';
import { renewal } from './schedule.ts';
import { type DeviceState, type Effect, leaderOf, mostAhead, type World } from './world.ts';

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

/** The same, and for the lanes that share the device: what comes to one of them may be more urgent than what another does. */
export function reconsiderLanes(world: World, state: DeviceState, leaseLeft: number | null, effects: Effect[]): void {
  reconsider(world, state, leaseLeft, effects);
  for (const other of lanesBeside(world, state)) reconsider(world, other, null, effects);
}

/**
 * A run came that will start at once: a less urgent batch need not begin another step while its plan is made. Once for
 * each run: if it has to wait after all, the batch that is formed next goes on.
 */
export function makeWay(world: World, run: Run, effects: Effect[]): void {
  if (run.state === 'paused' || world.pausedTiers.has(run.tier) || world.runs.size >= mostAhead) return;
  const isLess = (jobs: ReadonlySet<JobId>): boolean =>
    [...jobs].every((id) => {
      const job = world.jobs.get(id);
      const other = job && leaderOf(world, job)?.run;
      return !other || (!world.overdue.has(other.id) && tiers.indexOf(other.tier) > tiers.indexOf(run.tier));
    });
  for (const state of world.devices.values()) {
    const deviceId = state.device.id;
    if (state.batch && !state.revoked && isLess(state.batchJobs)) {
      state.revoked = true;
      effects.push({ do: 'revoke', deviceId, batchId: state.batch.id });
    }
    if (state.next && !state.next.revoked && isLess(state.next.jobs)) {
      state.next.revoked = true;
      effects.push({ do: 'revoke', deviceId, batchId: state.next.batch.id });
    }
  }
}
