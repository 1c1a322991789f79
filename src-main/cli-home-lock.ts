import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fail } from './model/errors.ts';
import { codeOf, diskProblem } from './store/disk-problem.ts';
import { makeHome } from './store/home.ts';
import { holdFile } from './store/owner.ts';

/** The core that serves a home, as it tells those who come later. */
export interface Holder {
  readonly pid: number;
  /** Where this machine reaches it; null until it listens. */
  readonly address: string | null;
  /** For clients of the same person: the file is theirs alone. */
  readonly token: string | null;
  /** ISO 8601. */
  readonly since: string;
}

export interface HeldHome {
  tell(holder: Holder): void;
  release(): void;
}

/**
 * Whoever has just taken the lock needs a moment to say so, and another until it listens; and the note of one that was
 * killed may still lie there.
 */
const patienceMs = 5000;

const noteIn = (home: string): string => path.join(home, 'serve.json');

/**
 * At most one core serves a home. The lock is the system's, on a file that is never removed, so it goes with the
 * process however that ends; who holds it is a note beside it, which a killed process leaves behind.
 * @throws AppError home.held, folder.notWritable, store.readOnly, disk.full
 */
export async function holdHome(home: string): Promise<HeldHome> {
  makeHome(home);
  const file = path.join(home, 'serve.lock');
  const note = noteIn(home);
  let letGo = holdFile(file);
  let holder = holderOf(home);
  // Of several that try at the same moment none may get it, so that it is tried again until somebody says to have it.
  for (let waitedMs = 0; !letGo && !(isThere(holder) && holder?.address) && waitedMs < patienceMs; ) {
    const pauseMs = 10 + Math.random() * 40;
    await after(pauseMs);
    waitedMs += pauseMs;
    letGo = holdFile(file);
    holder = holderOf(home);
  }
  if (!letGo) {
    const since = holder?.since.slice(0, 19).replace('T', ' ') ?? '…';
    return fail('home.held', { home, pid: String(holder?.pid ?? '…'), address: holder?.address ?? '…', since });
  }
  rmSync(note, { force: true });
  return {
    tell(holder) {
      try {
        writeFileSync(`${note}.new`, JSON.stringify(holder), { mode: 0o600 });
        renameSync(`${note}.new`, note);
      } catch (error) {
        rmSync(`${note}.new`, { force: true });
        throw diskProblem(error, home);
      }
    },
    release() {
      rmSync(note, { force: true });
      letGo();
    },
  };
}

function isThere(holder: Holder | null): boolean {
  if (!holder) return false;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM'; // another person's
  }
}

/** Who serves the home, or did when it was killed. */
export function holderOf(home: string): Holder | null {
  try {
    return JSON.parse(readFileSync(noteIn(home), 'utf8')) as Holder;
  } catch {
    return null;
  }
}
