import { WebSocket } from 'ws';
import { type CoreInfo, contractVersion, type QueueStatus } from '../contract/calls.ts';
import type { CoreTried, Wire, WireEvents } from '../contract/desktop.ts';
import { AppError, type Problem, problem, problemsOfError } from '../model/errors.ts';
import type { CoreLink } from './core-link.ts';

export interface Remote {
  /** Without a slash at its end. */
  readonly address: string;
  readonly token: string | null;
}

/** `gpu.lan:7867`, `https://gpu.lan/kiln`, or the address with its token as `kiln serve` printed it; null for anything else. */
export function remoteAt(written: string, token: string | null): Remote | null {
  const text = written.trim();
  const whole = /^https?:\/\//i.test(text) ? text : `http://${text}`;
  if (text === '' || /\s/.test(text) || /^(?!https?:)[a-z+.-]+:\/\//i.test(text) || !URL.canParse(whole)) return null;
  const { origin, pathname, searchParams, username, hostname } = new URL(whole);
  if (hostname === '' || username !== '') return null;
  return { address: `${origin}${pathname.replace(/\/+$/, '')}`, token: searchParams.get('token') || token || null };
}

/** What waits for an answer is given up after so long. */
const patienceMs = 10_000;

/** `kiln serve`, here or on another machine. The token never reaches a page. */
export function remoteCore(remote: Remote): CoreLink {
  const { address, token } = remote;
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };

  const call = async (name: string): Promise<unknown> => {
    const answer = await fetch(`${address}/api/${name}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{}',
      redirect: 'error',
      signal: AbortSignal.timeout(patienceMs),
    }).catch((error: unknown) => {
      throw new AppError(problem('remote.unreachable', { address, reason: causeOf(error) }));
    });
    const body = (await answer.json().catch(() => null)) as {
      ok?: unknown;
      value?: unknown;
      problems?: readonly Problem[];
    } | null;
    if (body?.ok === true) return body.value;
    if (answer.status === 401) throw new AppError(problem('request.unauthorized', {}));
    throw new AppError(problem('remote.notKiln', { address, found: `HTTP ${answer.status}` }));
  };

  return {
    chosen: { kind: 'remote', address, isHere: false, problems: [] },
    open: (events) => socketTo(`${address.replace(/^http/i, 'ws')}/ws`, headers, events),
    async bytes({ method, path, body }) {
      try {
        return await fetch(`${address}${path}`, {
          method,
          headers,
          redirect: 'error',
          body: body as Uint8Array<ArrayBuffer> | null,
        });
      } catch (error) {
        const problems = [problem('remote.unreachable', { address, reason: causeOf(error) })];
        return Response.json({ ok: false, problems }, { status: 502 });
      }
    },
    probe: () => probeOf(address, call),
    queue: () =>
      call('queue.status').then(
        (value) => value as QueueStatus,
        () => null,
      ),
    disk: null,
    close: async () => {},
  };
}

async function probeOf(address: string, call: (name: string) => Promise<unknown>): Promise<CoreTried> {
  try {
    const info = (await call('core.info')) as CoreInfo;
    const [theirs, ours] = [String(info.contract), String(contractVersion)];
    if (theirs === ours) return { problems: [], info };
    return { problems: [problem('remote.otherVersion', { address, theirs, ours })], info };
  } catch (error) {
    return { problems: problemsOfError(error), info: null };
  }
}

function causeOf(error: unknown): string {
  const { message, code } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  return message || code || String(error);
}

function socketTo(address: string, headers: Record<string, string>, events: WireEvents): Wire {
  const socket = new WebSocket(address, { headers, handshakeTimeout: patienceMs, perMessageDeflate: false });
  let isClosed = false;
  socket.on('open', () => isClosed || events.onopen());
  socket.on('message', (data, isBinary) => {
    if (!isBinary && !isClosed) events.onmessage(String(data));
  });
  // `close` follows every error.
  socket.on('error', () => {});
  socket.on('close', () => {
    if (!isClosed) events.onclose();
    isClosed = true;
  });
  return {
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close() {
      isClosed = true;
      socket.close();
    },
  };
}
