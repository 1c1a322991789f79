import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { fail, problemsOfError } from '../model/errors.ts';
import { rpcOver } from '../model/rpc.ts';
import { commitsOf, type Turn } from './commits.ts';
import { openDatabase } from './database.ts';
import { filesIn } from './files.ts';
import { makeHome } from './home.ts';
import type { Keeper } from './keeper.ts';
import { ownerIn } from './owner.ts';
import { pictureSuffixes } from './picture-suffix.ts';
import { removeStrays } from './strays.ts';
import { tablesOf } from './tables.ts';
import { portOverThread } from './thread-port.ts';

/** How the core starts this thread. */
export interface ThreadOptions {
  readonly home: string;
  readonly cacheBytes: number;
  /** A database that is gone when it is closed; files still go to the home. */
  readonly inMemory: boolean;
  /** Added to the machine's time, in ms. */
  readonly clockOffsetMs: number;
}

type Work = (args: unknown, bytes: readonly Uint8Array[]) => unknown;

/** Not at once: a short command should not wait for it. */
const tidyAfterMs = 1000;

function open({ home, cacheBytes, inMemory, clockOffsetMs }: ThreadOptions) {
  makeHome(home);
  const sql = openDatabase(inMemory ? ':memory:' : join(home, 'kiln.db'));
  const owner = ownerIn(home);
  const keeper: Keeper = {
    home,
    sql,
    owner,
    commits: commitsOf(sql),
    blobFiles: filesIn(join(home, 'blobs'), owner),
    imageFiles: filesIn(join(home, 'images'), owner, pictureSuffixes),
    now: () => Date.now() + clockOffsetMs,
  };
  const tables = tablesOf(keeper, cacheBytes);
  const settle = (made: Turn<unknown> | null) => (made ? keeper.commits.take(made) : Promise.resolve(null));

  const tidy = async (): Promise<void> => {
    keeper.blobFiles.removeLeftovers();
    keeper.imageFiles.removeLeftovers();
    if (owner.hasDead()) await removeStrays(keeper);
    owner.removeDead();
    await settle(tables.images.removeOld());
  };
  const timer = setTimeout(() => tidy().catch(() => {}), tidyAfterMs);
  return {
    tables: tables as unknown as Record<string, Record<string, Work>>,
    commits: keeper.commits,
    /** On a full disk the pictures can still be looked at; the next one to open tries again. */
    recover: () =>
      settle(tables.runs.recover()).catch((error: unknown) => (isFullDisk(error) ? null : Promise.reject(error))),
    tidy,
    close() {
      clearTimeout(timer);
      void settle(tables.runs.giveBack()).catch(() => {}); // a disk that is full: the next one to open finds us gone
      keeper.commits.flush();
      sql.close();
      owner.close();
    },
  };
}

const isFullDisk = (error: unknown): boolean => problemsOfError(error)[0]?.code === 'disk.full';
const isTurn = (made: unknown): made is Turn<unknown> => typeof made === 'object' && made !== null && 'work' in made;

function serve(port: NonNullable<typeof parentPort>): void {
  let store: ReturnType<typeof open> | null = null;

  const ask = async (name: string, args: unknown, bytes: readonly Uint8Array[]): Promise<unknown> => {
    if (name === 'open') {
      store = open(args as ThreadOptions);
      return store.recover().then(() => null);
    }
    if (!store) fail('store.closed', {});
    if (name === 'tidy') return store.tidy();
    if (name === 'close') {
      store.close();
      store = null;
      setImmediate(() => port.close()); // when the answers are on their way
      return null;
    }
    const [table = '', work = ''] = name.split('.');
    const made = store.tables[table]?.[work]?.(args, bytes);
    return isTurn(made) ? store.commits.take(made) : made;
  };

  rpcOver(
    portOverThread(port, true),
    async (name, args, bytes) => {
      const value = await ask(name, args, bytes);
      return value instanceof Uint8Array ? { value: null, bytes: [value] } : { value, bytes: [] };
    },
    () => {},
    () => {},
  );
}

if (parentPort) serve(parentPort);
