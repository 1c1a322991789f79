import type { Problem, RuleSource } from './errors.ts';
import type {
  BatchId,
  BatchKey,
  ContentKey,
  DeviceId,
  Digest,
  GraphId,
  JobId,
  NodeId,
  PartKey,
  RowId,
  RunId,
  SizeKey,
  StepId,
} from './ids.ts';
import type { JsonObject } from './json.ts';
import type { PackFacts } from './pack.ts';
import type { PictureMime } from './value-types.ts';

/** Where a step's input comes from: known since planning, or another step's output. */
export type Source = { readonly literal: unknown } | { readonly step: StepId; readonly output: string };

/** One node of a plan that a host will run. Planned nodes are gone: their outputs are literals. */
export interface Step {
  readonly id: StepId;
  readonly nodeId: NodeId;
  readonly nodeType: string;
  readonly inputs: Readonly<Record<string, Source>>;
  readonly prepared: JsonObject;
  /** Null where the result may not be reused. */
  readonly key: ContentKey | null;
  /** How many inputs of other steps read it. */
  readonly readers: number;
  readonly needs: readonly PartKey[];
  readonly allowed: readonly DeviceId[];
  /** What rules of placement ask beyond that; absent where none concerns it. */
  readonly placing?: Placing;
  /** About how many calls of each part it makes. */
  readonly calls: number;
  readonly sink: 'gallery' | 'preview' | null;
  readonly keep: 'disk' | 'memory';
}

/** A rule of placement as it was written, and where. */
export interface PlacementRule extends RuleSource {
  readonly rule: string;
}

export interface Placing {
  /** Those that hold for the step: they narrowed `allowed`, or ask for what follows. */
  readonly rules: readonly PlacementRule[];
  /** Of the allowed devices those that it goes to wherever it can; empty without a wish. */
  readonly wished: readonly DeviceId[];
  /** Steps of the same plan that go to the same device; where it is no `must`, only if that can be had. */
  readonly beside: readonly { readonly step: StepId; readonly must: boolean }[];
}

export interface Plan {
  readonly graphId: GraphId;
  readonly steps: ReadonlyMap<StepId, Step>;
  /** Sources before readers. */
  readonly order: readonly StepId[];
  readonly sinks: readonly StepId[];
  readonly packs: readonly PackFacts[];
  readonly warnings: readonly Problem[];
  /** The first seed upstream of each sink: image i of it has seed + i. */
  readonly seeds: ReadonlyMap<StepId, string>;
}

/** Most urgent first. */
export const tiers = ['interactive', 'fast', 'quality', 'background'] as const;
export type Tier = (typeof tiers)[number];
export const isTier = (text: string): text is Tier => (tiers as readonly string[]).includes(text);
export const isMoreUrgent = (a: Tier, b: Tier): boolean => tiers.indexOf(a) < tiers.indexOf(b);
/** Tiers of which somebody waits for each run: he wants it soon, where others want many. */
export const waitedTiers: readonly Tier[] = ['interactive', 'fast'];
export const isWaitedFor = (tier: Tier): boolean => waitedTiers.includes(tier);

export const runStates = ['queued', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted'] as const;
export type RunState = (typeof runStates)[number];
export const isOver = (state: RunState): boolean => state === 'done' || state === 'failed' || state === 'cancelled';

export interface Run {
  readonly id: RunId;
  readonly graphId: GraphId;
  readonly submitter: string;
  readonly tier: Tier;
  state: RunState;
  /** Order of submission. */
  place: number;
  /** How many later runs have started first. */
  overtaken: number;
  readonly deterministic: boolean;
  /** About how long devices will compute for it; 0 where nothing was measured. */
  readonly estimateMs?: number;
}

export type JobState = 'blocked' | 'ready' | 'running' | 'done' | 'reused' | 'failed' | 'cancelled';

/** One sample that waits for one call of one part. A sampling job makes new rows at every step, so batches re-form between steps. */
export interface Row {
  readonly id: RowId;
  readonly jobId: JobId;
  readonly runId: RunId;
  readonly part: PartKey;
  readonly batchKey: BatchKey;
  readonly size: SizeKey;
  /** Fixed when the job started. */
  readonly deviceId: DeviceId;
  readonly scratchBytes: number;
  /** Rows of one picture of one call have one name here. */
  readonly unit?: string;
}

/** How many further steps a host may take with the same rows without asking. */
export interface Lease {
  readonly steps: number;
  /**
   * A step after which more than this many are left is not reported by itself: it is told with the next report, so that
   * no message is spent where nothing happened. Without it every step is reported.
   */
  readonly quietUntil?: number;
}

/** Start a job where it will stay: it runs until it waits for rows, or to its end. Takes no device time by itself. */
export interface Placement {
  readonly kind: 'start';
  readonly jobId: JobId;
  readonly deviceId: DeviceId;
}

/** One call, and the steps that may follow it. */
export interface BatchDecision {
  readonly kind: 'batch';
  readonly deviceId: DeviceId;
  readonly part: PartKey;
  readonly rows: readonly RowId[];
  readonly load: readonly PartKey[];
  readonly evict: readonly PartKey[];
  /** Memory is too short for a whole row: it is computed in pieces of this side, in cells of what the part takes. */
  readonly tile?: number;
  readonly lease: Lease;
  /** A call that takes longer has hung; null where nothing was measured yet. */
  readonly limitMs: number | null;
}

/** Weights that a started run will want, or that shall always be there, while the device has room and time for them. */
export interface LoadDecision {
  readonly kind: 'load';
  readonly deviceId: DeviceId;
  readonly part: PartKey;
  readonly evict: readonly PartKey[];
}

/** A lane that was not needed so far gets its host. */
export interface Opening {
  readonly kind: 'open';
  readonly deviceId: DeviceId;
}

/** Weights that leave though no batch of their own device needs their room: another lane of it does. */
export interface Release {
  readonly kind: 'release';
  readonly deviceId: DeviceId;
  readonly parts: readonly PartKey[];
}

/** A job that no device can take. */
export interface Refusal {
  readonly kind: 'refuse';
  readonly jobId: JobId;
  readonly problem: Problem;
}

export type Decision = Placement | BatchDecision | LoadDecision | Opening | Release | Refusal;
export type Batch = BatchDecision & { readonly id: BatchId };

/** A picture of a run, as the store keeps it. */
export interface RunImage {
  readonly runId: RunId;
  readonly nodeId: NodeId;
  readonly index: number;
  readonly digest: Digest;
  readonly width: number;
  readonly height: number;
  readonly seed: string | null;
  readonly title: string;
  readonly kept: boolean;
  /** A PNG where it is not said: there was nothing else before. */
  readonly mime?: PictureMime;
}

/** Which picture of which run: what names it, as equal pictures are one file. */
export type ImagePlace = Pick<RunImage, 'runId' | 'nodeId' | 'index'>;

/** A kept picture with what it was made from. */
export interface GalleryImage extends RunImage {
  readonly prompt: string;
  readonly graphId: GraphId;
  readonly graphTitle: string;
  /** Names of the packs that made it. */
  readonly packs: readonly string[];
  readonly bytes: number;
  /** ms since 1970. */
  readonly added: number;
}

/** What there is to filter pictures by, and how many of each there are. */
export interface ImageFilters {
  readonly graphs: readonly { readonly graphId: GraphId; readonly title: string; readonly count: number }[];
  readonly packs: readonly { readonly pack: string; readonly count: number }[];
}
