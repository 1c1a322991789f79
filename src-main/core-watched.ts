import { ownersOf, type World } from './engine/world.ts';
import type { GraphId } from './model/ids.ts';
import type { Hosts } from './model/ports.ts';

/** Graphs whose steps somebody looks at, as often as somebody does. */
export class Watched {
  readonly #lookers = new Map<GraphId, number>();

  has(graphId: GraphId): boolean {
    return this.#lookers.has(graphId);
  }

  /** Until the answer is called. */
  watch(graphId: GraphId): () => void {
    this.#add(graphId, 1);
    let isOver = false;
    return () => {
      if (!isOver) this.#add(graphId, -1);
      isOver = true;
    };
  }

  #add(graphId: GraphId, count: number): void {
    const left = (this.#lookers.get(graphId) ?? 0) + count;
    if (left > 0) this.#lookers.set(graphId, left);
    else this.#lookers.delete(graphId);
  }
}

/** Hosts hear that somebody begins or ceases to look at a graph whose steps they compute already. */
export function showSteps(world: World, hosts: Pick<Hosts, 'host'>, watched: Watched, graphId: GraphId): void {
  const live = [...world.runs.values()].filter(({ run }) => run.graphId === graphId);
  for (const id of new Set(live.flatMap(({ jobs }) => [...jobs.values()]))) {
    const job = world.jobs.get(id);
    if (job?.state !== 'running' || job.deviceId === null) continue;
    const previews = ownersOf(world, job).some(({ run }) => watched.has(run.graphId));
    hosts.host(job.deviceId).show([id], previews);
  }
}
