import type { MessagePort, TransferListItem, Worker } from 'node:worker_threads';
import type { Port } from '../model/rpc.ts';

interface Posted {
  readonly message: unknown;
  readonly bytes: readonly Uint8Array[];
}

/**
 * One end of the way between the core and the store's thread. Bytes move without being copied by the receiver: `give`
 * hands over the very buffers, else they are copied first, because the sender goes on using its own.
 */
export function portOverThread(end: MessagePort | Worker, give: boolean): Port {
  return {
    post(message, bytes = []) {
      const own = give ? bytes : bytes.map((part) => new Uint8Array(part)); // not slice(): a Buffer's would share
      const buffers = new Set(own.map(({ buffer }) => buffer as ArrayBuffer));
      end.postMessage({ message, bytes: own } satisfies Posted, [...buffers] satisfies TransferListItem[]);
    },
    onMessage(listener) {
      end.on('message', ({ message, bytes }: Posted) => listener(message, bytes));
    },
    onClose(listener) {
      let reason = 'the thread ended';
      end.on('error', (error: unknown) => {
        reason = error instanceof Error ? error.message : String(error);
      });
      end.on('exit', () => listener(reason));
    },
    close() {
      if ('close' in end) end.close();
      else void end.terminate();
    },
  };
}
