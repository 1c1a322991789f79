import type { Answer, Asked, CallName, CoreClient } from '../../src-main/contract/calls.ts';
import { Cancelled, failed, type Problem, problem, type Result } from '../../src-main/model/errors.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { GraphId } from '../../src-main/model/ids.ts';
import { mayRepeat } from './repeatable.ts';

/** What of a WebSocket is needed; the browser's own has it. */
export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: never) => void) | null;
}

export type Connection =
  | { readonly state: 'connecting' }
  | {
      readonly state: 'open' /** How often it was opened: from the second time on, what was shown may be old. */;
      readonly times: number;
    }
  | { readonly state: 'lost'; readonly tries: number };

export interface SocketOptions {
  readonly open: () => Socket;
  readonly setTimer: (then: () => void, ms: number) => unknown;
  readonly clearTimer: (timer: unknown) => void;
  /** 0 to 1; keeps the pages of a core that came back from all asking at once. */
  readonly random?: () => number;
  /** A connection that is silent for so long is asked for a sign of life, and given up after as long again. */
  readonly silenceMs?: number;
}

/** A core behind a WebSocket. It connects by itself, again and again, until it is closed. */
export interface SocketClient extends CoreClient {
  connection(): Connection;
  onConnection(listener: () => void): () => void;
  /** Tries at once: the machine woke up, or the network is back. */
  hurry(): void;
  /** Graphs whose previews are wanted from now on, on this connection and those after it. */
  watch(graphs: readonly GraphId[]): void;
  close(): void;
}

interface Flight {
  readonly name: CallName;
  readonly args: unknown;
  readonly settle: (result: Result<unknown>) => void;
  sent: boolean;
}

const firstWaitMs = 250;
const longestWaitMs = 5_000;

/** 0.25 s, 0.5 s, 1 s … 5 s, each cut by up to a fifth at random. */
export const waitBefore = (tries: number, random: number): number =>
  Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(tries, 10)) * (1 - 0.2 * random);

/**
 * Calls that may be repeated wait for the connection and are sent again when it broke under them. The others fail with
 * `port.closed`: whether they were heard is not known.
 */
export function overSocket(options: SocketOptions): SocketClient {
  const { open, setTimer, clearTimer, random = Math.random, silenceMs = 20_000 } = options;
  const flights = new Map<number, Flight>();
  const eventListeners = new Set<(event: Event) => void>();
  const connectionListeners = new Set<() => void>();
  let connection: Connection = { state: 'connecting' };
  let socket: Socket | null = null;
  let opened = 0;
  let tries = 0;
  let nextId = 1;
  let retryTimer: unknown = null;
  let silenceTimer: unknown = null;
  let closed = false;
  let watched: readonly GraphId[] = [];

  const sayWatched = (): void => socket?.send(JSON.stringify({ t: 'watch', graphs: watched }));

  const become = (next: Connection): void => {
    connection = next;
    for (const listener of [...connectionListeners]) listener();
  };

  const send = (id: number, flight: Flight): void => {
    flight.sent = true;
    socket?.send(JSON.stringify({ t: 'call', id, name: flight.name, args: flight.args }));
  };

  const settle = (id: number, result: Result<unknown>): void => {
    const flight = flights.get(id);
    flights.delete(id);
    flight?.settle(result);
  };

  const heard = (): void => {
    if (silenceTimer !== null) clearTimer(silenceTimer);
    silenceTimer = setTimer(() => {
      void client.call('core.info', {}).catch(() => {});
      silenceTimer = setTimer(() => lost(socket), silenceMs);
    }, silenceMs);
  };

  const receive = (data: unknown): void => {
    heard();
    const message = typeof data === 'string' ? read(data) : null;
    if (message?.t === 'answer') settle(message.id, message.result);
    else if (message?.t === 'event') for (const listener of [...eventListeners]) listener(message.event);
  };

  const connect = (): void => {
    retryTimer = null;
    const mine = open();
    socket = mine;
    // What neither opens nor closes would be waited for without end.
    silenceTimer = setTimer(() => lost(mine), silenceMs / 2);
    mine.onopen = () => {
      tries = 0;
      opened++;
      heard();
      if (watched.length > 0) sayWatched();
      become({ state: 'open', times: opened });
      for (const [id, flight] of flights) if (!flight.sent) send(id, flight);
    };
    mine.onmessage = ({ data }) => receive(data);
    mine.onclose = () => lost(mine);
  };

  function lost(which: Socket | null): void {
    if (which === null || which !== socket || closed) return;
    drop();
    for (const [id, flight] of [...flights]) {
      if (flight.sent && !mayRepeat(flight.name, flight.args)) settle(id, failed([closedProblem()]));
      else flight.sent = false;
    }
    retryTimer = setTimer(connect, waitBefore(tries++, random()));
    become({ state: 'lost', tries });
  }

  function drop(): void {
    if (silenceTimer !== null) clearTimer(silenceTimer);
    silenceTimer = null;
    const old = socket;
    socket = null;
    if (!old) return;
    old.onopen = old.onmessage = old.onclose = null;
    old.close();
  }

  const client: SocketClient = {
    call<N extends CallName>(name: N, args: Asked<N>, signal?: AbortSignal): Promise<Result<Answer<N>>> {
      if (signal?.aborted) return Promise.reject(new Cancelled());
      if (closed || (connection.state !== 'open' && !mayRepeat(name, args)))
        return Promise.resolve(failed([closedProblem()]));
      return new Promise((resolve, reject) => {
        const id = nextId++;
        const stop = (): void => {
          if (flights.get(id)?.sent) socket?.send(JSON.stringify({ t: 'cancel', id }));
          flights.delete(id);
          reject(new Cancelled());
        };
        const flight: Flight = {
          name,
          args,
          sent: false,
          settle: (result) => {
            signal?.removeEventListener('abort', stop);
            resolve(result as Result<Answer<N>>);
          },
        };
        signal?.addEventListener('abort', stop, { once: true });
        flights.set(id, flight);
        if (connection.state === 'open') send(id, flight);
      });
    },
    listen(onEvent) {
      eventListeners.add(onEvent);
      return () => eventListeners.delete(onEvent);
    },
    connection: () => connection,
    onConnection(listener) {
      connectionListeners.add(listener);
      return () => connectionListeners.delete(listener);
    },
    watch(graphs) {
      watched = graphs;
      if (connection.state === 'open') sayWatched();
    },
    hurry() {
      if (retryTimer === null || closed) return;
      clearTimer(retryTimer);
      connect();
    },
    close() {
      closed = true;
      if (retryTimer !== null) clearTimer(retryTimer);
      drop();
      for (const id of [...flights.keys()]) settle(id, failed([closedProblem()]));
    },
  };
  connect();
  return client;
}

const closedProblem = (): Problem => problem('port.closed', { reason: 'Kiln does not answer' });

type Incoming =
  | { readonly t: 'answer'; readonly id: number; readonly result: Result<unknown> }
  | { readonly t: 'event'; readonly event: Event };

/** Null for what is none of ours. */
function read(text: string): Incoming | null {
  try {
    const message = JSON.parse(text) as Incoming | null;
    switch (message?.t) {
      case 'answer':
        return typeof message.id === 'number' && typeof message.result?.ok === 'boolean' ? message : null;
      case 'event':
        return typeof message.event?.type === 'string' ? message : null;
      default:
        return null;
    }
  } catch {
    return null;
  }
}
