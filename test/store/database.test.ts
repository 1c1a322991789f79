import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrations, openDatabase } from '../../src-main/store/database.ts';
import { codesOf, graph, newRun, problemsOf, storeIn, temporaryFolder } from './fixtures.ts';

test('a database is opened with everything on disk before an acknowledgement', () => {
  const sql = openDatabase(join(temporaryFolder(), 'kiln.db'));
  const pragma = (name: string) => Object.values(sql.get<Record<string, unknown>>(`PRAGMA ${name}`)!)[0];
  expect([pragma('journal_mode'), pragma('synchronous'), pragma('foreign_keys'), pragma('user_version')]).toEqual([
    'wal',
    2,
    1,
    migrations.length,
  ]);
  expect(pragma('busy_timeout')).toBe(5000);
  sql.close();
});

test('every migration leaves a database that is whole, and brings every older one to the same form', () => {
  const schema = (path: string) => {
    const sql = openDatabase(path);
    const made = sql.all<{ sql: string }>('SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name');
    expect(sql.all('PRAGMA foreign_key_check')).toEqual([]);
    expect(sql.get<{ integrity_check: string }>('PRAGMA integrity_check')?.integrity_check).toBe('ok');
    sql.close();
    return made.map(({ sql: text }) => text);
  };
  const folder = temporaryFolder();
  const fresh = schema(join(folder, 'fresh.db'));
  for (let version = 0; version <= migrations.length; version++) {
    const path = join(folder, `${version}.db`);
    const old = new Database(path);
    for (const step of migrations.slice(0, version)) old.exec(step);
    old.pragma(`user_version = ${version}`);
    old.close();
    expect(schema(path)).toEqual(fresh);
  }
});

test('a database from a newer version is refused and untouched', async () => {
  const home = temporaryFolder();
  const path = join(home, 'kiln.db');
  const newer = new Database(path);
  newer.exec('CREATE TABLE wonders (a)');
  newer.pragma(`user_version = ${migrations.length + 1}`);
  newer.close();
  const before = readFileSync(path);
  expect(await problemsOf(storeIn(home))).toEqual([
    { code: 'store.newer', values: { path, version: migrations.length + 1, known: migrations.length } },
  ]);
  expect(readFileSync(path)).toEqual(before);
  expect(readdirSync(home).filter((name) => name.startsWith('kiln.db'))).toEqual(['kiln.db']);
});

test('a newer version that lies in the log of a process that was killed is refused too', async () => {
  const home = temporaryFolder();
  const path = join(home, 'kiln.db');
  const script = `
    const db = new (require(${JSON.stringify(createRequire(import.meta.url).resolve('better-sqlite3'))}))(${JSON.stringify(path)});
    db.pragma('journal_mode = WAL');
    db.exec('CREATE TABLE wonders (a)');
    db.pragma('user_version = 999');
    process.kill(process.pid, 'SIGKILL');`;
  spawnSync(process.execPath, ['-e', script]);
  expect(await codesOf(storeIn(home))).toEqual(['store.newer']);
});

test('what is no database, another program’s or a cut one is named and untouched', async () => {
  const text = temporaryFolder();
  writeFileSync(join(text, 'kiln.db'), 'Dear diary, '.repeat(100));
  expect(await codesOf(storeIn(text))).toEqual(['store.broken']);
  expect(readFileSync(join(text, 'kiln.db'), 'utf8')).toBe('Dear diary, '.repeat(100));

  const short = temporaryFolder();
  writeFileSync(join(short, 'kiln.db'), 'SQLite format 3\0');
  expect(await codesOf(storeIn(short))).toEqual(['store.broken']);

  const folder = temporaryFolder();
  mkdirSync(join(folder, 'kiln.db'));
  expect(await codesOf(storeIn(folder))).toEqual(['store.broken']);

  const foreign = temporaryFolder();
  const other = new Database(join(foreign, 'kiln.db'));
  other.pragma('application_id = 77');
  other.close();
  expect(await codesOf(storeIn(foreign))).toEqual(['store.broken']);
});

test('a database whose end was cut off says that it is broken, not that it was our mistake', async () => {
  const home = temporaryFolder();
  const store = await storeIn(home);
  await store.runs.submit(
    graph,
    Array.from({ length: 500 }, (_, n) => newRun(`run_${n}`)),
  );
  await store.close();
  const path = join(home, 'kiln.db');
  truncateSync(path, Math.floor(statSync(path).size / 2 / 4096) * 4096);
  const open = async () => (await storeIn(home)).runs.list({ count: 1000 });
  expect(await codesOf(open())).toEqual(['store.broken']);
});

test('a closed store says that it is closed', async () => {
  const store = await storeIn(temporaryFolder());
  await store.close();
  expect(await codesOf(store.runs.counts())).toEqual(['store.closed']);
  await store.close();
});
