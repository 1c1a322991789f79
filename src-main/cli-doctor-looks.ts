import { execFile } from 'node:child_process';
import { open, readdir, readFile, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Card, DoctorFacts, LogFacts, LogLine } from './cli-doctor-findings.ts';
import { holderOf } from './cli-home-lock.ts';
import { type Problem, problemsOfError } from './model/errors.ts';
import type { PackListing } from './model/pack.ts';
import { makeHome } from './store/home.ts';
import { holdFile } from './store/owner.ts';

// One look at each thing that Kiln needs. None throws: what cannot be seen is part of what is found.

/** Whether the folder can be made and written, and the room on its disk. */
export async function lookAtHome(home: string): Promise<DoctorFacts['home']> {
  let problem: Problem | null = null;
  try {
    makeHome(home);
  } catch (error) {
    problem = problemsOfError(error)[0]!;
  }
  const room = await statfs(home).catch(() => null);
  return { path: home, problem, freeBytes: room && room.bavail * room.bsize };
}

/** Whether a core serves the home. The lock is taken for a moment only, and no file is made. */
export async function lookAtLock(home: string): Promise<DoctorFacts['lock']> {
  const note = holderOf(home);
  const file = path.join(home, 'serve.lock');
  if (!(await stat(file).catch(() => null))) return { isHeld: false, note };
  try {
    const letGo = holdFile(file);
    letGo?.();
    return { isHeld: letGo === null, note };
  } catch {
    return { isHeld: false, note };
  }
}

export function lookAtMemory(): DoctorFacts['memory'] {
  const totalBytes = os.totalmem();
  const limit = process.constrainedMemory();
  // Where there is no limit it is 0 or a number beyond all memory.
  return {
    totalBytes,
    limitBytes: limit > 0 && limit < totalBytes ? limit : null,
    freeBytes: process.availableMemory(),
  };
}

const logDays = 7;
const logTail = 512 * 1024;

/** Bugs and lost devices of the last days. */
export async function lookAtLog(home: string, now: Date): Promise<LogFacts> {
  const file = path.join(home, 'logs', 'kiln.log');
  const text = await readFile(file, 'utf8').catch(() => '');
  const since = new Date(now.getTime() - logDays * 86_400_000).toISOString();
  const lines = logLines(text.slice(-logTail)).filter(({ at }) => at >= since);
  const those = (pattern: RegExp): LogLine[] => lines.filter(({ text: said }) => pattern.test(said));
  return { path: file, bugs: those(/^(bug|error): /), lost: those(/^warn: \S+ was lost: /) };
}

/** Entries begin with a time; a stack goes on below. */
function logLines(text: string): LogLine[] {
  return text.split('\n').flatMap((line) => {
    const [, at, said] = /^(\d{4}-\d\d-\d\dT\S+Z) (.*)$/.exec(line) ?? [];
    return at === undefined || said === undefined ? [] : [{ at, text: said.slice(0, 200) }];
  });
}

const askMs = 3_000;
const cardFacts = [
  'name',
  'driver_version',
  'memory.total',
  'memory.used',
  'pcie.link.width.current',
  'pcie.link.width.max',
];

/** What the driver's own tool says, where there is one. */
export async function lookAtCards(tool = 'nvidia-smi'): Promise<DoctorFacts['cards']> {
  try {
    const query = [`--query-gpu=${cardFacts.join(',')}`, '--format=csv,noheader,nounits'];
    const { stdout } = await promisify(execFile)(tool, query, { timeout: askMs, windowsHide: true });
    return { found: cardsIn(stdout) };
  } catch (error) {
    const { code, killed } = error as NodeJS.ErrnoException & { killed?: boolean };
    return { reason: killed ? `${askMs / 1000} s` : code === 'ENOENT' ? '' : String(code ?? error) };
  }
}

/** Lines of values between commas; memory in MiB, `[N/A]` where a card does not say. */
export function cardsIn(csv: string): Card[] {
  const numberOf = (text: string | undefined): number | null => (text && /^\d+$/.test(text) ? Number(text) : null);
  return csv
    .split('\n')
    .map((line) => line.split(',').map((value) => value.trim()))
    .filter((values) => values.length === cardFacts.length)
    .map(([name, driver, total, used, width, mostWidth]) => ({
      name: name!,
      driver: driver!,
      bytes: (numberOf(total) ?? 0) * 1024 ** 2,
      usedBytes: (numberOf(used) ?? 0) * 1024 ** 2,
      width: numberOf(width),
      mostWidth: numberOf(mostWidth),
    }));
}

/** Whether a server could listen where `kiln serve` does. */
export function lookAtPort(host: string, port: number): Promise<DoctorFacts['port']> {
  const address = `http://${host}:${port}`;
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', ({ code, message }: NodeJS.ErrnoException) =>
      resolve({ address, state: code === 'EADDRINUSE' ? 'taken' : { reason: message } }),
    );
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve({ address, state: 'free' })));
  });
}

const copyBytes = 32 * 1024 ** 2;
const copyMs = 200;

/** Bytes per ms, the best of several copies. */
export function measureCopy(): number {
  const [from, to] = [Buffer.alloc(copyBytes, 1), Buffer.alloc(copyBytes)];
  const until = performance.now() + copyMs;
  let best = Number.POSITIVE_INFINITY;
  do {
    const began = performance.now();
    from.copy(to);
    best = Math.min(best, performance.now() - began);
  } while (performance.now() < until);
  return copyBytes / Math.max(best, 0.001);
}

const readMs = 500;
const readPiece = 1024 ** 2;
const leastReadBytes = 256 * 1024;

/** Reads what a device would load: the largest file of the packs that open, for half a second at most. */
export async function measureRead(packs: readonly PackListing[]): Promise<DoctorFacts['read']> {
  const largest = await largestFile(packs.filter(({ facts }) => facts).map((pack) => pack.path));
  if (largest === null) return null;
  const file = await open(largest).catch(() => null);
  if (file === null) return null;
  try {
    const piece = Buffer.alloc(readPiece);
    const began = performance.now();
    let bytes = 0;
    for (let got = 1; got > 0 && performance.now() - began < readMs; bytes += got)
      ({ bytesRead: got } = await file.read(piece, 0, readPiece, bytes));
    return { path: largest, bytesPerMs: bytes / Math.max(performance.now() - began, 0.001) };
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

async function largestFile(folders: readonly string[]): Promise<string | null> {
  let [largest, most]: [string | null, number] = [null, leastReadBytes];
  for (const folder of folders)
    for (const name of await readdir(folder, { recursive: true }).catch(() => [] as string[])) {
      const file = path.join(folder, name);
      const found = await stat(file).catch(() => null);
      if (found?.isFile() && found.size > most) [largest, most] = [file, found.size];
    }
  return largest;
}
