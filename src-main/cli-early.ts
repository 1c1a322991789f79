import type { Worker } from 'node:worker_threads';
import { readStartHint } from './cli-start-hint.ts';
import type { HostLink } from './device/host-link.ts';
import { homeFolder } from './store/home.ts';

const [, , command, ...words] = process.argv;
const isRun = command === 'run' && !words.some((word) => word.startsWith('--on') || word === '--help');

/** What a run needs and what takes as long to start as all that comes before it is needed. */
export interface Early {
  /** Of the command, to be noted with the words when it has ended. */
  readonly words: readonly string[];
  readonly storeThread: Worker;
  /** Not where everything is expected to be kept: then a host would only be in the way. */
  readonly host?: HostLink;
}

/** Started before anything else. They change no file until they are told to. */
export const early: Early | null = isRun ? await startEarly() : null;

async function startEarly(): Promise<Early> {
  const at = words.indexOf('--home');
  const hint = readStartHint(homeFolder(at < 0 ? undefined : words[at + 1]), words);
  const host = hint.isKept ? {} : { host: (await import('./device/host-link.ts')).forkedHost({ loads: hint.part }) };
  return { words, storeThread: (await import('./store/store-worker.ts')).startStoreThread(), ...host };
}
