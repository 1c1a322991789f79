import type { Port } from '../model/rpc.ts';

interface Letter {
  readonly message: unknown;
  readonly bytes: readonly Uint8Array[];
}

/** Electron's port in a utility process, as far as it is needed. */
interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  postMessage(message: unknown): void;
}

/** Null outside of a utility process. */
export const parentPort = (): ParentPort | null =>
  (process as unknown as { readonly parentPort?: ParentPort }).parentPort ?? null;

/** The child's end of `shell/host-port.ts`. Its parent's end is this process's end too: Electron sees to that. */
export function portToElectron(parent: ParentPort, end: () => void = () => process.exit(0)): Port {
  const early: Letter[] = [];
  const closeListeners: ((reason: string) => void)[] = [];
  let listener: ((message: unknown, bytes: readonly Uint8Array[]) => void) | null = null;
  let isClosed = false;
  parent.on('message', ({ data }) => {
    const letter = data as Letter;
    if (listener) listener(letter.message, letter.bytes);
    else early.push(letter);
  });
  return {
    post(message, bytes = []) {
      const whole = bytes.map((part) => (part.byteLength === part.buffer.byteLength ? part : part.slice()));
      if (!isClosed) parent.postMessage({ message, bytes: whole });
    },
    onMessage(added) {
      listener = added;
      for (const { message, bytes } of early.splice(0)) added(message, bytes);
    },
    onClose(added) {
      closeListeners.push(added);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      for (const added of closeListeners) added('it was closed');
      // What was posted is on its way only when this turn is over.
      setTimeout(end, 50);
    },
  };
}
