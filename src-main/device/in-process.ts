import type { Catalog } from '../model/node-type.ts';
import type { Clock } from '../model/ports.ts';
import type { HostLink } from './host-link.ts';
import { portPair } from './port-pair.ts';
import { serveHost } from './serve-host.ts';

/** A host in this process, for tests and for the simulator: all but the process is real. */
export function inProcessHost(nodeTypes: Catalog, clock: Clock): HostLink {
  const [here, there] = portPair();
  const kill = () => there.close();
  serveHost(there, { nodeTypes, clock, sharesClock: true, crash: kill, onClose: () => {} });
  return { port: here, pid: null, lastWords: () => '', kill };
}
