import type { Cost } from '../model/cost.ts';
import type { Device, DeviceProfile, Resident } from '../model/device.ts';
import type { Problem } from '../model/errors.ts';
import type { Copied, HostEvent, Preview } from '../model/events.ts';
import type {
  BatchId,
  BatchKey,
  ContentKey,
  DeviceId,
  JobId,
  PartKey,
  RowId,
  RunId,
  SizeKey,
  StepId,
} from '../model/ids.ts';
import type { Batch, JobState, Plan, Row, Run, RunImage, Step, Tier } from '../model/run.ts';
import type { Settings } from '../model/settings.ts';
import type { Urgency } from './urgency.ts';

/** A run that was started: its plan and what became of its steps so far. */
export interface LiveRun {
  readonly run: Run;
  readonly plan: Plan;
  readonly jobs: Map<StepId, JobId>;
  /** Jobs of other runs that its shared jobs still wait for. */
  readonly borrowed: Set<JobId>;
  readonly sinksLeft: Set<StepId>;
  readonly images: Map<StepId, readonly RunImage[]>;
  readonly startedMs: number;
  /** Parts that its jobs may still call; those of jobs that are done leave only with their run. */
  parts: ReadonlySet<PartKey>;
  /** Batches of this run that a device did not survive. */
  losses: number;
  /** Its rows take no company and its jobs share no device, so that a guilty run harms no other. */
  alone: boolean;
  /** A batch has taken a row of it. */
  rode: boolean;
  /** Its jobs are being made again after a loss. */
  resetting: boolean;
  /** A person stopped it for now: its rows wait outside the lines. */
  paused: boolean;
  /** Where lanes are: whether its first job had all threads. Null before one was started. */
  width: Width | null;
}

export type Width = 'wide' | 'narrow';

/** One step of one run, or of several runs that need the same result at the same time. */
export interface Job {
  readonly id: JobId;
  readonly step: Step;
  readonly key: ContentKey | null;
  /** Runs that want it, and as which of their steps. */
  readonly owners: Map<RunId, Step>;
  /** Source jobs that are not done. */
  waitsFor: number;
  readonly sources: ReadonlySet<JobId>;
  /** Jobs that wait for it. */
  readonly readers: Set<JobId>;
  state: JobState;
  deviceId: DeviceId | null;
  /** As the step made it, or as it was kept (tensors as files). */
  outputs: Readonly<Record<string, unknown>> | null;
  /** Copies on devices, of what was kept or made elsewhere. */
  readonly copies: Map<DeviceId, Readonly<Record<string, unknown>>>;
  /** Readers that have not ended, and keeping or publishing that goes on. */
  holds: number;
  /** On disk, as far as it shall be. */
  kept: boolean;
  startedMs: number;
  /** Calls that were made for it. */
  callsMade: number;
  /** Its node does something that takes long before it asks for the next call. */
  isSlow: boolean;
  /** How often memory ran short in a call that it was aboard of. */
  shortages: number;
  /** Made in tiles, or from what was: nothing that others may take for the same. */
  isRough: boolean;
  /** What it would have cost on each device when one was chosen; absent where there was nothing to choose from. */
  chosenBy?: Readonly<Record<DeviceId, Cost>>;
}

/** A batch that waits at a device for the one that runs there to end. */
export interface NextBatch {
  readonly batch: Batch;
  readonly size: SizeKey;
  readonly batchKey: BatchKey;
  readonly scratchBytes: number;
  readonly jobs: Set<JobId>;
  /** It was asked to end after its first step. */
  revoked: boolean;
}

/** What is known of calls of one size on a device that ran out of memory. */
export interface Shortage {
  /** As many may share a call. */
  rows: number;
  /** Side of the tiles that a row is computed in; null for the whole. */
  tile: number | null;
  /** Calls since, that went well. */
  calls: number;
}

export interface DeviceState {
  readonly device: Device;
  /** Its host was asked for. A narrow lane waits for that until it is needed. */
  opened: boolean;
  state: 'starting' | 'idle' | 'busy' | 'lost';
  batch: Batch | null;
  /** What its time depends on, and the jobs still aboard. */
  batchSize: SizeKey;
  batchKey: BatchKey;
  batchRows: number;
  batchScratchBytes: number;
  batchJobs: Set<JobId>;
  /** The batch was asked to end after its step. */
  revoked: boolean;
  /** Steps that its host may go on without asking, as far as it said. */
  leaseLeft: number;
  /** Sent while the batch's last step is computed, so that the device never waits for the core. */
  next: NextBatch | null;
  /** A call ran out of memory: everything idle leaves before the next one. */
  shortOfMemory: boolean;
  /** What was found out about calls that ran out of memory, by their size. */
  readonly shortages: Map<SizeKey, Shortage>;
  /** Parts that were asked for and have not arrived. */
  readonly loading: Set<PartKey>;
  /** Those of them that no batch asked for. */
  readonly ahead: Set<PartKey>;
  /** Parts that came ahead in vain, or could not come: a batch has to ask for them. */
  readonly notAhead: Set<PartKey>;
  /** Parts that the settings ask to be here always. */
  hot: ReadonlySet<PartKey>;
  /** About when it will be free. */
  freeAtMs: number;
  readonly resident: Map<PartKey, Resident>;
  /** The most scratch memory that one row took here, and one batch. */
  rowScratch: number;
  mostScratch: number;
  /** Worth of what left last: later uses start from here, so that old ones fade. */
  ageBase: number;
  /** Waiting rows of jobs that were started here, by batch key. */
  readonly line: Map<BatchKey, Urgency<RowId>>;
  rowsWaiting: number;
  /** Jobs that were started here and have not ended. */
  readonly started: Set<JobId>;
  /** Since when it computes nothing. */
  idleSinceMs: number;
  /** Hosts that it had before this one. */
  lives: number;
}

/** A device that computes with all its threads as one lane, or as several with a part of them each. */
export interface Lanes {
  readonly wide: DeviceState;
  readonly narrow: readonly DeviceState[];
}

/** All that a decision may look at. `apply` alone changes it. */
export interface World {
  readonly settings: Settings;
  /** Whether rows of different runs may share a batch. */
  readonly strangers: boolean;
  /** Submitted and not started. */
  readonly waiting: Urgency<RunId>;
  readonly queued: Map<RunId, Run>;
  /** Tiers of which nothing further starts. */
  readonly pausedTiers: Set<Tier>;
  readonly runs: Map<RunId, LiveRun>;
  /** The same by tier. */
  readonly live: Readonly<Record<Tier, Set<LiveRun>>>;
  readonly jobs: Map<JobId, Job>;
  /** Jobs whose result another run could share. */
  readonly byKey: Map<ContentKey, JobId>;
  /** Results that nobody reads at the moment, the longest unused first. */
  readonly idle: Map<JobId, number>;
  idleBytes: number;
  /** Jobs whose sources are done and that have no device yet. */
  readonly ready: Urgency<JobId>;
  readonly rows: Map<RowId, Row>;
  readonly rowsOf: Map<JobId, Set<RowId>>;
  readonly devices: Map<DeviceId, DeviceState>;
  /** Lanes of the devices that have several: the wide one, which is the device, and the narrow ones. */
  readonly lanes: ReadonlyMap<DeviceId, Lanes>;
  readonly profiles: Map<DeviceId, DeviceProfile>;
  readonly partBytes: Map<PartKey, number>;
  /** Parts that take pictures of any size. */
  readonly freeSized: Set<PartKey>;
  /** How many interactive and fast runs are worth having under way: more where they share calls. */
  ahead: number;
  /** Device time by submitter, fading. */
  readonly served: Map<string, number>;
  /** Runs that were overtaken `patience` times; they lead until they end. */
  readonly overdue: Set<RunId>;
  nowMs: number;
  lastId: number;
}

/** Enough that a device always has a row to go on with. */
export const fewestAhead = 4;
/** Three full calls: while one is computed, the runs of another are encoded and those of a third decoded. */
export const mostAhead = 48;
export const idleBudgetBytes = 512 * 1024 * 1024;
export const idleLimit = 4096;

/** A run found a result that it needs. */
export interface Found {
  readonly by: RunId;
  readonly in: 'memory' | 'disk';
}

/** What the world wants done outside itself, in order. */
export type Effect =
  | { readonly do: 'free'; readonly deviceId: DeviceId; readonly outputs: unknown }
  | { readonly do: 'cancel'; readonly deviceId: DeviceId; readonly jobs: readonly JobId[] }
  /** A job ended: keep its result if its step says so, then say `job.kept`. */
  | { readonly do: 'keep'; readonly jobId: JobId }
  /** The result of a sink is kept: make it this run's pictures, then say `sink.published`. */
  | { readonly do: 'publish'; readonly jobId: JobId; readonly runId: RunId; readonly step: Step }
  | { readonly do: 'admitAgain'; readonly runId: RunId }
  | { readonly do: 'renew'; readonly deviceId: DeviceId; readonly batchId: BatchId; readonly steps: number }
  | { readonly do: 'revoke'; readonly deviceId: DeviceId; readonly batchId: BatchId }
  | {
      readonly do: 'endRun';
      readonly live: LiveRun;
      readonly state: 'done' | 'failed' | 'cancelled';
      readonly problems: readonly Problem[];
    }
  /** To every run that wants it, or to one that found it done. */
  | { readonly do: 'tellJob'; readonly job: Job; readonly ms: number; readonly found?: Found }
  | {
      readonly do: 'tellPart';
      readonly deviceId: DeviceId;
      readonly event: Extract<HostEvent, { type: 'part.loaded' | 'part.evicted' }>;
    }
  | {
      readonly do: 'tellProgress';
      readonly job: Job;
      readonly done: number;
      readonly total: number;
      readonly preview: Preview | null;
    }
  | { readonly do: 'tellWarning'; readonly job: Job; readonly problems: readonly Problem[] }
  | { readonly do: 'tellDevice'; readonly device: Device; readonly state: DeviceState['state'] }
  | { readonly do: 'warn'; readonly live: LiveRun; readonly problems: readonly Problem[] }
  | {
      readonly do: 'tellRetry';
      readonly live: LiveRun;
      readonly jobs: readonly { readonly jobId: JobId; readonly step: Step }[];
      readonly problems: readonly Problem[];
    }
  | {
      readonly do: 'tellBatch';
      readonly batch: Batch;
      readonly rows: number;
      readonly runs: readonly RunId[];
      readonly startMs: number;
      readonly ms: number;
      readonly copied: Copied | undefined;
    };

export const isUp = ({ state }: DeviceState): boolean => state === 'idle' || state === 'busy';

/** A run that begins, with nothing made yet. */
export const startedRun = (run: Run, plan: Plan, startedMs: number): LiveRun => ({
  run,
  plan,
  jobs: new Map(),
  borrowed: new Set(),
  sinksLeft: new Set(plan.sinks),
  images: new Map(),
  startedMs,
  parts: new Set(),
  losses: 0,
  alone: false,
  rode: false,
  resetting: false,
  paused: false,
  width: null,
});

export const servedOf =
  (world: World) =>
  (submitter: string): number =>
    world.served.get(submitter) ?? 0;

/** The run whose turn decides over a job: its most urgent owner. Null while all of them are paused. */
export function leaderOf(world: World, job: Job): LiveRun | null {
  let best: LiveRun | null = null;
  for (const runId of job.owners.keys()) {
    const live = world.runs.get(runId);
    if (live && !live.paused && (!best || turnRank(live.run) < turnRank(best.run))) best = live;
  }
  return best;
}

export const ownersOf = (world: World, job: Job): LiveRun[] =>
  [...job.owners.keys()].flatMap((runId) => world.runs.get(runId) ?? []);

/**
 * How many more times its rows will probably be computed, the call under way included; without end where it made more
 * calls than its step foresaw.
 */
export const callsLeft = ({ step, callsMade }: Job): number =>
  callsMade < step.calls ? step.calls - callsMade : Number.POSITIVE_INFINITY;

export const isGoingOn = ({ state }: Job): boolean => state === 'blocked' || state === 'ready' || state === 'running';

/** Whether its rows share no call with those of other jobs. */
export const isSolitary = (world: World, job: Job): boolean =>
  ownersOf(world, job).some(({ alone, run }) => alone || run.deterministic);

const tierRank = { interactive: 0, fast: 1, quality: 2, background: 3 } as const;
/** Tier first, then place; places stay far below 2^48. */
const turnRank = (run: Run): number => tierRank[run.tier] * 2 ** 48 + run.place;
