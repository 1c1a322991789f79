import type { ResidentPart } from '../model/device.ts';
import type { PartKey, RunId } from '../model/ids.ts';
import { idleParts } from './memory.ts';
import { reloadMsOf } from './profile.ts';
import { wantedParts } from './staying.ts';
import { type DeviceState, leaderOf, type World } from './world.ts';

/** What lies on a device, and why it does: the largest first. */
export function residentsOf(world: World, state: DeviceState): ResidentPart[] {
  const profile = world.profiles.get(state.device.id)!;
  const leaving = leavingOrder(world, state);
  return [...state.resident.values()]
    .map(({ part, bytes, worth, usedMs }) => ({
      part,
      bytes,
      ...reasonOf(world, state, part),
      usedMsAgo: usedMs === null ? null : Math.max(0, world.nowMs - usedMs),
      worth,
      reloadMs: reloadMsOf(profile, part, bytes),
      leaves: leaving.has(part) ? leaving.get(part)! : null,
    }))
    .sort((a, b) => b.bytes - a.bytes);
}

function reasonOf(world: World, state: DeviceState, part: PartKey): Pick<ResidentPart, 'why' | 'runs'> {
  const { batch, batchJobs, next, loading, resident } = state;
  if (loading.has(part)) return { why: 'loading', runs: wanting(world, part) };
  const using = [...(batch?.part === part ? batchJobs : []), ...(next?.batch.part === part ? next.jobs : [])];
  if (using.length > 0) {
    const runs = using.flatMap((id) => {
      const job = world.jobs.get(id);
      return (job && leaderOf(world, job)?.run.id) ?? [];
    });
    return { why: 'running', runs: [...new Set(runs)] };
  }
  if (resident.get(part)!.hot) return { why: 'hot', runs: [] };
  const runs = wanting(world, part);
  return runs.length > 0 ? { why: 'wanted', runs } : { why: 'kept', runs: [] };
}

const wanting = (world: World, part: PartKey): RunId[] =>
  [...world.runs.values()].flatMap(({ run, parts }) => (parts.has(part) ? [run.id] : []));

/** The order in which parts would leave if room were needed: what nobody wants, then the least worth. 1 is the first. */
function leavingOrder(world: World, state: DeviceState): ReadonlyMap<PartKey, number> {
  const wanted = wantedParts(world);
  const worth = (part: PartKey) => state.resident.get(part)!.worth;
  const order = idleParts(state, '' as PartKey).sort(
    (a, b) => Number(wanted.has(a)) - Number(wanted.has(b)) || worth(a) - worth(b),
  );
  return new Map(order.map((part, i) => [part, i + 1]));
}
