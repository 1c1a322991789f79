import { checker, type Weight } from './core-checks.ts';
import { type NoticeKeeper, targetsOf } from './core-notices.ts';
import type { PlanOptions } from './core-plans.ts';
import type { Published } from './core-publisher.ts';
import type { Engine } from './engine/engine.ts';
import { estimateMs, tierFor } from './engine/estimate.ts';
import type { DeviceProfile } from './model/device.ts';
import { AppError, failed, ok, problem, type Result, unwrap } from './model/errors.ts';
import type { Graph } from './model/graph.ts';
import { readGraph } from './model/graph-file.ts';
import { toFile } from './model/graph-schema.ts';
import { type DeviceId, type Digest, newId, type RunId } from './model/ids.ts';
import type { JsonObject } from './model/json.ts';
import type { NodeSpecs } from './model/node-spec.ts';
import type { Catalog } from './model/node-type.ts';
import { isUnwatched } from './model/notices.ts';
import { applyOverrides, type Overrides } from './model/overrides.ts';
import type { Plan, Run, Tier } from './model/run.ts';
import type { Settings } from './model/settings.ts';
import { turns } from './model/turns.ts';
import type { NewRun, RunRecord } from './store/run-record.ts';
import type { Store } from './store/store.ts';

/** Several runs of one graph, as somebody asked for them. */
export interface RunsRequest {
  readonly graph: Graph;
  readonly runs: readonly { readonly runId?: RunId; readonly overrides: Overrides }[];
  readonly tier?: Tier;
  readonly submitter?: string;
  readonly device?: DeviceId;
  readonly deterministic?: boolean;
  /** Who is told when all of them are over; without it the settings say, for tiers that nobody watches. */
  readonly notify?: readonly string[];
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
  readonly settings: Pick<Settings, 'fastMs' | 'notify'>;
  readonly notices: Pick<NoticeKeeper, 'problemsOf' | 'expect'>;
  readonly planOf: (graph: Graph, options: PlanOptions) => Promise<Result<Plan>>;
  /** What runs are made from, while they are under way. */
  readonly madeFrom: Map<RunId, Published>;
}

/** What so many runs at the front were asked for is held here until they start: more than the engine starts at once. */
const heldRuns = 32;
/** Graphs that were read for a run that starts are kept for the next ones. */
const graphsKept = 4;

/** What a run was asked for, and its plan where one was made to check it. */
interface Held {
  readonly graph: Graph;
  readonly overrides: Overrides;
  readonly how: PlanOptions;
  readonly plan: Plan | null;
}

export type RunKeeper = ReturnType<typeof runKeeper>;

/**
 * Takes runs in, durably, and gives them to the engine; and takes up those that an earlier core left. Of most
 * runs that wait nothing is held here but the id: what they were asked for is on disk, and is read in their turn.
 */
export function runKeeper(parts: RunKeeperOptions) {
  const { store, engine, catalog, specs, profiles, planOf, madeFrom, settings, notices } = parts;
  const weigh = (plan: Plan): Weight => {
    const ms = estimateMs(plan, profiles);
    return { estimateMs: ms, tier: tierFor(ms, settings.fastMs) };
  };
  const check = checker({ catalog, specs, planOf, weigh });
  const fileOf = filesOf();
  const held = new Map<RunId, Held>();
  const graphs = new Map<Digest, Graph>();
  /** Submissions that are on disk, and on their way to the engine. */
  const landing = new Set<Promise<void>>();

  /** The graph that a run was submitted with. */
  const graphOf = async ({ graph: digest, id }: RunRecord): Promise<Result<Graph>> => {
    const before = graphs.get(digest);
    if (before) return ok(before);
    const kept = await store.graphs.get(digest);
    if (!kept) return failed([problem('run.missing', { run: id })]);
    const read = readGraph(JSON.stringify(kept), { name: kept.title as string, catalog });
    if (read.ok) graphs.set(digest, read.value);
    const [first] = graphs.keys();
    if (graphs.size > graphsKept && first !== undefined) graphs.delete(first);
    return read;
  };

  /** What a run was asked for, from here or from the disk. */
  const askedFor = async (id: RunId): Promise<Result<Held>> => {
    const found = held.get(id);
    held.delete(id);
    if (found) return ok(found);
    const record = await store.runs.get(id);
    if (!record) return failed([problem('run.missing', { run: id })]);
    const graph = await graphOf(record);
    if (!graph.ok) return graph;
    return ok({ graph: graph.value, overrides: record.overrides as Overrides, how: howOf(record), plan: null });
  };

  /** The plan of a run whose turn has come; and what the run is made from is remembered. */
  const planFor = async (id: RunId): Promise<Result<Plan>> => {
    const asked = await askedFor(id);
    if (!asked.ok) return asked;
    const { graph, overrides, how, plan } = asked.value;
    const changed = applyOverrides(graph, specs, overrides);
    if (!changed.ok) return changed;
    const made = plan ? ok(plan) : await planOf(changed.value, how);
    if (made.ok) madeFrom.set(id, { graph: changed.value, packs: made.value.packs });
    return made;
  };

  const start = (run: Omit<Run, 'overtaken'>): void => engine.submit({ ...run, overtaken: 0 }, () => planFor(run.id));

  return {
    /** Resolves when they are on disk. All of them, or none. */
    async submit(request: RunsRequest): Promise<Result<readonly RunsTaken[]>> {
      const { graph, deterministic = false, device, submitter = 'local' } = request;
      const options = device === undefined ? {} : { device };
      const how = { deterministic, ...options };
      const wrong = notices.problemsOf(request.notify ?? []);
      if (wrong.length > 0) return failed(wrong);
      const checked = await check(graph, request.runs, how);
      if (!checked.ok) return checked;
      const submission = newId<string>('submission');
      const { weights, plans } = checked.value;
      const runs: NewRun[] = [];
      const turn = turns();
      for (const [index, { runId, overrides }] of request.runs.entries()) {
        if (turn.isOver) await turn.next();
        const tier = request.tier ?? weights[index]!.tier;
        const id = runId ?? newId<RunId>('run');
        const notify = request.notify ?? (isUnwatched(tier) ? settings.notify : []);
        runs.push({
          id,
          title: graph.title,
          tier,
          submitter,
          overrides: overrides as JsonObject,
          deterministic,
          ...(notify.length === 0 ? { options } : { options: { ...options, notify }, submission }),
        });
      }
      const taken = await store.runs.submit(fileOf(graph), runs);
      const land = async (): Promise<void> => {
        for (const id of held.keys()) if (!engine.world.queued.has(id)) held.delete(id); // cancelled before their turn
        // All of them before the first can end.
        for (const [index, { id, isNew }] of taken.entries())
          if (isNew && runs[index]!.submission !== undefined) notices.expect(submission, id);
        const turn = turns();
        for (const [index, { id, place, isNew }] of taken.entries()) {
          if (turn.isOver) await turn.next();
          if (!isNew) continue;
          const { tier, overrides } = runs[index]!;
          const { estimateMs } = weights[index]!;
          if (held.size < heldRuns) held.set(id, { graph, overrides, how, plan: plans.get(index) ?? null });
          start({ id, graphId: graph.id, submitter, tier, state: 'queued', place, deterministic, estimateMs });
        }
      };
      const landed = land();
      landing.add(landed);
      await landed.finally(() => landing.delete(landed));
      if (request.replaces !== undefined) engine.cancel(request.replaces);
      return ok(taken.map(({ id, place, isNew }) => ({ runId: id, place, isNew })));
    },

    /** Resolves when the engine knows every run that the store knew. */
    landed: async (): Promise<void> => void (await Promise.all(landing)),

    /** Gives the engine a run that is on disk. */
    take(record: RunRecord): void {
      const { id, graphId, submitter, tier, place, deterministic, submission, state: before } = record;
      if (submission !== null && targetsOf(record).length > 0) notices.expect(submission, id);
      const state = before === 'paused' ? 'paused' : 'queued';
      start({ id, graphId, submitter, tier, state, place, deterministic, estimateMs: 0 });
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
        const graph = unwrap(await graphOf(record));
        const [taken] = unwrap(
          await this.submit({
            graph,
            runs: [{ overrides: record.overrides as Overrides }],
            tier: record.tier,
            submitter: record.submitter,
            // An address that is no longer allowed does not keep a run from being made again.
            notify: targetsOf(record).filter((target) => notices.problemsOf([target]).length === 0),
            ...howOf(record),
          }),
        );
        made.push({ runId: taken!.runId, from: id });
      }
      return made;
    },
  };
}

const howOf = ({ deterministic, options: { device } }: RunRecord): PlanOptions => ({
  deterministic,
  ...(typeof device === 'string' ? { device: device as DeviceId } : {}),
});

/** The same object for the same graph, so that whoever writes it down can tell. */
function filesOf(): (graph: Graph) => JsonObject & { readonly id: string } {
  const files = new WeakMap<Graph, JsonObject & { id: string }>();
  return (graph) => {
    const file = files.get(graph) ?? (toFile(graph) as JsonObject & { id: string });
    files.set(graph, file);
    return file;
  };
}
