import { utilityProcess } from 'electron';
import type { Port } from '../model/rpc.ts';

/** A host's process, with a port to it: what the device room starts hosts with. */
export interface UtilityHost {
  readonly port: Port;
  readonly pid: number | null;
  lastWords(): string;
  kill(): void;
}

interface Letter {
  readonly message: unknown;
  readonly bytes: readonly Uint8Array[];
}

/**
 * A host as a utility process, which a native crash ends alone. There is no second pipe: bytes lie beside the message in
 * the same letter, copied as they are and never as text.
 */
export function utilityHost(entry: string, env: NodeJS.ProcessEnv): UtilityHost {
  const child = utilityProcess.fork(entry, [], {
    stdio: ['ignore', 'pipe', 'pipe'],
    serviceName: 'Kiln host',
    env: safe(env),
  });
  let words = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString('utf8')).slice(-2000);
    });
  let isGone = false;
  let reason: string | null = null;
  const early: Letter[] = [];
  let listener: ((message: unknown, bytes: readonly Uint8Array[]) => void) | null = null;
  const closeListeners: ((reason: string) => void)[] = [];
  child.on('message', (letter: Letter) => {
    if (listener) listener(letter.message, letter.bytes);
    else early.push(letter);
  });
  child.once('exit', (code) => {
    isGone = true;
    reason = `it exited with code ${code}`;
    for (const added of closeListeners) added(reason);
  });
  const kill = (): void => {
    if (isGone) return;
    // A host may hang inside a call, where it hears no polite signal.
    if (child.pid === undefined || process.platform === 'win32') child.kill();
    else
      try {
        process.kill(child.pid, 'SIGKILL');
      } catch {
        // It is gone already; `exit` says so soon.
      }
  };
  return {
    get pid() {
      return child.pid ?? null;
    },
    lastWords: () => words.trim(),
    kill,
    port: {
      post(message, bytes = []) {
        if (!isGone) child.postMessage({ message, bytes: bytes.map(alone) } satisfies Letter);
      },
      onMessage(added) {
        listener = added;
        for (const { message, bytes } of early.splice(0)) added(message, bytes);
      },
      onClose(added) {
        closeListeners.push(added);
        if (reason !== null) queueMicrotask(() => added(reason ?? ''));
      },
      close: () => void child.kill(),
    },
  };
}

/** A view is copied with all of the memory behind it, so a part of a larger one goes alone. */
const alone = (bytes: Uint8Array): Uint8Array => (bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice());

/** What would change how a process starts is not for hosts. */
function safe(env: NodeJS.ProcessEnv): Record<string, string> {
  const unwanted = ['NODE_OPTIONS', 'ELECTRON_RUN_AS_NODE', 'NODE_COMPILE_CACHE'];
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !unwanted.includes(entry[0]),
    ),
  );
}
