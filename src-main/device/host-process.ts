import type { NodeType } from '../model/node-type.ts';
import { systemClock } from './clock.ts';
import { endWithParent } from './orphan.ts';
import { earlySession } from './ort/early-session.ts';
import { loadLibrary } from './ort/session.ts';
import { portToParent } from './port-fork.ts';
import { parentPort, portToElectron } from './port-utility.ts';
import { serveHost } from './serve-host.ts';

/** All of a forked host but its node types. */
export function serveProcess(nodeTypes: readonly NodeType[]): void {
  // The library takes as long to load as the core takes to say what this host is for. Who needs it hears of a failure.
  const library = loadLibrary();
  library.catch(() => {});
  const path = process.env.KILN_HOST_LOADS;
  // A Ctrl-C in a terminal reaches every process of its group; the core decides what becomes of the work.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  const electron = parentPort();
  serveHost(electron ? portToElectron(electron) : portToParent(), {
    nodeTypes: new Map(nodeTypes.map((type) => [type.type, type])),
    clock: systemClock(),
    sharesClock: false,
    crash: () => process.kill(process.pid, 'SIGKILL'),
    onFirstCall: endWithParent,
    early: path ? earlySession(path, library) : null,
    onClose: () => process.exit(0),
  });
}
