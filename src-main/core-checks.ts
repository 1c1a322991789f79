import { freshMs, type PlanOptions } from './core-plans.ts';
import { shapesOf } from './core-shapes.ts';
import { failed, ok, type Problem, type Result } from './model/errors.ts';
import type { Graph } from './model/graph.ts';
import type { NodeSpecs } from './model/node-spec.ts';
import type { Catalog } from './model/node-type.ts';
import { applyOverrides, type Overrides } from './model/overrides.ts';
import type { Plan, Tier } from './model/run.ts';
import { turns } from './model/turns.ts';

/** A person reads no more than that, and each costs a plan. */
const problemsShown = 100;
/** The first plans of a request are handed on. */
const plansKept = 32;

export interface CheckParts {
  readonly catalog: Catalog;
  readonly specs: NodeSpecs;
  readonly planOf: (graph: Graph, options: PlanOptions) => Promise<Result<Plan>>;
  readonly weigh: (plan: Plan) => Weight;
}

/** What is wanted of a plan before its run starts. */
export interface Weight {
  /** About how long the devices will compute for it. */
  readonly estimateMs: number;
  /** For a run that was given none. */
  readonly tier: Tier;
}

export interface Checked {
  /** By the place of a run in the request. */
  readonly weights: readonly Weight[];
  /** The run's own plan, where one was made. */
  readonly plans: ReadonlyMap<number, Plan>;
}

/** What is known of runs of one graph. */
interface Known {
  readonly shapeOf: (overrides: Overrides) => string | null;
  since: number;
  /** Of the plans that were made lately, by how and shape. */
  weights: Map<string, Weight>;
}

/**
 * Says everything that is wrong with any run of a request. Each one's values are looked at; a plan is made for the first
 * of each shape, and for none that was planned a moment ago.
 */
export function checker({ catalog, specs, planOf, weigh }: CheckParts) {
  const graphs = new WeakMap<Graph, Known>();
  const knownOf = (graph: Graph): Known => {
    const now = performance.now();
    const known = graphs.get(graph) ?? { shapeOf: shapesOf(graph, specs, catalog), since: now, weights: new Map() };
    graphs.set(graph, known);
    if (now - known.since > freshMs) {
      known.since = now;
      known.weights = new Map(); // a check that is under way keeps the one it has
    }
    return known;
  };

  return async (
    graph: Graph,
    runs: readonly { readonly overrides: Overrides }[],
    how: PlanOptions,
  ): Promise<Result<Checked>> => {
    const { shapeOf, weights: lately } = knownOf(graph);
    const problems = new Map<string, Problem>();
    const plans = new Map<number, Plan>();
    const weights: Weight[] = [];
    const turn = turns();
    for (const [index, { overrides }] of runs.entries()) {
      if (turn.isOver) await turn.next();
      const shape = shapeOf(overrides);
      const key = `${how.device ?? ''} ${how.deterministic ?? false} ${shape}`;
      const before = shape === null ? undefined : lately.get(key);
      if (before !== undefined) {
        weights.push(before);
        continue;
      }
      const changed = applyOverrides(graph, specs, overrides);
      const planned = changed.ok ? await planOf(changed.value, how) : changed;
      if (!planned.ok) {
        for (const found of planned.problems) problems.set(JSON.stringify(found), found);
        if (problems.size >= problemsShown) break;
        continue;
      }
      const weight = weigh(planned.value);
      weights.push(weight);
      if (shape !== null) lately.set(key, weight);
      if (plans.size < plansKept) plans.set(index, planned.value);
    }
    return problems.size > 0 ? failed([...problems.values()]) : ok({ weights, plans });
  };
}
