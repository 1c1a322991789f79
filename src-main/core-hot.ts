import type { Engine } from './engine/engine.ts';
import { type Problem, problem } from './model/errors.ts';
import type { DeviceId } from './model/ids.ts';
import type { Part } from './model/pack.ts';
import type { Packs } from './model/ports.ts';
import type { Settings } from './model/settings.ts';

export interface HotOptions {
  readonly settings: Pick<Settings, 'hot'>;
  readonly packs: Pick<Packs, 'open'>;
  readonly engine: Pick<Engine, 'world' | 'setHot'>;
  /** Why a pack of the hot set is not kept loaded. */
  readonly onProblem: (entry: string, problems: readonly Problem[]) => void;
}

/**
 * Says to the engine which parts shall lie where always: those of the packs that the settings name, each on the first
 * device that has room for all of it besides those before. Again when packs changed on the disk.
 */
export async function setHot({ settings, packs, engine, onProblem }: HotOptions): Promise<void> {
  const devices = [...engine.world.devices.values()].map(({ device }) => device);
  const found = new Map<DeviceId, Part[]>(devices.map(({ id }) => [id, []]));
  for (const entry of settings.hot) {
    const at = entry.lastIndexOf('@');
    const named = devices.find(({ id }) => at > 0 && id === entry.slice(at + 1));
    const opened = await packs.open(named ? entry.slice(0, at) : entry);
    if (!opened.ok) {
      onProblem(entry, opened.problems);
      continue;
    }
    const parts = opened.value.parts;
    const has = (id: DeviceId, key: Part['key']) => found.get(id)!.some((part) => part.key === key);
    const takes = (id: DeviceId) => bytesOf(parts.filter(({ key }) => !has(id, key)));
    const fits = devices
      .filter((device) => !named || device === named)
      .find(({ id, budgetBytes }) => bytesOf(found.get(id)!) + takes(id) <= budgetBytes);
    if (fits) found.get(fits.id)!.push(...parts.filter(({ key }) => !has(fits.id, key)));
    else {
      const { id: device, budgetBytes: budget } = named ?? devices[0]!;
      onProblem(entry, [
        problem('device.hotFillsIt', { device, needed: takes(device), budget, hot: bytesOf(found.get(device)!) }),
      ]);
    }
  }
  for (const [deviceId, parts] of found)
    if (parts.length > 0 || engine.world.devices.get(deviceId)!.hot.size > 0) engine.setHot(deviceId, parts);
}

const bytesOf = (parts: readonly Part[]): number => parts.reduce((sum, { bytes }) => sum + bytes, 0);
