import { kiln } from './cli-command.ts';
import { exitCodes, type Speaker, sayBug } from './cli-complaints.ts';
import { early } from './cli-early.ts';
import { writeStartHint } from './cli-start-hint.ts';
import type { Output } from './cli-terminal.ts';

// The `kiln` command. Everything that is the process's own is here: streams, signals and the end.

/** Whoever reads may stop reading (`kiln images | head`); what is still to be said is then dropped. */
function outputTo(stream: NodeJS.WriteStream): Output & { flushed(): Promise<void> } {
  let gone = false;
  stream.on('error', () => {
    gone = true;
  });
  return {
    write(text) {
      if (!gone) stream.write(text);
    },
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 80;
    },
    flushed: () =>
      new Promise((resolve) => {
        if (gone || stream.writableLength === 0) resolve();
        else stream.write('', () => resolve());
      }),
  };
}

const stdout = outputTo(process.stdout);
const stderr = outputTo(process.stderr);
const interrupt = new AbortController();
let spoken: { speaker: Speaker; home: string } | null = null;
let home = '';
let part: string | null = null;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const)
  process.on(signal, () => {
    if (interrupt.signal.aborted) process.exit(exitCodes.cancelled);
    if (spoken) spoken.speaker.terminal.say(spoken.speaker.texts.stopping);
    interrupt.abort();
  });

for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (error) => {
    if (spoken) sayBug(spoken.speaker, error, spoken.home);
    process.exit(exitCodes.failed);
  });

const code = await kiln(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  stdout,
  stderr,
  interrupted: interrupt.signal,
  now: () => performance.now(),
  readSecret: async () => (await import('./cli-secret-line.ts')).secretLine(process.stdin),
  openCore: async (options) => {
    const { openCore } = await import('./core.ts');
    if (!early) return openCore(options);
    const { host, storeThread } = early;
    const onExpected = (file: string) => {
      part = file;
    };
    return openCore({ ...options, storeThread, ...(host ? { host, onExpected } : { waits: true }) });
  },
  speaks: (speaker, itsHome) => {
    home = itsHome;
    spoken = { speaker, home };
  },
});
early?.host?.kill();
if (early && code === exitCodes.done) writeStartHint(home, early.words, { part, isKept: true });
await Promise.all([stdout.flushed(), stderr.flushed()]);
process.exit(code);
