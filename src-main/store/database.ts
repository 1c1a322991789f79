import { closeSync, openSync, readSync } from 'node:fs';
import Database from 'better-sqlite3';
import { fail } from '../model/errors.ts';
import { codeOf, diskProblem } from './disk-problem.ts';
import { first } from './migrations/0001-first.ts';
import { gallery } from './migrations/0002-gallery.ts';
import { ended } from './migrations/0003-ended.ts';
import { notices } from './migrations/0004-notices.ts';

/** Step n brings a database from version n to n + 1. */
export const migrations: readonly string[] = [first, gallery, ended, notices];

/** "Kiln" in the file's header: another program's database is not ours to change. */
const applicationId = 0x4b696c6e;
const busyMs = 5000;

type Param = string | number | null;

/** Statements are prepared once and kept by their text. */
export interface Sql {
  get<T>(text: string, ...params: readonly Param[]): T | undefined;
  all<T>(text: string, ...params: readonly Param[]): T[];
  run(text: string, ...params: readonly Param[]): { readonly changes: number; readonly id: number };
  /** One transaction that holds the write lock from its start. */
  transaction<T>(work: () => T): T;
  /** Inside a transaction: undone alone when it throws. */
  part<T>(work: () => T): T;
  /** False where an error undid the whole transaction. */
  inTransaction(): boolean;
  readonly path: string;
  close(): void;
}

/** What the file's header says, before SQLite touches anything. Null for a file that is not there or empty. */
function versionInHeader(path: string): number | null {
  const header = Buffer.alloc(100);
  let read = 0;
  try {
    const file = openSync(path, 'r');
    try {
      read = readSync(file, header, 0, 100, 0);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    if (codeOf(error) === 'EISDIR') fail('store.broken', { path, reason: 'it is a folder' });
    throw error;
  }
  if (read === 0) return null;
  if (read < 100 || header.toString('latin1', 0, 16) !== 'SQLite format 3\0') {
    fail('store.broken', { path, reason: 'it is not a database' });
  }
  const application = header.readUInt32BE(68);
  if (application !== applicationId && application !== 0) {
    fail('store.broken', { path, reason: 'it belongs to another program' });
  }
  return header.readUInt32BE(60);
}

function refuseNewer(path: string, version: number): void {
  if (version > migrations.length) fail('store.newer', { path, version, known: migrations.length });
}

/** Another process may be switching to WAL at this moment, for which SQLite does not always wait by itself. */
function withPatience<T>(work: () => T): T {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let waitedMs = 0; ; waitedMs += 10) {
    try {
      return work();
    } catch (error) {
      if (!codeOf(error).startsWith('SQLITE_BUSY') || waitedMs >= busyMs) throw error;
      Atomics.wait(pause, 0, 0, 10);
    }
  }
}

const versionOf = (db: Database.Database): number => db.pragma('user_version', { simple: true }) as number;

function migrate(db: Database.Database, path: string): void {
  if (versionOf(db) === migrations.length) return;
  db.transaction(() => {
    const version = versionOf(db); // another process may have been faster
    refuseNewer(path, version);
    for (const step of migrations.slice(version)) db.exec(step);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${migrations.length}`);
  }).immediate();
}

/**
 * Opens or makes the database. `:memory:` is one that is gone when it is closed.
 * @throws AppError store.newer (nothing is changed then), store.broken, store.readOnly, store.busy, disk.full
 */
export function openDatabase(path: string): Sql {
  let db: Database.Database | null = null;
  try {
    if (path !== ':memory:') {
      const version = versionInHeader(path);
      refuseNewer(path, version ?? 0);
      if (version === null) closeSync(openSync(path, 'a', 0o600)); // prompts are this person's own business
    }
    db = new Database(path, { timeout: busyMs });
    const opened = db;
    // Versions that lie in the log of a crashed process are not in the header yet.
    withPatience(() => refuseNewer(path, versionOf(opened)));
    withPatience(() => {
      if (opened.pragma('journal_mode', { simple: true }) !== 'wal') opened.pragma('journal_mode = WAL');
    });
    db.pragma('synchronous = FULL'); // the build's default under WAL is NORMAL, which may lose the last commits
    db.pragma('foreign_keys = ON');
    db.pragma('journal_size_limit = 16777216');
    withPatience(() => migrate(opened, path));
    return sqlOf(db, path);
  } catch (error) {
    db?.close();
    throw diskProblem(error, path);
  }
}

function sqlOf(db: Database.Database, path: string): Sql {
  const prepared = new Map<string, Database.Statement<unknown[], unknown>>();
  const statement = (text: string) => {
    const found = prepared.get(text) ?? db.prepare(text);
    prepared.set(text, found);
    return found;
  };
  const transaction = <T>(work: () => T): T => db.transaction(work).immediate();
  return {
    get: <T>(text: string, ...params: readonly Param[]) => statement(text).get(...params) as T | undefined,
    all: <T>(text: string, ...params: readonly Param[]) => statement(text).all(...params) as T[],
    run: (text, ...params) => {
      const { changes, lastInsertRowid } = statement(text).run(...params);
      return { changes, id: Number(lastInsertRowid) };
    },
    transaction,
    part: <T>(work: () => T): T => db.transaction(work)(),
    inTransaction: () => db.inTransaction,
    path,
    close: () => void db.close(),
  };
}
