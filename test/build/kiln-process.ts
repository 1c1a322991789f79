import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');
export const template = (name: string): string => path.join(root, 'graphs', `${name}.kiln.json`);

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface KilnProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves at the first output on stderr that holds this. */
  said(text: string): Promise<void>;
}

/** The built command line as a process of its own, in English, without a terminal. */
export function startKiln(args: readonly string[]): KilnProcess {
  const child = spawn(process.execPath, [path.join(root, 'out/main/cli.js'), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', LANG: 'C' },
  });
  const text = { out: '', err: '' };
  const hopes: { text: string; resolve: () => void; reject: (error: Error) => void }[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    text.out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    text.err += chunk.toString();
    for (const hope of hopes) if (text.err.includes(hope.text)) hope.resolve();
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => {
      for (const hope of hopes) hope.reject(new Error(`it ended without “${hope.text}”: ${text.err}`));
      resolve({ code, ...text });
    });
  });
  return {
    child,
    ended,
    said: (hoped) =>
      new Promise((resolve, reject) => {
        hopes.push({ text: hoped, resolve, reject });
        if (text.err.includes(hoped)) resolve();
      }),
  };
}

export const kiln = (args: readonly string[]): Promise<Ended> => startKiln(args).ended;

export interface FinishedLine {
  readonly type: 'run.finished';
  readonly runId: string;
  readonly state: string;
  readonly ms: number;
  readonly images: readonly {
    readonly path: string | null;
    readonly width: number;
    readonly height: number;
    readonly sha256: string;
    readonly seed: string;
    readonly node: string;
  }[];
}

export const linesOf = (ended: Ended): FinishedLine[] =>
  ended.out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as FinishedLine);

/** A folder that is gone after the tests of a file. */
export function scratchFolder(): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'kiln-test-'));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Every file below a folder. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

/** Children of a process, on Linux. */
export const childrenOf = (pid: number): number[] => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
};
