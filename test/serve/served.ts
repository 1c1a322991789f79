import { onTestFinished } from 'vitest';
import { openServer, type Server, type ServerOptions } from '../../src-main/serve/server.ts';
import { type CalledCore, calledCore } from '../build/called-core.ts';
import type { Answered } from '../contracts/core.contract.ts';

export { type CalledCore, calledCore, digestOf, listing } from '../build/called-core.ts';
export { changed, jobAt, progressed } from '../build/core-events.ts';
export type { Answered } from '../contracts/core.contract.ts';

export interface Served {
  readonly core: CalledCore;
  readonly server: Server;
  readonly at: string;
  readonly bugs: unknown[];
}

/** A server on a free port that goes when the test ends. */
export async function served(options: Partial<ServerOptions> = {}): Promise<Served> {
  const core = calledCore();
  const bugs: unknown[] = [];
  const server = await openServer({
    core,
    version: '1.2.3',
    host: '127.0.0.1',
    port: 0,
    token: null,
    pages: null,
    onBug: (error) => bugs.push(error),
    ...options,
  });
  onTestFinished(() => server.close());
  return { core, server, at: server.address, bugs };
}

/** `POST /api/NAME`, as curl would. */
export async function post(at: string, name: string, args?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${at}/api/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    ...(args === undefined ? {} : { body: typeof args === 'string' ? args : JSON.stringify(args) }),
  });
  return { status: response.status, body: (await response.json()) as Answered };
}
