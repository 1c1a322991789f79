import { AppError, type Problem, problemsOfError } from './model/errors.ts';
import type { RunId } from './model/ids.ts';
import type { Clock, RunLog } from './model/ports.ts';

/** Until it is tried again to write down what a full disk refused. */
const againMs = 1000;

type End = Parameters<RunLog['changed']>;

export interface LastingRunLog extends RunLog {
  /** Resolves when what became of these runs so far is on disk. @throws AppError for what keeps it from there */
  written(ids: readonly RunId[]): Promise<void>;
  /** What is not written by now is found by the next core as it was before. */
  close(): void;
}

/**
 * Ends of runs that cannot be written down now are written as soon as they can, in their order, so that with room on
 * the disk again no run is left as if it still ran. `onWritten` is told of those, for whom it may concern was told
 * that it failed.
 */
export function lastingRunLog(log: RunLog, clock: Clock, onWritten: (...end: End) => Promise<void>): LastingRunLog {
  const underWay = new Map<RunId, Promise<void>>();
  const refused = new Map<RunId, { readonly end: End; readonly problems: readonly Problem[] }>();
  const closed = new AbortController();
  let trying = false;

  const tryAgain = async (): Promise<void> => {
    while (refused.size > 0) {
      await clock.sleep(againMs, closed.signal);
      for (const [id, { end }] of refused) {
        try {
          await log.changed(...end);
          refused.delete(id);
          await onWritten(...end);
        } catch (error) {
          if (isFull(error)) break;
          refused.delete(id); // it was cleared away meanwhile, or the store is closed
        }
      }
    }
  };
  const keep = (end: End, error: unknown): void => {
    refused.set(end[0], { end, problems: problemsOfError(error) });
    if (trying) return;
    trying = true;
    tryAgain()
      .catch(() => {}) // closed
      .finally(() => {
        trying = false;
      });
  };

  return {
    started: (id) => log.started(id),
    changed(...end) {
      const [id] = end;
      const writing = log.changed(...end).catch((error: unknown) => {
        if (isFull(error) && !closed.signal.aborted) keep(end, error);
        throw error;
      });
      const settled = writing.finally(() => underWay.get(id) === settled && underWay.delete(id));
      settled.catch(() => {});
      underWay.set(id, settled);
      return writing;
    },
    async written(ids) {
      for (const id of ids) {
        await underWay.get(id);
        const left = refused.get(id)?.problems[0];
        if (left) throw new AppError(left);
      }
    },
    close: () => closed.abort(),
  };
}

const isFull = (error: unknown): boolean => problemsOfError(error).every(({ code }) => code === 'disk.full');
