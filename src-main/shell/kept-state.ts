import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const bounds = z.object({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) });
export type Bounds = z.output<typeof bounds>;

const state = z.object({
  bounds: bounds.nullable().catch(null),
  isMaximized: z.boolean().catch(false),
  /** The remote core that was chosen last; its token is sealed by the system where that can. */
  remote: z.object({ address: z.string(), token: z.string().nullable(), isSealed: z.boolean() }).nullable().catch(null),
});
export type KeptState = z.output<typeof state>;

const nothing: KeptState = { bounds: null, isMaximized: false, remote: null };

/** What the app remembers of its window and its core. A file that cannot be read is an empty one. */
export function keptState(file: string): { get(): KeptState; change(some: Partial<KeptState>): void } {
  let now: KeptState;
  try {
    now = state.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    now = nothing;
  }
  return {
    get: () => now,
    change(some) {
      now = { ...now, ...some };
      try {
        writeFileSync(`${file}.new`, JSON.stringify(now), { mode: 0o600 });
        renameSync(`${file}.new`, file);
      } catch {
        // It is remembered until the end of this run.
      }
    },
  };
}

const smallest = { width: 960, height: 600 };
export const usual = { width: 1440, height: 900 };

/** How large a page is drawn first: on a 4K screen whose system enlarges nothing, letters would be 2 mm high. */
export const zoomOn = (screen: { readonly workArea: Bounds; readonly scaleFactor: number } | undefined): number =>
  screen && screen.scaleFactor < 1.25 && screen.workArea.width >= 3200 ? 1.5 : 1;

/** Where a window may open: where it was, if enough of it would be seen on a screen that is there now. */
export function placeFor(kept: Bounds | null, screens: readonly Bounds[]): Partial<Bounds> {
  if (kept === null) return usual;
  const width = Math.max(kept.width, smallest.width);
  const height = Math.max(kept.height, smallest.height);
  const isSeen = screens.some(
    (screen) =>
      Math.min(kept.x + width, screen.x + screen.width) - Math.max(kept.x, screen.x) >= 200 &&
      kept.y >= screen.y - 8 &&
      kept.y < screen.y + screen.height - 80,
  );
  return isSeen ? { x: kept.x, y: kept.y, width, height } : { width, height };
}
