import type { Clock } from '../../src-main/model/ports.ts';

/** Time that stands still until it is told to go on; what is due at the same moment happens in the order it was asked for. */
export interface FakeTime extends Clock {
  at(inMs: number, what: () => void): void;
  /** Lets everything happen that is due, and what follows from it, until nothing is or `enough` says so. Answers the number of moments. */
  run(enough?: () => boolean, most?: number): Promise<number>;
}

/** Everything that waits for a promise has had its turn. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function fakeTime(): FakeTime {
  const due: { ms: number; seq: number; what: () => void }[] = [];
  let now = 0;
  let seq = 0;
  const at = (inMs: number, what: () => void): void => {
    const entry = { ms: now + Math.max(0, inMs), seq: seq++, what };
    let index = due.length;
    while (index > 0 && due[index - 1]!.ms > entry.ms) index--;
    due.splice(index, 0, entry);
  };
  return {
    now: () => now,
    sleep: (ms) => new Promise((resolve) => at(ms, resolve)),
    at,
    async run(enough = () => false, most = 100_000) {
      await settled();
      let moments = 0;
      while (due.length > 0 && moments < most && !enough()) {
        const entry = due.shift()!;
        now = entry.ms;
        entry.what();
        moments++;
        await settled();
      }
      return moments;
    },
  };
}
