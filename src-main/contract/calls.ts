import { z } from 'zod';
import type { Cost } from '../model/cost.ts';
import type { Device, ResidentPart } from '../model/device.ts';
import type { Problem, Result } from '../model/errors.ts';
import type { Event } from '../model/events.ts';
import type { DeviceId, Digest, GraphId, PackId, RunId } from '../model/ids.ts';
import type { Json } from '../model/json.ts';
import { limits } from '../model/limits.ts';
import type { NodeSpec } from '../model/node-spec.ts';
import type { Delivery } from '../model/notices.ts';
import type { PackFacts } from '../model/pack.ts';
import {
  type GalleryImage,
  type ImageFilters,
  type ImagePlace,
  type PlacementRule,
  type RunImage,
  type RunState,
  runStates,
  type Tier,
  tiers,
} from '../model/run.ts';
import type { FileValue } from '../model/value-types.ts';
import type { Vocabulary } from '../model/vocabulary.ts';
import type { MonitorReading } from './monitor.ts';
import type { SettingsAnswer } from './settings.ts';

// Every call that a client may make, with its arguments as a schema that is checked on arrival and its answer as a type.
// Bytes do not travel here: they go to and come from /blobs/DIGEST and /images/DIGEST. No call takes a path.

/** A run as lists show it. */
export interface RunListing {
  readonly runId: RunId;
  readonly graphId: GraphId;
  readonly title: string;
  readonly state: RunState;
  readonly tier: Tier;
  readonly submitter: string;
  readonly place: number;
  readonly overrides: Readonly<Record<string, Json>>;
  /** ms since 1970. */
  readonly created: number;
  readonly started: number | null;
  readonly ended: number | null;
  readonly ms: number;
  readonly problems: readonly Problem[];
  /** Steps done of total, while it runs. */
  readonly progress: { readonly done: number; readonly total: number } | null;
  /** Where its jobs run at this moment. */
  readonly deviceIds: readonly DeviceId[];
  /** ms from now, from the measured profile; null where nothing was measured or it does not wait. */
  readonly startsInMs: number | null;
  readonly endsInMs: number | null;
  readonly images: readonly RunImage[];
}

export interface QueueStatus {
  readonly paused: boolean;
  readonly pausedTiers: readonly Tier[];
  readonly counts: Readonly<Record<RunState, number>>;
}

export interface DeviceStatus {
  readonly device: Device;
  readonly state: 'starting' | 'idle' | 'busy' | 'lost';
  readonly residentBytes: number;
  readonly resident: readonly ResidentPart[];
  /** Of the last minute, 0 to 1. */
  readonly busyShare: number;
  /** Of the last seconds, 0 to 1. */
  readonly busyNow: number;
  readonly rowsWaiting: number;
  /** About how long all that runs and waits will take on the devices there are; null where nothing was measured. */
  readonly queueMs: number | null;
  readonly restarts: number;
}

/** Why a run is where it is, in codes and values; `texts` has the sentences. */
export interface Explanation {
  readonly runId: RunId;
  readonly state: RunState;
  readonly tier: Tier;
  /** Runs that go before it, most urgent first, at most twenty; and how many there are. */
  readonly before: readonly RunId[];
  readonly beforeCount: number;
  readonly overtaken: number;
  readonly jobs: readonly {
    readonly nodeId: string;
    readonly state: string;
    readonly deviceId: DeviceId | null;
    /** Why there: the estimated ms until it would have been done, by device. */
    readonly finishMs: Readonly<Record<string, number>>;
    /** What those are the sums of, and what they were when its device was chosen, where there was a choice. */
    readonly costs?: Readonly<Record<string, Cost>>;
    readonly chosenBy?: Readonly<Record<string, Cost>>;
    /** Runs whose rows share its batch at this moment. */
    readonly company: readonly RunId[];
    /** Jobs it waits for, or rows ahead of its own. */
    readonly waitsFor: readonly string[];
    readonly rowsAhead: number;
    /** Rules of placement that hold for it, the devices that they leave, and nodes that go to the same device. */
    readonly placing?: {
      readonly rules: readonly PlacementRule[];
      readonly allowed: readonly DeviceId[];
      readonly beside: readonly string[];
    };
  }[];
}

export interface Template {
  readonly name: string;
  readonly title: string;
  /** The graph file as it is. */
  readonly graph: Json;
}

export interface CoreInfo {
  readonly version: string;
  readonly contract: number;
  readonly home: string;
  readonly devices: readonly DeviceId[];
}

/** Raised when a client of another number would not be understood. */
export const contractVersion = 1;

/** An argument and how many entries it may have. */
export interface LongList {
  readonly name: string;
  readonly most: number;
}

/** Something that can be called: what it takes, and (for the compiler alone) what it answers. */
export interface Call<S extends z.ZodType, R> {
  readonly args: S;
  readonly answer?: R;
  /** The argument that may be a long list: its entries are checked in turns. */
  readonly longList?: LongList;
  /** For people who read the API page. */
  readonly about: string;
}

const call =
  <R>(about: string, longList?: LongList) =>
  <S extends z.ZodType>(args: S): Call<S, R> => ({ args, about, ...(longList === undefined ? {} : { longList }) });

const nothing = z.object({});
const runId = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\w:.-]+$/) as unknown as z.ZodType<RunId>;
const runIds = z.array(runId).min(1).max(10_000);
const digest = z.string().regex(/^[0-9a-f]{64}$/) as unknown as z.ZodType<Digest>;
const tier = z.enum(tiers);
const imagePlaces = z
  .array(
    z.object({
      runId,
      nodeId: z.string().min(1).max(limits.nameChars),
      index: z.int().min(0),
    }) as unknown as z.ZodType<ImagePlace>,
  )
  .min(1)
  .max(10_000);
/** A graph file as JSON; it is read with the same limits, migrations and checks as a file. */
const graph = z.looseObject({ format: z.literal('kiln') }) as unknown as z.ZodType<{ [name: string]: Json }>;
const overrides = z.record(
  z.string().max(limits.nameChars),
  z.custom<Json>(() => true),
);

export const calls = {
  'core.info': call<CoreInfo>('What answers here.')(nothing),
  'nodes.list': call<readonly NodeSpec[]>('Every node type with its inputs and outputs.')(nothing),
  'packs.list': call<
    readonly { readonly packId: PackId; readonly facts: PackFacts | null; readonly problems: readonly Problem[] }[]
  >('Packs that were found, with what they are or what is wrong with them.')(nothing),
  'packs.vocabulary': call<Vocabulary>('What a pack knows by name: empty for one that does not say.')(
    z.object({ pack: z.string().max(limits.nameChars) }),
  ),
  'devices.list': call<readonly DeviceStatus[]>('Devices, and how busy they are.')(nothing),
  'monitor.read': call<MonitorReading>('What was computed lately, where and for how long, and counts since the start.')(
    z.object({ runs: z.int().min(1).max(50).default(20) }),
  ),
  'graphs.templates': call<readonly Template[]>('Graphs that come with Kiln.')(nothing),
  'graphs.read': call<{ readonly graph: Json }>(
    'The graph in a file that was uploaded, or in a picture that Kiln made, as a graph file.',
  )(z.object({ digest, name: z.string().max(limits.nameChars).default('') })),
  'graphs.check': call<{ readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] }>(
    'Everything that would keep a graph from running.',
  )(z.object({ graph, overrides: overrides.default({}) })),
  'runs.submit': call<readonly { readonly runId: RunId; readonly place: number; readonly isNew: boolean }[]>(
    'Queues one run for each entry of `runs`, all or none. Answered when they are on disk. A run id that is known is not queued again.',
    { name: 'runs', most: limits.runsPerSubmission },
  )(
    z.object({
      graph,
      runs: z
        .array(z.object({ runId: runId.optional(), overrides: overrides.default({}) }))
        .min(1)
        .max(limits.runsPerSubmission)
        .default([{ overrides: {} }]),
      /** Every entry this often, with seed + 0, seed + 1 … */
      times: z.int().min(1).max(limits.runsPerSubmission).default(1),
      tier: tier.optional(),
      submitter: z.string().max(limits.nameChars).default('anonymous'),
      /** Who is told when all of them are over: desktop, webhook, email, or addresses that the settings allow. */
      notify: z.array(z.string().max(2_000)).max(8).optional(),
      device: z.string().max(64).optional(),
      deterministic: z.boolean().default(false),
      /** The run that this one takes the place of: it leaves at its next step. */
      replaces: runId.optional(),
    }),
  ),
  'runs.list': call<{ readonly runs: readonly RunListing[]; readonly total: number }>('A page of runs.')(
    z.object({
      states: z.array(z.enum(runStates)).optional(),
      tier: tier.optional(),
      /** `queue` in the order of their turn, `newest` by submission, `ended` by when they ended, latest first. */
      order: z.enum(['queue', 'newest', 'ended']).default('newest'),
      offset: z.int().min(0).default(0),
      count: z.int().min(1).max(1000).default(50),
    }),
  ),
  'runs.get': call<RunListing>('One run.')(z.object({ runId })),
  'runs.explain': call<Explanation>('Why a run is where it is: its device, its company, what it waits for.')(
    z.object({ runId }),
  ),
  'runs.cancel': call<null>('Ends runs; a running one leaves at its next step.')(z.object({ runIds })),
  'runs.retry': call<readonly { readonly runId: RunId; readonly from: RunId }[]>(
    'Queues ended runs again, as new runs.',
  )(z.object({ runIds })),
  'runs.pause': call<null>('Keeps runs from starting; a running one stops after its step and goes on later.')(
    z.object({ runIds }),
  ),
  'runs.resume': call<null>('Lets paused runs go on.')(z.object({ runIds })),
  'runs.move': call<null>('Moves waiting runs, together and in this order.')(
    z.object({ runIds, to: z.union([z.literal('front'), z.literal('back'), z.object({ before: runId })]) }),
  ),
  'runs.clear': call<{ readonly removed: number }>('Forgets runs that are over; their pictures stay.')(
    z.object({ states: z.array(z.enum(['done', 'failed', 'cancelled'])).default(['done', 'failed', 'cancelled']) }),
  ),
  'queue.status': call<QueueStatus>('How many runs are in which state, and what is paused.')(nothing),
  'queue.pause': call<null>('Nothing further starts, of one tier or of all; what runs goes on.')(
    z.object({ tier: tier.optional() }),
  ),
  'queue.resume': call<null>('Goes on, with one tier or with all.')(z.object({ tier: tier.optional() })),
  'images.list': call<{ readonly images: readonly GalleryImage[]; readonly total: number }>(
    'Kept pictures, newest first, and how many there are.',
  )(
    z.object({
      /** In the title, the prompt or at the beginning of the seed. */
      text: z.string().max(limits.nameChars).optional(),
      graphId: z.string().max(limits.nameChars).optional(),
      /** Made with this pack. */
      pack: z.string().max(limits.nameChars).optional(),
      offset: z.int().min(0).default(0),
      count: z.int().min(1).max(1000).default(50),
    }),
  ),
  'images.filters': call<ImageFilters>('The graphs and packs that made the kept pictures.')(nothing),
  'images.remove': call<{ readonly removed: number }>(
    'Takes pictures out of the gallery. For a day they can be restored; then their files are deleted.',
  )(z.object({ images: imagePlaces })),
  'images.restore': call<{ readonly restored: number }>('Brings pictures back that were removed.')(
    z.object({ images: imagePlaces }),
  ),
  'images.use': call<FileValue>('Makes a picture a file that graphs can take as an input.')(
    z.object({ digest, name: z.string().min(1).max(limits.nameChars) }),
  ),
  'settings.get': call<SettingsAnswer>('The settings of the engine. Of secrets only whether they are set.')(nothing),
  'settings.set': call<SettingsAnswer>(
    'Changes settings, all or none; null makes the default hold again. What says where notices go only from this machine.',
  )(
    z.object({
      values: z.record(
        z.string().max(limits.nameChars),
        z.custom<Json>(() => true),
      ),
    }),
  ),
  'notices.list': call<readonly Delivery[]>('Who was told of submissions that are over, and who is still to be told.')(
    z.object({ offset: z.int().min(0).default(0), count: z.int().min(1).max(1000).default(50) }),
  ),
  'notices.test': call<{ readonly problems: readonly Problem[] }>('Tells somebody now, to see whether it works.')(
    z.object({ target: z.string().max(2_000) }),
  ),
} as const;

export type Calls = typeof calls;
export type CallName = keyof Calls;
/** As a client may write them: what has a default may be left out. */
export type Asked<N extends CallName> = z.input<Calls[N]['args']>;
/** As a handler gets them. */
export type Args<N extends CallName> = z.output<Calls[N]['args']>;
export type Answer<N extends CallName> = Calls[N] extends { answer?: infer R }
  ? NonNullable<R> | Extract<R, null>
  : never;

/** One function for each call: a forgotten one does not compile. */
export type Handlers = { readonly [N in CallName]: (args: Args<N>, signal: AbortSignal) => Promise<Answer<N>> };

/** What every client holds, whatever carries it. Errors are values: a wire would keep only their message. */
export interface CoreClient {
  call<N extends CallName>(name: N, args: Asked<N>, signal?: AbortSignal): Promise<Result<Answer<N>>>;
  listen(onEvent: (event: Event) => void): () => void;
}

export const isCallName = (name: string): name is CallName => Object.hasOwn(calls, name);

/** Where a picture's bytes are, below the address of the core. */
export const imagePath = (digest: Digest): string => `/images/${digest}`;
export const blobPath = (digest: Digest): string => `/blobs/${digest}`;
