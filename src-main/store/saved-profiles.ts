import type { DeviceProfile } from '../model/device.ts';
import type { DeviceId } from '../model/ids.ts';
import type { Ask } from './tables.ts';

/** Profiles change with every batch; the disk sees them at most this often. */
const saveAfterMs = 1000;

export function savedProfiles(ask: Ask, machineName: () => string, onError: (error: unknown) => void) {
  const changed = new Map<DeviceId, DeviceProfile>();
  let timer: NodeJS.Timeout | null = null;

  const flush = async (): Promise<void> => {
    if (timer) clearTimeout(timer);
    timer = null;
    if (changed.size === 0) return;
    const profiles = new Map(changed);
    changed.clear();
    await ask('profiles', 'save', { machine: machineName(), profiles }).catch(onError);
  };
  return {
    load: () => ask('profiles', 'load', machineName()),
    save(device: DeviceId, profile: DeviceProfile): void {
      changed.set(device, profile);
      timer ??= setTimeout(flush, saveAfterMs);
    },
    flush,
  };
}
