import type { DeviceId, PartKey, RunId, SizeKey } from './ids.ts';

export const providers = ['cpu', 'cuda', 'webgpu', 'dml', 'coreml', 'sim'] as const;
export type Provider = (typeof providers)[number];

/** One device as its host announces it. */
export interface Device {
  readonly id: DeviceId;
  readonly runtime: 'ort' | 'sim';
  readonly provider: Provider;
  readonly label: string;
  /** For weights and scratch memory together. */
  readonly budgetBytes: number;
  /** Threads that compute one call. */
  readonly threads: number;
  /** Weights can come while a call computes; without it they come while nothing does. */
  readonly loadsAside?: boolean;
  /**
   * The device whose narrow lane this is: one of several that compute at the same time with a part of its threads each,
   * in a host of its own. The device itself is its wide lane.
   */
  readonly laneOf?: DeviceId;
}

/** The device that a lane belongs to; any other device is its own. */
export const wholeOf = ({ id, laneOf }: Pick<Device, 'id' | 'laneOf'>): DeviceId => laneOf ?? id;

export const isWhole = ({ laneOf }: Pick<Device, 'laneOf'>): boolean => laneOf === undefined;

export const isSimulated = ({ provider }: Pick<Device, 'provider'>): boolean => provider === 'sim';

/** Weights that lie on a device. */
export interface Resident {
  readonly part: PartKey;
  readonly deviceId: DeviceId;
  readonly bytes: number;
  /** Batches that need it now. */
  pins: number;
  /** Asked by the settings never to leave. */
  hot: boolean;
  /** An ageing base plus uses * reload ms / bytes: the least leaves first. */
  worth: number;
  /** When a batch wanted it last, on the core's clock; null where none has yet. */
  usedMs: number | null;
}

/** The settings keep it; it is on its way; a call needs it; a started run will; or there is room for it. */
export const residentReasons = ['hot', 'loading', 'running', 'wanted', 'kept'] as const;
export type ResidentReason = (typeof residentReasons)[number];

/** A part that lies on a device, and why, for people. */
export interface ResidentPart {
  readonly part: PartKey;
  readonly bytes: number;
  readonly why: ResidentReason;
  /** Those that it is there for. */
  readonly runs: readonly RunId[];
  /** Since a call wanted it last; null where none has. */
  readonly usedMsAgo: number | null;
  readonly worth: number;
  /** About how long it takes to bring it back. */
  readonly reloadMs: number;
  /** Its place among those that may leave, 1 for the first; null while it may not. */
  readonly leaves: number | null;
}

/** With what lies there, where somebody keeps it: a core that stays. */
export type ShownDevice = Device & { readonly resident?: readonly ResidentPart[] };

/**
 * Measured, and measured again with every batch. `ms[size][rows - 1]` is one call; a hole was not tried yet.
 */
export interface DeviceProfile {
  loadBytesPerMs: number;
  bringBytesPerMs: number;
  /** ms that loading this part took; profiles of before 0.2 have none. */
  readonly loadMs?: Record<PartKey, number>;
  readonly ms: Record<SizeKey, (number | undefined)[]>;
  /** Calls of this size so far, and at which of them each row count was measured last; profiles of before 0.2 have none. */
  readonly calls?: Record<SizeKey, { total: number; readonly last: (number | null)[] }>;
}
