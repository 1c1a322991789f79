/** Nothing on the core's thread may take longer than 10 ms; garbage is collected in between as well. */
const turnMs = 3;

/** Long work in pieces: between two of them it asks whether its turn is over, and lets others go first. */
export interface Turns {
  readonly isOver: boolean;
  next(): Promise<void>;
}

export function turns(): Turns {
  let ends = performance.now() + turnMs;
  return {
    get isOver() {
      return performance.now() >= ends;
    },
    async next() {
      await new Promise((resolve) => setTimeout(resolve, 0));
      ends = performance.now() + turnMs;
    },
  };
}

/** One after the other, others first where it takes long. */
export async function inTurns<T>(items: readonly T[], work: (item: T, index: number) => void): Promise<void> {
  const turn = turns();
  for (const [index, item] of items.entries()) {
    if (turn.isOver) await turn.next();
    work(item, index);
  }
}
