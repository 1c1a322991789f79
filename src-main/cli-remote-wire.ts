import type { Answer, Asked, CallName } from './contract/calls.ts';
import { AppError, Cancelled, failed, ok, type Problem, problem, type Result } from './model/errors.ts';
import type { Event } from './model/events.ts';
import type { NodeId } from './model/ids.ts';
import { sayProblem } from './texts/say.ts';

/** A core's address and what it asks for. */
export interface Remote {
  /** Without a slash at its end. */
  readonly address: string;
  readonly token: string | null;
}

/** `gpu.lan:7867`, `https://gpu.lan/kiln`, or the address with its token as `kiln serve` printed it. */
export function remoteAt(written: string, token: string | null): Remote {
  const text = /^https?:\/\//i.test(written) ? written : `http://${written}`;
  if (!URL.canParse(text) || new URL(text).hostname === '')
    throw new AppError(problem('option.badValue', { option: '--on', value: written, wanted: 'http://HOST:PORT' }));
  const { origin, pathname, searchParams } = new URL(text);
  return { address: `${origin}${pathname.replace(/\/+$/, '')}`, token: searchParams.get('token') ?? token };
}

const headersOf = ({ token }: Remote): Record<string, string> => (token ? { authorization: `Bearer ${token}` } : {});

const causeOf = (error: unknown): string => {
  const cause = (error as Error).cause ?? error;
  const { message, code } = cause as NodeJS.ErrnoException;
  return message || code || String(error);
};

const unreachable = ({ address }: Remote, error: unknown): AppError =>
  new AppError(problem('remote.unreachable', { address, reason: causeOf(error) }), { cause: error });

/** A request that failed before an answer came. @throws AppError remote.unreachable; Cancelled */
async function ask(remote: Remote, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`${remote.address}${path}`, { ...init, headers: { ...headersOf(remote), ...init.headers } });
  } catch (error) {
    if (init.signal?.aborted) throw new Cancelled();
    throw unreachable(remote, error);
  }
}

/** A problem of a core that may be newer and know codes for which there are no sentences here. */
function problemFrom(raw: {
  code: string;
  values: object;
  message?: string;
  node?: string | null;
  input?: string | null;
}) {
  const { code, values, node, input } = raw;
  const found = {
    code,
    values,
    ...(node ? { nodeId: node as NodeId } : {}),
    ...(input ? { input } : {}),
  } as Problem;
  try {
    sayProblem(found, 'en');
    return found;
  } catch {
    return problem('bug', { reason: raw.message ?? code });
  }
}

/** What was answered, whatever answered it. */
async function resultOf(remote: Remote, response: Response): Promise<Result<unknown>> {
  let body: { ok?: unknown; value?: unknown; problems?: Parameters<typeof problemFrom>[0][] };
  try {
    body = (await response.json()) as typeof body;
  } catch {
    body = {};
  }
  if (body?.ok === true) return ok(body.value);
  if (body?.ok === false && Array.isArray(body.problems)) return failed(body.problems.map(problemFrom));
  return failed([problem('remote.notKiln', { address: remote.address, found: `HTTP ${response.status}` })]);
}

/** @throws Cancelled */
export async function callRemote<N extends CallName>(
  remote: Remote,
  name: N,
  args: Asked<N>,
  signal?: AbortSignal,
): Promise<Result<Answer<N>>> {
  try {
    const response = await ask(remote, `/api/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(args),
      ...(signal ? { signal } : {}),
    });
    return (await resultOf(remote, response)) as Result<Answer<N>>;
  } catch (error) {
    if (error instanceof AppError) return failed(error.problems);
    throw error;
  }
}

/** @throws AppError */
export async function putBytes(remote: Remote, path: string, bytes: Uint8Array): Promise<void> {
  const response = await ask(remote, path, { method: 'PUT', body: bytes as Uint8Array<ArrayBuffer> });
  const result = await resultOf(remote, response);
  if (!result.ok) throw new AppError(result.problems);
}

/** Null where there is nothing. @throws AppError */
export async function getBytes(remote: Remote, path: string): Promise<Uint8Array | null> {
  const response = await ask(remote, path, {});
  if (response.ok) return response.bytes();
  if (response.status === 404) {
    await response.body?.cancel();
    return null;
  }
  const result = await resultOf(remote, response);
  throw new AppError(result.ok ? [] : result.problems);
}

export interface RemoteEventsOptions {
  readonly onEvent: (event: Event) => void;
  /** The connection was lost and is there again: what happened meanwhile was not heard. */
  readonly onBack: () => void;
  readonly onLost: () => void;
  /** Nobody has answered for so long that nobody is waited for any more. */
  readonly onGone: () => void;
  readonly giveUpMs: number;
}

export interface RemoteEvents {
  /** @throws AppError remote.unreachable */
  readonly opened: Promise<void>;
  close(): void;
}

const firstWaitMs = 200;
const longestWaitMs = 3_000;

/** The core's events, over a socket that is opened again when it breaks. */
export function remoteEvents(remote: Remote, options: RemoteEventsOptions): RemoteEvents {
  const opened = Promise.withResolvers<void>();
  const address = `${remote.address.replace(/^http/i, 'ws')}/ws`;
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let lostAt: number | null = null;
  let waitMs = firstWaitMs;
  let isClosed = false;
  let wasOpen = false;

  const connect = (): void => {
    const mine = new WebSocket(address, { headers: headersOf(remote) });
    socket = mine;
    mine.onopen = () => {
      waitMs = firstWaitMs;
      const isBack = lostAt !== null;
      lostAt = null;
      wasOpen = true;
      opened.resolve();
      if (isBack) options.onBack();
    };
    mine.onmessage = ({ data }) => {
      if (typeof data !== 'string') return;
      const message = JSON.parse(data) as { t: string; event: Event };
      if (message.t === 'event') options.onEvent(message.event);
    };
    mine.onclose = ({ reason }) => lost(reason);
  };
  const lost = (reason: string): void => {
    if (isClosed) return;
    if (!wasOpen) {
      isClosed = true;
      opened.reject(unreachable(remote, new Error(reason || 'the socket did not open')));
      return;
    }
    if (lostAt === null) {
      lostAt = Date.now();
      options.onLost();
    }
    if (Date.now() - lostAt > options.giveUpMs) {
      isClosed = true;
      options.onGone();
      return;
    }
    timer = setTimeout(connect, waitMs);
    waitMs = Math.min(longestWaitMs, waitMs * 2);
  };
  connect();
  return {
    opened: opened.promise,
    close() {
      isClosed = true;
      if (timer) clearTimeout(timer);
      socket?.close();
    },
  };
}
