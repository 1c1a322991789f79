import { fail, type Problem } from '../model/errors.ts';
import type { RunId } from '../model/ids.ts';
import { isOver, type RunImage, type RunState, runStates, type Tier } from '../model/run.ts';
import { reading, writing } from './commits.ts';
import { insertGraph, storedGraph } from './graphs.ts';
import { insertRunImage } from './images.ts';
import type { Keeper } from './keeper.ts';
import { type NewRun, type RunOrder, type RunQuery, type RunRecord, type RunRow, recordOf } from './run-record.ts';
import { type Packed, type Placed, unpacked } from './submission.ts';

const columns = `runs.id, graphs.digest, graph_id, overrides, options, title, tier, submitter, submission, deterministic,
  state, place, starts, created, started, ended, ms, problems FROM runs JOIN graphs ON graphs.id = runs.graph`;
const notOver = `('queued', 'running', 'paused', 'interrupted')`;

const orders: Readonly<Record<RunOrder, string>> = {
  newest: 'seq DESC',
  queue: 'place',
  ended: 'ended DESC, seq DESC',
};

/** The durable record of runs: what was asked for, how it goes, and which process is at it. */
export function runTable({ sql, owner, now }: Keeper) {
  /** This process in the table of owners, from its first run on. */
  const holder = (): string => {
    const token = owner.token();
    sql.run('INSERT OR IGNORE INTO owners (token, pid, since) VALUES (?, ?, ?)', token, process.pid, now());
    return token;
  };
  const release = (token: string): void => {
    sql.run(`UPDATE runs SET state = 'interrupted' WHERE owner = ? AND state = 'running'`, token);
    sql.run('DELETE FROM owners WHERE token = ?', token);
  };
  const releaseDead = (): void => {
    for (const { token } of sql.all<{ token: string }>('SELECT token FROM owners')) {
      if (!owner.isAlive(token)) release(token);
    }
  };
  const stateOf = (id: RunId) =>
    sql.get<{ state: RunState; place: number }>('SELECT state, place FROM runs WHERE id = ?', id);

  const insert = (graph: number, graphId: string, run: NewRun, place: number, token: string): void => {
    sql.run(
      `INSERT INTO runs (id, graph, graph_id, overrides, options, title, tier, submitter, submission, deterministic, state,
        place, created, owner) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?)`,
      run.id,
      graph,
      graphId,
      JSON.stringify(run.overrides),
      JSON.stringify(run.options ?? {}),
      run.title,
      run.tier,
      run.submitter,
      run.submission ?? null,
      run.deterministic ? 1 : 0,
      place,
      now(),
      token,
    );
  };

  return {
    /** This process says that it lives, before its first run has to wait for that. */
    hold: () => writing(() => void holder()),

    /** All or none. */
    submit(sent: Packed) {
      const stored = storedGraph(sent.graph);
      const runs = unpacked(sent);
      return writing((): Placed => {
        const graphRow = insertGraph(sql, stored);
        const token = holder();
        const places: number[] = [];
        const known: [number, RunState][] = [];
        let place = Math.floor(sql.get<{ last: number }>('SELECT coalesce(max(place), 0) AS last FROM runs')!.last);
        for (const [index, run] of runs.entries()) {
          const before = stateOf(run.id);
          if (before) known.push([index, before.state]);
          else insert(graphRow, sent.graphId, run, ++place, token);
          places.push(before?.place ?? place);
        }
        return { places, known };
      });
    },

    started(id: RunId) {
      return writing(() => {
        const { changes } = sql.run(
          `UPDATE runs SET state = 'running', started = coalesce(started, ?), starts = starts + 1, owner = ? WHERE id = ?`,
          now(),
          holder(),
          id,
        );
        if (changes === 0) fail('run.missing', { run: id });
      });
    },

    /** With its pictures in the same commit: a run that is done has them. */
    changed(change: {
      readonly id: RunId;
      readonly state: RunState;
      readonly problems: readonly Problem[];
      readonly images: readonly RunImage[];
      readonly ms: number;
    }) {
      return writing(() => {
        const { changes } = sql.run(
          'UPDATE runs SET state = ?, problems = ?, ms = ?, ended = ? WHERE id = ?',
          change.state,
          JSON.stringify(change.problems),
          change.ms,
          isOver(change.state) ? now() : null,
          change.id,
        );
        if (changes === 0) fail('run.missing', { run: change.id });
        for (const image of change.images) insertRunImage(sql, image, now(), null);
      });
    },

    /** Moves runs in the queue or to another tier, together. */
    arrange(changes: readonly { readonly id: RunId; readonly place?: number; readonly tier?: Tier }[]) {
      return writing(() => {
        for (const { id, place, tier } of changes) {
          const set = 'UPDATE runs SET place = coalesce(?, place), tier = coalesce(?, tier) WHERE id = ?';
          if (sql.run(set, place ?? null, tier ?? null, id).changes === 0) fail('run.missing', { run: id });
        }
      });
    },

    get(id: RunId) {
      return reading((): RunRecord | null => {
        const row = sql.get<RunRow>(`SELECT ${columns} WHERE runs.id = ?`, id);
        return row ? recordOf(row) : null;
      });
    },

    list({ states, tier, submission, order = 'newest', offset = 0, count = 100 }: RunQuery) {
      const wanted: [condition: string, value: string][] = [];
      if (states) wanted.push(['state IN (SELECT value FROM json_each(?))', JSON.stringify(states)]);
      if (tier) wanted.push(['tier = ?', tier]);
      if (submission !== undefined) wanted.push(['submission = ?', submission]);
      const where = wanted.length > 0 ? `WHERE ${wanted.map(([condition]) => condition).join(' AND ')}` : '';
      const by = orders[order];
      // The page is found among narrow rows of an index: sorting ten thousand whole ones takes ten times as long.
      const page = `SELECT seq FROM runs ${where} ORDER BY ${by} LIMIT ? OFFSET ?`;
      const text = `SELECT ${columns} WHERE seq IN (${page}) ORDER BY ${by}`;
      return reading((): RunRecord[] =>
        sql.all<RunRow>(text, ...wanted.map(([, value]) => value), count, offset).map(recordOf),
      );
    },

    counts() {
      return reading((): Record<RunState, number> => {
        const rows = sql.all<{ state: RunState; n: number }>('SELECT state, count(*) AS n FROM runs GROUP BY state');
        const found = new Map(rows.map(({ state, n }) => [state, n]));
        return Object.fromEntries(runStates.map((state) => [state, found.get(state) ?? 0])) as Record<RunState, number>;
      });
    },

    /** How many runs `list` would give without its page. */
    count({ states, tier }: Pick<RunQuery, 'states' | 'tier'>) {
      const wanted: [condition: string, value: string][] = [];
      if (states) wanted.push(['state IN (SELECT value FROM json_each(?))', JSON.stringify(states)]);
      if (tier) wanted.push(['tier = ?', tier]);
      const where = wanted.length > 0 ? `WHERE ${wanted.map(([condition]) => condition).join(' AND ')}` : '';
      const text = `SELECT count(*) AS n FROM runs ${where}`;
      return reading(() => sql.get<{ n: number }>(text, ...wanted.map(([, value]) => value))!.n);
    },

    /** Forgets runs that are over, and graphs that no run has any more. Their pictures stay. */
    remove(states: readonly RunState[]) {
      return writing(() => {
        const over = states.filter(isOver);
        const text = 'DELETE FROM runs WHERE state IN (SELECT value FROM json_each(?))';
        const { changes } = sql.run(text, JSON.stringify(over));
        if (changes > 0) sql.run('DELETE FROM graphs WHERE id NOT IN (SELECT graph FROM runs)');
        return changes;
      });
    },

    /** A run that waits or goes on, or that a person stopped for now. */
    setState({ id, state }: { readonly id: RunId; readonly state: 'queued' | 'running' | 'paused' }) {
      return writing(() => {
        const text = `UPDATE runs SET state = ? WHERE id = ? AND state IN ${notOver}`;
        if (sql.run(text, state, id).changes === 0) fail('run.missing', { run: id });
      });
    },

    /** Runs that are not over and that no other living process holds, in queue order. */
    unfinished() {
      return writing((): RunRecord[] => {
        releaseDead();
        const mine = owner.taken ? owner.token() : null;
        return sql
          .all<RunRow>(
            `SELECT ${columns} WHERE state IN ${notOver} AND (owner IS NULL OR owner = ?) ORDER BY place`,
            mine,
          )
          .map(recordOf);
      });
    },

    /** Takes over runs that nobody holds; interrupted ones are queued again. Answers those it got. */
    claim(ids: readonly RunId[]) {
      return writing((): RunId[] => {
        const token = holder();
        return ids.filter((id) => {
          const { changes } = sql.run(
            `UPDATE runs SET owner = ?, state = iif(state = 'interrupted', 'queued', state)
              WHERE id = ? AND owner IS NULL AND state IN ${notOver}`,
            token,
            id,
          );
          return changes === 1;
        });
      });
    },

    /** What processes held that are gone, when the store opens. */
    recover() {
      if (!sql.get('SELECT 1 FROM owners LIMIT 1')) return null;
      return writing(releaseDead);
    },

    /** Gives back what this process holds, when the store closes. */
    giveBack() {
      return owner.taken ? writing(() => release(owner.token())) : null;
    },
  };
}
