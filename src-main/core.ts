import type { Worker } from 'node:worker_threads';
import { nodeTypes } from '../nodes/index.ts';
import type { Handlers } from './contract/calls.ts';
import type { HandlerParts } from './core-handlers.ts';
import { coreHosts } from './core-hosts.ts';
import { LiveFacts } from './core-live-facts.ts';
import { noticesOver } from './core-notice-senders.ts';
import { corePacks } from './core-packs.ts';
import { type Planner, planner, rulesIn } from './core-plans.ts';
import { type Published, publisher } from './core-publisher.ts';
import { makeReady } from './core-ready.ts';
import { lastingRunLog } from './core-run-log.ts';
import { runKeeper } from './core-runs.ts';
import { type LiveSettings, settingsOf } from './core-settings.ts';
import { tracedPlans, tracedPublisher, tracedStore } from './core-traced.ts';
import { kilnVersion, runtimeVersion } from './core-versions.ts';
import { Watched } from './core-watched.ts';
import { systemClock } from './device/clock.ts';
import { discoverDevices } from './device/discover.ts';
import type { HostSpec } from './device/host.ts';
import { forkedHost, type HostLink } from './device/host-link.ts';
import { countOutsideMemoryAsHeap } from './device/outside-memory.ts';
import { Engine } from './engine/engine.ts';
import { Trace } from './engine/trace.ts';
import { type DeviceProfile, isWhole, type Provider, type ShownDevice } from './model/device.ts';
import { fail, failed, ok, problemsOfError, type Result } from './model/errors.ts';
import type { Event } from './model/events.ts';
import type { Graph } from './model/graph.ts';
import { readGraph } from './model/graph-file.ts';
import type { DeviceId, Digest, GraphId, RunId } from './model/ids.ts';
import { type NodeSpecs, specsOf } from './model/node-spec.ts';
import type { Catalog } from './model/node-type.ts';
import { applyOverrides, type Overrides } from './model/overrides.ts';
import type { PackListing } from './model/pack.ts';
import type { Clock, Hosts, Packs, Tracer } from './model/ports.ts';
import { isOver, type Plan, type RunImage, type Tier } from './model/run.ts';
import type { Settings } from './model/settings.ts';
import type { FileValue } from './model/value-types.ts';
import { openStore, type Store } from './store/store.ts';

export interface CoreOptions {
  /** Where everything of this person is kept. */
  readonly home: string;
  /** Go before those in the home's file. */
  readonly settings?: Partial<Settings>;
  /** Whoever reaches this core over a wire may not change where it sends notices. */
  readonly locksSettings?: boolean;
  /** Folders with packs besides the built-in one and `home/models`. */
  readonly packFolders?: readonly string[];
  /** A graph that will be submitted at once: its host and packs are made ready meanwhile. */
  readonly expects?: Graph;
  /** Told which file the graph that is expected will want loaded first. */
  readonly onExpected?: (file: string) => void;
  /** No host is made ready before it is needed: what is expected was probably kept. */
  readonly waits?: boolean;
  /** The first host's process and the store's thread, where they were started beforehand. */
  readonly host?: HostLink;
  readonly storeThread?: Worker;
  /** How a host's process is started, where forking this program is not it. */
  readonly openHost?: () => HostLink;
  /** Stays and serves many: what an earlier core left goes on, and no graph may name a path. */
  readonly serves?: boolean;
  /** Whether rows of different runs may share a batch: they may where many are served; else equal runs make equal files. */
  readonly strangers?: boolean;
  /** Devices to use, the first one before others where it does not matter; without any the CPU alone. */
  readonly devices?: readonly HostSpec[];
  /** Notes what happens when, for `Core.trace`: some hundred bytes for each step of a device. */
  readonly traces?: boolean;
  readonly onLog?: (level: 'info' | 'warn' | 'error', message: string) => void;
}

/** One graph, run once for each entry of `overrides`. */
export interface Submission {
  readonly graph: Graph;
  readonly overrides: readonly Overrides[];
  /** Without one, the estimated device time decides. */
  readonly tier?: Tier;
  /** Who is told when all of them are over; without it the settings say. */
  readonly notify?: readonly string[];
  /** Runs on this device alone. */
  readonly device?: DeviceId;
  readonly deterministic?: boolean;
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
  /** An uploaded file; null when it is not here. */
  blob(digest: Digest): Promise<Uint8Array | null>;
  /** Kept pictures, newest first. */
  pictures(page: { readonly offset: number; readonly count: number }): Promise<readonly RunImage[]>;
  packs(): Promise<readonly PackListing[]>;
  devices(onFailed?: (provider: Provider, reason: string) => void): Promise<readonly ShownDevice[]>;
  /** What happened since the start, as a Chrome trace that Perfetto opens. Empty where none was asked for. */
  trace(): string;
  close(): Promise<void>;
}

/** Puts the rooms together. @throws AppError where the home cannot be used */
export const openCore = async (options: CoreOptions): Promise<Core> => (await openParts(options)).core;

export interface OpenCore {
  readonly core: Core;
  /** For the calls of the contract: `core-served.ts`. */
  readonly parts: HandlerParts & {
    readonly watched: Watched;
    readonly emit: (event: Event) => void;
    readonly trace: Trace | null;
  };
}

/** A core and what it is made of. */
export async function openParts(options: CoreOptions): Promise<OpenCore> {
  countOutsideMemoryAsHeap();
  const { home, settings: given, locksSettings: locks } = options;
  const settings = settingsOf({ home, given, locks, devices: () => hosts.devices });
  const log = options.onLog ?? (() => {});
  const clock = systemClock();
  const strangers = options.strangers ?? options.serves === true;
  let store: Store | null = null;
  const file = async (digest: Digest): Promise<Uint8Array> =>
    (await store?.blobs.get(digest)) ?? fail('image.missing', { name: digest.slice(0, 8) });
  const { hosts, firstId } = coreHosts({ ...options, settings: settings.now, strangers, clock, file, log });
  const packs = corePacks({ ...options, devices: hosts.devices });
  const catalog = new Map(nodeTypes.map((type) => [type.type, type]));
  const specs = specsOf(catalog);
  const trace = options.traces ? new Trace() : null;
  const plans = planner(catalog, specs, packs, hosts.devices.filter(isWhole), runtimeVersion, () =>
    rulesIn(settings.now),
  );
  const planOf = trace ? tracedPlans(plans, trace) : plans;
  // A process, a thread and a pack take a moment each; they take it at the same time.
  if (options.expects && !options.waits)
    void makeReady(options.expects, firstId, { hosts, packs, catalog, specs }, options.onExpected).catch(() => {});
  try {
    store = await openStore({
      home: options.home,
      cacheBytes: settings.now.cacheBytes,
      ...(options.storeThread ? { thread: options.storeThread } : {}),
      onError: (error) => log('warn', `the store: ${String(error)}`),
    });
  } catch (error) {
    await hosts.close();
    throw error;
  }
  if (trace) store = tracedStore(store, trace);
  if (options.expects) store.runs.hold();
  return coreOver({
    options,
    settings,
    store,
    hosts,
    packs,
    catalog,
    specs,
    clock,
    log,
    profiles: await store.profiles.load(),
    file,
    planOf,
    trace,
    strangers,
  });
}

/** A core that stays, for clients that are not in this process. */
export interface ServedCore extends Core {
  /** Every call of the contract. */
  readonly handlers: Handlers;
  /** Previews of this graph's steps come with the events, until the answer is called. */
  watch(graphId: GraphId): () => void;
  /** Where a trace is made, for what goes on before the calls. */
  readonly tracer: Tracer | null;
}

interface Parts {
  readonly options: CoreOptions;
  readonly settings: LiveSettings;
  readonly store: Store;
  readonly hosts: Hosts;
  readonly packs: Packs;
  readonly catalog: Catalog;
  readonly specs: NodeSpecs;
  readonly clock: Clock;
  readonly log: NonNullable<CoreOptions['onLog']>;
  readonly profiles: ReadonlyMap<DeviceId, DeviceProfile>;
  readonly file: (digest: Digest) => Promise<Uint8Array>;
  readonly planOf: Planner;
  readonly trace: Trace | null;
  readonly strangers: boolean;
}

function coreOver(parts: Parts): OpenCore {
  const {
    options,
    settings,
    store,
    hosts,
    packs,
    catalog,
    specs,
    clock,
    log,
    profiles,
    file,
    planOf,
    trace,
    strangers,
  } = parts;
  const madeFrom = new Map<RunId, Published>();
  const listeners = new Set<(event: Event) => void>();
  const live = new LiveFacts();
  const watched = new Watched();
  const isWatched = (graphId: GraphId): boolean => watched.has(graphId);
  const emit = (event: Event): void => {
    const nowMs = clock.now();
    trace?.add(event, nowMs);
    live.add(event, nowMs);
    if (event.type === 'run.changed' && isOver(event.state)) madeFrom.delete(event.runId);
    for (const listener of listeners) listener(event);
  };
  const published = publisher({
    store,
    specs,
    madeFrom: (runId) => madeFrom.get(runId),
    version: kilnVersion,
    devices: hosts.devices,
    onImage: (image) => emit({ type: 'image.added', image, digest: image.digest }),
  });
  const runLog = lastingRunLog(store.runs, clock, async (runId, state, problems, images, ms) => {
    const record = await store.runs.get(runId);
    if (record) emit({ type: 'run.changed', runId, graphId: record.graphId, state, problems, images, ms });
  });
  const engine = new Engine(
    {
      hosts,
      packs,
      results: store.results,
      runLog,
      publisher: trace ? tracedPublisher(published, trace) : published,
      clock,
      file,
      emit,
      isWatched,
      log,
    },
    { settings: settings.now, profiles, strangers },
  );
  const notices = noticesOver({ store, settings, emit, log });
  listeners.add(notices.hear);
  const runs = runKeeper({
    store,
    engine,
    catalog,
    specs,
    profiles,
    planOf,
    madeFrom,
    settings: settings.now,
    notices,
  });
  const check = async (graph: Graph, overrides: Overrides): Promise<Result<Plan>> => {
    const changed = applyOverrides(graph, specs, overrides);
    return changed.ok ? planOf(changed.value) : changed;
  };
  /** What nobody expected is our mistake: its stack goes to the log. */
  const answered = async <T>(work: () => Promise<Result<T>>): Promise<Result<T>> => {
    try {
      return await work();
    } catch (error) {
      const problems = problemsOfError(error);
      if (problems.some(({ code }) => code === 'bug'))
        log('error', error instanceof Error ? (error.stack ?? error.message) : String(error));
      return failed(problems);
    }
  };
  const core: Core = {
    specs,
    readGraph: (text, name) => readGraph(text, { name, catalog }),
    check: (graph, overrides) => answered(() => check(graph, overrides)),
    submit: ({ overrides, ...submission }) =>
      answered(async () => {
        const taken = await runs.submit({ ...submission, runs: overrides.map((values) => ({ overrides: values })) });
        return taken.ok ? ok(taken.value.map(({ runId }) => runId)) : taken;
      }),
    cancel: (runId) => engine.cancel(runId),
    listen(onEvent) {
      listeners.add(onEvent);
      return () => listeners.delete(onEvent);
    },
    putFile: async (bytes, name) => ({ digest: await store.blobs.put(bytes, name), name }),
    picture: (digest) => store.images.get(digest),
    blob: (digest) => store.blobs.get(digest),
    pictures: ({ offset, count }) => store.images.list({ offset, count }),
    packs: () => packs.list(),
    devices: async (onFailed) =>
      options.devices
        ? hosts.devices.filter(isWhole)
        : discoverDevices({ settings: settings.now, open: options.openHost ?? forkedHost, log, onFailed }),
    trace: () => (trace ?? new Trace()).json(),
    async close() {
      engine.close();
      runLog.close();
      await notices.close();
      for (const [id, profile] of engine.world.profiles) store.profiles.save(id, profile);
      await Promise.all([hosts.close(), store.close()]);
    },
  };
  return {
    core,
    parts: {
      home: options.home,
      store,
      engine,
      runs,
      runLog,
      packs,
      hosts,
      catalog,
      specs,
      live,
      settings,
      notices,
      watched,
      emit,
      trace,
      check,
    },
  };
}
