import type { HostEvent } from '../model/events.ts';
import type { BatchId } from '../model/ids.ts';
import type { Clock } from '../model/ports.ts';
import type { Batch } from '../model/run.ts';

interface Watched {
  readonly batchId: BatchId;
  readonly limitMs: number | null;
  loads: number;
}

/**
 * Notices a call that does not come back within its batch's limit. Loading is not watched, nor is a batch without a
 * limit: nobody knows yet how long it takes.
 */
export class Watchdog {
  readonly #clock: Clock;
  readonly #onHang: (batchId: BatchId, limitMs: number) => void;
  readonly #batches: Watched[] = [];
  #deadline: number | null = null;
  #sleeping: AbortController | null = null;

  constructor(clock: Clock, onHang: (batchId: BatchId, limitMs: number) => void) {
    this.#clock = clock;
    this.#onHang = onHang;
  }

  began(batch: Batch): void {
    this.#batches.push({ batchId: batch.id, limitMs: batch.limitMs, loads: batch.load.length });
    if (this.#batches.length === 1) this.#watch();
  }

  heard(event: HostEvent): void {
    const current = this.#batches[0];
    if (!current) return;
    if (event.type === 'part.loaded') current.loads--;
    else if (event.type === 'batch.done' || event.type === 'batch.failed') this.#batches.shift();
    else if (event.type !== 'batch.stepped') return;
    this.#watch();
  }

  /** The host is gone. */
  forget(): void {
    this.#batches.length = 0;
    this.#watch();
  }

  #watch(): void {
    const current = this.#batches[0];
    if (current && current.limitMs !== null && current.loads <= 0) {
      this.#deadline = this.#clock.now() + current.limitMs;
      if (!this.#sleeping) void this.#sleep();
    } else {
      this.#deadline = null;
      this.#sleeping?.abort();
      this.#sleeping = null;
    }
  }

  /** One sleeper for all deadlines: where a call came back meanwhile, it sleeps again until the new one. */
  async #sleep(): Promise<void> {
    const sleeping = new AbortController();
    this.#sleeping = sleeping;
    while (this.#deadline !== null && this.#deadline > this.#clock.now())
      try {
        await this.#clock.sleep(this.#deadline - this.#clock.now(), sleeping.signal);
      } catch {
        return; // nothing is left to watch
      }
    if (this.#sleeping !== sleeping) return;
    this.#sleeping = null;
    const [hung] = this.#batches;
    if (hung?.limitMs != null) this.#onHang(hung.batchId, hung.limitMs);
  }
}
