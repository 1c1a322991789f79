import type { HostEvent } from '../model/events.ts';
import type { BatchId, PartKey } from '../model/ids.ts';
import type { Clock } from '../model/ports.ts';
import type { Batch } from '../model/run.ts';

interface Watched {
  readonly batchId: BatchId;
  readonly limitMs: number | null;
  /** Weights that it waits for. */
  readonly loads: Set<PartKey>;
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
  #sleepsUntil = 0;
  #sleeping: AbortController | null = null;

  constructor(clock: Clock, onHang: (batchId: BatchId, limitMs: number) => void) {
    this.#clock = clock;
    this.#onHang = onHang;
  }

  began(batch: Batch): void {
    this.#batches.push({ batchId: batch.id, limitMs: batch.limitMs, loads: new Set(batch.load) });
    if (this.#batches.length === 1) this.#watch();
  }

  heard(event: HostEvent): void {
    const current = this.#batches[0];
    if (!current) return;
    if (event.type === 'part.loaded') current.loads.delete(event.part);
    else if (event.type === 'batch.done' || event.type === 'batch.failed') this.#batches.shift();
    else if (event.type !== 'batch.stepped') return;
    this.#watch();
  }

  /** The host is gone. */
  forget(): void {
    this.#batches.length = 0;
    this.#deadline = null;
    this.#sleeping?.abort();
    this.#sleeping = null;
  }

  #watch(): void {
    const current = this.#batches[0];
    const isWatched = current && current.limitMs !== null && current.loads.size === 0;
    this.#deadline = isWatched ? this.#clock.now() + current.limitMs! : null;
    // Who sleeps until an earlier time looks again then; to wake a sleeper at every batch would cost more than the batch's messages.
    if (this.#deadline === null || (this.#sleeping && this.#sleepsUntil <= this.#deadline)) return;
    this.#sleeping?.abort();
    void this.#sleep();
  }

  async #sleep(): Promise<void> {
    const sleeping = new AbortController();
    this.#sleeping = sleeping;
    while (this.#deadline !== null && this.#deadline > this.#clock.now())
      try {
        this.#sleepsUntil = this.#deadline;
        await this.#clock.sleep(this.#deadline - this.#clock.now(), sleeping.signal);
      } catch {
        return; // another sleeps instead, or nothing is left to watch
      }
    if (this.#sleeping !== sleeping) return;
    this.#sleeping = null;
    const [hung] = this.#batches;
    if (this.#deadline !== null && hung?.limitMs != null) this.#onHang(hung.batchId, hung.limitMs);
  }
}
