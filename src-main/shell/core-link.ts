import type { QueueStatus } from '../contract/calls.ts';
import type { CoreChosen, CoreTried, Wire, WireEvents } from '../contract/desktop.ts';
import type { Digest, PackId } from '../model/ids.ts';

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
  /** What of it lies on this computer; null where nothing does. */
  readonly disk: Disk | null;
  close(): Promise<void>;
}

/** What a window may touch of a core on its own computer. */
export interface Disk {
  /** Packs are looked for in this folder too, from now on. Answers those in it. @throws AppError pack.noneInFolder, folder.notWritable */
  addPacks(folder: string): Promise<readonly PackId[]>;
  /** Null when it is gone. */
  pictureFile(digest: Digest): Promise<string | null>;
}
