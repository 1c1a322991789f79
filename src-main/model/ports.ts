import type { Device } from './device.ts';
import type { Problem, Result } from './errors.ts';
import type { Event, HostEvent, Where } from './events.ts';
import type { BatchId, ContentKey, DeviceId, Digest, GraphId, JobId, PartKey, RunId, TensorId } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { EncoderTokens, PackFacts, PackListing, PackRef, PartFile, TokenizeOptions } from './pack.ts';
import type { Batch, Lease, Run, RunImage, RunState, Step } from './run.ts';
import type { TensorRef } from './tensor.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Time in ms, and a way to wait. The simulator has its own. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Notes what took how long, where somebody asked for a trace. Times are on the core's clock, `runs` among `args` where known. */
export interface Tracer {
  span(
    process: 'core' | 'store' | 'sockets',
    lane: string,
    name: string,
    startMs: number,
    endMs: number,
    args?: Readonly<Record<string, unknown>>,
  ): void;
}

/** What a host needs to run one job. */
export interface JobStart {
  readonly jobId: JobId;
  readonly runId: RunId;
  readonly nodeType: string;
  /** Inputs by name, tensors already on this device; `prepared` beside them. */
  readonly item: Readonly<Record<string, unknown>>;
  readonly packs: readonly PackFacts[];
  /** Somebody watches: progress comes with previews. */
  readonly previews?: boolean;
}

/** The core's side of one device's host process. Every method but `fetch` and `put` returns at once; answers are events. */
export interface DeviceHost {
  readonly device: Device;
  start(job: JobStart): void;
  /** Evicts, loads, calls; one batch may wait behind the one that runs. `files` are the parts in `load`. */
  run(batch: Batch, files: readonly PartFile[]): void;
  /** Weights that a batch may want later; `evict` leaves for them. Answered with part.loaded or part.failed. */
  load(file: PartFile, evict: readonly PartKey[]): void;
  renew(batchId: BatchId, lease: Lease): void;
  /** The step that runs is finished, then the rows come back. */
  revoke(batchId: BatchId): void;
  cancel(jobs: readonly JobId[]): void;
  /** Weights leave between two calls. */
  release(parts: readonly PartKey[]): void;
  /** Progress of jobs that were started comes with previews from now on, or without. */
  show(jobs: readonly JobId[], previews: boolean): void;
  free(tensors: readonly TensorId[]): void;
  fetch(tensor: TensorRef): Promise<Uint8Array>;
  put(tensor: TensorRef, bytes: Uint8Array): Promise<void>;
  listen(onEvent: (event: HostEvent) => void): () => void;
  close(): Promise<void>;
}

/** Hosts by device. A host that was lost is replaced under the same id. */
export interface Hosts {
  readonly devices: readonly Device[];
  /** Starts the host if it does not run. */
  host(deviceId: DeviceId): DeviceHost;
  close(): Promise<void>;
}

export interface Packs {
  list(): Promise<readonly PackListing[]>;
  /** Reads headers, no weights. Problems: pack.missing, pack.notAPack, pack.partMissing, pack.partBroken … */
  open(name: string): Promise<Result<PackFacts>>;
  /** Of a pack that was opened. */
  facts(pack: PackRef): PackFacts;
  /** What a pack that was opened knows by name; null where it does not say. */
  vocabulary(pack: PackRef): Vocabulary | null;
  file(part: PartKey): PartFile;
  tokenize(pack: PackRef, text: string, options?: TokenizeOptions): readonly EncoderTokens[];
}

/** What a step made, as it is kept: JSON whose tensors are files by digest. */
export interface KeptResult {
  readonly key: ContentKey;
  readonly outputs: JsonObject;
}

/** Results by content key, on disk. */
export interface Results {
  find(keys: readonly ContentKey[]): Promise<ReadonlyMap<ContentKey, KeptResult>>;
  /** Keeps outputs; `bytes` holds every tensor inside them. */
  keep(
    key: ContentKey,
    outputs: Readonly<Record<string, unknown>>,
    bytes: ReadonlyMap<TensorId, Uint8Array>,
  ): Promise<KeptResult>;
  /** A kept tensor's bytes, for a reader on a device. Null when the file is gone or broken; the key is forgotten then. */
  read(digest: Digest): Promise<Uint8Array | null>;
}

/** The durable record of runs. A promise that resolves means: on disk. */
export interface RunLog {
  started(runId: RunId): void;
  changed(
    runId: RunId,
    state: RunState,
    problems: readonly Problem[],
    images: readonly RunImage[],
    ms: number,
  ): Promise<void>;
}

/** Makes the pictures of a sink into files with the run's metadata. */
export interface Publisher {
  /** Null when the kept result is gone or broken. */
  publish(run: Run, step: Step, seed: string | null, result: KeptResult): Promise<readonly RunImage[] | null>;
}

export interface EnginePorts {
  readonly hosts: Hosts;
  readonly packs: Packs;
  readonly results: Results;
  readonly runLog: RunLog;
  readonly publisher: Publisher;
  readonly clock: Clock;
  /** Bytes of an uploaded file. */
  readonly file: (digest: Digest) => Promise<Uint8Array>;
  readonly emit: (event: Event) => void;
  /** Whether somebody looks at the steps of this graph; asked when a job starts. Without it nobody does. */
  readonly isWatched?: (graphId: GraphId) => boolean;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, where?: Partial<Where>) => void;
}
