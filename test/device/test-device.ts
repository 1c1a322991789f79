import type { Device } from '../../src-main/model/device.ts';
import type { DeviceId } from '../../src-main/model/ids.ts';

export const testDevice = (runtime: 'ort' | 'sim'): Device => ({
  id: (runtime === 'ort' ? 'cpu' : 'sim:0') as DeviceId,
  runtime,
  provider: runtime === 'ort' ? 'cpu' : 'sim',
  label: 'test',
  budgetBytes: 1024 ** 3,
  threads: 1,
});
