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

function serve(port: NonNullable<typeof parentPort>): void {
  port.on('message', async (asked: Asked | null) => {
    if (!asked) return port.close(); // the thread ends when what it has begun is done
    const answered = await answer(asked);
    if (!answered.values) return port.postMessage({ id: asked.id, ...answered });
    // What a library made outside of JavaScript cannot be handed over.
    const values = Buffer.isBuffer(answered.values) ? new Uint8Array(answered.values) : answered.values;
    port.postMessage({ id: asked.id, ...answered, values }, [values.buffer as ArrayBuffer]);
  });
}

if (parentPort) serve(parentPort);
