import type { GraphId } from './model/ids.ts';

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
