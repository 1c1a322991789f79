import { existsSync } from 'node:fs';
import os from 'node:os';
import { type Device, type Provider, providers } from '../model/device.ts';
import { failed, ok, type Problem, problem, problemsOfError, type Result } from '../model/errors.ts';
import type { DeviceId } from '../model/ids.ts';
import { rpcOver } from '../model/rpc.ts';
import type { Settings } from '../model/settings.ts';
import { driverMemory } from './driver-memory.ts';
import type { HostSpec } from './host.ts';
import type { HostLink } from './host-link.ts';
import { ask, type HostCalls } from './protocol.ts';

/** The CPU: always there. Its memory is shared with everything else, so half of it is the budget unless a setting says more. */
export function cpuDevice(settings: Pick<Settings, 'cpuBudgetBytes' | 'cpuThreads'> & Partial<Budgets>): Device {
  return {
    id: 'cpu' as DeviceId,
    runtime: 'ort',
    provider: 'cpu',
    label: os.cpus()[0]?.model.trim() || `${os.arch()} CPU`,
    budgetBytes: settings.budgetBytes?.cpu ?? (settings.cpuBudgetBytes || Math.floor(os.totalmem() / 2)),
    threads: settings.cpuThreads || os.availableParallelism(),
  };
}

/**
 * In the order in which they are tried: those that are made for the card before those that any card has. Windows and
 * macOS bring no library for CUDA.
 */
const inOrder: Partial<Record<NodeJS.Platform, readonly Provider[]>> = {
  linux: ['cuda', 'webgpu'],
  win32: ['webgpu', 'dml'],
  darwin: ['webgpu', 'coreml'],
};

/** Without a graphics card WebGPU on Linux is a program that imitates one, slower than the CPU itself. */
const hasCard = (): boolean =>
  process.platform !== 'linux' || ['/dev/nvidia0', '/dev/dri/renderD128'].some((node) => existsSync(node));

/** Worth a try here, unless somebody asks for others. */
export const likelyProviders = (): readonly Provider[] =>
  (inOrder[process.platform] ?? []).filter((provider) => provider !== 'webgpu' || hasCard());

/** Of a device that nobody could ask for its memory. */
const unknownBudgetBytes = 4 * 1024 ** 3;
/** Kept free of a card's memory: a CUDA context and the libraries' workspaces take most of a gigabyte. */
const marginBytes = 1024 ** 3;
const marginShare = 0.08;
/** A driver that does not answer in this time is left alone. */
const probeMs = 20_000;

export interface DiscoverOptions {
  readonly settings: Pick<Settings, 'cpuBudgetBytes' | 'cpuThreads'> & Partial<Budgets>;
  /** What the driver says of a device's memory; null where it says nothing. */
  readonly memoryOf?: (index: number) => Promise<number | null>;
  /** A host process that may crash: each device is tried in one of its own. */
  readonly open: () => HostLink;
  readonly providers?: readonly Provider[];
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
  /** Told of each provider that was tried in vain. */
  readonly onFailed?: ((provider: Provider, reason: string) => void) | undefined;
}

/** Which devices exist: the CPU, and each other one on which a model of one operation ran, the preferred ones first. */
export async function discoverDevices(options: DiscoverOptions): Promise<readonly Device[]> {
  const others = (options.providers ?? likelyProviders()).filter((name) => name !== 'cpu' && name !== 'sim');
  const found = await Promise.all(
    others.map(async (provider): Promise<readonly Device[]> => {
      const tried = await probedHost(provider, options);
      if (tried.ok) return [tried.value.device];
      const why = reasonOf(tried.problems);
      options.log('info', `no ${provider}:0: ${why}`);
      options.onFailed?.(provider, why);
      return [];
    }),
  );
  return [cpuDevice(options.settings), ...found.flat()];
}

type Budgets = Pick<Settings, 'budgetBytes'>;

/** A setting counts most; then what the driver has, less what drivers, screens and other programs take; else a guess. */
async function budgetOf(
  provider: Provider,
  index: number,
  { settings, memoryOf = driverMemory }: Pick<DiscoverOptions, 'settings' | 'memoryOf'>,
): Promise<number> {
  const set = settings.budgetBytes?.[`${provider}:${index}`];
  if (set !== undefined) return set;
  const all = provider === 'cuda' ? await memoryOf(index) : null;
  return all === null ? unknownBudgetBytes : Math.floor(all - Math.max(marginBytes, all * marginShare));
}

/**
 * What a core is given for a device by its name, `cpu`, `webgpu` or `cuda:1`, once a model of one operation ran there in
 * a process of its own. It does not fall back to another one. Problems: device.unknown, device.cannotLoad.
 */
export async function probedHost(
  name: string,
  options: Pick<DiscoverOptions, 'settings' | 'open' | 'memoryOf'>,
): Promise<Result<HostSpec>> {
  const [word = '', number = '0', ...more] = name.split(':');
  const provider = providers.find((known) => known === word);
  const known = providers.filter((one) => one !== 'sim').join(', ');
  if (!provider || provider === 'sim' || !/^\d{1,3}$/.test(number) || more.length > 0)
    return failed([problem('device.unknown', { device: name, known })]);
  if (provider === 'cpu') return ok({ device: cpuDevice(options.settings), runtime: { kind: 'ort' } });
  const device: Device = {
    id: `${provider}:${number}` as DeviceId,
    runtime: 'ort',
    provider,
    label: provider,
    budgetBytes: await budgetOf(provider, Number(number), options),
    threads: 1,
  };
  const problems = await problemsOn(device, options.open());
  return problems.length === 0 ? ok({ device, runtime: { kind: 'ort' } }) : failed(problems);
}

async function problemsOn(device: Device, link: HostLink): Promise<readonly Problem[]> {
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    link.kill();
  }, probeMs);
  const noAnswer = () => Promise.reject(new Error('nothing is served while probing'));
  const rpc = rpcOver(
    link.port,
    noAnswer,
    () => {},
    () => {},
  );
  const cannot = (reason: string) => [problem('device.cannotLoad', { device: device.id, part: 'probe', reason })];
  try {
    await ask<HostCalls, 'probe'>(rpc, 'probe', { device });
    return [];
  } catch (error) {
    if (isLate) return cannot(`no answer for ${probeMs / 1000} s`);
    const problems = problemsOfError(error);
    return problems[0]?.code === 'port.closed' ? cannot(problems[0].values.reason) : problems;
  } finally {
    clearTimeout(late);
    link.kill();
  }
}

/** In one line. */
export const reasonOf = (problems: readonly Problem[]): string =>
  problems.map(({ code, values }) => ('reason' in values ? values.reason : code)).join('; ');
