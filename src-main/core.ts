import type { Device } from './model/device.ts';
import type { Result } from './model/errors.ts';
import type { Event } from './model/events.ts';
import type { Graph } from './model/graph.ts';
import type { DeviceId, Digest, RunId } from './model/ids.ts';
import type { NodeSpecs } from './model/node-spec.ts';
import type { Overrides } from './model/overrides.ts';
import type { PackListing } from './model/pack.ts';
import type { Plan, RunImage, RunState, Tier } from './model/run.ts';
import type { Settings } from './model/settings.ts';
import type { FileValue } from './model/value-types.ts';

export interface CoreOptions {
  /** Where everything of this person is kept. */
  readonly home: string;
  readonly settings?: Partial<Settings>;
  /** Folders with packs besides the built-in one and `home/models`. */
  readonly packFolders?: readonly string[];
  readonly onLog?: (level: 'info' | 'warn' | 'error', message: string) => void;
}

/** One graph, run once for each entry of `overrides`. */
export interface Submission {
  readonly graph: Graph;
  readonly overrides: readonly Overrides[];
  /** Without one, the estimated device time decides. */
  readonly tier?: Tier;
  /** Runs on this device alone. */
  readonly device?: DeviceId;
  readonly deterministic?: boolean;
}

export interface RunListing {
  readonly runId: RunId;
  readonly state: RunState;
  readonly title: string;
}

/** What a client holds. Everything that a person can cause to go wrong comes back as problems. */
export interface Core {
  readonly specs: NodeSpecs;
  /** Text of a graph file; older formats and nodes are brought up to date. */
  readGraph(text: string, name: string): Result<Graph>;
  /** All that would keep the graph from running, or its plan. Touches no device. */
  check(graph: Graph, overrides: Overrides): Promise<Result<Plan>>;
  /** Resolves when every run is on disk; the runs then go on by themselves, and events tell how. Nothing is submitted if any has problems. */
  submit(submission: Submission): Promise<Result<readonly RunId[]>>;
  /** Running steps stop between two calls. */
  cancel(runId: RunId): void;
  listen(onEvent: (event: Event) => void): () => void;
  /** Keeps a file that a graph will name. */
  putFile(bytes: Uint8Array, name: string): Promise<FileValue>;
  /** A finished picture file, with its metadata; null when it is gone. */
  picture(digest: Digest): Promise<Uint8Array | null>;
  /** Kept pictures, newest first. */
  pictures(page: { readonly offset: number; readonly count: number }): Promise<readonly RunImage[]>;
  packs(): Promise<readonly PackListing[]>;
  devices(): Promise<readonly Device[]>;
  /** Spans of everything since the start, as a Chrome trace that Perfetto opens. */
  trace(): string;
  close(): Promise<void>;
}
