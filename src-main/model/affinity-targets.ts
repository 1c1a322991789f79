import type { Where } from './affinity.ts';
import { type Device, providers } from './device.ts';
import type { DeviceId } from './ids.ts';
import { encoderNames, type PartName, partNames } from './pack.ts';

/** Names that stand for several parts. */
const families: Readonly<Record<string, readonly PartName[]>> = {
  'text-encoder': encoderNames,
  vae: ['vae-encoder', 'vae-decoder'],
};

/** Everything but a node's id that a rule may place. */
export const partTargets: readonly string[] = [...new Set([...Object.keys(families), ...partNames])];

/** The parts that a name stands for; none where it must be a node's. */
export const partsOf = (target: string): readonly PartName[] =>
  families[target] ?? partNames.filter((name) => name === target);

/** A node inside subgraphs is meant by its whole path, and with everything else there by any beginning of it. */
export const meansNode = (target: string, step: string): boolean =>
  partsOf(target).length === 0 && (step === target || step.startsWith(`${target}/`));

/** How closely a rule looks: the more, the more special. */
export const closeness = (target: string): number => {
  const parts = partsOf(target).length;
  return parts === 0 ? 1 + target.split('/').length : 1 / parts;
};

const means = (name: string, { id, provider }: Pick<Device, 'id' | 'provider'>): boolean =>
  name === id || name === provider;

/** Whether a name may be a device's, here or on another machine. */
export const mayBeDevice = (name: string, devices: readonly Pick<Device, 'id' | 'provider'>[]): boolean =>
  devices.some((device) => means(name, device)) || (providers as readonly string[]).includes(name.split(':')[0]!);

/** The devices that a rule leaves, in their order. */
export const devicesAt = (
  where: Extract<Where, { kind: 'devices' }>,
  devices: readonly Pick<Device, 'id' | 'provider'>[],
): DeviceId[] =>
  devices
    .filter((device) => where.named.length === 0 || where.named.some((name) => means(name, device)))
    .filter((device) => !where.not.some((name) => means(name, device)))
    .map(({ id }) => id);
