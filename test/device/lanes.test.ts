import { expect, test } from 'vitest';
import { withLanes } from '../../src-main/device/lanes.ts';
import type { Device, Provider } from '../../src-main/model/device.ts';
import type { DeviceId } from '../../src-main/model/ids.ts';

const spec = (threads: number, provider: Provider = 'cpu') => ({
  device: { id: provider, runtime: 'ort', provider, label: 'one', budgetBytes: 1000, threads } as unknown as Device,
  runtime: { kind: 'ort' } as const,
});
const lanes = (threads: number, wanted = 0, provider?: Provider) =>
  withLanes([spec(threads, provider)], wanted)
    .slice(1)
    .map(({ device }) => [device.id, device.threads]);

test('a CPU has a narrow lane for each thread, and no more than four', () => {
  expect(lanes(2)).toEqual([
    ['cpu/1', 1],
    ['cpu/2', 1],
  ]);
  expect(lanes(16).map(([, threads]) => threads)).toEqual([4, 4, 4, 4]);
  expect(lanes(6).map(([, threads]) => threads)).toEqual([1, 1, 1, 1]);
});

test('a setting says how many', () => {
  expect(lanes(16, 2).map(([, threads]) => threads)).toEqual([8, 8]);
  expect(lanes(4, 1)).toEqual([]);
  expect(lanes(2, 8).map(([, threads]) => threads)).toEqual([1, 1]);
});

test('one thread has no lanes, nor has a device that is no CPU', () => {
  expect(lanes(1)).toEqual([]);
  expect(lanes(8, 0, 'cuda')).toEqual([]);
});

test('lanes belong to their device, and it stays the first', () => {
  const [whole, ...narrow] = withLanes([spec(2)], 0).map(({ device }) => device);
  expect(whole).toEqual(spec(2).device);
  expect(narrow.map(({ laneOf }) => laneOf)).toEqual(['cpu' as DeviceId, 'cpu']);
});
