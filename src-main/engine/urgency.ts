import { type Tier, tiers } from '../model/run.ts';

/** What decides an entry's turn besides what was served: see the scheduler's rule 1. */
export interface Turn {
  readonly tier: Tier;
  readonly submitter: string;
  /** Order of submission. */
  readonly place: number;
}

interface Entry<T> extends Turn {
  readonly item: T;
  readonly seq: number;
}

const before = (a: Entry<unknown>, b: Entry<unknown>): number => a.place - b.place || a.seq - b.seq;

function indexOf<T>(queue: readonly Entry<T>[], entry: Entry<T>): number {
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(queue[middle]!, entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Things that wait, in the order of their turn: tier, then the submitter served least, then the oldest.
 * Finding the first costs the number of submitters, not of what waits; adding and removing cost a binary search.
 */
export class Urgency<T> {
  readonly #tiers = new Map<Tier, Map<string, Entry<T>[]>>();
  readonly #entries = new Map<T, Entry<T>>();
  #seq = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** How many of a tier wait. */
  count(tier: Tier): number {
    let count = 0;
    for (const queue of this.#tiers.get(tier)?.values() ?? []) count += queue.length;
    return count;
  }

  /** Who has something in a tier. */
  submitters(tier: Tier): Iterable<string> {
    return this.#tiers.get(tier)?.keys() ?? [];
  }

  has(item: T): boolean {
    return this.#entries.has(item);
  }

  add(item: T, turn: Turn): void {
    if (this.#entries.has(item)) this.remove(item);
    const { tier, submitter, place } = turn;
    const entry: Entry<T> = { tier, submitter, place, item, seq: this.#seq++ };
    this.#entries.set(item, entry);
    let submitters = this.#tiers.get(tier);
    if (!submitters) {
      submitters = new Map();
      this.#tiers.set(tier, submitters);
    }
    const queue = submitters.get(submitter);
    if (!queue) submitters.set(submitter, [entry]);
    else queue.splice(indexOf(queue, entry), 0, entry);
  }

  remove(item: T): boolean {
    const entry = this.#entries.get(item);
    if (!entry) return false;
    this.#entries.delete(item);
    const submitters = this.#tiers.get(entry.tier)!;
    const queue = submitters.get(entry.submitter)!;
    queue.splice(indexOf(queue, entry), 1);
    if (queue.length === 0) submitters.delete(entry.submitter);
    return true;
  }

  /** `served` is the device time that a submitter has had lately. */
  first(served: (submitter: string) => number): { item: T; turn: Turn } | null {
    for (const tier of tiers) {
      let best: Entry<T> | null = null;
      let bestServed = 0;
      for (const [submitter, queue] of this.#tiers.get(tier) ?? []) {
        const had = served(submitter);
        if (best && (had > bestServed || (had === bestServed && before(best, queue[0]!) < 0))) continue;
        [best, bestServed] = [queue[0]!, had];
      }
      if (best) return { item: best.item, turn: best };
    }
    return null;
  }

  /** Everything in order of its turn, but for some tiers; stop when you have enough. */
  *inOrder(served: (submitter: string) => number, without?: ReadonlySet<Tier>): Generator<T> {
    for (const tier of tiers) {
      if (without?.has(tier)) continue;
      const submitters = [...(this.#tiers.get(tier) ?? [])].map(([submitter, queue]) => ({
        queue,
        had: served(submitter),
      }));
      submitters.sort((a, b) => a.had - b.had || before(a.queue[0]!, b.queue[0]!));
      for (const { queue } of submitters) for (const { item } of queue) yield item;
    }
  }

  /** The oldest of each submitter, whatever its tier. */
  *oldest(): Generator<T> {
    const found = new Map<string, Entry<T>>();
    for (const submitters of this.#tiers.values())
      for (const [submitter, queue] of submitters) {
        const known = found.get(submitter);
        if (!known || before(queue[0]!, known) < 0) found.set(submitter, queue[0]!);
      }
    for (const { item } of found.values()) yield item;
  }
}

/** Which of two turns comes first: negative when the first one does. */
export function compareTurns(a: Turn, b: Turn, served: (submitter: string) => number): number {
  return (
    tiers.indexOf(a.tier) - tiers.indexOf(b.tier) || served(a.submitter) - served(b.submitter) || a.place - b.place
  );
}
