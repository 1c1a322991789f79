import type { Digest } from '../model/ids.ts';

type Read = (digest: Digest, signal: AbortSignal) => Promise<Uint8Array>;

/** Digests whose bytes may be gone, before they are looked through. */
const mostKnown = 100;

/** Files that come at the same time: what else the core has to say waits for those that are on their way. */
const atOnce = 2;

/**
 * Jobs that read one file at the same time get the very same bytes, which come once, so that what is made of them can be
 * made once, too. It comes for all of them: who is cancelled meanwhile does not end it.
 */
export function filesOnce(read: Read): Read {
  const coming = new Map<Digest, Promise<Uint8Array>>();
  const here = new Map<Digest, WeakRef<Uint8Array>>();
  const never = new AbortController().signal;
  const waiting: (() => void)[] = [];
  let reads = 0;
  const inTurn = async (digest: Digest): Promise<Uint8Array> => {
    if (reads < atOnce) reads++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await read(digest, never);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else reads--;
    }
  };
  return async (digest) => {
    const held = here.get(digest)?.deref() ?? coming.get(digest);
    if (held) return held;
    const reading = inTurn(digest).then(
      (bytes) => {
        coming.delete(digest);
        if (here.size > mostKnown) for (const [known, bytesOf] of here) if (!bytesOf.deref()) here.delete(known);
        here.set(digest, new WeakRef(bytes));
        return bytes;
      },
      (error) => {
        coming.delete(digest);
        throw error;
      },
    );
    coming.set(digest, reading);
    return reading;
  };
}
