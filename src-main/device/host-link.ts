import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Port } from '../model/rpc.ts';
import { forkStdio, portToChild } from './port-fork.ts';

/** A way to a host that was started just now. */
export interface HostLink {
  readonly port: Port;
  /** Of its process, where it has its own. */
  readonly pid: number | null;
  /** The last lines that it wrote. */
  lastWords(): string;
  /** Ends it at once, whatever it does. */
  kill(): void;
}

export interface ForkOptions {
  /** The child's entry. @default host-main beside this file, bundled or not */
  readonly entry?: string;
  readonly execPath?: string;
  readonly execArgv?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** An ONNX file that it will probably be asked to load: it begins at once. */
  readonly loads?: string | null;
}

/** The bundle has host-main.js beside its entries and this file in `chunks`; the sources have host-main.ts. */
export function hostEntry(): string {
  const here = import.meta.dirname;
  const places = ['host-main.js', '../host-main.js', 'host-main.ts'].map((name) => path.resolve(here, name));
  return places.find((place) => existsSync(place)) ?? places[0]!;
}

/** A host in a process of its own. */
export function forkedHost(options: ForkOptions = {}): HostLink {
  const child = fork(options.entry ?? hostEntry(), [], {
    serialization: 'advanced',
    stdio: [...forkStdio],
    execArgv: [...(options.execArgv ?? [])],
    ...(options.execPath === undefined ? {} : { execPath: options.execPath }),
    env: { ...(options.env ?? process.env), ...(options.loads ? { KILN_HOST_LOADS: options.loads } : {}) },
  });
  let words = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString('utf8')).slice(-2000);
    });
  return {
    port: portToChild(child),
    pid: child.pid ?? null,
    lastWords: () => words.trim(),
    kill: () => void child.kill('SIGKILL'),
  };
}
