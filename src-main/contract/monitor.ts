import type { DeviceId, GraphId, JobId, NodeId, PartKey, RunId } from '../model/ids.ts';
import type { Json } from '../model/json.ts';
import type { JobState, RunState, Tier } from '../model/run.ts';

// What the core remembers of its latest work. Times are in ms since 1970, as the core's machine counts them.

/** A run that has started lately. */
export interface MonitoredRun {
  readonly runId: RunId;
  readonly graphId: GraphId;
  /** Empty where the run was cleared meanwhile. */
  readonly title: string;
  readonly overrides: Readonly<Record<string, Json>>;
  readonly tier: Tier | null;
  readonly state: RunState;
  readonly start: number;
  /** Null while it goes on. */
  readonly end: number | null;
}

/** One job of one of these runs. A shared job is told of each run that wanted it. */
export interface JobSpan {
  readonly runId: RunId;
  readonly nodeId: NodeId;
  readonly jobId: JobId;
  readonly state: Extract<JobState, 'running' | 'done' | 'reused' | 'failed' | 'cancelled'>;
  readonly deviceId: DeviceId | null;
  readonly start: number;
  /** Until its end, or so far; 0 where a known result was taken. */
  readonly ms: number;
}

/** One call of a part on a device, or the loading of its weights. */
export interface DeviceSpan {
  readonly kind: 'call' | 'load';
  readonly deviceId: DeviceId;
  readonly part: PartKey;
  /** Rows of a call; 0 for loading. */
  readonly rows: number;
  readonly runs: readonly RunId[];
  readonly start: number;
  readonly ms: number;
}

/** Since the core began. */
export interface MonitorCounts {
  readonly computed: number;
  readonly reused: number;
  readonly failed: number;
  readonly retried: number;
  readonly pictures: number;
  readonly runs: number;
  /** Results that were brought to a device from another one, and from the disk. */
  readonly transfers: { readonly count: number; readonly bytes: number };
  readonly fromDisk: { readonly count: number; readonly bytes: number };
  /** Bytes of inputs that calls brought to their devices, and of outputs that came back. */
  readonly copied: { readonly toDevice: number; readonly fromDevice: number };
  readonly loads: { readonly count: number; readonly bytes: number };
  /** Calls by how many rows they had. */
  readonly batches: Readonly<Record<number, number>>;
}

export interface MonitorReading {
  readonly readAt: number;
  readonly since: number;
  /** The latest first. */
  readonly runs: readonly MonitoredRun[];
  readonly jobs: readonly JobSpan[];
  readonly devices: readonly DeviceSpan[];
  /** Pictures of each minute up to now, oldest first, at most an hour of them; a minute ends with the ten seconds that go on. */
  readonly perMinute: readonly number[];
  readonly counts: MonitorCounts;
}
