import type { DeviceProfile } from '../model/device.ts';
import type { PartKey } from '../model/ids.ts';
import type { Plan, Tier } from '../model/run.ts';

/** The measured ms of one call of a part, the smallest over its sizes; null when it was never measured. */
function callMs(profiles: Iterable<DeviceProfile>, part: PartKey): number | null {
  let best: number | null = null;
  for (const { ms } of profiles)
    for (const [size, table] of Object.entries(ms)) {
      const first = size.startsWith(`${part} `) ? table.find((value) => value !== undefined) : undefined;
      if (first !== undefined && (best === null || first < best)) best = first;
    }
  return best;
}

/** About how long the devices will have to compute for a plan; what was never measured counts nothing. */
export function estimateMs(plan: Plan, profiles: ReadonlyMap<string, DeviceProfile>): number {
  let ms = 0;
  for (const { needs, calls } of plan.steps.values())
    for (const part of needs) ms += calls * (callMs(profiles.values(), part) ?? 0);
  return ms;
}

/** The tier of a run that was given none: one of little device time is for somebody who waits. */
export const tierFor = (estimatedMs: number, fastMs: number): Tier => (estimatedMs <= fastMs ? 'fast' : 'quality');
