import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Port } from '../model/rpc.ts';
import { FrameReader, frameHead } from './frames.ts';

/** Where the bytes go: 0 to 2 are the usual three, 3 is the process's own channel. */
export const bytesFd = 4;

/** How a child must be forked for its port. */
export const forkStdio = ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'] as const;

interface Envelope {
  readonly sequence: number;
  readonly message: unknown;
  /** How many frames belong to it. */
  readonly frames: number;
}

/** The two things that differ between parent and child. */
interface Wire {
  send(envelope: Envelope): void;
  readonly pipe: Duplex;
  hangUp(): void;
}

/** The parent's end. It is closed when the child has exited and all that it said has arrived. */
export function portToChild(child: ChildProcess): Port {
  const pipe = child.stdio[bytesFd] as Duplex;
  const { port, receive, closed } = portOver({
    // A child that is gone cannot be told anything; `exit` says so soon.
    send: (envelope) => child.connected && child.send(envelope, () => {}),
    pipe,
    hangUp: () => {
      if (child.connected) child.disconnect();
      pipe.end();
    },
  });
  let reason: string | null = null;
  const gone = () => {
    if (reason !== null && !child.connected) closed(reason);
  };
  child.on('message', (message) => receive(message as Envelope));
  child.once('disconnect', gone);
  child.once('error', (error) => {
    reason ??= error.message;
    gone();
  });
  child.once('exit', (code, signal) => {
    reason ??= signal ? `it was ended by ${signal}` : `it exited with code ${code}`;
    gone();
  });
  return port;
}

/** The child's end, closed when its parent goes. */
export function portToParent(): Port {
  const pipe = new Socket({ fd: bytesFd, readable: true, writable: true });
  const { port, receive, closed } = portOver({
    send: (envelope) => process.connected && process.send?.(envelope, undefined, undefined, () => {}),
    pipe,
    hangUp: () => {
      if (process.connected) process.disconnect();
      pipe.end();
    },
  });
  process.on('message', (message) => receive(message as Envelope));
  process.once('disconnect', () => closed('the parent is gone'));
  return port;
}

/**
 * Messages come by one way and their bytes by another, each in order, so an envelope that waits for frames holds up
 * those behind it and nothing else is needed to join the two.
 */
function portOver(wire: Wire) {
  const envelopes: Envelope[] = [];
  const frames: { readonly sequence: number; readonly bytes: Uint8Array }[] = [];
  const closeListeners: ((reason: string) => void)[] = [];
  let listener: ((message: unknown, bytes: readonly Uint8Array[]) => void) | null = null;
  let sequence = 0;
  let closedBy: string | null = null;

  const deliver = () => {
    for (let head = envelopes[0]; listener && head && frames.length >= head.frames; head = envelopes[0]) {
      envelopes.shift();
      const own = frames.splice(0, head.frames);
      if (own.some((frame) => frame.sequence !== head.sequence)) throw new Error('bytes and messages are out of step');
      listener(
        head.message,
        own.map(({ bytes }) => bytes),
      );
    }
  };
  const reader = new FrameReader((of, bytes) => {
    frames.push({ sequence: of, bytes });
    deliver();
  });
  wire.pipe.on('data', (chunk: Uint8Array) => reader.push(chunk));
  wire.pipe.on('error', () => {}); // the channel tells that the other end is gone

  const port: Port = {
    post(message, bytes = []) {
      if (closedBy !== null) return;
      sequence = (sequence + 1) >>> 0;
      wire.send({ sequence, message, frames: bytes.length });
      for (const part of bytes) {
        wire.pipe.write(frameHead(sequence, part.byteLength));
        if (part.byteLength > 0) wire.pipe.write(part);
      }
    },
    onMessage(added) {
      listener = added;
      deliver();
    },
    onClose(added) {
      closeListeners.push(added);
      if (closedBy !== null) queueMicrotask(() => added(closedBy ?? ''));
    },
    close() {
      wire.hangUp();
    },
  };
  return {
    port,
    receive(envelope: Envelope) {
      envelopes.push(envelope);
      deliver();
    },
    closed(reason: string) {
      if (closedBy !== null) return;
      closedBy = reason;
      for (const added of closeListeners) added(reason);
    },
  };
}
