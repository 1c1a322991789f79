import type { Answer, DeviceStatus } from '../../src-main/contract/calls.ts';
import type { MonitorReading } from '../../src-main/contract/monitor.ts';
import { type Problem, problemsOfError } from '../../src-main/model/errors.ts';
import type { DeviceId } from '../../src-main/model/ids.ts';
import { type Cell, cell, type WritableCell } from './cell.ts';
import type { StudioCalls } from './studio-calls.ts';

/** How a device was at a moment of the page's clock. */
export interface DeviceSample {
  readonly at: number;
  /** 0 to 1. */
  readonly busy: number;
  readonly bytes: number;
}

export type DeviceHistory = Readonly<Record<DeviceId, readonly DeviceSample[]>>;

/** What is shown of the machine: its devices and how they were lately, what it computed, and the packs that it has. */
export interface Machine {
  readonly history: Cell<DeviceHistory>;
  /** Null until it was read. */
  readonly reading: Cell<MonitorReading | null>;
  readonly problems: Cell<readonly Problem[]>;
  /** Whether folders with packs are being looked through. */
  readonly isLooking: Cell<boolean>;
  lookAtDevices(): Promise<void>;
  /** Reads what the latest so many runs were made of. */
  readWork(runs: number): Promise<void>;
  lookForPacks(): Promise<void>;
}

export interface MachineOptions {
  readonly calls: Pick<StudioCalls, 'devices' | 'monitor' | 'packs'>;
  readonly devices: WritableCell<readonly DeviceStatus[]>;
  readonly packs: WritableCell<Answer<'packs.list'>>;
  readonly now: () => number;
}

/** Charts show so much; older samples are forgotten. */
export const historyMs = 5 * 60_000;
/** Samples come every second at most, so that there are never more than some hundred. */
const leastMs = 900;

export function machine({ calls, devices, packs, now }: MachineOptions): Machine {
  const history = cell<DeviceHistory>({});
  const reading = cell<MonitorReading | null>(null);
  const problems = cell<readonly Problem[]>([]);
  const isLooking = cell(false);

  return {
    history,
    reading,
    problems,
    isLooking,

    async lookAtDevices() {
      const found = await calls.devices();
      devices.set(found);
      history.set(withSamples(history.get(), found, now()));
    },

    async readWork(runs) {
      try {
        reading.set(await calls.monitor(runs));
        problems.set([]);
      } catch (error) {
        problems.set(problemsOfError(error));
      }
    },

    async lookForPacks() {
      isLooking.set(true);
      try {
        packs.set(await calls.packs());
      } finally {
        isLooking.set(false);
      }
    },
  };
}

/** The history with how devices are now. Devices that are gone are forgotten. */
export function withSamples(history: DeviceHistory, found: readonly DeviceStatus[], at: number): DeviceHistory {
  const entries = found.map(({ device, busyNow, residentBytes }): [DeviceId, readonly DeviceSample[]] => {
    const before = (history[device.id] ?? []).filter((sample) => sample.at > at - historyMs);
    const last = before.at(-1);
    if (last && at - last.at < leastMs) return [device.id, before];
    return [device.id, [...before, { at, busy: busyNow, bytes: residentBytes }]];
  });
  return Object.fromEntries(entries);
}
