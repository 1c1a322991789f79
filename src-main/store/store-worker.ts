import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** The thread's file lies beside this one: as a source, or as an entry of the bundle. */
function threadFile(): string {
  const isSource = import.meta.filename.endsWith('.ts');
  return join(import.meta.dirname, isSource ? 'thread.ts' : 'store-thread.js');
}

/** The store's thread before it knows a home: it touches no file. Starting it takes most of the time of opening a store. */
export const startStoreThread = (): Worker => new Worker(threadFile(), { execArgv: [], name: 'kiln store' });
