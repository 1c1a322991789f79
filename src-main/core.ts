import path from 'node:path';
import { nodeTypes } from '../nodes/index.ts';
import { type PlanOptions, planner } from './core-plans.ts';
import { type Published, publisher } from './core-publisher.ts';
import { builtInPacks, kilnVersion, runtimeVersion } from './core-versions.ts';
import { systemClock } from './device/clock.ts';
import { cpuDevice, discoverDevices } from './device/discover.ts';
import { makeHosts } from './device/host.ts';
import { forkedHost } from './device/host-link.ts';
import { Engine } from './engine/engine.ts';
import { tierFor } from './engine/estimate.ts';
import { Trace } from './engine/trace.ts';
import type { Device } from './model/device.ts';
import { fail, failed, ok, type Problem, problemsOfError, type Result } from './model/errors.ts';
import type { Event } from './model/events.ts';
import type { Graph } from './model/graph.ts';
import { readGraph } from './model/graph-file.ts';
import { type DeviceId, type Digest, newId, type RunId } from './model/ids.ts';
import type { JsonObject } from './model/json.ts';
import { type NodeSpecs, specsOf } from './model/node-spec.ts';
import { applyOverrides, type Overrides } from './model/overrides.ts';
import type { PackListing } from './model/pack.ts';
import type { Plan, RunImage, Tier } from './model/run.ts';
import { isOver, type Run } from './model/run.ts';
import { defaultSettings, type Settings } from './model/settings.ts';
import type { FileValue } from './model/value-types.ts';
import { fileDigestCache } from './packs/digest-cache.ts';
import { packLibrary } from './packs/library.ts';
import { openStore, type Store } from './store/store.ts';

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

interface Planned {
  readonly runId: RunId;
  readonly plan: Plan;
  readonly published: Published;
  readonly overrides: Overrides;
}

/** Puts the rooms together. @throws AppError where the home cannot be used */
export async function openCore(options: CoreOptions): Promise<Core> {
  const settings: Settings = { ...defaultSettings, ...options.settings };
  const log = options.onLog ?? (() => {});
  const store: Store = await openStore({
    home: options.home,
    cacheBytes: settings.cacheBytes,
    onError: (error) => log('warn', `the store: ${String(error)}`),
  });
  const catalog = new Map(nodeTypes.map((type) => [type.type, type]));
  const specs = specsOf(catalog);
  const device = cpuDevice(settings);
  const clock = systemClock();
  const packs = packLibrary({
    folders: [builtInPacks(), path.join(options.home, 'models'), ...(options.packFolders ?? [])],
    cache: fileDigestCache(path.join(options.home, 'pack-digests.json')),
    takesPaths: true,
  });
  const file = async (digest: Digest): Promise<Uint8Array> => {
    const bytes = await store.blobs.get(digest);
    return bytes ?? fail('image.missing', { name: digest.slice(0, 8) });
  };
  const hosts = makeHosts({
    specs: [{ device, runtime: { kind: 'ort' } }],
    open: () => forkedHost(),
    clock,
    file,
    log,
  });
  const profiles = await store.profiles.load();
  const madeFrom = new Map<RunId, Published>();
  const listeners = new Set<(event: Event) => void>();
  const trace = new Trace();
  const emit = (event: Event): void => {
    trace.add(event, clock.now());
    if (event.type === 'run.changed' && isOver(event.state)) madeFrom.delete(event.runId);
    for (const listener of listeners) listener(event);
  };
  const engine = new Engine(
    {
      hosts,
      packs,
      results: store.results,
      runLog: store.runs,
      publisher: publisher({ store, specs, madeFrom: (runId) => madeFrom.get(runId), version: kilnVersion }),
      clock,
      file,
      emit,
      log,
    },
    { settings, profiles, strangers: false },
  );
  const planOf = planner(catalog, specs, packs, hosts.devices, runtimeVersion);

  const planAll = async ({
    graph,
    overrides,
    device: only,
    deterministic,
  }: Submission): Promise<Result<readonly Planned[]>> => {
    const planned: Planned[] = [];
    const problems: Problem[] = [];
    const how: PlanOptions = { ...(only === undefined ? {} : { device: only }), deterministic: deterministic ?? false };
    for (const values of overrides) {
      const changed = applyOverrides(graph, specs, values);
      const made = changed.ok ? await planOf(changed.value, how) : changed;
      if (!changed.ok || !made.ok) problems.push(...(made as { problems: readonly Problem[] }).problems);
      else {
        const published = { graph: changed.value, packs: made.value.packs };
        planned.push({ runId: newId<RunId>('run'), plan: made.value, published, overrides: values });
      }
    }
    return problems.length > 0 ? failed(distinct(problems)) : ok(planned);
  };

  return {
    specs,
    readGraph: (text, name) => readGraph(text, { name, catalog }),

    async check(graph, overrides) {
      const planned = await planAll({ graph, overrides: [overrides] });
      return planned.ok ? ok(planned.value[0]!.plan) : planned;
    },

    async submit(submission) {
      try {
        const planned = await planAll(submission);
        if (!planned.ok) return planned;
        const { graph, deterministic = false } = submission;
        const tierOf = (plan: Plan) => submission.tier ?? tierFor(plan, profiles);
        warm(planned.value[0]?.plan);
        const records = await store.runs.submit(
          graph,
          planned.value.map(({ runId, plan, overrides }) => ({
            id: runId,
            title: graph.title,
            tier: tierOf(plan),
            submitter: 'local',
            overrides: overrides as JsonObject,
            deterministic,
            options: submission.device === undefined ? {} : { device: submission.device },
          })),
        );
        planned.value.forEach(({ runId, plan, published }, index) => {
          madeFrom.set(runId, published);
          const { place } = records[index]!;
          const tier = tierOf(plan);
          const run: Run = {
            id: runId,
            graphId: graph.id,
            submitter: 'local',
            tier,
            state: 'queued',
            place,
            overtaken: 0,
            deterministic,
          };
          engine.submit(run, async () => ok(plan));
        });
        return ok(planned.value.map(({ runId }) => runId));
      } catch (error) {
        return failed(problemsOfError(error));
      }
    },

    cancel: (runId) => engine.cancel(runId),

    listen(onEvent) {
      listeners.add(onEvent);
      return () => listeners.delete(onEvent);
    },

    async putFile(bytes, name) {
      return { digest: await store.blobs.put(bytes, name), name };
    },

    picture: (digest) => store.images.get(digest),
    pictures: ({ offset, count }) => store.images.list({ offset, count }),
    packs: () => packs.list(),
    devices: () => discoverDevices({ settings, open: () => forkedHost(), log }),
    trace: () => trace.json(),

    async close() {
      engine.close();
      await hosts.close();
      for (const [id, profile] of engine.world.profiles) store.profiles.save(id, profile);
      await store.close();
    },
  };

  /** A host takes a moment to start: it may begin while the runs are written down, unless everything is known already. */
  function warm(plan: Plan | undefined): void {
    if (!plan) return;
    const keys = plan.sinks.flatMap((id) => plan.steps.get(id)!.key ?? []);
    store.results.find(keys).then(
      (known) => known.size < new Set(keys).size && hosts.host(plan.steps.get(plan.sinks[0]!)!.allowed[0]!),
      () => {},
    );
  }
}

/** The same problem of several runs is one problem to mend. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((found) => [JSON.stringify(found), found])).values()];
}
