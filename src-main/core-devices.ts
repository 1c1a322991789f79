import { probedHost, reasonOf } from './device/discover.ts';
import type { HostSpec } from './device/host.ts';
import type { HostLink } from './device/host-link.ts';
import { withLanes } from './device/lanes.ts';
import type { SimOptions } from './device/runtime.ts';
import { type Card, profileOf } from './device/sim/card.ts';
import { cards } from './device/sim/profiles/known-cards.ts';
import { type Device, type DeviceProfile, type Provider, providers } from './model/device.ts';
import { AppError, fail, type Problem, problem } from './model/errors.ts';
import type { DeviceId } from './model/ids.ts';
import { nearest } from './model/nearest.ts';
import type { Settings } from './model/settings.ts';

// Devices as a person names them: `cpu,sim:a100,sim:a100,webgpu,cuda:1`. A simulated card may be named several times, and
// each is one; whatever else is named is tried before it is used.

export interface NamedDevicesOptions {
  readonly settings: Pick<Settings, 'cpuBudgetBytes' | 'cpuThreads'>;
  readonly open: () => HostLink;
}

/** What may be named, for a person who named something else. */
export const deviceNames: readonly string[] = [
  ...providers.filter((name) => name !== 'sim'),
  ...cards.map(({ name }) => `sim:${name}`),
];

type Named = { readonly card: Card } | { readonly provider: Provider; readonly number: number };

/** @throws AppError with everything that is wrong with the names, and with devices that cannot be had */
export async function devicesNamed(text: string, options: NamedDevicesOptions): Promise<readonly HostSpec[]> {
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);
  const problems: Problem[] = [];
  const named = words.flatMap((word) => {
    const found = readName(word);
    if (found === null) problems.push(unknownName(word));
    return found ?? [];
  });
  if (words.length === 0) problems.push(unknownName(text));
  const ids = named.flatMap((name) => ('provider' in name ? [idOf(name)] : []));
  for (const id of new Set(ids))
    if (ids.filter((other) => other === id).length > 1) problems.push(problem('device.namedTwice', { device: id }));
  if (problems.length > 0) throw new AppError(problems);

  const real = await realDevices(named, options, problems);
  if (problems.length > 0) throw new AppError(problems);
  const counts = new Map<string, number>();
  return named.map((name): HostSpec => {
    if ('provider' in name) return { device: real.get(idOf(name))!, runtime: { kind: 'ort' } };
    const number = counts.get(name.card.name) ?? 0;
    counts.set(name.card.name, number + 1);
    return simulatedCard(name.card, number);
  });
}

/** The n-th card of its kind; `sim:a100:0` is the first. */
export function simulatedCard(card: Card, number: number, budgetBytes = card.memoryBytes): HostSpec {
  const device: Device = {
    id: `sim:${card.name}:${number}` as DeviceId,
    runtime: 'sim',
    provider: 'sim',
    label: `${card.title} (simulated)`,
    budgetBytes,
    threads: 1,
  };
  return { device, runtime: { kind: 'sim', sim: { profile: profileOf(card), card, seed: number + 1 } } };
}

/**
 * A device of this machine with its lanes as they were measured, for simulated time; lanes that were never used are left
 * out. `gapMs` is what lies between two calls. @throws AppError device.notMeasured
 */
export function asMeasured(
  { device, runtime }: HostSpec,
  profiles: ReadonlyMap<DeviceId, DeviceProfile>,
  lanes: number,
  gapMs = 0,
): HostSpec[] {
  if (runtime.kind === 'sim') return [{ device, runtime }];
  const isKnown = (one: Device) => Object.keys(profiles.get(one.id)?.ms ?? {}).length > 0;
  if (!isKnown(device)) return fail('device.notMeasured', { device: device.id });
  const all = withLanes([{ device, runtime }], lanes).map((spec) => spec.device);
  return (all.every(isKnown) ? all : [device]).map((one): HostSpec => {
    const sim: SimOptions = { profile: withGaps(profiles.get(one.id)!, gapMs), upscale: 4 };
    return { device: { ...one, label: `${one.label} (simulated)` }, runtime: { kind: 'sim', sim } };
  });
}

function withGaps(profile: DeviceProfile, gapMs: number): DeviceProfile {
  const ms = Object.fromEntries(
    Object.entries(profile.ms).map(([size, times]) => [size, times.map((of) => (of == null ? undefined : of + gapMs))]),
  );
  return { ...profile, ms };
}

function readName(word: string): Named | null {
  const [first, second, ...more] = word.split(':');
  if (more.length > 0) return null;
  if (first === 'sim') {
    const card = cards.find(({ name }) => name === second);
    return card ? { card } : null;
  }
  const provider = providers.find((name) => name === first);
  if (!provider || (second !== undefined && (provider === 'cpu' || !/^\d{1,2}$/.test(second)))) return null;
  return { provider, number: Number(second ?? 0) };
}

const idOf = ({ provider, number }: Extract<Named, { provider: Provider }>): DeviceId =>
  (provider === 'cpu' ? 'cpu' : `${provider}:${number}`) as DeviceId;

const unknownName = (device: string): Problem =>
  problem('device.unknownName', { device, nearest: nearest(device, deviceNames), known: deviceNames.join(', ') });

/** Whatever is named must have computed something, each in a process of its own. */
async function realDevices(
  named: readonly Named[],
  options: NamedDevicesOptions,
  problems: Problem[],
): Promise<ReadonlyMap<DeviceId, Device>> {
  const found = new Map<DeviceId, Device>();
  await Promise.all(
    named.map(async (name) => {
      if (!('provider' in name)) return;
      const tried = await probedHost(idOf(name), options);
      if (tried.ok) found.set(idOf(name), tried.value.device);
      else problems.push(problem('device.cannotBeHad', { device: idOf(name), reason: reasonOf(tried.problems) }));
    }),
  );
  return found;
}
