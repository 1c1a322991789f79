import type { Socket } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import websocket from '@fastify/websocket';
import { fail } from '../model/errors.ts';
import type { Tracer } from '../model/ports.ts';
import { flightOf } from './bodies.ts';
import { guard, isLoopback } from './guard.ts';
import { httpApp } from './http.ts';
import { type ServeLimits, serveLimits } from './limits.ts';
import { metricsOf } from './metrics.ts';
import { languageAsked } from './said-problems.ts';
import type { ServedCore } from './served-core.ts';
import { webSockets } from './ws.ts';

export interface ServerOptions {
  readonly core: ServedCore;
  readonly version: string;
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** May be null on a loopback address alone. */
  readonly token: string | null;
  /** Folder of the web page; null where there is none. */
  readonly pages: string | null;
  readonly limits?: Partial<ServeLimits>;
  readonly pingMs?: number;
  /** Notes requests where a trace is made. */
  readonly tracer?: Tracer | null;
  readonly onBug: (error: unknown) => void;
}

export interface Server {
  /** Where others reach it. */
  readonly address: string;
  /** Where this machine reaches it. */
  readonly localAddress: string;
  /** Takes no new work from now on; what was asked is still answered. */
  refuse(): void;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** For answers that are on their way when the server closes. */
const graceMs = 1_000;

export const isLocal = (host: string): boolean => isLoopback(host.toLowerCase());

const isAnywhere = (host: string): boolean => host === '0.0.0.0' || host === '::';

/** An address of this machine that another one may know it by. */
function outward(): string {
  const found = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  return found?.address ?? hostname();
}

const urlOf = (host: string, port: number): string => `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

/** @throws AppError serve.portTaken, serve.cannotListen */
export async function openServer(options: ServerOptions): Promise<Server> {
  const { core, version, host, port, token, pages, tracer = null, onBug, pingMs = 30_000 } = options;
  if (token === null && !isLocal(host)) throw new Error('a server beyond loopback needs a token');
  const limits = { ...serveLimits, ...options.limits };
  let stopping = false;
  const isStopping = () => stopping;
  const metrics = metricsOf({ core, clients: () => sockets.clients, onBug });
  const sockets = webSockets({ core, limits, pingMs, isStopping, tracer, onBug, onDropped: metrics.dropped });
  const app = httpApp({
    core,
    version,
    limits,
    flight: flightOf(limits.flightBytes),
    check: guard({ token, cookieName: `kiln_${port}` }),
    pages,
    metrics: metrics.scrape,
    isStopping,
    tracer,
    onBug,
  });
  const connections = new Set<Socket>();
  app.server.on('connection', (connection: Socket) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });
  const end = async (): Promise<void> => {
    stopping = true;
    await sockets.close();
    metrics.close();
    const closed = app.close();
    // What is being answered gets its answer; a connection that became a socket is none that the server would end.
    const late = setTimeout(() => {
      for (const connection of connections) connection.destroy();
    }, graceMs);
    await closed;
    clearTimeout(late);
  };
  try {
    // Pictures are compressed already, and events are small: deflating would cost each client memory and time.
    await app.register(websocket, {
      options: { maxPayload: limits.jsonBytes, perMessageDeflate: false },
      preClose: (done: () => void) => done(),
    });
    await app.register(async (scope) => {
      scope.get('/ws', { websocket: true }, (socket, request) =>
        sockets.add(socket, languageAsked(request.headers['accept-language'])),
      );
    });
    await app.listen({ host, port });
  } catch (error) {
    await end();
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') fail('serve.portTaken', { address: urlOf(host, port) }, {}, error);
    if (code?.startsWith('E')) fail('serve.cannotListen', { address: urlOf(host, port), reason: message }, {}, error);
    throw error;
  }
  const bound = app.server.address();
  const taken = typeof bound === 'object' && bound !== null ? bound.port : port;
  return {
    address: urlOf(isAnywhere(host) ? outward() : host, taken),
    localAddress: urlOf(isAnywhere(host) ? '127.0.0.1' : host, taken),
    refuse() {
      stopping = true;
    },
    close: end,
  };
}
