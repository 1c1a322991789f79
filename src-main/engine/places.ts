import { wholeOf } from '../model/device.ts';
import type { DeviceId, JobId, PartKey } from '../model/ids.ts';
import { lanesFor } from './lanes.ts';
import { hotBytes } from './loading.ts';
import { type DeviceState, type Job, ownersOf, type World } from './world.ts';

// Rule 2: where a job may be started. What its step may not use is out in any case. The rest narrows as long as
// something is left: where the steps are that it goes together with, what other runs that share it allow, what is wished.
// So nobody waits for ever where rules of several runs meet in one job. A device that is lost is no reason to wait.

export interface Places {
  /** May be used, whether it is up or not. */
  readonly allowed: readonly DeviceState[];
  /** Of those where its weights fit, the ones to choose from now; empty only where none fits. */
  readonly fitting: readonly DeviceState[];
  /** Bytes of the largest weights that it, or a job that must follow it, needs at one time. */
  readonly neededBytes: number;
}

/** `chosen` are the devices of jobs that are started in the same moment. */
export function placesOf(world: World, job: Job, chosen: ReadonlyMap<JobId, DeviceId> = new Map()): Places {
  const allowed = [...world.devices.values()].filter(({ device }) => job.step.allowed.includes(wholeOf(device)));
  const beside = job.step.placing || job.owners.size > 1 ? [...besides(world, job, chosen)] : [];
  const needs = [...job.step.needs, ...beside.flatMap((other) => other.needs)];
  const neededBytes = Math.max(0, ...needs.map((part) => world.partBytes.get(part) ?? 0));
  let fitting: readonly DeviceState[] = allowed.filter(
    (state) => neededBytes <= state.device.budgetBytes - hotBytes(state, needs),
  );
  const narrow = (isMeant: (id: DeviceId) => boolean) => {
    const left = fitting.filter(({ device, state }) => state !== 'lost' && isMeant(wholeOf(device)));
    if (left.length > 0) fitting = left;
  };
  const wholeOfId = (id: DeviceId) => wholeOf(world.devices.get(id)!.device);
  for (const { deviceId, must } of beside) if (must && deviceId) narrow((id) => id === wholeOfId(deviceId));
  for (const step of job.owners.values()) if (step !== job.step) narrow((id) => step.allowed.includes(id));
  for (const { deviceId, must } of beside) if (!must && deviceId) narrow((id) => id === wholeOfId(deviceId));
  const wished = job.step.placing?.wished ?? [];
  if (wished.length > 0) narrow((id) => wished.includes(id));
  return { allowed, fitting: lanesFor(world, job, fitting, chosen), neededBytes };
}

interface Beside {
  readonly must: boolean;
  /** Where it runs or ran for the same run; null while that is not chosen, or where it was known before. */
  readonly deviceId: DeviceId | null;
  /** Parts that it will want there, where it must follow: what one run asks does not keep another from starting. */
  readonly needs: readonly PartKey[];
}

/** What rules bind to a job, in each of the runs that want it. */
function* besides(world: World, job: Job, chosen: ReadonlyMap<JobId, DeviceId>): Generator<Beside> {
  for (const live of ownersOf(world, job)) {
    const own = job.owners.get(live.run.id)!;
    // A job that was only borrowed may be called otherwise in the run's own plan.
    if (live.jobs.get(own.id) !== job.id) continue;
    for (const { step, must } of own.placing?.beside ?? []) {
      const other = world.jobs.get(live.jobs.get(step)!);
      if (!other) continue;
      // What another run had made before says nothing about where this one goes.
      const deviceId = (other.startedMs >= live.startedMs ? other.deviceId : null) ?? chosen.get(other.id) ?? null;
      const willFollow = must && own === job.step && (other.state === 'blocked' || other.state === 'ready');
      yield { must, deviceId, needs: willFollow ? other.step.needs : [] };
    }
  }
}
