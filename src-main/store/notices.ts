import type { Problem } from '../model/errors.ts';
import type { Delivery, Notice } from '../model/notices.ts';
import { isOver, type RunState, runStates } from '../model/run.ts';
import { reading, writing } from './commits.ts';
import type { Keeper } from './keeper.ts';

/** Nobody is told later than this, and what was told is remembered longer. */
const untoldMs = 7 * 24 * 3_600_000;
const keptMs = 30 * 24 * 3_600_000;

/** Somebody to be told of runs that ended, kept until they were. */
export interface KeptNotice extends Delivery {
  readonly notice: Notice;
}

interface Row {
  readonly id: string;
  readonly target: string;
  readonly body: string;
  readonly state: Delivery['state'];
  readonly attempts: number;
  readonly due: number;
  readonly made: number;
  readonly problem: string | null;
  readonly owner: string | null;
}

const notOver = JSON.stringify(runStates.filter((state) => !isOver(state)));

export function noticeTable({ sql, owner, now }: Keeper) {
  const deliveryOf = ({ id, target, state, attempts, due, made, problem }: Row): Delivery => ({
    submission: id,
    target,
    state,
    attempts,
    due,
    made,
    problem: problem === null ? null : (JSON.parse(problem) as Problem),
  });

  return {
    /** Once for each target of a submission; answers the targets that are new. */
    add({
      notice,
      targets,
    }: {
      readonly notice: Notice;
      readonly targets: Readonly<Record<string, Delivery['state']>>;
    }) {
      return writing((): string[] => {
        sql.run(`DELETE FROM notices WHERE made < ? AND state != 'due'`, now() - keptMs);
        const body = JSON.stringify(notice);
        const insert = `INSERT OR IGNORE INTO notices (id, target, body, state, due, made, owner) VALUES (?, ?, ?, ?, ?, ?, ?)`;
        return Object.entries(targets).flatMap(([target, state]) => {
          const row = [notice.submission, target, body, state, now(), now(), owner.token()] as const;
          return sql.run(insert, ...row).changes === 1 ? [target] : [];
        });
      });
    },

    /** Those that are due and that no living process is at. */
    claim() {
      return writing((): KeptNotice[] => {
        const token = owner.token();
        const due = sql.all<Row>(`SELECT * FROM notices WHERE state = 'due' ORDER BY due`);
        const free = due.filter(({ owner: held }) => held === null || !owner.isAlive(held));
        for (const { id, target } of free)
          sql.run('UPDATE notices SET owner = ? WHERE id = ? AND target = ?', token, id, target);
        return free.map((row) => ({ ...deliveryOf(row), notice: JSON.parse(row.body) as Notice }));
      });
    },

    /** How it went. */
    tried({ submission, target, state, attempts, due, problem }: Omit<Delivery, 'made'>) {
      return writing(() => {
        const set = 'UPDATE notices SET state = ?, attempts = ?, due = ?, problem = ? WHERE id = ? AND target = ?';
        sql.run(set, state, attempts, due, problem === null ? null : JSON.stringify(problem), submission, target);
      });
    },

    /** The latest first. */
    list({ offset, count }: { readonly offset: number; readonly count: number }) {
      return reading(() =>
        sql
          .all<Row>('SELECT * FROM notices ORDER BY made DESC, id, target LIMIT ? OFFSET ?', count, offset)
          .map(deliveryOf),
      );
    },

    /** How many runs of a submission are in which state. */
    states(submission: string) {
      return reading((): Partial<Record<RunState, number>> => {
        const text = 'SELECT state, count(*) AS n FROM runs WHERE submission = ? GROUP BY state';
        const rows = sql.all<{ state: RunState; n: number }>(text, submission);
        return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
      });
    },

    /** Submissions whose runs ended lately, all of them, and of which nobody was told. */
    untold() {
      return reading(() =>
        sql
          .all<{ submission: string }>(
            `SELECT DISTINCT submission FROM runs WHERE submission IS NOT NULL AND ended > ?
              AND submission NOT IN (SELECT id FROM notices)
              AND submission NOT IN (SELECT submission FROM runs WHERE submission IS NOT NULL
                AND state IN (SELECT value FROM json_each(?)))`,
            now() - untoldMs,
            notOver,
          )
          .map(({ submission }) => submission),
      );
    },
  };
}
