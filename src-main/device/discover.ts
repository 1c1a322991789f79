import os from 'node:os';
import type { Device, Provider } from '../model/device.ts';
import { problemsOfError } from '../model/errors.ts';
import type { DeviceId } from '../model/ids.ts';
import { rpcOver } from '../model/rpc.ts';
import type { Settings } from '../model/settings.ts';
import type { HostLink } from './host-link.ts';
import { ask, type HostCalls } from './protocol.ts';

/** The CPU: always there. Its memory is shared with everything else, so half of it is the budget unless a setting says more. */
export function cpuDevice(settings: Pick<Settings, 'cpuBudgetBytes' | 'cpuThreads'>): Device {
  return {
    id: 'cpu' as DeviceId,
    runtime: 'ort',
    provider: 'cpu',
    label: os.cpus()[0]?.model.trim() || `${os.arch()} CPU`,
    budgetBytes: settings.cpuBudgetBytes || Math.floor(os.totalmem() / 2),
    threads: settings.cpuThreads || os.availableParallelism(),
  };
}

/**
 * Worth a try by platform. WebGPU is not tried on Linux unless asked for: there it often is a software renderer,
 * slower than the CPU itself.
 */
const likely: Partial<Record<NodeJS.Platform, readonly Provider[]>> = {
  linux: ['cuda'],
  win32: ['dml'],
  darwin: ['webgpu'],
};

/** Of a device that nobody could ask for its memory. */
const unknownBudgetBytes = 4 * 1024 ** 3;
/** A driver that does not answer in this time is left alone. */
const probeMs = 20_000;

export interface DiscoverOptions {
  readonly settings: Pick<Settings, 'cpuBudgetBytes' | 'cpuThreads'>;
  /** A host process that may crash: each device is tried in one of its own. */
  readonly open: () => HostLink;
  readonly providers?: readonly Provider[];
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
  /** Told of each provider that was tried in vain. */
  readonly onFailed?: (provider: Provider, reason: string) => void;
}

/** Which devices exist: the CPU, and each other one on which a model of one operation ran. */
export async function discoverDevices(options: DiscoverOptions): Promise<readonly Device[]> {
  const others = (options.providers ?? likely[process.platform] ?? []).filter(
    (name) => name !== 'cpu' && name !== 'sim',
  );
  const found = await Promise.all(
    others.map(async (provider): Promise<Device | null> => {
      const device: Device = {
        id: `${provider}:0` as DeviceId,
        runtime: 'ort',
        provider,
        label: provider,
        budgetBytes: unknownBudgetBytes,
        threads: 1,
      };
      const why = await whyNot(device, options.open());
      if (why !== null) {
        options.log('info', `no ${device.id}: ${why}`);
        options.onFailed?.(provider, why);
      }
      return why === null ? device : null;
    }),
  );
  return [cpuDevice(options.settings), ...found.filter((device) => device !== null)];
}

/** Null when it works. */
async function whyNot(device: Device, link: HostLink): Promise<string | null> {
  const late = setTimeout(() => link.kill(), probeMs);
  const noAnswer = () => Promise.reject(new Error('nothing is served while probing'));
  const rpc = rpcOver(
    link.port,
    noAnswer,
    () => {},
    () => {},
  );
  try {
    await ask<HostCalls, 'probe'>(rpc, 'probe', { device });
    return null;
  } catch (error) {
    return problemsOfError(error)
      .map(({ code, values }) => ('reason' in values ? values.reason : code))
      .join('; ');
  } finally {
    clearTimeout(late);
    link.kill();
  }
}
