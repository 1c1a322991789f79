import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError, type Problem } from '../../model/errors.ts';

export interface Asked {
  readonly id: number;
  readonly what: 'rgb' | 'alpha';
  readonly bytes: Uint8Array;
  readonly name: string;
}

/** Either values or problems. */
export interface Answer extends Partial<Decoded> {
  readonly id: number;
  readonly problems?: readonly Problem[];
}

export interface Decoded {
  readonly width: number;
  readonly height: number;
  /** uint8 [height, width, 3], or [height, width] of what is opaque. */
  readonly values: Uint8Array;
  /** The name of a profile that could not be followed. */
  readonly ignoredProfile: string | null;
}

export interface Decoder {
  /** @throws AppError image.notAnImage, image.formatNotRead, image.broken, image.tooLarge */
  decode(what: Asked['what'], bytes: Uint8Array, name: string): Promise<Decoded>;
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
    made.on('message', ({ id, problems, ...decoded }: Answer) => {
      const asker = waiting.get(id);
      waiting.delete(id);
      if (waiting.size === 0) made.unref();
      if (problems) asker?.reject(new AppError(problems));
      else asker?.resolve(decoded as Decoded);
    });
    made.on('error', lost);
    made.on('exit', () => lost(new Error('the thread for pictures is gone')));
    thread = made;
    return made;
  };

  return {
    decode: (what, bytes, name) =>
      new Promise((resolve, reject) => {
        const id = count++;
        const worker = begun();
        waiting.set(id, { resolve, reject });
        worker.ref(); // only who is waited for keeps a process
        // A view would bring all that lies around it along.
        const own = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
        worker.postMessage({ id, what, bytes: own, name } satisfies Asked);
      }),
    close() {
      thread?.postMessage(null); // ended from outside while it decodes, it might take the process with it
    },
  };
}
