import type { Problem } from '../model/errors.ts';
import type { RunId } from '../model/ids.ts';
import type { Plan } from '../model/run.ts';
import { disownAll } from './lifetimes.ts';
import { type Effect, startedRun, type World } from './world.ts';

/** A run is over, whether it was started or not: what only it needed stops and goes. */
export function endRun(
  world: World,
  runId: RunId,
  state: 'done' | 'failed' | 'cancelled',
  problems: readonly Problem[],
  effects: Effect[],
): void {
  world.overdue.delete(runId);
  const waiting = world.queued.get(runId);
  if (waiting) {
    world.queued.delete(runId);
    world.waiting.remove(runId);
    waiting.state = state;
    const plan: Plan = {
      graphId: waiting.graphId,
      steps: new Map(),
      order: [],
      sinks: [],
      packs: [],
      warnings: [],
      seeds: new Map(),
    };
    effects.push({ do: 'endRun', live: startedRun(waiting, plan, world.nowMs), state, problems });
    return;
  }
  const live = world.runs.get(runId);
  if (!live) return;
  live.run.state = state;
  world.runs.delete(runId);
  world.live[live.run.tier].delete(live);
  disownAll(world, live, effects);
  effects.push({ do: 'endRun', live, state, problems });
}
