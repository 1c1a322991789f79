import type { Args, Explanation, Handlers, RunListing } from './contract/calls.ts';
import { contractVersion } from './contract/calls.ts';
import { devicesNow } from './core-devices-now.ts';
import { graphTextOf } from './core-graph-bytes.ts';
import type { LiveFacts } from './core-live-facts.ts';
import { readMonitor } from './core-monitor.ts';
import type { NoticeKeeper } from './core-notices.ts';
import { pictureHandlers } from './core-pictures.ts';
import type { LastingRunLog } from './core-run-log.ts';
import type { RunKeeper } from './core-runs.ts';
import type { LiveSettings } from './core-settings.ts';
import { templates } from './core-templates.ts';
import { kilnVersion } from './core-versions.ts';
import type { Engine } from './engine/engine.ts';
import { devicesOf, explainJobs, type Forecast, forecast, inTurn, queueMs } from './engine/forecast.ts';
import { isWhole } from './model/device.ts';
import { AppError, fail, problem, type Result, unwrap } from './model/errors.ts';
import type { Event } from './model/events.ts';
import { flatten } from './model/flat-graph.ts';
import type { Graph } from './model/graph.ts';
import { readGraph } from './model/graph-file.ts';
import { toFile } from './model/graph-schema.ts';
import { seedsOf } from './model/held-values.ts';
import type { DeviceId, RunId } from './model/ids.ts';
import { seedPlus } from './model/inputs.ts';
import type { Json } from './model/json.ts';
import { limits } from './model/limits.ts';
import type { NodeSpecs } from './model/node-spec.ts';
import type { Catalog } from './model/node-type.ts';
import { applyOverrides, type Overrides } from './model/overrides.ts';
import type { Hosts, Packs } from './model/ports.ts';
import { orderFrom, sinksOf } from './model/problems.ts';
import { type Plan, type Tier, tiers } from './model/run.ts';
import { inTurns, turns } from './model/turns.ts';
import { noVocabulary } from './model/vocabulary.ts';
import type { RunRecord } from './store/run-record.ts';
import type { Store } from './store/store.ts';

/** What the calls of the contract work with. */
export interface HandlerParts {
  readonly home: string;
  readonly store: Store;
  readonly engine: Engine;
  readonly runs: RunKeeper;
  readonly runLog: LastingRunLog;
  readonly packs: Packs;
  readonly hosts: Hosts;
  readonly catalog: Catalog;
  readonly specs: NodeSpecs;
  readonly check: (graph: Graph, overrides: Overrides) => Promise<Result<Plan>>;
  /** Live facts of runs and devices, kept from events. */
  readonly live: LiveFacts;
  readonly settings: LiveSettings;
  readonly notices: NoticeKeeper;
  readonly emit: (event: Event) => void;
}

/** Every call of the contract, one function each. */
export function handlersOf(options: HandlerParts): Handlers {
  const { store, engine, runs, packs, hosts, catalog, specs, live } = options;
  const read = graphReader(catalog);
  const record = async (runId: RunId): Promise<RunRecord> =>
    (await store.runs.get(runId)) ?? fail('run.missing', { run: runId });
  const listing = async (of: RunRecord, soon: ReadonlyMap<RunId, Forecast>): Promise<RunListing> => {
    const state = engine.world.runs.get(of.id)?.run.state ?? of.state;
    const waits = state === 'queued' || state === 'running';
    const when = waits ? soon.get(of.id) : undefined;
    return {
      runId: of.id,
      graphId: of.graphId,
      title: of.title,
      state,
      tier: of.tier,
      submitter: of.submitter,
      place: of.place,
      overrides: of.overrides,
      created: of.created,
      started: of.started,
      ended: of.ended,
      ms: of.ms,
      problems: of.problems,
      progress: live.progress.get(of.id) ?? null,
      deviceIds: devicesOf(engine.world, of.id),
      startsInMs: when?.startsInMs ?? null,
      endsInMs: when?.endsInMs ?? null,
      images:
        of.state === 'done'
          ? await store.images.list({ runId: of.id, previews: true, count: limits.imagesPerRun })
          : [],
    };
  };

  return {
    'core.info': async () => ({
      version: kilnVersion,
      contract: contractVersion,
      home: options.home,
      devices: hosts.devices.filter(isWhole).map(({ id }) => id),
    }),
    'nodes.list': async () => [...specs.values()],
    'packs.list': async () => (await packs.list()).map(({ packId, facts, problems }) => ({ packId, facts, problems })),
    'packs.vocabulary': async ({ pack }) => packs.vocabulary(unwrap(await packs.open(pack)).ref) ?? noVocabulary,
    'devices.list': async () => {
      // Of thousands that wait it takes a moment, and it is the same for all.
      const leftMs = queueMs(engine.world);
      return devicesNow(engine.world, live).map((status) => ({ ...status, queueMs: leftMs }));
    },
    'monitor.read': (args) => readMonitor(live.monitor, store, args.runs),
    'graphs.templates': () => templates(),
    'graphs.read': async ({ digest, name: given }) => {
      const name = given || digest.slice(0, 12);
      const bytes =
        (await store.blobs.get(digest)) ?? (await store.images.get(digest)) ?? fail('image.missing', { name });
      const text = await graphTextOf(bytes, name, (all) => new TextDecoder().decode(all));
      return { graph: toFile(unwrap(readGraph(text, { name, catalog }))) as Json };
    },
    'graphs.check': async ({ graph, overrides }) => {
      const made = await options.check(read(graph), overrides);
      return made.ok ? { problems: [], warnings: made.value.warnings } : { problems: made.problems, warnings: [] };
    },

    'runs.submit': async (args) => {
      const graph = read(args.graph);
      const count = args.runs.length * args.times;
      if (count > limits.runsPerSubmission) fail('batch.tooMany', { count, limit: limits.runsPerSubmission });
      const entries: { overrides: Overrides; runId?: RunId }[] = [];
      const turn = turns();
      for (const { runId, overrides } of args.runs)
        for (const values of timesOf(graph, specs, overrides, args.times)) {
          if (turn.isOver) await turn.next();
          const i = entries.length % args.times;
          // Twice the same request makes the same ids, so that it is queued once.
          const id = runId === undefined ? {} : { runId: (i === 0 ? runId : `${runId}.${i}`) as RunId };
          entries.push({ overrides: values, ...id });
        }
      const taken = unwrap(
        await runs.submit({
          graph,
          runs: entries,
          submitter: args.submitter,
          deterministic: args.deterministic,
          ...(args.tier === undefined ? {} : { tier: args.tier }),
          ...(args.notify === undefined ? {} : { notify: args.notify }),
          ...(args.device === undefined ? {} : { device: args.device as DeviceId }),
          ...(args.replaces === undefined ? {} : { replaces: args.replaces }),
        }),
      );
      // The other one is gone for good; where a full disk keeps that from being written, it is tried until there is room.
      if (args.replaces !== undefined) await options.runLog.written([args.replaces]).catch(() => {});
      return taken;
    },

    'runs.list': async ({ states, tier, order, offset, count }) => {
      const filter = { ...(states ? { states } : {}), ...(tier ? { tier } : {}) };
      const [page, total] = await Promise.all([
        store.runs.list({ ...filter, order, offset, count }),
        store.runs.count(filter),
      ]);
      const soon = forecast(
        engine.world,
        page.map(({ id }) => id),
      );
      return { runs: await Promise.all(page.map((of) => listing(of, soon))), total };
    },
    'runs.get': async ({ runId }) => listing(await record(runId), forecast(engine.world, [runId])),
    'runs.explain': async ({ runId }) => explain(engine, await record(runId)),

    'runs.cancel': async ({ runIds }) => {
      await runs.landed();
      for (const id of runIds) await record(id);
      await inTurns(runIds, (id) => engine.cancel(id));
      await options.runLog.written(runIds);
      return null;
    },
    'runs.retry': ({ runIds }) => runs.again(runIds),
    'runs.pause': async ({ runIds }) => {
      await runs.landed();
      return setStates(store, engine, runIds, true);
    },
    'runs.resume': async ({ runIds }) => {
      await runs.landed();
      return setStates(store, engine, runIds, false);
    },
    'runs.move': async ({ runIds, to }) => {
      await runs.landed();
      const places = await placesFor(store, engine, runIds, to);
      await store.runs.arrange(runIds.map((id, i) => ({ id, place: places[i]! })));
      await inTurns(runIds, (id, i) => engine.move(id, places[i]!));
      return null;
    },
    'runs.clear': async ({ states }) => ({ removed: await store.runs.remove(states) }),

    'queue.status': async () => {
      const paused = engine.world.pausedTiers;
      return { paused: paused.size === tiers.length, pausedTiers: [...paused], counts: await store.runs.counts() };
    },
    'queue.pause': async ({ tier }) => pauseTiers(store, engine, tier, true),
    'queue.resume': async ({ tier }) => pauseTiers(store, engine, tier, false),
    'settings.get': async () => options.settings.answer(),
    'settings.set': ({ values }) => options.settings.set(values),
    'notices.list': ({ offset, count }) => store.notices.list({ offset, count }),
    'notices.test': async ({ target }) => ({ problems: await options.notices.test(target) }),
    ...pictureHandlers(options),
  };
}

/** Graphs that came lately are not read again: a client often sends the same one with each of its runs. */
const graphsKept = 8;
const longestKept = 256 * 1024;

function graphReader(catalog: Catalog): (graph: Readonly<Record<string, unknown>>) => Graph {
  const lately = new Map<string, Graph>();
  return (given) => {
    const text = JSON.stringify(given);
    const graph = lately.get(text) ?? unwrap(readGraph(text, { name: String(given.title ?? 'graph'), catalog }));
    lately.delete(text);
    if (text.length <= longestKept) lately.set(text, graph);
    const [oldest] = lately.keys();
    if (lately.size > graphsKept && oldest !== undefined) lately.delete(oldest);
    return graph;
  };
}

/** The overrides, `times` often, with seeds that count up. */
function* timesOf(graph: Graph, specs: NodeSpecs, overrides: Overrides, times: number): Generator<Overrides> {
  const seeds = times === 1 ? [] : seedsFrom(graph, specs, overrides);
  for (let i = 0; i < times; i++) {
    const counted = seeds.map(({ name, seed }) => [name, seedPlus(seed, i)]);
    yield counted.length === 0 ? overrides : { ...overrides, ...Object.fromEntries(counted) };
  }
}

/** Seeds that make several runs of the same overrides differ; none where these cannot be set. */
function seedsFrom(graph: Graph, specs: NodeSpecs, overrides: Overrides): ReturnType<typeof seedsOf> {
  const changed = applyOverrides(graph, specs, overrides);
  if (!changed.ok) return [];
  const { flat } = flatten(changed.value, specs);
  const ordered = orderFrom(flat, sinksOf(flat, specs));
  return seedsOf(changed.value, specs, new Set<string>('order' in ordered ? ordered.order : []));
}

function explain(engine: Engine, of: RunRecord): Explanation {
  const { world } = engine;
  const line = [...inTurn(world)];
  const at = line.indexOf(of.id);
  const run = world.runs.get(of.id)?.run ?? world.queued.get(of.id);
  return {
    runId: of.id,
    state: run?.state ?? of.state,
    tier: of.tier,
    before: at > 0 ? line.slice(0, Math.min(at, 20)) : [],
    beforeCount: Math.max(0, at),
    overtaken: run?.overtaken ?? 0,
    jobs: explainJobs(world, of.id),
  };
}

async function setStates(store: Store, engine: Engine, runIds: readonly RunId[], paused: boolean): Promise<null> {
  for (const id of runIds) {
    await store.runs.setState(id, paused ? 'paused' : engine.world.runs.has(id) ? 'running' : 'queued');
    if (paused) engine.pause(id);
    else engine.resume(id);
  }
  return null;
}

const pausedSetting = 'queue.pausedTiers';

async function pauseTiers(store: Store, engine: Engine, tier: Tier | undefined, paused: boolean): Promise<null> {
  const these = tier === undefined ? [...tiers] : [tier];
  const after = new Set(engine.world.pausedTiers);
  for (const one of these) {
    if (paused) after.add(one);
    else after.delete(one);
  }
  await store.settings.set(pausedSetting, [...after]);
  engine.pauseTiers(these, paused);
  return null;
}

/** What was paused when the last core stopped is paused still. */
export async function restorePauses(store: Store, engine: Engine): Promise<void> {
  const kept = (await store.settings.all())[pausedSetting];
  const known = Array.isArray(kept) ? tiers.filter((tier) => kept.includes(tier)) : [];
  if (known.length > 0) engine.pauseTiers(known, true);
}

/** Places for runs that move together: before everything that waits, behind it, or between two. */
async function placesFor(
  store: Store,
  engine: Engine,
  runIds: readonly RunId[],
  to: Args<'runs.move'>['to'],
): Promise<number[]> {
  const moving = new Set<string>(runIds);
  for (const id of runIds) {
    const found = engine.world.queued.get(id);
    if (!found && !(await store.runs.get(id))) throw new AppError(problem('run.missing', { run: id }));
  }
  const others = [...engine.world.queued.values()]
    .filter(({ id }) => !moving.has(id))
    .sort((a, b) => a.place - b.place);
  const first = others[0]?.place ?? 0;
  const last = others.at(-1)?.place ?? 0;
  if (to === 'front') return runIds.map((_, i) => first - runIds.length + i);
  if (to === 'back') return runIds.map((_, i) => last + 1 + i);
  const at = others.findIndex(({ id }) => id === to.before);
  if (at < 0) throw new AppError(problem('run.missing', { run: to.before }));
  const end = others[at]!.place;
  const start = others[at - 1]?.place ?? end - 1;
  return runIds.map((_, i) => start + ((end - start) * (i + 1)) / (runIds.length + 1));
}
