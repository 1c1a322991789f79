import { randomBytes } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import type { Arguments } from './cli-arguments.ts';
import { type ExitCode, exitCodes, writeLog } from './cli-complaints.ts';
import { type HeldHome, holderOf, holdHome } from './cli-home-lock.ts';
import { replaceFile } from './cli-output-files.ts';
import type { Surroundings } from './cli-run.ts';
import { tryTrace } from './cli-trace.ts';
import type { Core } from './core.ts';
import { builtPages, kilnVersion } from './core-versions.ts';
import { fail, problemsOfError } from './model/errors.ts';
import { isLocal, openServer, type Server } from './serve/server.ts';

export const defaultPort = 7867;
export const defaultHost = '127.0.0.1';
/** A step that takes longer is given up: what it belongs to is on disk and goes on at the next start. */
const mostClosingMs = 5_000;

/** `kiln serve`: one core for this home, until it is told to stop. */
export async function serve(args: Arguments, around: Surroundings): Promise<ExitCode> {
  const { home, terminal, texts } = around;
  const host = args.host ?? defaultHost;
  const given = checkedToken(around.token);
  const token = given ?? (isLocal(host) ? null : randomBytes(24).toString('base64url'));
  await tryTrace(args, around);
  const held = await hold(args, around);
  if (held === null) return exitCodes.done;
  try {
    const since = new Date().toISOString();
    held.tell({ pid: process.pid, address: null, token, since });
    // Whoever may make pictures here may not therefore have this machine send requests wherever they like.
    const core = await around.openServed({ locksSettings: !isLocal(host) });
    let server: Server;
    try {
      const openAt = (port: number) =>
        openServer({
          core,
          version: kilnVersion,
          host,
          port,
          token,
          pages: builtPages(),
          tracer: core.tracer,
          onBug: (error) => writeLog(home, `error: ${error instanceof Error ? error.stack : String(error)}`),
        });
      server = await openAt(args.port ?? defaultPort).catch((error: unknown) => {
        // Whoever has the browser opened need not know the port, so another core's on the usual one is no obstacle.
        const isTaken = problemsOfError(error).some(({ code }) => code === 'serve.portTaken');
        if (args.open && args.port === null && isTaken) return openAt(0);
        throw error;
      });
    } catch (error) {
      await core.close();
      throw error;
    }
    held.tell({ pid: process.pid, address: server.localAddress, token, since });
    if (token !== null && given === null)
      terminal.say(texts.queue.generatedToken(`${server.address}/?token=${token}`, token));
    terminal.data(server.address);
    // A token is not passed on: others on this machine could read it from the browser's command line.
    if (args.open) terminal.say(saidOf(around, server.localAddress));
    await aborted(around.interrupted);
    await stop(core, server);
    if (args.trace !== null) await replaceFile(args.trace, around.cwd, core.trace());
  } finally {
    release(held);
  }
  return exitCodes.done;
}

/** Null where another process serves this home and the browser was sent there. @throws AppError home.held … */
async function hold(args: Arguments, around: Surroundings): Promise<HeldHome | null> {
  try {
    return await holdHome(around.home);
  } catch (error) {
    const isHeld = problemsOfError(error).some(({ code }) => code === 'home.held');
    const address = holderOf(around.home)?.address;
    if (!args.open || !isHeld || !address) throw error;
    around.terminal.data(address);
    around.browse(address);
    around.terminal.say(around.texts.studio.runsAlready(address));
    return null;
  }
}

function saidOf({ browse, texts }: Surroundings, address: string): string {
  return browse(address) ? texts.studio.opened(address) : texts.studio.noDisplay(address);
}

/** It goes into headers and addresses, and short ones can be guessed. @throws AppError option.badValue */
function checkedToken(token: string | null): string | null {
  if (token === null || /^[\x21-\x7e]{8,256}$/.test(token)) return token;
  return fail('option.badValue', { option: '--token', value: '…', wanted: '8 – 256 × ASCII' });
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** No new work; what runs is given back; then the connections end, which until then tell how it went. */
async function stop(core: Core, server: Server): Promise<void> {
  server.refuse();
  const closed = core.close().finally(() => server.close());
  await Promise.race([closed, after(mostClosingMs, undefined, { ref: false })]);
}

function release(held: HeldHome): void {
  try {
    held.release();
  } catch {
    // The folder is gone, and with it what there was to release.
  }
}
