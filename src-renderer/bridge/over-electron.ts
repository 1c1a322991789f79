import type { KilnWindow } from '../../src-main/contract/desktop.ts';
import type { Socket } from './over-socket.ts';

/** What the preload put there; undefined in a browser. */
export const kilnWindow = (): KilnWindow | undefined => (globalThis as { readonly kiln?: KilnWindow }).kiln;

/** A connection through the window to its core, which behaves as a WebSocket does. */
export function windowSocket(kiln: KilnWindow): Socket {
  const socket: Socket = {
    send: (text) => wire.send(text),
    close: () => wire.close(),
    onopen: null,
    onmessage: null,
    onclose: null,
  };
  const wire = kiln.connect({
    onopen: () => socket.onopen?.({} as never),
    onmessage: (data) => socket.onmessage?.({ data }),
    onclose: () => socket.onclose?.({} as never),
  });
  return socket;
}
