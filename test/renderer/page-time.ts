import type { Timers } from '../../src-renderer/session/studio-calls.ts';

export interface PageTime extends Timers {
  /** Lets time pass, and what is due in it happen. */
  pass(ms: number): Promise<void>;
}

/** Everything that waits for a promise has had its turn. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function pageTime(): PageTime {
  const due = new Map<number, { readonly at: number; readonly then: () => void }>();
  let now = 0;
  let next = 1;
  return {
    now: () => now,
    setTimer(then, ms) {
      due.set(next, { at: now + ms, then });
      return next++;
    },
    clearTimer: (timer) => due.delete(timer as number),
    async pass(ms) {
      const end = now + ms;
      for (;;) {
        await settled();
        const first = [...due].sort(([, a], [, b]) => a.at - b.at)[0];
        if (!first || first[1].at > end) break;
        due.delete(first[0]);
        now = first[1].at;
        first[1].then();
      }
      now = end;
      await settled();
    },
  };
}
