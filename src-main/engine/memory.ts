import { type Problem, problem } from '../model/errors.ts';
import type { PartKey, SizeKey } from '../model/ids.ts';
import { mostRows } from './profile.ts';
import { mayLeave } from './residency.ts';
import type { DeviceState, Job, World } from './world.ts';

// Memory ran short in a call, though by its books the device had room: the estimate of scratch memory was too low, or
// somebody else took some. Nothing is wrong with the runs aboard, and their rows wait again. One thing after the other is
// tried: what is idle leaves; half of the rows; a picture in tiles. What does not help then fails the run that needs it.

/** After so many calls more is tried again: whoever took the memory may have given it back. */
const triedAgainAfter = 64;
/** Sides of tiles, in cells of what the part takes: 512 and 256 pixels for most decoders. */
const tiles: Readonly<Record<string, readonly number[]>> = { 'vae-decoder': [64, 32], upscaler: [256, 128] };
/** A job that memory ran short with so often is given up, whatever could still be tried. */
const mostShortages = 12;

export const rowsThatFit = ({ shortages }: Pick<DeviceState, 'shortages'>, size: SizeKey): number =>
  shortages.get(size)?.rows ?? mostRows;

export const tileOf = ({ shortages }: DeviceState, size: SizeKey): { readonly tile?: number } => {
  const tile = shortages.get(size)?.tile ?? null;
  return tile === null ? {} : { tile };
};

/** What is left to try; null where nothing is. `jobs` are those aboard. */
export function relief(world: World, state: DeviceState, jobs: readonly Job[]): 'evict' | 'halve' | 'tile' | null {
  const { part, evict } = state.batch!;
  if (jobs.some((job) => job.shortages >= mostShortages)) return null;
  // Weights that do not come need room, and nothing else helps them.
  if (state.loading.has(part)) return idleParts(state, part).length > 0 ? 'evict' : null;
  // Where something was idle in vain, it is not waited for again.
  const isFirst = jobs.every((job) => job.shortages === 0) && evict.length === 0;
  if (isFirst && idleParts(state, part).length > 0) return 'evict';
  const known = state.shortages.get(state.batchSize);
  if (state.batchRows > 1) return 'halve';
  if (nextTile(world, part, known?.tile ?? null) !== null) return 'tile';
  return idleParts(state, part).length > 0 ? 'evict' : null;
}

/** Smaller than this one. Only where the part takes pictures of any size. */
function nextTile({ freeSized }: World, part: PartKey, now: number | null): number | null {
  if (!freeSized.has(part)) return null;
  return tiles[part.split('@')[0]!]?.find((side) => now === null || side < now) ?? null;
}

/** Notes what will be done about it, at every later call of this size. */
export function relieve(world: World, state: DeviceState, how: 'halve' | 'tile'): void {
  const { part } = state.batch!;
  const known = state.shortages.get(state.batchSize) ?? { rows: mostRows, tile: null, calls: 0 };
  known.calls = 0;
  if (how === 'halve') known.rows = Math.max(1, Math.floor(state.batchRows / 2));
  else known.tile = nextTile(world, part, known.tile);
  state.shortages.set(state.batchSize, known);
}

/** Those of the jobs aboard that are given up. */
export const givenUp = (jobs: readonly Job[]): readonly Job[] => {
  const often = jobs.filter((job) => job.shortages >= mostShortages);
  return often.length > 0 ? often : jobs;
};

/** A call of this size went well. */
export function wentWell({ shortages }: DeviceState, size: SizeKey): void {
  const known = shortages.get(size);
  if (known && ++known.calls >= triedAgainAfter) shortages.delete(size);
}

/** Everything that may leave a device but this. */
export const idleParts = ({ resident }: DeviceState, needed: PartKey): PartKey[] =>
  [...resident.values()].filter((held) => held.part !== needed && mayLeave(held)).map(({ part }) => part);

/** What there was to try was tried. */
export const outOfMemory = (found: Problem, state: DeviceState): Problem =>
  found.code === 'device.outOfMemory'
    ? problem('device.outOfMemory', {
        ...found.values,
        tried: state.shortages.get(state.batchSize)?.tile ? 'tiles' : 'alone',
      })
    : found;
