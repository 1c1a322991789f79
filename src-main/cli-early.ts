import type { Worker } from 'node:worker_threads';
import type { HostLink } from './device/host-link.ts';

const [, , command, ...words] = process.argv;
const isRun = command === 'run' && !words.some((word) => word.startsWith('--on') || word === '--help');

/**
 * A host and the store's thread take as long to start as all that comes before they are needed, so a run starts them
 * before anything else. They touch no file until they are told to.
 */
export const early: { readonly host: HostLink; readonly storeThread: Worker } | null = isRun
  ? {
      host: (await import('./device/host-link.ts')).forkedHost(),
      storeThread: (await import('./store/store-worker.ts')).startStoreThread(),
    }
  : null;
