import type { HostEvent, Moved } from '../model/events.ts';
import type { BatchId, RowId, SizeKey } from '../model/ids.ts';
import type { Clock } from '../model/ports.ts';
import type { Batch } from '../model/run.ts';

export interface WatchdogOptions {
  readonly clock: Clock;
  /** A call that takes this many times its measured time counts as hung, but never sooner than `floorMs`. */
  readonly factor: number;
  readonly floorMs: number;
  readonly onHang: (batchId: BatchId, waitedMs: number) => void;
}

interface Watched {
  readonly batchId: BatchId;
  readonly size: SizeKey | null;
  readonly rows: number;
  loads: number;
}

/**
 * Notices a call that does not come back. Sizes are those that the host reported with the rows, times those of its
 * finished batches. The first call of a size is not watched: nobody knows how long it takes.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  /** ms per row of one call, the slowest seen, so that a slow day is no hang. */
  readonly #slowest = new Map<SizeKey, number>();
  readonly #sizes = new Map<RowId, SizeKey>();
  readonly #batches: Watched[] = [];
  #deadline: number | null = null;
  #sleeping: AbortController | null = null;

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  began(batch: Batch): void {
    const size = batch.rows.map((id) => this.#sizes.get(id)).find((known) => known !== undefined) ?? null;
    for (const id of batch.rows) this.#sizes.delete(id);
    this.#batches.push({ batchId: batch.id, size, rows: batch.rows.length, loads: batch.load.length });
    if (this.#batches.length === 1) this.#watch();
  }

  heard(event: HostEvent): void {
    if ('moved' in event) this.#remember(event.moved);
    const current = this.#batches[0];
    if (event.type === 'part.loaded') {
      if (current) current.loads--;
      this.#watch();
    } else if (event.type === 'batch.stepped' || event.type === 'batch.done') {
      if (current?.size && event.rows > 0)
        this.#slowest.set(current.size, Math.max(this.#slowest.get(current.size) ?? 0, event.ms / event.rows));
      if (event.type === 'batch.done') this.#batches.shift();
      this.#watch();
    } else if (event.type === 'batch.failed') {
      this.#batches.shift();
      this.#watch();
    }
  }

  /** The host is gone; what was measured stays true. */
  forget(): void {
    this.#batches.length = 0;
    this.#sizes.clear();
    this.#watch();
  }

  #remember({ next, ended, failed }: Moved): void {
    for (const { id, size } of next) this.#sizes.set(id, size);
    if (ended.length + failed.length === 0) return;
    const over = new Set<string>([...ended, ...failed].map(({ jobId }) => jobId));
    for (const id of this.#sizes.keys()) if (over.has(id.slice(0, id.indexOf('.')))) this.#sizes.delete(id);
  }

  #watch(): void {
    const current = this.#batches[0];
    const perRow = current?.size && current.loads <= 0 ? this.#slowest.get(current.size) : undefined;
    if (!current || perRow === undefined) {
      this.#deadline = null;
      this.#sleeping?.abort();
      this.#sleeping = null;
      return;
    }
    const { clock, factor, floorMs } = this.#options;
    this.#deadline = clock.now() + Math.max(floorMs, factor * perRow * current.rows);
    if (!this.#sleeping) void this.#sleep();
  }

  /** One sleeper for all deadlines: it looks again when it wakes. */
  async #sleep(): Promise<void> {
    const { clock, onHang } = this.#options;
    const sleeping = new AbortController();
    this.#sleeping = sleeping;
    let beganMs = clock.now();
    while (this.#deadline !== null && this.#deadline > clock.now()) {
      beganMs = clock.now();
      try {
        await clock.sleep(this.#deadline - beganMs, sleeping.signal);
      } catch {
        return; // nothing is left to watch
      }
    }
    const current = this.#batches[0];
    if (this.#sleeping !== sleeping) return;
    this.#sleeping = null;
    if (current) onHang(current.batchId, clock.now() - beganMs);
  }
}
