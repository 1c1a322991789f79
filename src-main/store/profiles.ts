import { arch, cpus, hostname } from 'node:os';
import type { DeviceProfile } from '../model/device.ts';
import type { DeviceId } from '../model/ids.ts';
import { reading, writing } from './commits.ts';
import type { Keeper } from './keeper.ts';

/** Which machine a profile was measured on: a home may be carried or shared. */
export function machineName(): string {
  const processors = cpus();
  return `${hostname()} ${arch()} ${processors.length} x ${processors[0]?.model.trim() ?? 'cpu'}`;
}

/** JSON has no holes: what was not tried comes back as null. */
function profileOf(json: string): DeviceProfile {
  const profile: DeviceProfile = JSON.parse(json);
  const ms = Object.entries(profile.ms).map(([size, times]) => [size, times.map((time) => time ?? undefined)]);
  return { ...profile, ms: Object.fromEntries(ms) };
}

export const profileTable = ({ sql }: Keeper) => ({
  save({ machine, profiles }: { readonly machine: string; readonly profiles: ReadonlyMap<DeviceId, DeviceProfile> }) {
    return writing(() => {
      for (const [device, profile] of profiles) {
        const put = 'INSERT OR REPLACE INTO profiles (machine, device, json) VALUES (?, ?, ?)';
        sql.run(put, machine, device, JSON.stringify(profile));
      }
    });
  },
  load(machine: string) {
    return reading((): ReadonlyMap<DeviceId, DeviceProfile> => {
      const rows = sql.all<{ device: DeviceId; json: string }>(
        'SELECT device, json FROM profiles WHERE machine = ?',
        machine,
      );
      return new Map(rows.map(({ device, json }) => [device, profileOf(json)]));
    });
  },
});
