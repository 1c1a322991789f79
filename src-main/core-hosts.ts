import path from 'node:path';
import { cpuDevice } from './device/discover.ts';
import { type HostSpec, makeHosts } from './device/host.ts';
import { forkedHost, type HostLink } from './device/host-link.ts';
import { withLanes } from './device/lanes.ts';
import type { DeviceId, Digest } from './model/ids.ts';
import type { Clock, Hosts } from './model/ports.ts';
import type { Settings } from './model/settings.ts';

export interface CoreHostsOptions {
  readonly home: string;
  readonly settings: Settings;
  readonly strangers: boolean;
  /** Where they are given, else the CPU. */
  readonly devices?: readonly HostSpec[];
  /** The first host's process, where it was started beforehand, and how others are started. */
  readonly host?: HostLink;
  readonly openHost?: () => HostLink;
  readonly clock: Clock;
  readonly file: (digest: Digest) => Promise<Uint8Array>;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

/** The hosts of a core, and the device that has the first of them. */
export function coreHosts(options: CoreHostsOptions): { readonly hosts: Hosts; readonly firstId: DeviceId } {
  const { home, settings, strangers, host, openHost, clock, file, log } = options;
  const whole = options.devices ?? [{ device: cpuDevice(settings), runtime: { kind: 'ort' } }];
  const prepacked = {
    folder: path.join(home, 'prepacked'),
    mostBytes: settings.cacheBytes,
    leastFreeBytes: 4 * 1024 ** 3,
  };
  // A picture that another lane computes may differ in its last bit.
  const specs = strangers ? withLanes(whole, settings.cpuLanes, prepacked) : whole;
  return {
    hosts: makeHosts({ specs, open: takeFirst(host, openHost), clock, file, log }),
    firstId: specs[0]!.device.id,
  };
}

/** The process that was started beforehand, then one after the other. */
function takeFirst(early: HostLink | undefined, open: () => HostLink = forkedHost): () => HostLink {
  let first = early;
  return () => {
    const link = first ?? open();
    first = undefined;
    return link;
  };
}
