import type { Answer, Asked, QueueStatus } from '../../src-main/contract/calls.ts';
import type { Event } from '../../src-main/model/events.ts';
import { type Cell, cell } from './cell.ts';
import { type RunList, type RunListOptions, runList } from './run-list.ts';

/** The queue as it is now: what runs and waits, what is over, and what is paused. */
export interface Queue {
  readonly status: Cell<QueueStatus | null>;
  /** In the order of their turn. */
  readonly waiting: RunList;
  /** What ended last comes first. */
  readonly over: RunList;
  hear(event: Event): void;
  refresh(): void;
  /** An event may have been missed while the machine slept: what others did is looked for now and then. */
  lookAround(): Promise<void>;
  close(): void;
}

export type QueueOptions = Omit<RunListOptions, 'query'> & {
  readonly fetchStatus: () => Promise<Answer<'queue.status'>>;
};

const waitingStates: Asked<'runs.list'>['states'] = ['running', 'queued', 'paused', 'interrupted'];
const overStates: Asked<'runs.list'>['states'] = ['done', 'failed', 'cancelled'];

export function queue({ fetchStatus, ...options }: QueueOptions): Queue {
  const { setTimer, clearTimer, quietMs = 300 } = options;
  const status = cell<QueueStatus | null>(null);
  const waiting = runList({ ...options, query: { states: waitingStates, order: 'queue' } });
  const over = runList({ ...options, query: { states: overStates, order: 'ended' } });
  let timer: unknown = null;

  const askStatus = (): void => {
    timer ??= setTimer(() => {
      timer = null;
      // Who cannot ask keeps what it knows; the lists say what is wrong.
      fetchStatus().then(status.set, () => {});
    }, quietMs);
  };

  const refreshLists = (): void => {
    waiting.refresh();
    over.refresh();
  };

  return {
    status,
    waiting,
    over,
    async lookAround() {
      const before = JSON.stringify(status.get());
      const now = await fetchStatus();
      if (JSON.stringify(now) === before) return;
      status.set(now);
      refreshLists();
    },
    hear(event) {
      waiting.hear(event);
      over.hear(event);
      if (event.type === 'run.changed' || event.type === 'queue.changed') askStatus();
    },
    refresh() {
      refreshLists();
      askStatus();
    },
    close() {
      if (timer !== null) clearTimer(timer);
      waiting.close();
      over.close();
    },
  };
}
