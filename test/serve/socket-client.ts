import type { Event } from '../../src-main/model/events.ts';
import type { Answered } from './served.ts';

export interface Incoming {
  readonly t: 'answer' | 'event';
  readonly id: number | null;
  readonly result: Answered;
  readonly event: Event;
}

export interface SocketClient {
  readonly socket: WebSocket;
  readonly messages: Incoming[];
  send(message: unknown): void;
  /** The next message that fits, or one that has come already. */
  got(fits: (message: Incoming) => boolean): Promise<Incoming>;
  readonly closed: Promise<number>;
}

/** A WebSocket script, as anybody may write it. */
export async function socketClient(at: string, headers: Record<string, string> = {}): Promise<SocketClient> {
  const socket = new WebSocket(`${at.replace('http', 'ws')}/ws`, { headers });
  const messages: Incoming[] = [];
  const hopes: { fits: (message: Incoming) => boolean; resolve: (message: Incoming) => void }[] = [];
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data as string) as Incoming;
    messages.push(message);
    for (const hope of hopes) if (hope.fits(message)) hope.resolve(message);
  };
  const closed = new Promise<number>((resolve) => {
    socket.onclose = ({ code }) => resolve(code);
  });
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = () => reject(new Error('the socket did not open'));
  });
  return {
    socket,
    messages,
    closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    got(fits) {
      const known = messages.find(fits);
      if (known) return Promise.resolve(known);
      return new Promise((resolve) => hopes.push({ fits, resolve }));
    },
  };
}
