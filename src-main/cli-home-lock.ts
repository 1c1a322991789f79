import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fail } from './model/errors.ts';
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

const noteIn = (home: string): string => path.join(home, 'serve.json');

/**
 * At most one core serves a home. The lock is the system's, on a file that is never removed, so it goes with the
 * process however that ends; who holds it is a note beside it, which a killed process leaves behind.
 * @throws AppError home.held, folder.notWritable, store.readOnly, disk.full
 */
export function holdHome(home: string): HeldHome {
  makeHome(home);
  const letGo = holdFile(path.join(home, 'serve.lock'));
  const note = noteIn(home);
  if (!letGo) {
    const holder = holderOf(home);
    const since = holder?.since.slice(0, 19).replace('T', ' ') ?? '…';
    return fail('home.held', { home, pid: String(holder?.pid ?? '…'), address: holder?.address ?? '…', since });
  }
  rmSync(note, { force: true });
  return {
    tell(holder) {
      writeFileSync(`${note}.new`, JSON.stringify(holder), { mode: 0o600 });
      renameSync(`${note}.new`, note);
    },
    release() {
      rmSync(note, { force: true });
      letGo();
    },
  };
}

/** Who serves the home, or did when it was killed. */
export function holderOf(home: string): Holder | null {
  try {
    return JSON.parse(readFileSync(noteIn(home), 'utf8')) as Holder;
  } catch {
    return null;
  }
}
