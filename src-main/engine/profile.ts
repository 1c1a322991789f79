import type { DeviceProfile } from '../model/device.ts';
import type { PartKey, SizeKey } from '../model/ids.ts';

/** Row counts that a batch may have. */
const counts = [1, 2, 4, 8, 16] as const;
export const mostRows = 16;

export const emptyProfile = (): DeviceProfile => ({
  loadBytesPerMs: 500_000,
  bringBytesPerMs: 1_000_000,
  ms: {},
  loadMs: {},
  calls: {},
});

/**
 * Estimated ms of one call with this many rows; null when this size was never measured.
 * Between two measured counts the line between them, beyond the last one its ms per row.
 */
export function msOf(profile: DeviceProfile, size: SizeKey, rows: number): number | null {
  const table = profile.ms[size];
  if (!table) return null;
  const exact = table[rows - 1];
  if (exact !== undefined) return exact;
  let below = -1;
  let above = -1;
  table.forEach((ms, index) => {
    if (ms === undefined) return;
    if (index < rows - 1) below = index;
    else if (above < 0) above = index;
  });
  if (below >= 0 && above >= 0) {
    const share = (rows - 1 - below) / (above - below);
    return table[below]! + (table[above]! - table[below]!) * share;
  }
  if (below >= 0) return (table[below]! * rows) / (below + 1);
  if (above >= 0) return (table[above]! * rows) / (above + 1);
  return null;
}

/** After so many calls with other counts a measured time may be of another time of the machine: it is a guess again. */
const staleAfter = 64;
/** A count that cost so much more per row is not tried again for a long time. */
const hopeless = 1.3;
const hopelessFor = 16 * staleAfter;

/** Calls of this size since this count was measured last; none where that is not known. */
function callsSince(profile: DeviceProfile, size: SizeKey, rows: number): number {
  const calls = profile.calls?.[size];
  return calls ? calls.total - (calls.last[rows - 1] ?? calls.total) : 0;
}

/**
 * A call was measured. The mean moves by an eighth, so that drift shows and a single slow call does not; by a half where
 * it is stale. A first value that proves to be warm-up (the next one is less than 0.8 of it) is forgotten.
 */
export function record(profile: DeviceProfile, size: SizeKey, rows: number, ms: number): void {
  let table = profile.ms[size];
  if (!table) {
    table = [];
    profile.ms[size] = table;
  }
  const weight = callsSince(profile, size, rows) >= staleAfter ? 1 / 2 : 1 / 8;
  const known = table[rows - 1];
  table[rows - 1] = known === undefined || ms < known * 0.8 ? ms : known + (Math.min(ms, known * 4) - known) * weight;
  if (!profile.calls) return;
  const calls = profile.calls[size] ?? { total: 0, last: [] };
  profile.calls[size] = calls;
  calls.total++;
  calls.last[rows - 1] = calls.total;
}

export function recordLoad(profile: DeviceProfile, part: PartKey, bytes: number, ms: number): void {
  // In less than a millisecond nothing is loaded: it was there already.
  if (bytes < 65_536 || ms < 1) return;
  profile.loadBytesPerMs += (bytes / ms - profile.loadBytesPerMs) / 4;
  if (!profile.loadMs) return;
  const known = profile.loadMs[part];
  profile.loadMs[part] = known === undefined ? ms : known + (ms - known) / 4;
}

/** About how long it takes to bring a part back: as it took here, else by its bytes. */
export const reloadMsOf = (profile: DeviceProfile, part: PartKey, bytes: number): number =>
  profile.loadMs?.[part] ?? bytes / profile.loadBytesPerMs;
/** Results were brought to the device. */
export function recordBring(profile: DeviceProfile, bytes: number, ms: number): void {
  // Of less than that the time is that of the messages.
  if (bytes < 65_536 || ms <= 0) return;
  profile.bringBytesPerMs += (Math.min(bytes / ms, 4 * profile.bringBytesPerMs) - profile.bringBytesPerMs) / 4;
}

/** The least ms per row of what was tried; null where nothing was. */
export function bestMsPerRow(profile: DeviceProfile, size: SizeKey): number | null {
  let best: number | null = null;
  profile.ms[size]?.forEach((ms, index) => {
    if (ms !== undefined && (best === null || ms / (index + 1) < best)) best = ms / (index + 1);
  });
  return best;
}

/** Whether this many rows, or more, were ever computed in one call. */
export const wasTried = (profile: DeviceProfile, size: SizeKey, rows: number): boolean =>
  (profile.ms[size]?.length ?? 0) >= rows;

/**
 * The smallest count within 5 % of the best ms per row. While the largest count that was tried is the best, the next is
 * worth a try; and so is the next one after a while where it was not much worse: one bad moment must not rule it out.
 */
export function capOf(profile: DeviceProfile, size: SizeKey): number {
  const tried = counts.flatMap((count) => {
    const ms = profile.ms[size]?.[count - 1];
    return ms === undefined ? [] : [{ count, perRow: ms / count }];
  });
  const last = tried.at(-1);
  if (!last) return 1;
  const best = Math.min(...tried.map(({ perRow }) => perRow));
  const at = tried.findIndex(({ perRow }) => perRow <= best * 1.05);
  const enough = tried[at]!;
  if (enough === last) return counts[counts.indexOf(last.count) + 1] ?? last.count;
  const next = tried[at + 1]!;
  const since = callsSince(profile, size, next.count);
  const isWorthATry = since >= (next.perRow <= best * hopeless ? staleAfter : hopelessFor);
  return isWorthATry ? next.count : enough.count;
}
