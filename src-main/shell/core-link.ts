import type { QueueStatus } from '../contract/calls.ts';
import type { CoreChosen, CoreTried, Wire, WireEvents } from '../contract/desktop.ts';

/** A core as a window has it, wherever it runs. */
export interface CoreLink {
  readonly chosen: CoreChosen;
  /** A connection for one page; it may close by itself, and another one is then asked for. */
  open(events: WireEvents): Wire;
  /** Bytes under /images and /blobs. */
  bytes(request: {
    readonly method: string;
    readonly path: string;
    readonly body: Uint8Array | null;
  }): Promise<Response>;
  /** Whether it answers, and what it is. */
  probe(): Promise<CoreTried>;
  /** Null where it does not answer. */
  queue(): Promise<QueueStatus | null>;
  close(): Promise<void>;
}
