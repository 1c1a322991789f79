import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { electronProgram } from '../../scripts/desktop.mjs';

const root = path.join(import.meta.dirname, '../..');
const program = electronProgram(process.env, process.platform);
const hasScreen = process.platform !== 'linux' || Boolean(process.env.DISPLAY) || hasXvfb();

function hasXvfb(): boolean {
  return spawnSync('Xvfb', ['-help'], { stdio: 'ignore' }).error === undefined;
}

/** Why no desktop app can be started here, or null. */
export const noElectron: string | null =
  program === null
    ? 'Electron’s program is not installed, and ELECTRON_OVERRIDE_DIST_PATH names no folder with one'
    : hasScreen
      ? null
      : 'there is no display, and no Xvfb to make one';
if (noElectron) console.warn(`SKIPPED, tests of the desktop app: ${noElectron}`);

/** Of the Electron that is tested, as its folder says. */
export const electronVersion: string = program ? readVersion(path.join(path.dirname(program), 'version')) : 'none';

function readVersion(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().replace(/^v/, '') : 'unknown';
}

/** A display for one file of tests, where there is none. */
export async function openDisplay(): Promise<{ readonly name: string | undefined; close(): void }> {
  if (process.platform !== 'linux' || process.env.DISPLAY) return { name: process.env.DISPLAY, close: () => {} };
  const child: ChildProcess = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1920x1080x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise<string>((resolve, reject) => {
    child.stdio[3]!.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
  });
  return { name: `:${number}`, close: () => void child.kill() };
}

export interface DesktopOptions {
  readonly display: string | undefined;
  readonly home: string;
  readonly words?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Another main process than that of the built app. */
  readonly program?: string;
}

export interface Desktop {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly complaints: string[];
  /** Ends it at once, without asking. */
  kill(): Promise<void>;
}

const envOf = ({ display, home, env = {} }: DesktopOptions): Record<string, string> => {
  const { ELECTRON_RUN_AS_NODE: _, ...rest } = process.env as Record<string, string>;
  return {
    ...rest,
    ...(display === undefined ? {} : { DISPLAY: display }),
    KILN_TOKEN: '',
    LANG: 'en_US.UTF-8',
    // Older Electrons have a Node for which better-sqlite3 is not made: the store then runs under ours.
    KILN_STORE_THREAD: path.join(import.meta.dirname, 'store-relay.mjs'),
    KILN_TEST_NODE: process.execPath,
    KILN_TEST_ROOT: root,
    KILN_TEST_HOME: home,
    ...env,
  };
};

/** Of each step of a start, in ms: below the limit of a test, so that a step that hangs is named. */
const startLimit = 40_000;

/**
 * Playwright sometimes waits without end for an app that has opened its window (seen with
 * Electron 33): that start is ended and made once more, and said.
 */
async function launched(options: DesktopOptions): Promise<ElectronApplication> {
  const { _electron, errors } = await import('playwright-core');
  const launch = () =>
    _electron.launch({
      executablePath: program!,
      args: [options.program ?? root, '--home', options.home, '--lang', 'en', ...(options.words ?? [])],
      env: envOf(options),
      timeout: startLimit,
    });
  try {
    return await launch();
  } catch (error) {
    if (!(error instanceof errors.TimeoutError)) throw error;
    console.warn('Playwright did not get hold of Electron; it is started once more');
    return launch();
  }
}

export async function openDesktop(options: DesktopOptions): Promise<Desktop> {
  const app = await launched(options);
  const child = app.process();
  const page = await app.firstWindow({ timeout: startLimit });
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  return {
    app,
    page,
    complaints,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** A main process of the tests' own as one file, which Electron's Node reads. */
export async function bundled(entry: string, folder: string): Promise<string> {
  const { build } = await import('vite');
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, external: ['electron'] },
    build: {
      ssr: entry,
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: { output: { entryFileNames: 'main.mjs' } },
    },
  });
  return path.join(folder, 'main.mjs');
}

/** Starts the app once more for the same home, as a double click on a file does; resolves when that start has ended. */
export function startAgain(options: DesktopOptions): Promise<number | null> {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const words = [...sandbox, root, '--home', options.home, ...(options.words ?? [])];
  const child = spawn(program!, words, { env: envOf(options), stdio: 'ignore' });
  return new Promise((resolve) => child.once('exit', resolve));
}
