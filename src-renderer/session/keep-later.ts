import type { Timers } from './studio-calls.ts';

/** A draft is kept within a second, also while somebody goes on typing. */
const mostMs = 500;

/** Does what is asked for at once where that is cheap, else soon and once for all that was asked meanwhile. */
export function keepLater(
  keep: () => void,
  isCheap: () => boolean,
  timers: Timers | undefined,
): { ask(): void; now(): void } {
  let timer: unknown = null;
  const due = (): void => {
    timer = null;
    keep();
  };
  return {
    ask() {
      if (!timers || isCheap()) keep();
      else timer ??= timers.setTimer(due, mostMs);
    },
    /** What waits must not wait longer. */
    now() {
      if (timer === null) return;
      timers?.clearTimer(timer);
      due();
    },
  };
}
