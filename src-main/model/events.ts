import type { Device } from './device.ts';
import type { Problem } from './errors.ts';
import type { BatchId, DeviceId, Digest, GraphId, JobId, NodeId, PartKey, RunId, StepId } from './ids.ts';
import type { GalleryImage, ImagePlace, JobState, Row, RunImage, RunState } from './run.ts';

/** What a step sees of its picture, small: base64 of height * width * 3 bytes. Not a result: the latest counts. */
export interface Preview {
  readonly width: number;
  readonly height: number;
  readonly rgb: string;
}

/** Where a job's event belongs. The engine stamps it; nobody guesses it. */
export interface Where {
  readonly runId: RunId;
  readonly graphId: GraphId;
  readonly jobId: JobId;
  /** The node that a person sees at the top level. */
  readonly nodeId: NodeId;
  /** Where that is a subgraph: the step inside, `outer/inner`. */
  readonly stepId?: StepId;
}

/** It lay with a host, or on the disk; another run had it encoded at the same time; or this one did. */
export const conditioningSources = ['memory', 'disk', 'shared', 'encoded'] as const;
export type ConditioningSource = (typeof conditioningSources)[number];

/** What the core tells its clients. */
export type Event =
  | { readonly type: 'device.changed'; readonly device: Device; readonly state: 'starting' | 'idle' | 'busy' | 'lost' }
  | {
      readonly type: 'run.changed';
      readonly runId: RunId;
      readonly graphId: GraphId;
      readonly state: RunState;
      readonly problems: readonly Problem[];
      readonly images: readonly RunImage[];
      readonly ms: number;
    }
  | {
      readonly type: 'run.warned';
      readonly runId: RunId;
      readonly graphId: GraphId;
      readonly problems: readonly Problem[];
    }
  | ({
      readonly type: 'job.changed';
      readonly state: JobState;
      readonly deviceId: DeviceId | null;
      readonly ms: number;
      /** Of a prompt's job that has its result: where this run has it from. */
      readonly conditioning?: ConditioningSource;
    } & Where)
  | ({
      readonly type: 'job.progressed';
      readonly done: number;
      readonly total: number;
      readonly ms: number;
      /** Now and then, of graphs that somebody watches. */
      readonly preview?: Preview;
    } & Where)
  | ({ readonly type: 'job.retried'; readonly problems: readonly Problem[] } & Where)
  | {
      readonly type: 'batch.finished';
      readonly batchId: BatchId;
      readonly deviceId: DeviceId;
      readonly part: PartKey;
      readonly rows: number;
      readonly runs: readonly RunId[];
      readonly startMs: number;
      readonly ms: number;
      /** Of hosts that count it. */
      readonly copied?: Copied;
    }
  | {
      readonly type: 'part.loaded' | 'part.evicted';
      readonly part: PartKey;
      readonly deviceId: DeviceId;
      readonly bytes: number;
      readonly startMs: number;
      readonly ms: number;
    }
  /** Results were brought to a device, from another one or from the disk (null). */
  | {
      readonly type: 'tensors.brought';
      readonly deviceId: DeviceId;
      readonly from: DeviceId | null;
      readonly count: number;
      readonly bytes: number;
      readonly ms?: number;
    }
  /** Runs came, went, moved or paused; told at most every 100 ms. Who shows the queue asks again. */
  | { readonly type: 'queue.changed' }
  /** Packs may have come or gone, or another one may open now. Who shows them asks again. */
  | { readonly type: 'packs.changed' }
  /** All runs of a submission are over, and whoever made it wants to be told on their desktop. */
  | {
      readonly type: 'runs.ended';
      readonly submission: string;
      readonly graphId: GraphId;
      readonly title: string;
      readonly state: 'done' | 'failed' | 'cancelled';
      readonly runs: number;
      /** The first picture. */
      readonly digest: Digest | null;
    }
  /** Settings of the engine are others now. Who shows them asks again. */
  | { readonly type: 'settings.changed' }
  /** A picture is recorded; its run may not be over. */
  | { readonly type: 'image.added'; readonly image: RunImage; readonly digest: Digest }
  /** A person took pictures away, or had them back. */
  | { readonly type: 'images.removed'; readonly images: readonly ImagePlace[] }
  | { readonly type: 'images.restored'; readonly images: readonly GalleryImage[] };

/** Bytes that one call moved: what its rows brought to the device, and what it gave back. */
export interface Copied {
  readonly toDevice: number;
  readonly fromDevice: number;
}

/** What jobs did since the host last said: ended, failed, or came to wait for rows. */
export interface Moved {
  readonly ended: readonly {
    readonly jobId: JobId;
    readonly outputs: Readonly<Record<string, unknown>>;
    readonly ms: number;
  }[];
  readonly failed: readonly {
    readonly jobId: JobId;
    readonly problems: readonly Problem[];
    readonly cancelled: boolean;
  }[];
  readonly next: readonly Row[];
}

/**
 * What a host tells the core. `startMs` is on the core's clock (the host learns the offset when it starts).
 * `batch.stepped`: a step under a lease is done and the next one is being computed with the rows that came back;
 * `moved` holds what did not come back. `batch.done`: the batch is over and all its rows are in `moved`.
 */
export type HostEvent =
  | { readonly type: 'jobs.moved'; readonly moved: Moved }
  | {
      readonly type: 'job.progressed';
      readonly jobId: JobId;
      readonly done: number;
      readonly total: number;
      readonly preview: Preview | null;
    }
  /** Something that its runs should know of, though it goes on. */
  | { readonly type: 'job.warned'; readonly jobId: JobId; readonly problems: readonly Problem[] }
  | {
      readonly type: 'batch.stepped' | 'batch.done';
      readonly batchId: BatchId;
      readonly rows: number;
      readonly startMs: number;
      readonly ms: number;
      /** Each of these steps. */
      readonly copied?: Copied;
      readonly moved: Moved;
      readonly leaseLeft: number;
      /** Steps before it that were not reported, of as many rows. */
      readonly earlier?: readonly { readonly startMs: number; readonly ms: number }[];
    }
  | {
      readonly type: 'batch.failed';
      readonly batchId: BatchId;
      readonly problems: readonly Problem[];
      readonly moved: Moved;
    }
  | {
      readonly type: 'part.loaded' | 'part.evicted';
      readonly part: PartKey;
      readonly bytes: number;
      readonly startMs: number;
      readonly ms: number;
    }
  /** Of weights that no batch waits for. */
  | { readonly type: 'part.failed'; readonly part: PartKey; readonly problems: readonly Problem[] }
  | { readonly type: 'host.ready'; readonly device: Device }
  /** `inVain`: how often it was started before without getting ready. */
  | { readonly type: 'host.lost'; readonly reason: string; readonly inVain?: number };
