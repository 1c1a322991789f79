import { availableParallelism } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { problemsOfError } from '../../model/errors.ts';
import { type Decoded, decodeImage } from '../codec.ts';
import type { Answer, Asked } from './decoder.ts';

// Decodes picture files beside the thread that computes: turning, colours and transparency take up to 20 ns a pixel.

async function answer({ id, bytes, name }: Asked): Promise<Answer> {
  try {
    const { pixels, ...decoded } = await decodeImage(bytes, name);
    // What a library made outside of JavaScript cannot be handed over.
    return { id, decoded: { ...decoded, pixels: Buffer.isBuffer(pixels) ? new Uint8Array(pixels) : pixels } };
  } catch (error) {
    return { id, problems: problemsOfError(error) };
  }
}

const buffersOf = ({ pixels, alpha }: Decoded): ArrayBuffer[] =>
  [pixels, alpha].flatMap((one) => (one ? [one.buffer as ArrayBuffer] : []));

/**
 * The library has four threads: two are left for encoding, and the first of many files is not the last to be ready. On two
 * cores one is left for the rest.
 */
const atOnce = availableParallelism() > 2 ? 2 : 1;

function serve(port: NonNullable<typeof parentPort>): void {
  const waiting: Asked[] = [];
  let busy = 0;
  let isClosing = false;
  const work = async (): Promise<void> => {
    if (busy >= atOnce) return;
    busy++;
    for (let asked = waiting.shift(); asked; asked = waiting.shift()) {
      const answered = await answer(asked);
      port.postMessage(answered, 'decoded' in answered ? buffersOf(answered.decoded) : []);
    }
    busy--;
    if (isClosing && busy === 0) port.close(); // nothing else keeps the thread
  };
  port.on('message', (asked: Asked | null) => {
    if (asked) waiting.push(asked);
    else isClosing = true;
    void work();
  });
}

if (parentPort) serve(parentPort);
