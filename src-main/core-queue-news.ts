import type { CallName, Handlers } from './contract/calls.ts';
import type { Event } from './model/events.ts';

/** Between two tellings: who shows the queue asks for a page of it each time. */
const quietMs = 100;

/** Calls after which the queue is another; the start and the end of a run are events of their own. */
const movers: readonly CallName[] = [
  'runs.submit',
  'runs.cancel',
  'runs.retry',
  'runs.pause',
  'runs.resume',
  'runs.move',
  'runs.clear',
  'queue.pause',
  'queue.resume',
];

export interface QueueNews {
  /** Tells it at once, or when the time since it was told last is over. */
  changed(): void;
  hear(event: Event): void;
  /** The same calls; those that change the queue say so when they are done. */
  over(handlers: Handlers): Handlers;
  close(): void;
}

/** Says that the queue changed, at most every 100 ms, whatever happens to how many runs. */
export function queueNews(emit: (event: Event) => void): QueueNews {
  let timer: NodeJS.Timeout | null = null;
  let changedSince = false;
  let isClosed = false;

  const tell = (): void => {
    changedSince = false;
    timer = setTimeout(() => {
      timer = null;
      if (changedSince) tell();
    }, quietMs);
    timer.unref();
    emit({ type: 'queue.changed' });
  };
  const changed = (): void => {
    changedSince = true;
    if (timer === null && !isClosed) tell();
  };

  return {
    changed,
    hear(event) {
      if (event.type === 'run.changed') changed();
    },
    over(handlers) {
      const telling = movers.map((name) => {
        const handler = handlers[name] as (args: unknown, signal: AbortSignal) => Promise<unknown>;
        // Also when it fails: some of what it was asked to move may have moved.
        return [name, (args: unknown, signal: AbortSignal) => handler(args, signal).finally(changed)];
      });
      return { ...handlers, ...Object.fromEntries(telling) };
    },
    close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
