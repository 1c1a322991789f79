import type { PlanOptions } from './core-plans.ts';
import type { Published } from './core-publisher.ts';
import type { Engine } from './engine/engine.ts';
import { estimateMs, tierFor } from './engine/estimate.ts';
import type { DeviceProfile } from './model/device.ts';
import { AppError, failed, ok, type Problem, problem, type Result, unwrap } from './model/errors.ts';
import type { Graph } from './model/graph.ts';
import { readGraph } from './model/graph-file.ts';
import { toFile } from './model/graph-schema.ts';
import { type DeviceId, newId, type RunId } from './model/ids.ts';
import type { JsonObject } from './model/json.ts';
import type { NodeSpecs } from './model/node-spec.ts';
import type { Catalog } from './model/node-type.ts';
import { applyOverrides, type Overrides } from './model/overrides.ts';
import type { Plan, Run, Tier } from './model/run.ts';
import type { RunRecord } from './store/run-record.ts';
import type { Store } from './store/store.ts';

/** Several runs of one graph, as somebody asked for them. */
export interface RunsRequest {
  readonly graph: Graph;
  readonly runs: readonly { readonly runId?: RunId; readonly overrides: Overrides }[];
  readonly tier?: Tier;
  readonly submitter?: string;
  readonly device?: DeviceId;
  readonly deterministic?: boolean;
  /** The run that this one takes the place of. */
  readonly replaces?: RunId;
}

export interface RunsTaken {
  readonly runId: RunId;
  readonly place: number;
  readonly isNew: boolean;
}

export interface RunKeeperOptions {
  readonly store: Store;
  readonly engine: Engine;
  readonly catalog: Catalog;
  readonly specs: NodeSpecs;
  readonly profiles: ReadonlyMap<DeviceId, DeviceProfile>;
  readonly planOf: (graph: Graph, options: PlanOptions) => Promise<Result<Plan>>;
  /** What runs are made from, while they are under way. */
  readonly madeFrom: Map<RunId, Published>;
}

/** Plans of so many runs of one request are kept from the check to the start; more are planned again in their turn. */
const plansKept = 8;
/** The core's thread is given back after this long. */
const turnMs = 5;

export type RunKeeper = ReturnType<typeof runKeeper>;

/** Takes runs in, durably, and gives them to the engine; and takes up those that an earlier core left. */
export function runKeeper({ store, engine, catalog, specs, profiles, planOf, madeFrom }: RunKeeperOptions) {
  const changed = (graph: Graph, overrides: Overrides) => applyOverrides(graph, specs, overrides);

  /** Plans a run and remembers what it is made from. */
  const planFor = async (runId: RunId, graph: Graph, overrides: Overrides, how: PlanOptions): Promise<Result<Plan>> => {
    const made = changed(graph, overrides);
    if (!made.ok) return made;
    const planned = await planOf(made.value, how);
    if (planned.ok) madeFrom.set(runId, { graph: made.value, packs: planned.value.packs });
    return planned;
  };

  /** Everything that is wrong with any of the runs; else a plan for the first ones. */
  const checkAll = async ({ graph, runs }: RunsRequest, how: PlanOptions): Promise<Result<readonly Plan[]>> => {
    const problems = new Map<string, Problem>();
    const plans: Plan[] = [];
    let turnEnds = performance.now() + turnMs;
    for (const { overrides } of runs) {
      const made = changed(graph, overrides);
      const planned = made.ok ? await planOf(made.value, how) : made;
      if (!planned.ok) for (const found of planned.problems) problems.set(JSON.stringify(found), found);
      else if (plans.length < plansKept) plans.push(planned.value);
      if (performance.now() > turnEnds) {
        await new Promise(setImmediate);
        turnEnds = performance.now() + turnMs;
      }
    }
    return problems.size > 0 ? failed([...problems.values()]) : ok(plans);
  };

  return {
    /** Resolves when they are on disk. All of them, or none. */
    async submit(request: RunsRequest): Promise<Result<readonly RunsTaken[]>> {
      const { graph, deterministic = false, device, submitter = 'local' } = request;
      const how: PlanOptions = { deterministic, ...(device === undefined ? {} : { device }) };
      const checked = await checkAll(request, how);
      if (!checked.ok) return checked;
      const first = checked.value[0]!;
      const tier = request.tier ?? tierFor(first, profiles);
      const runs = request.runs.map(({ runId, overrides }) => ({
        id: runId ?? newId<RunId>('run'),
        title: graph.title,
        tier,
        submitter,
        overrides: overrides as JsonObject,
        deterministic,
        options: device === undefined ? {} : { device },
      }));
      const taken = await store.runs.submit(toFile(graph) as JsonObject & { id: string }, runs);
      const estimate = estimateMs(first, profiles);
      taken.forEach(({ id, place, isNew }, index) => {
        if (!isNew) return;
        const { overrides } = runs[index]!;
        const plan = checked.value[index];
        const run: Run = {
          id,
          graphId: graph.id,
          submitter,
          tier,
          state: 'queued',
          place,
          overtaken: 0,
          deterministic,
          estimateMs: estimate,
        };
        if (plan) madeFrom.set(id, { graph: unwrap(changed(graph, overrides)), packs: plan.packs });
        engine.submit(run, plan ? async () => ok(plan) : () => planFor(id, graph, overrides, how));
      });
      if (request.replaces !== undefined) engine.cancel(request.replaces);
      return ok(taken.map(({ id, place, isNew }) => ({ runId: id, place, isNew })));
    },

    /** Gives the engine a run that is on disk. */
    take(record: RunRecord): void {
      const { id, graphId, submitter, tier, place, deterministic, options, overrides } = record;
      const state = record.state === 'paused' ? 'paused' : 'queued';
      const device = typeof options.device === 'string' ? (options.device as DeviceId) : undefined;
      const how: PlanOptions = { deterministic, ...(device === undefined ? {} : { device }) };
      engine.submit(
        { id, graphId, submitter, tier, state, place, overtaken: 0, deterministic, estimateMs: 0 },
        async () => {
          const graph = await this.graphOf(record);
          return graph.ok ? planFor(id, graph.value, overrides as Overrides, how) : graph;
        },
      );
    },

    /** The graph that a run was submitted with. */
    async graphOf({ graph: digest, id }: RunRecord): Promise<Result<Graph>> {
      const kept = await store.graphs.get(digest);
      return kept
        ? readGraph(JSON.stringify(kept), { name: kept.title as string, catalog })
        : failed([problem('run.missing', { run: id })]);
    },

    /** Runs that an earlier core accepted and did not finish go on, in their order. */
    async takeUp(): Promise<number> {
      const left = await store.runs.unfinished();
      const claimed = new Set(await store.runs.claim(left.map(({ id }) => id)));
      for (const record of left) if (claimed.has(record.id)) this.take(record);
      return claimed.size;
    },

    /** Runs that are over, as new ones. */
    async again(ids: readonly RunId[]): Promise<readonly { runId: RunId; from: RunId }[]> {
      const made: { runId: RunId; from: RunId }[] = [];
      for (const id of ids) {
        const record = await store.runs.get(id);
        if (!record) throw new AppError(problem('run.missing', { run: id }));
        const graph = unwrap(await this.graphOf(record));
        const device = record.options.device;
        const [taken] = unwrap(
          await this.submit({
            graph,
            runs: [{ overrides: record.overrides as Overrides }],
            tier: record.tier,
            submitter: record.submitter,
            deterministic: record.deterministic,
            ...(typeof device === 'string' ? { device: device as DeviceId } : {}),
          }),
        );
        made.push({ runId: taken!.runId, from: id });
      }
      return made;
    },
  };
}
