import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Commits, commitsOf, reading, writing } from '../../src-main/store/commits.ts';
import { openDatabase, type Sql } from '../../src-main/store/database.ts';
import { codesOf, temporaryFolder } from './fixtures.ts';

/** A database with a counter of its transactions, the next of which can be made to fail at its end. */
function counted() {
  const real = openDatabase(join(temporaryFolder(), 'kiln.db'));
  onTestFinished(() => real.close());
  real.run('CREATE TABLE t (n INTEGER NOT NULL)');
  const seen = { transactions: 0, failNext: null as string | null };
  const sql: Sql = {
    ...real,
    transaction: (work) => {
      seen.transactions++;
      return real.transaction(() => {
        const made = work();
        const code = seen.failNext;
        seen.failNext = null;
        if (code) throw Object.assign(new Error('at the commit'), { code });
        return made;
      });
    },
  };
  const commits = commitsOf(sql);
  const rows = () => real.all<{ n: number }>('SELECT n FROM t ORDER BY n').map(({ n }) => n);
  return { sql, commits, seen, rows };
}
const add = (sql: Sql, n: number | null) => writing(() => sql.run('INSERT INTO t VALUES (?)', n).changes);
const count = (sql: Sql) => reading(() => sql.get<{ n: number }>('SELECT count(*) AS n FROM t')!.n);
const settled = async (promises: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(promises)).map((one) => (one.status === 'fulfilled' ? one.value : 'failed'));

test('writes that arrive together are one transaction, and a read sees those before it', async () => {
  const { sql, commits, seen, rows } = counted();
  const asked = [add(sql, 1), count(sql), add(sql, 2), count(sql)].map((turn) => commits.take(turn as never));
  expect(rows()).toEqual([]);
  expect(await Promise.all(asked)).toEqual([1, 1, 1, 2]);
  expect([seen.transactions, rows()]).toEqual([1, [1, 2]]);
  expect(await commits.take(count(sql))).toBe(2);
  expect(seen.transactions).toBe(1); // reading alone needs none
});

test('one that fails in the middle takes back its own changes alone', async () => {
  const { sql, commits, seen, rows } = counted();
  const half = writing(() => {
    sql.run('INSERT INTO t VALUES (7)');
    throw new Error('half-way');
  });
  expect(await settled([add(sql, 1), half, add(sql, null), add(sql, 2)].map((turn) => commits.take(turn)))).toEqual([
    1,
    'failed',
    'failed',
    1,
  ]);
  expect([seen.transactions, rows()]).toEqual([1, [1, 2]]);
});

test('when the common commit fails, each is tried alone and none is acknowledged that is not there', async () => {
  const { sql, commits, seen, rows } = counted();
  seen.failNext = 'SQLITE_FULL';
  expect(await settled([add(sql, 1), add(sql, null), add(sql, 2)].map((turn) => commits.take(turn)))).toEqual([
    1,
    'failed',
    1,
  ]);
  expect([seen.transactions, rows()]).toEqual([4, [1, 2]]);
});

test('an error that undoes everything, as a full disk does, leaves no write done twice', async () => {
  const { sql, commits, rows } = counted();
  let tries = 0;
  const undoing = writing(() => {
    if (tries++ > 0) return 0;
    sql.run('ROLLBACK');
    throw new Error('the transaction is gone');
  });
  expect(await settled([add(sql, 1), undoing, add(sql, 2)].map((turn) => commits.take(turn)))).toEqual([1, 0, 1]);
  expect(rows()).toEqual([1, 2]);
});

test('a database that stays locked is said to be busy to everyone who waits', async () => {
  const { sql, commits, seen, rows } = counted();
  seen.failNext = 'SQLITE_BUSY';
  const asked = [add(sql, 1), add(sql, 2)].map((turn) => codesOf(commits.take(turn)));
  expect(await Promise.all(asked)).toEqual([['store.busy'], ['store.busy']]);
  expect([seen.transactions, rows()]).toEqual([1, []]);
});

test('what may wait is done with the next write, or when everything is', async () => {
  const { sql, commits, seen, rows } = counted();
  const chore = (to: Commits, n: number) => to.later(() => sql.run('INSERT INTO t VALUES (?)', n));
  chore(commits, 1);
  await commits.take(count(sql));
  expect(rows()).toEqual([]);
  await commits.take(add(sql, 2));
  chore(commits, 3);
  commits.flush();
  expect([seen.transactions, rows()]).toEqual([2, [1, 2, 3]]);
});
