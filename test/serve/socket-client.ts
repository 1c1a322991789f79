import { type FramedCore, type Incoming, inbox } from '../contracts/core.contract.ts';

export interface SocketClient extends Pick<FramedCore, 'send' | 'got'> {
  readonly socket: WebSocket;
  readonly messages: readonly Incoming[];
  readonly closed: Promise<number>;
}

/** A WebSocket script, as anybody may write it. */
export async function socketClient(at: string, headers: Record<string, string> = {}): Promise<SocketClient> {
  const socket = new WebSocket(`${at.replace('http', 'ws')}/ws`, { headers });
  const { messages, got, take } = inbox();
  socket.onmessage = ({ data }) => take(data as string);
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
    got,
    closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
  };
}
