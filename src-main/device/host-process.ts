import type { NodeType } from '../model/node-type.ts';
import { systemClock } from './clock.ts';
import { endWithParent } from './orphan.ts';
import { loadLibrary } from './ort/ort.ts';
import { portToParent } from './port-fork.ts';
import { serveHost } from './serve-host.ts';

/** All of a forked host but its node types. */
export function serveProcess(nodeTypes: readonly NodeType[]): void {
  // The library takes as long to load as the core takes to say what this host is for. Who needs it hears of a failure.
  void loadLibrary().catch(() => {});
  // A Ctrl-C in a terminal reaches every process of its group; the core decides what becomes of the work.
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  serveHost(portToParent(), {
    nodeTypes: new Map(nodeTypes.map((type) => [type.type, type])),
    clock: systemClock(),
    sharesClock: false,
    crash: () => process.kill(process.pid, 'SIGKILL'),
    onFirstCall: endWithParent,
    onClose: () => process.exit(0),
  });
}
