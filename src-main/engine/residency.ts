import type { Resident } from '../model/device.ts';
import type { PartKey } from '../model/ids.ts';

export interface Room {
  /** Parts that must be loaded first. */
  readonly load: readonly PartKey[];
  /** Parts that leave for them, the least worth first. */
  readonly evict: readonly PartKey[];
  /** What is free once all that is done, besides the scratch memory that was asked for. */
  readonly spareBytes: number;
}

/**
 * Room on a device for the parts that a batch needs and its scratch memory. What is pinned or hot stays; what is
 * needed stays; of the rest the least worth leaves first, and no more than must. Null when it cannot fit.
 */
export function roomFor(
  needs: readonly PartKey[],
  scratchBytes: number,
  budgetBytes: number,
  resident: ReadonlyMap<PartKey, Resident>,
  bytesOf: (part: PartKey) => number,
): Room | null {
  const load = needs.filter((part) => !resident.has(part));
  let used = 0;
  for (const { bytes } of resident.values()) used += bytes;
  let spareBytes = budgetBytes - used - scratchBytes - load.reduce((sum, part) => sum + bytesOf(part), 0);
  if (spareBytes >= 0) return { load, evict: [], spareBytes };

  const needed = new Set(needs);
  const movable = [...resident.values()].filter(({ part, pins, hot }) => pins === 0 && !hot && !needed.has(part));
  movable.sort((a, b) => a.worth - b.worth);
  const evict: PartKey[] = [];
  for (const { part, bytes } of movable) {
    if (spareBytes >= 0) break;
    evict.push(part);
    spareBytes += bytes;
  }
  return spareBytes >= 0 ? { load, evict, spareBytes } : null;
}

/** Worth of a part after one more use: what it would cost to bring back, on an ageing base so that old uses fade. */
export const worthOf = (base: number, uses: number, reloadMs: number, bytes: number): number =>
  base + (uses * reloadMs) / Math.max(1, bytes / 1e6);
