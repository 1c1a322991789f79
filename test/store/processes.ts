import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const script = join(import.meta.dirname, 'child.ts');

export interface Child {
  readonly process: ChildProcess;
  /** Every line it said, as words; whole when `ended` has resolved. */
  readonly lines: string[][];
  /** Resolves when it has said so many lines, or has ended. */
  said(count: number): Promise<void>;
  readonly ended: Promise<void>;
}

export function startChild(what: 'work' | 'open' | 'fill', home: string, name: string, uid?: number): Child {
  const child = spawn(process.execPath, [script, what, home, name], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const lines: string[][] = [];
  let waiting: { count: number; resolve: () => void }[] = [];
  let rest = '';
  let talk = '';
  const check = (all: boolean) => {
    for (const { count, resolve } of waiting) if (all || lines.length >= count) resolve();
    waiting = waiting.filter(({ count }) => !all && lines.length < count);
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop()!;
    for (const line of parts) lines.push(line.split(' '));
    check(false);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    talk += text;
  });
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      if (talk) lines.push(['stderr', talk]);
      check(true);
      resolve();
    };
    child.on('close', end);
    child.on('error', end);
  });
  return {
    process: child,
    lines,
    said: (count) =>
      new Promise((resolve) => {
        waiting.push({ count, resolve });
        check(false);
      }),
    ended,
  };
}

/** Every file under a folder of content-addressed files whose bytes are not what its name says, and every leftover. */
export function brokenFiles(root: string, suffixes: readonly string[] = ['']): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
      return !suffixes.some((suffix) => file === join(root, digest.slice(0, 2), digest.slice(2) + suffix));
    });
}

/** Of picture files in a home. */
export const pictureSuffixes = ['.png', '.jpg', '.webp'];
