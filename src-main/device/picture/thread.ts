import { parentPort } from 'node:worker_threads';
import { problemsOfError } from '../../model/errors.ts';
import { decodeAlpha, decodeImage } from '../codec.ts';
import type { Answer, Asked } from './decoder.ts';

/** Decodes picture files beside the thread that computes: turning, colours and transparency take up to 20 ns a pixel. */
async function answer({ what, bytes, name }: Asked): Promise<Omit<Answer, 'id'>> {
  try {
    if (what === 'alpha') {
      const { width, height, alpha } = await decodeAlpha(bytes, name);
      return { width, height, values: alpha, ignoredProfile: null };
    }
    const { width, height, pixels, ignoredProfile } = await decodeImage(bytes, name);
    return { width, height, values: pixels, ignoredProfile };
  } catch (error) {
    return { problems: problemsOfError(error) };
  }
}

/** The library has four threads: two are left for encoding, and the first of many files is not the last to be ready. */
const atOnce = 2;

function serve(port: NonNullable<typeof parentPort>): void {
  const waiting: Asked[] = [];
  let busy = 0;
  const work = async (): Promise<void> => {
    if (busy >= atOnce) return;
    busy++;
    for (let asked = waiting.shift(); asked; asked = waiting.shift()) {
      const answered = await answer(asked);
      // What a library made outside of JavaScript cannot be handed over.
      const values = Buffer.isBuffer(answered.values) ? new Uint8Array(answered.values) : answered.values;
      if (values) port.postMessage({ id: asked.id, ...answered, values }, [values.buffer as ArrayBuffer]);
      else port.postMessage({ id: asked.id, ...answered });
    }
    busy--;
  };
  port.on('message', (asked: Asked | null) => {
    if (!asked) return port.close(); // the thread ends when what it has begun is done
    waiting.push(asked);
    void work();
  });
}

if (parentPort) serve(parentPort);
