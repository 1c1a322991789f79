import type { ContentKey, RunId, StepId } from '../model/ids.ts';
import type { Plan } from '../model/run.ts';
import type { World } from './world.ts';

export interface Reuse {
  /** Steps whose result is known and read by somebody. */
  readonly known: ReadonlySet<StepId>;
  /** Steps that must run, sources first. */
  readonly run: readonly StepId[];
}

export interface PlanOf {
  readonly runId: RunId;
  readonly plan: Plan;
}

/**
 * Keys under which something may lie on the disk. What a run will share of what another one left in a host, or makes just
 * now, nobody looks for there; where that goes before the run starts, it is made again.
 */
export function keysToFind({ byKey, queued, runs }: World, plans: readonly PlanOf[]): ContentKey[] {
  const keys = new Set<ContentKey>();
  for (const { runId, plan } of plans) {
    const isSharing = (queued.get(runId) ?? runs.get(runId)?.run)?.deterministic !== true;
    for (const { key, keep, sink } of plan.steps.values())
      if (key && (keep === 'disk' || sink) && !(isSharing && byKey.has(key))) keys.add(key);
  }
  return [...keys];
}

/** From the sinks upwards: a step whose key is known is not run, nor are ancestors that only it needed. */
export function reuse(plan: Plan, sinks: Iterable<StepId>, isKnown: (key: ContentKey) => boolean): Reuse {
  const known = new Set<StepId>();
  const run = new Set<StepId>();
  const open = [...sinks];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (known.has(id) || run.has(id)) continue;
    const step = plan.steps.get(id)!;
    if (step.key !== null && isKnown(step.key)) {
      known.add(id);
      continue;
    }
    run.add(id);
    for (const source of Object.values(step.inputs)) if ('step' in source) open.push(source.step);
  }
  return { known, run: plan.order.filter((id) => run.has(id)) };
}
