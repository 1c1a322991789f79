import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { newId } from '../model/ids.ts';
import { diskProblem } from './disk-problem.ts';

const minuteMs = 60_000;

/**
 * Who holds runs and half-written files, and whether it still lives. Each process keeps a lock on an empty file of its
 * own (through SQLite, which knows how on every system); the lock goes with the process, however it ends. Unlike
 * process ids, locks are not given to others after a restart, and hold between containers.
 */
export interface Owner {
  /** Takes the lock when it is first needed. */
  token(): string;
  readonly taken: boolean;
  isAlive(token: string): boolean;
  /** Whether killed processes left lock files. */
  hasDead(): boolean;
  /** Removes those, when they are a minute old. */
  removeDead(): void;
  close(): void;
}

/** Locks the file; null where another process has done so. */
function lock(path: string): Database.Database | null {
  const db = new Database(path, { timeout: 0 });
  try {
    db.pragma('journal_mode = MEMORY'); // no file beside it
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
}

/**
 * Whether a process holds the file. Reading takes a lock that others who ask have at the same moment; one that they
 * could not share would make them think that a dead process lives.
 */
function isLocked(path: string): boolean {
  const db = new Database(path, { timeout: 0 });
  try {
    db.pragma('user_version');
    return false;
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return true;
    throw error;
  } finally {
    db.close();
  }
}

/** Locks the file for as long as this process lives, or until the answer is called; null where another process has it. */
export function holdFile(path: string): (() => void) | null {
  try {
    const db = lock(path);
    return db && (() => db.close());
  } catch (error) {
    throw diskProblem(error, path);
  }
}

export function ownerIn(home: string): Owner {
  const folder = join(home, 'owners');
  let mine: { readonly token: string; readonly db: Database.Database } | null = null;

  const take = (): string => {
    for (;;) {
      const token = newId<string>('owner');
      const path = join(folder, token);
      const db = lock(path);
      // Between making and locking it, another process may have taken it for a dead one's.
      if (db && existsSync(path)) {
        mine = { token, db };
        return token;
      }
      db?.close();
    }
  };
  const isAlive = (token: string): boolean => {
    const path = join(folder, token);
    if (token === mine?.token) return true;
    return existsSync(path) && isLocked(path);
  };

  return {
    token() {
      if (mine) return mine.token;
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        return take();
      } catch (error) {
        throw diskProblem(error, folder);
      }
    },
    get taken() {
      return mine !== null;
    },
    isAlive,
    hasDead: () => existsSync(folder) && readdirSync(folder).some((name) => !isAlive(name)),
    removeDead() {
      if (!existsSync(folder)) return;
      for (const name of readdirSync(folder)) {
        const path = join(folder, name);
        const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
        if (age > minuteMs && !isAlive(name)) rmSync(path, { force: true });
      }
    },
    close() {
      if (!mine) return;
      const path = join(folder, mine.token);
      mine.db.close();
      mine = null;
      rmSync(path, { force: true });
    },
  };
}
