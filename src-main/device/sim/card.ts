import type { DeviceProfile } from '../../model/device.ts';
import type { PartName } from '../../model/pack.ts';

/**
 * A device that is simulated, as data. Nothing in it was measured by Kiln: each number has its source beside it, and
 * whatever is made with it is called simulated.
 */
export interface Card {
  /** As it is named after `sim:`. */
  readonly name: string;
  /** What a person calls it. */
  readonly title: string;
  readonly memoryBytes: number;
  /** Weights from the machine's memory to the card. */
  readonly loadBytesPerMs: number;
  /** Results from another device. */
  readonly bringBytesPerMs: number;
  /** While it computes, and while it does not; null where nobody says. */
  readonly watts: { readonly busy: number; readonly idle: number } | null;
  /** Share by which a call differs from the mean (standard deviation). */
  readonly jitter: number;
  readonly times: CardTimes;
  /** Where the numbers are from. */
  readonly sources: readonly string[];
}

export type CardTimes = ComputedTimes | StageTimes;

/** Times of any pack, from its weights and the size of what it computes: `call-time.ts`. */
export interface ComputedTimes {
  readonly kind: 'computed';
  /** What it reaches in large matrices, not its peak. */
  readonly flopsPerMs: number;
  readonly memoryBytesPerMs: number;
}

/** Times that somebody gave for one model at one size, whatever the pack. */
export interface StageTimes {
  readonly kind: 'stages';
  /** ms of a call by its rows, `[0]` of one row; between two and beyond the last on the line through them. */
  readonly ms: Readonly<Partial<Record<PartName, readonly (number | null)[]>>>;
  /** Pixels of the picture that they are for; of others in proportion. */
  readonly pixels: number;
  /** Of parts that nobody gave a time for. */
  readonly otherwise: ComputedTimes;
}

/** What the device begins with: nothing measured yet. */
export const profileOf = ({ loadBytesPerMs, bringBytesPerMs }: Card): DeviceProfile => ({
  loadBytesPerMs,
  bringBytesPerMs,
  ms: {},
});
