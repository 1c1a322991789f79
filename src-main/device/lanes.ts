import type { Device } from '../model/device.ts';
import type { DeviceId } from '../model/ids.ts';
import type { HostSpec } from './host.ts';
import type { PrepackedFiles } from './runtime.ts';

/** Each lane has a process, and weights of its own; beyond a few there is little left to gain. */
const mostLanes = 4;

/**
 * Devices with their narrow lanes: as many as asked for, 0 for one of each thread and at most four. What computes with one
 * thread, or is no CPU, has none. They are one device to everybody but the scheduler.
 */
export const withLanes = (specs: readonly HostSpec[], wanted: number, prepacked?: PrepackedFiles): HostSpec[] =>
  specs.flatMap(({ device, runtime }) => {
    const lanes = lanesOf(device, wanted);
    const shared = lanes.length > 0 && runtime.kind === 'ort' && prepacked ? { ...runtime, prepacked } : runtime;
    return [device, ...lanes].map((one) => ({ device: one, runtime: shared }));
  });

function lanesOf(device: Device, wanted: number): Device[] {
  const count = Math.min(device.threads, wanted || mostLanes);
  if (device.provider !== 'cpu' || count < 2) return [];
  const threads = Math.floor(device.threads / count);
  return Array.from({ length: count }, (_, i) => ({
    ...device,
    id: `${device.id}/${i + 1}` as DeviceId,
    threads,
    laneOf: device.id,
  }));
}
