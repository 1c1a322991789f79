/** ms from now. Their sum is when the job would be done. */
export interface Cost {
  /** Until what is computed there now is over. */
  readonly waitMs: number;
  /** Calls of jobs that were started there, as urgent as this one or more; and weights that they have yet to load. */
  readonly aheadMs: number;
  readonly loadMs: number;
  /** Inputs that lie elsewhere. */
  readonly bringMs: number;
  /** Its own calls. */
  readonly runMs: number;
  /** Its part was never computed there. */
  readonly isGuess: boolean;
}

export const finishMs = ({ waitMs, aheadMs, loadMs, bringMs, runMs }: Cost): number =>
  waitMs + aheadMs + loadMs + bringMs + runMs;
