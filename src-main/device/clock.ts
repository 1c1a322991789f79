import { Cancelled } from '../model/errors.ts';
import type { Clock } from '../model/ports.ts';

/** ms since this process started, monotonic. */
export function systemClock(): Clock {
  return {
    now: () => performance.now(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(new Cancelled());
        const wake = setTimeout(() => {
          signal?.removeEventListener('abort', stop);
          resolve();
        }, ms);
        const stop = () => {
          clearTimeout(wake);
          reject(new Cancelled());
        };
        signal?.addEventListener('abort', stop, { once: true });
      }),
  };
}

/** The same passing of time, read on another process's clock. */
export const shiftedClock = (clock: Clock, byMs: number): Clock => ({
  now: () => clock.now() + byMs,
  sleep: (ms, signal) => clock.sleep(ms, signal),
});

/** The machine's time in ms, finer than `Date.now()`: equal in all processes, so it joins their clocks. */
export const wallMs = (): number => performance.timeOrigin + performance.now();
