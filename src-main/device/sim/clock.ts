import { Cancelled } from '../../model/errors.ts';
import type { Clock } from '../../model/ports.ts';

/** Turns of the event loop without a new sleeper after which everybody counts as waiting. Each costs about 2 us. */
const quietTurns = 12;

interface Sleeper {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

/**
 * Time that moves only when everything is idle, and then jumps to the earliest sleeper: hours pass in milliseconds,
 * and always alike. What really takes time (a file, a thread) must be told with `during`, or time jumps over it.
 */
export class VirtualClock implements Clock {
  #now = 0;
  #order = 0;
  #real = 0;
  #quiet = 0;
  #turning = false;
  readonly #sleepers = new Set<Sleeper>();

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(new Cancelled());
    return new Promise((resolve, reject) => {
      const sleeper: Sleeper = {
        at: this.#now + Math.max(0, ms),
        order: this.#order++,
        wake: () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        },
      };
      const stop = () => {
        this.#sleepers.delete(sleeper);
        reject(new Cancelled());
      };
      signal?.addEventListener('abort', stop, { once: true });
      this.#sleepers.add(sleeper);
      this.#quiet = 0;
      this.#turn();
    });
  }

  /** Holds time still until real work is done. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#real++;
    try {
      return await work;
    } finally {
      this.#real--;
      this.#quiet = 0;
      this.#turn();
    }
  }

  #turn(): void {
    if (this.#turning || this.#real > 0 || this.#sleepers.size === 0) return;
    this.#turning = true;
    setImmediate(() => {
      this.#turning = false;
      if (this.#real > 0) return;
      if (++this.#quiet >= quietTurns) this.#jump();
      this.#turn();
    });
  }

  #jump(): void {
    this.#quiet = 0;
    let first: Sleeper | null = null;
    for (const sleeper of this.#sleepers)
      if (!first || sleeper.at < first.at || (sleeper.at === first.at && sleeper.order < first.order)) first = sleeper;
    if (!first) return;
    this.#sleepers.delete(first);
    this.#now = first.at;
    first.wake();
  }
}
