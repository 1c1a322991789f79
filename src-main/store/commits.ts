import type { Sql } from './database.ts';
import { codeOf, diskProblem } from './disk-problem.ts';

/** Work on the database that waits its turn. It may run twice, so it must not change anything else but by being asked. */
export interface Turn<T> {
  readonly writes: boolean;
  readonly work: () => T;
}

export const reading = <T>(work: () => T): Turn<T> => ({ writes: false, work });
export const writing = <T>(work: () => T): Turn<T> => ({ writes: true, work });

export interface Commits {
  /** Resolves when the turn's effects are on disk. */
  take<T>(turn: Turn<T>): Promise<T>;
  /** Something that may wait for the next commit, such as a time of last use. */
  later(work: () => void): void;
  /** Does everything that waits. */
  flush(): void;
}

interface Waiting {
  readonly turn: Turn<unknown>;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/**
 * Group commit. Turns that arrive together are done in order inside one transaction and answered after it is on disk,
 * so a thousand small writes cost a few syncs, and a read sees every write that was asked for before it.
 */
export function commitsOf(sql: Sql): Commits {
  let waiting: Waiting[] = [];
  let chores: (() => void)[] = [];
  let scheduled = false;

  const attempt = (turn: Turn<unknown>): Outcome => {
    try {
      return { value: turn.writes ? sql.part(turn.work) : turn.work() };
    } catch (error) {
      return { error };
    }
  };
  const inOneTransaction = (turns: readonly Turn<unknown>[]): Outcome[] =>
    sql.transaction(() => {
      for (const chore of chores) attempt(writing(chore));
      return turns.map((turn) => {
        const outcome = attempt(turn);
        if ('error' in outcome && !sql.inTransaction()) throw outcome.error; // a full disk undoes the others' work too
        return outcome;
      });
    });
  /** A commit that fails says nothing about who was guilty, so each gets a transaction of its own. */
  const oneByOne = (turns: readonly Turn<unknown>[]): Outcome[] =>
    turns.map((turn) => {
      try {
        return { value: turn.writes ? sql.transaction(turn.work) : turn.work() };
      } catch (error) {
        return { error };
      }
    });

  const flush = (): void => {
    scheduled = false;
    const group = waiting;
    waiting = [];
    const turns = group.map(({ turn }) => turn);
    let outcomes: Outcome[];
    if (!turns.some(({ writes }) => writes)) outcomes = turns.map(attempt);
    else {
      try {
        outcomes = inOneTransaction(turns);
      } catch (error) {
        const isBusy = codeOf(error).startsWith('SQLITE_BUSY');
        outcomes = isBusy ? turns.map(() => ({ error })) : oneByOne(turns);
      }
      chores = [];
    }
    group.forEach(({ resolve, reject }, place) => {
      const outcome = outcomes[place]!;
      if ('error' in outcome) reject(diskProblem(outcome.error, sql.path));
      else resolve(outcome.value as never);
    });
  };

  return {
    take: <T>(turn: Turn<T>) =>
      new Promise<T>((resolve, reject) => {
        waiting.push({ turn, resolve: resolve as (value: never) => void, reject });
        if (scheduled) return;
        scheduled = true;
        setImmediate(flush); // after every message that has arrived by now
      }),
    later: (work) => void chores.push(work),
    flush: () => {
      if (chores.length > 0) waiting.push({ turn: writing(() => {}), resolve: () => {}, reject: () => {} });
      flush();
    },
  };
}
