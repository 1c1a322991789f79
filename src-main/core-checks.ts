import type { PlanOptions } from './core-plans.ts';
import { shapesOf } from './core-shapes.ts';
import { failed, ok, type Problem, type Result } from './model/errors.ts';
import type { Graph } from './model/graph.ts';
import type { NodeSpecs } from './model/node-spec.ts';
import type { Catalog } from './model/node-type.ts';
import { applyOverrides, type Overrides } from './model/overrides.ts';
import type { Plan } from './model/run.ts';
import { turns } from './model/turns.ts';

/** What a submission could be refused for; a person reads no more than that, and each costs a plan. */
const problemsShown = 100;

export interface CheckParts {
  readonly catalog: Catalog;
  readonly specs: NodeSpecs;
  readonly planOf: (graph: Graph, options: PlanOptions) => Promise<Result<Plan>>;
}

export interface Checked<T> {
  /** By the place of a run in the request. */
  readonly of: readonly T[];
  /** The run's own plan, where one was made for it. */
  readonly plans: ReadonlyMap<number, { readonly plan: Plan; readonly graph: Graph }>;
}

/**
 * Everything that is wrong with any of the runs. Each one's values are looked at; a plan is made for the first of each
 * shape, and `measure` says what is wanted of it for all of them. The first plans are handed on.
 */
export async function checkAll<T>(
  { catalog, specs, planOf }: CheckParts,
  { graph, runs }: { readonly graph: Graph; readonly runs: readonly { readonly overrides: Overrides }[] },
  how: PlanOptions,
  { plansKept, measure }: { readonly plansKept: number; readonly measure: (plan: Plan) => T },
): Promise<Result<Checked<T>>> {
  const problems = new Map<string, Problem>();
  const plans = new Map<number, { plan: Plan; graph: Graph }>();
  const of: T[] = [];
  const measured = new Map<string, T>();
  const shapeOf = runs.length > 1 ? shapesOf(graph, specs, catalog) : () => null;
  const turn = turns();
  for (const [index, { overrides }] of runs.entries()) {
    if (turn.isOver) await turn.next();
    const shape = shapeOf(overrides);
    const known = shape === null ? undefined : measured.get(shape);
    if (known !== undefined) {
      of.push(known);
      continue;
    }
    const changed = applyOverrides(graph, specs, overrides);
    const planned = changed.ok ? await planOf(changed.value, how) : changed;
    if (!planned.ok) {
      for (const found of planned.problems) problems.set(JSON.stringify(found), found);
      if (problems.size >= problemsShown) break;
      continue;
    }
    const found = measure(planned.value);
    of.push(found);
    if (shape !== null) measured.set(shape, found);
    if (changed.ok && plans.size < plansKept) plans.set(index, { plan: planned.value, graph: changed.value });
  }
  return problems.size > 0 ? failed([...problems.values()]) : ok({ of, plans });
}
