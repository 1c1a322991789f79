import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import type { Answer, Asked, CallName } from '../../src-main/contract/calls.ts';

const root = path.join(import.meta.dirname, '../..');

/** `kiln serve` as a process of its own. */
export interface KilnServer {
  readonly address: string;
  call<N extends CallName>(name: N, args: Asked<N>): Promise<Answer<N>>;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Resolves when it can be reached. `port` 0 takes any that is free. */
export async function startServer(home: string, port = 0): Promise<KilnServer> {
  const child = spawn(
    process.execPath,
    [path.join(root, 'out/main/cli.js'), 'serve', '--home', home, '--port', String(port)],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1', LANG: 'C' } },
  );
  const address = await firstLine(child);
  const end = (signal: NodeJS.Signals) =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('close', () => resolve());
      child.kill(signal);
    });
  return {
    address,
    async call(name, args) {
      const answer = await fetch(`${address}/api/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(args),
      });
      const body = (await answer.json()) as { ok: boolean; value: never };
      if (!body.ok) throw new Error(`${name}: ${JSON.stringify(body)}`);
      return body.value;
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let [out, err] = ['', ''];
    child.stderr!.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.stdout!.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (out.includes('\n')) resolve(out.slice(0, out.indexOf('\n')).trim());
    });
    child.once('close', () => reject(new Error(`kiln serve ended: ${err}`)));
  });
}
