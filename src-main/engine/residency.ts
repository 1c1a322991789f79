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

/** Nobody computes with it, and no setting keeps it. */
export const mayLeave = ({ pins, hot }: Resident): boolean => pins === 0 && !hot;

/**
 * Room on a device for the parts that a batch needs and its scratch memory. What is pinned or hot stays; what is
 * needed stays; of the rest leaves first what nobody wants, then the least worth, and no more than must. Null when it
 * cannot fit. `unwanted` is asked only where something has to leave.
 */
export function roomFor(
  needs: readonly PartKey[],
  scratchBytes: number,
  budgetBytes: number,
  resident: ReadonlyMap<PartKey, Resident>,
  bytesOf: (part: PartKey) => number,
  unwanted: () => (part: PartKey) => boolean = () => () => true,
): Room | null {
  const load = needs.filter((part) => !resident.has(part));
  let used = 0;
  for (const { bytes } of resident.values()) used += bytes;
  let spareBytes = budgetBytes - used - scratchBytes - load.reduce((sum, part) => sum + bytesOf(part), 0);
  if (spareBytes >= 0) return { load, evict: [], spareBytes };

  const needed = new Set(needs);
  const movable = [...resident.values()].filter((held) => mayLeave(held) && !needed.has(held.part));
  const isUnwanted = unwanted();
  movable.sort((a, b) => Number(isUnwanted(b.part)) - Number(isUnwanted(a.part)) || a.worth - b.worth);
  const leaving: Resident[] = [];
  for (const held of movable) {
    if (spareBytes >= 0) break;
    leaving.push(held);
    spareBytes += held.bytes;
  }
  if (spareBytes < 0) return null;
  // A large one that had to go at last may have made the small ones before it needless.
  const evict: PartKey[] = [];
  for (const { part, bytes } of leaving.reverse()) {
    if (bytes > spareBytes) evict.unshift(part);
    else spareBytes -= bytes;
  }
  return { load, evict, spareBytes };
}

/** Worth of a part after one more use: what it would cost to bring back, on an ageing base so that old uses fade. */
export const worthOf = (base: number, uses: number, reloadMs: number, bytes: number): number =>
  base + (uses * reloadMs) / Math.max(1, bytes / 1e6);
