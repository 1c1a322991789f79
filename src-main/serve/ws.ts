import type { WebSocket } from 'ws';
import { z } from 'zod';
import { answer } from '../contract/answer.ts';
import { AppError, Cancelled, failed, type Problem, problem, problemsOfError, type Result } from '../model/errors.ts';
import type { Event } from '../model/events.ts';
import type { GraphId } from '../model/ids.ts';
import type { Tracer } from '../model/ports.ts';
import type { Language } from '../texts/language.ts';
import { sayProblem } from '../texts/say.ts';
import { jsonOf } from './json-text.ts';
import type { ServeLimits } from './limits.ts';
import type { ServedCore } from './served-core.ts';

export interface SocketsOptions {
  readonly core: Pick<ServedCore, 'handlers' | 'listen' | 'watch'>;
  readonly limits: ServeLimits;
  /** A client that has not answered a ping when the next one is due is gone. */
  readonly pingMs: number;
  readonly isStopping: () => boolean;
  readonly tracer: Tracer | null;
  readonly onBug: (error: unknown) => void;
  /** An event that a slow client did not get. */
  readonly onDropped: () => void;
}

export interface Sockets {
  readonly clients: number;
  /** The problems that sentences are made for go to each client in its language. */
  add(socket: WebSocket, language: Language): void;
  close(): Promise<void>;
}

const id = z.int().min(0);
const longestName = 40;
/** Graphs that one client may look at. */
const mostWatched = 32;
/** What a client may send. */
const asked = z.discriminatedUnion('t', [
  z.object({ t: z.literal('call'), id, name: z.string().max(200), args: z.unknown().optional() }),
  z.object({ t: z.literal('cancel'), id }),
  z.object({ t: z.literal('watch'), graphs: z.array(z.string().max(200)).max(mostWatched) }),
]);

/** Events that the next one of their kind makes up for. The end of a run is told to every client that is still there. */
const isDroppable = ({ type }: Event): boolean =>
  type === 'job.progressed' ||
  type === 'job.changed' ||
  type === 'batch.finished' ||
  type === 'part.loaded' ||
  type === 'part.evicted' ||
  type === 'device.changed';

const hasPreview = (event: Event): event is Extract<Event, { type: 'job.progressed' }> =>
  event.type === 'job.progressed' && event.preview !== undefined;

const closing = { restart: 1012, tooMany: 1013, malformed: 1007 } as const;
const graceMs = 500;

/**
 * The contract over WebSockets: `{t:'call', id, name, args}` is answered by `{t:'answer', id, result}`, in whatever order
 * they are done; `{t:'cancel', id}` ends a call; and `{t:'event', event}` comes unasked. `{t:'watch', graphs}` says whose
 * previews this client draws from now on: nobody else gets any, and where nobody watches none are made. A result is that of
 * the model, its problems with their sentences beside them. An answer without an id is to a message that could not be read.
 */
export function webSockets(options: SocketsOptions): Sockets {
  const { core, limits, pingMs, isStopping, tracer, onBug, onDropped } = options;
  const clients = new Map<WebSocket, { isAlive: boolean; watches: Map<string, () => void> }>();

  const stopListening = core.listen((event) => {
    if (clients.size === 0) return;
    const full = JSON.stringify({ t: 'event', event });
    const seen = hasPreview(event) ? event.graphId : null;
    const plain = seen === null ? full : JSON.stringify({ t: 'event', event: { ...event, preview: undefined } });
    for (const [socket, { watches }] of clients) {
      const text = seen !== null && watches.has(seen) ? full : plain;
      const waiting = socket.bufferedAmount;
      if (waiting > limits.stuckBytes) socket.terminate();
      else if (waiting > limits.slowBytes && isDroppable(event)) onDropped();
      else socket.send(text);
    }
  });
  const ping = setInterval(() => {
    for (const [socket, client] of clients) {
      if (!client.isAlive) socket.terminate();
      client.isAlive = false;
      socket.ping();
    }
  }, pingMs);
  ping.unref();

  const call = async (name: string, args: unknown, signal: AbortSignal): Promise<Result<unknown>> => {
    if (isStopping()) return failed([problem('request.stopping', {})]);
    return answer(core.handlers, name, args, signal, onBug);
  };

  return {
    get clients() {
      return clients.size;
    },

    add(socket, language) {
      if (clients.size >= limits.clients) {
        socket.close(closing.tooMany);
        return;
      }
      const answering = new Map<number, AbortController>();
      const watches = new Map<string, () => void>();
      const watch = (graphs: readonly string[]): void => {
        for (const [graphId, stop] of watches)
          if (!graphs.includes(graphId)) {
            watches.delete(graphId);
            stop();
          }
        for (const graphId of graphs) if (!watches.has(graphId)) watches.set(graphId, core.watch(graphId as GraphId));
      };
      const end = () => {
        clients.delete(socket);
        watch([]);
        for (const controller of answering.values()) controller.abort(new Cancelled());
      };
      const client = { isAlive: true, watches };
      clients.set(socket, client);

      const send = (message: object) => {
        if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
      };
      const reply = (callId: number | null, result: Result<unknown>) =>
        send({
          t: 'answer',
          id: callId,
          result: result.ok
            ? { ok: true, value: result.value ?? null }
            : failed(result.problems.map((found) => withWords(found, language))),
        });

      const onCall = async (callId: number, name: string, args: unknown): Promise<void> => {
        if (answering.size >= limits.callsPerClient)
          return reply(callId, failed([problem('request.tooMany', { limit: limits.callsPerClient })]));
        if (answering.has(callId))
          return reply(null, failed([problem('request.malformed', { reason: `call ${callId} is not answered yet` })]));
        const controller = new AbortController();
        answering.set(callId, controller);
        const startMs = performance.now();
        const found = await call(name, args, controller.signal);
        tracer?.span('sockets', 'ws', name.slice(0, longestName), startMs, performance.now(), { id: callId });
        answering.delete(callId);
        // A cancelled call is no mistake of anybody's, so it has no problem to tell.
        reply(callId, !found.ok && controller.signal.aborted ? failed([]) : found);
      };

      socket.on('pong', () => {
        client.isAlive = true;
      });
      socket.on('close', end);
      socket.on('error', () => socket.terminate());
      socket.on('message', (data, isBinary) => {
        try {
          const message = asked.parse(isBinary ? null : jsonOf(data as Buffer, limits.jsonDepth + 1));
          if (message.t === 'cancel') answering.get(message.id)?.abort(new Cancelled());
          else if (message.t === 'watch') watch(message.graphs);
          else void onCall(message.id, message.name, message.args);
        } catch (error) {
          // Nobody can tell which call it was, so the client is told and let go.
          const problems =
            error instanceof AppError
              ? problemsOfError(error)
              : [problem('request.malformed', { reason: 'it is neither a call nor a cancel' })];
          reply(null, failed(problems));
          socket.close(closing.malformed);
        }
      });
    },

    async close() {
      clearInterval(ping);
      stopListening();
      const gone = [...clients.keys()].map(
        (socket) =>
          new Promise<void>((resolve) => {
            socket.once('close', () => resolve());
            socket.close(closing.restart);
            setTimeout(() => socket.terminate(), graceMs).unref();
          }),
      );
      await Promise.all(gone);
    },
  };
}

const withWords = (found: Problem, language: Language): Problem => {
  const { message, remedy } = sayProblem(found, language);
  return Object.assign({ ...found }, { message, remedy });
};
