import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError, type Problem } from '../../model/errors.ts';
import type { Decoded } from '../codec.ts';

export interface Asked {
  readonly id: number;
  readonly bytes: Uint8Array;
  readonly name: string;
}

export type Answer = { readonly id: number } & (
  | { readonly decoded: Decoded }
  | { readonly problems: readonly Problem[] }
);

export interface Decoder {
  /**
   * The same bytes are decoded once as long as somebody holds them, whoever asks for what of them: what is answered is
   * shared, and not to be written to. @throws AppError image.notAnImage, image.formatNotRead, image.broken, image.tooLarge
   */
  decode(bytes: Uint8Array, name: string): Promise<Decoded>;
  /** When what was asked is answered. */
  close(): void;
}

interface Waiting {
  readonly resolve: (decoded: Decoded) => void;
  readonly reject: (error: unknown) => void;
}

/** The thread's file lies beside this one: as a source, or as an entry of the bundle. */
function threadFile(): string {
  const isSource = import.meta.filename.endsWith('.ts');
  return join(import.meta.dirname, isSource ? 'thread.ts' : 'picture-thread.js');
}

/**
 * A thread for picture files, begun with the first of them. The library decodes in threads of its own; what JavaScript
 * does with the pixels is done here.
 */
export function threadedDecoder(): Decoder {
  const waiting = new Map<number, Waiting>();
  const known = new WeakMap<Uint8Array, { readonly name: string; readonly decoding: Promise<Decoded> }>();
  let thread: Worker | null = null;
  let count = 0;

  const begun = (): Worker => {
    if (thread) return thread;
    const made = new Worker(threadFile(), { execArgv: [], name: 'kiln pictures' });
    const lost = (error: unknown) => {
      if (thread === made) thread = null;
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    made.on('message', (answer: Answer) => {
      const asker = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (waiting.size === 0) made.unref();
      if ('problems' in answer) asker?.reject(new AppError(answer.problems));
      else asker?.resolve(answer.decoded);
    });
    made.on('error', lost);
    made.on('exit', () => lost(new Error('the thread for pictures is gone')));
    thread = made;
    return made;
  };
  const ask = (bytes: Uint8Array, name: string): Promise<Decoded> =>
    new Promise((resolve, reject) => {
      const id = count++;
      const worker = begun();
      waiting.set(id, { resolve, reject });
      worker.ref(); // only who is waited for keeps a process
      // A view would bring all that lies around it along.
      const own = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
      worker.postMessage({ id, bytes: own, name } satisfies Asked);
    });

  return {
    decode(bytes, name) {
      const found = known.get(bytes);
      if (found?.name === name) return found.decoding; // under another name, what is wrong is said of that one
      const decoding = ask(bytes, name);
      known.set(bytes, { name, decoding });
      return decoding;
    },
    close() {
      thread?.postMessage(null); // ended from outside while it decodes, it might take the process with it
    },
  };
}
