import type { Problem } from '../model/errors.ts';
import type { RunId, StepId } from '../model/ids.ts';
import type { Plan } from '../model/run.ts';
import { disownAll } from './lifetimes.ts';
import type { Effect, World } from './world.ts';

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
    const live = {
      run: waiting,
      plan,
      jobs: new Map(),
      sinksLeft: new Set<StepId>(),
      images: new Map(),
      startedMs: world.nowMs,
    };
    effects.push({
      do: 'endRun',
      live: {
        ...live,
        borrowed: new Set(),
        parts: new Set(),
        losses: 0,
        alone: false,
        rode: false,
        resetting: false,
        paused: false,
      },
      state,
      problems,
    });
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
