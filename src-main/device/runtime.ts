import type { DeviceProfile } from '../model/device.ts';
import type { DeviceId, PartKey, TensorId } from '../model/ids.ts';
import type { TensorMath } from '../model/node-type.ts';
import type { PartFile } from '../model/pack.ts';
import type { DType, TensorRef } from '../model/tensor.ts';
import type { Card } from './sim/card.ts';

/** One row of a call in Kiln's names: what `PartCalls` says the part takes. */
export type RowValues = Readonly<Record<string, TensorRef | number | string | undefined>>;
/** What the part gives for it. */
export type RowResult = Readonly<Record<string, TensorRef>>;

/** What lies on a device now. */
export interface Held {
  readonly tensors: number;
  readonly bytes: number;
  readonly parts: number;
  /** In memory of the device's own, besides weights. */
  readonly buffers: number;
}

/**
 * What computes: onnxruntime, or the simulator. One `call` is one device call; nothing here decides, queues or owns.
 * Tensors never change once they are made, so a tensor may share memory with another.
 */
export interface Runtime {
  readonly deviceId: DeviceId;
  /** Arithmetic where the tensors lie. Its results belong to the caller, like all tensors that a runtime makes. */
  readonly tensor: TensorMath;
  /** Does early what the first load would wait for. */
  warmUp(): Promise<void>;
  /** @throws AppError device.cannotLoad, device.outOfMemory */
  load(file: PartFile): Promise<{ readonly bytes: number }>;
  /** Nothing happens when the part is not loaded. */
  release(part: PartKey): Promise<void>;
  has(part: PartKey): boolean;
  /** Results in the order of the rows. @throws AppError device.callFailed, device.outOfMemory, device.badResult */
  call(part: PartKey, rows: readonly RowValues[]): Promise<readonly RowResult[]>;
  /** Takes the bytes over: the caller does not touch them again. The id is the core's where it chose one. */
  upload(data: Uint8Array, dtype: DType, shape: readonly number[], id?: TensorId): TensorRef;
  /** The bytes, perhaps those that the tensor consists of: not to be written to. */
  download(tensor: TensorRef): Promise<Uint8Array>;
  dispose(tensors: readonly TensorId[]): void;
  /** Where bytes that come from elsewhere, or go there, take time that nothing real stands for. */
  transfer?(bytes: number): Promise<void>;
  /** What is wrong with the values (NaN or infinity), or null. A sample looks at the ends and a few places between. */
  flaw(tensor: TensorRef, look: 'sample' | 'whole'): string | null;
  /** Whether calls take it from the device and leave it there. Without it every call moves what it takes and gives. */
  stays?(tensor: TensorRef): boolean;
  held(): Held;
  close(): Promise<void>;
}

/** A way for a simulated device to go wrong at its n-th call, counted from 1. */
export interface Fault {
  readonly at: number;
  readonly kind: 'crash' | 'hang' | 'out-of-memory' | 'nan' | 'wrong-shape';
}

export interface SimOptions {
  readonly profile: DeviceProfile;
  /** Latent pixels to picture pixels, and how much an upscaler enlarges. */
  readonly downscale?: number;
  readonly upscale?: number;
  readonly faults?: readonly Fault[];
  /** Pictures with something on them, which take as long to encode as real ones, instead of one level. */
  readonly grain?: boolean;
  /** Times of what the profile does not know. */
  readonly card?: Card;
  /** Of the card's calls, and how they vary: as the card does without. */
  readonly seed?: number;
  readonly jitter?: number;
}

/** Where models lie as they were packed for this processor, how much they may take, and what they leave free on the disk. */
export interface PrepackedFiles {
  readonly folder: string;
  readonly mostBytes: number;
  readonly leastFreeBytes: number;
}

/** Which runtime a host shall use, as data: it travels to the child. */
export type RuntimeSpec =
  | { readonly kind: 'ort'; readonly prepacked?: PrepackedFiles }
  | { readonly kind: 'sim'; readonly sim: SimOptions };
