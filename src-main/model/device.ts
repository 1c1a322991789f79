import type { DeviceId, PartKey, SizeKey } from './ids.ts';

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
}

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
}

/**
 * Measured, and measured again with every batch. `ms[size][rows - 1]` is one call; a hole was not tried yet.
 */
export interface DeviceProfile {
  loadBytesPerMs: number;
  bringBytesPerMs: number;
  readonly ms: Record<SizeKey, (number | undefined)[]>;
  /** Calls of this size so far, and at which of them each row count was measured last; profiles of before 0.2 have none. */
  readonly calls?: Record<SizeKey, { total: number; readonly last: (number | null)[] }>;
}
