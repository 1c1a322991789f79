import { Worker } from 'node:worker_threads';
import { writeLog } from './cli-complaints.ts';
import { holderOf, holdHome } from './cli-home-lock.ts';
import { openServedCore } from './core-served.ts';
import { diskOf } from './desktop-disk.ts';
import type { HostLink } from './device/host-link.ts';
import { AppError, fail, problemsOfError } from './model/errors.ts';
import type { CoreLink } from './shell/core-link.ts';
import { noCore } from './shell/no-core.ts';
import { ownCore } from './shell/own-core.ts';
import { remoteCore } from './shell/remote-core.ts';

export interface OwnCoreOptions {
  readonly home: string;
  readonly openHost: () => HostLink;
  /** Another file for the store's thread, where the usual one cannot be loaded. */
  readonly storeThread: string | null;
}

/** better-sqlite3 is built for it, and an older one ends the process without a word. */
const neededNodeApi = 10;

/** The core in this process; or that of `kiln serve`, where it has the home already. */
export async function openOwnCore({ home, openHost, storeThread }: OwnCoreOptions): Promise<CoreLink> {
  const log = (error: unknown): void =>
    void writeLog(home, `error: ${error instanceof Error ? error.stack : String(error)}`);
  try {
    const found = process.versions.napi ?? '0';
    if (storeThread === null && Number(found) < neededNodeApi)
      fail('home.oldElectron', { found, wanted: String(neededNodeApi) });
    // What cannot load the store's library cannot lock the home with it either.
    const held = storeThread === null ? await holdHome(home) : null;
    try {
      held?.tell({ pid: process.pid, address: null, token: null, since: new Date().toISOString() });
      const core = await openServedCore({
        home,
        openHost,
        strangers: false,
        ...(storeThread === null ? {} : { storeThread: new Worker(storeThread) }),
        onLog: (level, message) => {
          if (level !== 'info') writeLog(home, `${level}: ${message}`);
        },
      });
      const link = ownCore(core, diskOf(home), log);
      return { ...link, close: () => link.close().finally(() => held?.release()) };
    } catch (error) {
      held?.release();
      throw error;
    }
  } catch (error) {
    const holder = holderOf(home);
    const isHeld = error instanceof AppError && error.problems.some(({ code }) => code === 'home.held');
    if (isHeld && holder?.address) {
      const { address, token } = holder;
      return {
        ...remoteCore({ address, token }),
        chosen: { kind: 'own', address, isHere: true, problems: [] },
        disk: diskOf(home),
      };
    }
    if (!(error instanceof AppError)) log(error);
    return noCore(problemsOfError(error));
  }
}
