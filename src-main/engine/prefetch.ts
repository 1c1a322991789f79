import { wholeOf } from '../model/device.ts';
import type { PartKey } from '../model/ids.ts';
import { type LoadDecision, tiers } from '../model/run.ts';
import { isAwaitedBefore } from './awaited.ts';
import { budgetOf } from './lanes.ts';
import { roomFor } from './residency.ts';
import { wantedParts } from './staying.ts';
import { type DeviceState, isGoingOn, isUp, type Job, type LiveRun, type World } from './world.ts';

// Rule 8: the next weights come while the denoiser works, where a device can do both, else while it has nothing to do.
// First what shall always be there, then what the jobs of started runs will call. Only what no started run wants leaves
// for it, and as much scratch memory stays free as a batch here ever took, so that it need not leave for the next one.

/** Asked where nothing else is to be decided: that comes first, and changes what is wanted. */
export function prefetches(world: World): LoadDecision[] {
  const decisions: LoadDecision[] = [];
  for (const state of world.devices.values()) {
    if (!hasTime(world, state)) continue;
    const found = nextOf(world, state);
    if (found) decisions.push(found);
  }
  return decisions;
}

/** One part at a time. A device that ran out of memory gets none that nobody waits for. */
function hasTime(world: World, state: DeviceState): boolean {
  if (!isUp(state) || state.loading.size > 0 || state.shortOfMemory || state.shortages.size > 0) return false;
  if (loadsAside(state)) return true;
  return state.state === 'idle' && state.rowsWaiting === 0 && !isAwaitedBefore(world, state, null);
}

/** The simulator can; a session of onnxruntime is made on the thread that serves the host. */
const loadsAside = ({ device }: DeviceState): boolean => device.loadsAside ?? device.runtime === 'sim';

function nextOf(world: World, state: DeviceState): LoadDecision | null {
  let wanted: ReadonlySet<PartKey> | null = null;
  const { device, resident } = state;
  for (const part of missing(world, state)) {
    wanted ??= wantedParts(world);
    const kept = wanted;
    const held = new Map([...resident].map(([key, one]) => [key, kept.has(key) ? { ...one, hot: true } : one]));
    const bytesOf = (key: PartKey) => world.partBytes.get(key) ?? 0;
    const room = roomFor([part], state.mostScratch, budgetOf(world, state), held, bytesOf);
    if (room) return { kind: 'load', deviceId: device.id, part, evict: room.evict };
  }
  return null;
}

/** Parts that would be of use here and are not, the most urgent first. */
function* missing(world: World, state: DeviceState): Generator<PartKey> {
  const isMissing = (part: PartKey) => !state.resident.has(part) && !state.notAhead.has(part);
  for (const part of state.hot) if (isMissing(part)) yield part;
  // Lanes take weights from one another: to them nothing comes that nobody waits for.
  if (world.lanes.has(wholeOf(state.device))) return;
  for (const tier of tiers)
    for (const live of world.live[tier]) {
      if (live.paused || live.resetting || ![...live.parts].some(isMissing)) continue;
      for (const id of live.plan.order) {
        const job = world.jobs.get(live.jobs.get(id)!);
        if (!job || !isGoingOn(job) || !job.step.needs.some(isMissing)) continue;
        if (comesHere(world, live, job, state)) yield* job.step.needs.filter(isMissing);
      }
    }
}

/** Whether a job is here, or will be as far as one can see: beside what it reads, or where else it cannot go. */
function comesHere(world: World, { alone }: LiveRun, job: Job, { device }: DeviceState): boolean {
  if (alone) return false;
  if (job.deviceId !== null) return job.deviceId === device.id;
  if (!job.step.allowed.includes(device.id)) return false;
  if (job.step.allowed.length === 1 || world.devices.size === 1) return true;
  return [...job.sources].some((id) => world.jobs.get(id)?.deviceId === device.id);
}
