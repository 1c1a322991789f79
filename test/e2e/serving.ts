import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import type { Answer, Asked, CallName } from '../../src-main/contract/calls.ts';
import { ok, type Problem, problem, type Result } from '../../src-main/model/errors.ts';
import type { Event } from '../../src-main/model/events.ts';
import { childrenOf } from '../build/kiln-process.ts';

export const root = path.join(import.meta.dirname, '../..');

/** `kiln serve` as a process that may be killed before it has said where it is. */
export interface Serving {
  readonly child: ChildProcess;
  /** Once it listens; rejects when it ended before. */
  readonly address: Promise<string>;
  readonly ended: Promise<{ readonly code: number | null; readonly err: string }>;
  /** `remote.unreachable` where it ended meanwhile. */
  call<N extends CallName>(name: N, args: Asked<N>): Promise<Result<Answer<N>>>;
  /** Bytes behind an address of it; null where there are none. */
  bytes(at: string): Promise<Uint8Array | null>;
  put(at: string, bytes: Uint8Array): Promise<Result<null>>;
  /** Resolves at the first event that fits, or when the socket closes. `ready` when it listens. */
  hears(fits: (event: Event) => boolean): { readonly ready: Promise<void>; readonly heard: Promise<void> };
  /** Its host's process id, as soon as there is one; null when it has ended. Linux. */
  host(): Promise<number | null>;
  end(signal: NodeJS.Signals): Promise<void>;
}

export const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const unreachable = (error: unknown): { ok: false; problems: readonly Problem[] } => ({
  ok: false,
  problems: [problem('remote.unreachable', { address: '', reason: String(error) })],
});

/** `before` stands in front of the command, such as a shell that sets limits and gives way to it. */
export function serving(home: string, more: readonly string[] = [], before: readonly string[] = []): Serving {
  const words = [process.execPath, path.join(root, 'out/main/cli.js'), 'serve', '--port', '0', '--home', home, ...more];
  const [command, ...args] = [...before, ...words];
  const env = { ...process.env, NO_COLOR: '1', LANG: 'C', KILN_TOKEN: '' };
  const child = spawn(command!, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env });
  let [out, err] = ['', ''];
  let over = false;
  const listens = Promise.withResolvers<string>();
  listens.promise.catch(() => {});
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    if (out.includes('\n')) listens.resolve(out.trimEnd());
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = new Promise<{ code: number | null; err: string }>((resolve) => {
    child.once('close', (code) => {
      over = true;
      listens.reject(new Error(`kiln serve ended: ${err}`));
      resolve({ code, err });
    });
  });
  const asked = async <T>(at: string, init: RequestInit): Promise<Result<T>> => {
    try {
      return (await (await fetch(`${await listens.promise}${at}`, init)).json()) as Result<T>;
    } catch (error) {
      return unreachable(error);
    }
  };
  return {
    child,
    address: listens.promise,
    ended,
    call: (name, args) =>
      asked(`/api/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(args),
      }),
    async bytes(at) {
      const answer = await fetch(`${await listens.promise}${at}`);
      return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
    },
    async put(at, bytes) {
      const found = await asked<unknown>(at, { method: 'PUT', body: bytes as Uint8Array<ArrayBuffer> });
      return found.ok ? ok(null) : found;
    },
    hears(fits) {
      const ready = Promise.withResolvers<void>();
      const heard = Promise.withResolvers<void>();
      void listens.promise.then(
        (address) => {
          const socket = new WebSocket(`${address.replace('http', 'ws')}/ws`);
          socket.onopen = () => ready.resolve();
          socket.onerror = socket.onclose = () => {
            ready.resolve();
            heard.resolve();
          };
          socket.onmessage = ({ data }) => {
            const message = JSON.parse(data as string) as { t: string; event: Event };
            if (message.t !== 'event' || !fits(message.event)) return;
            heard.resolve();
            socket.close();
          };
        },
        () => {
          ready.resolve();
          heard.resolve();
        },
      );
      return { ready: ready.promise, heard: heard.promise };
    },
    async host() {
      while (!over) {
        const [first] = childrenOf(child.pid!);
        if (first !== undefined) return first;
        await after(2);
      }
      return null;
    },
    async end(signal) {
      child.kill(signal);
      await ended;
    },
  };
}
