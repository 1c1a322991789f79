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
