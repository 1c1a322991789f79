import { expect, test } from 'vitest';
import type { Device } from '../../src-main/model/device.ts';
import type { DeviceId } from '../../src-main/model/ids.ts';
import { call, emptyFolder } from './call.ts';
import { fakeCore } from './fake-core.ts';

const cpu: Device = {
  id: 'cpu' as DeviceId,
  runtime: 'ort',
  provider: 'cpu',
  label: 'A processor',
  budgetBytes: 8_000_000_000,
  threads: 2,
};
const core = () => ({
  ...fakeCore(),
  devices: async (onFailed?: (provider: 'cuda', reason: string) => void) => {
    onFailed?.('cuda', 'no library');
    return [cpu];
  },
});

test('kiln devices lists those that compute, and says why others do not beside the data', async () => {
  const { code, out, err } = await call(['devices'], { cwd: emptyFolder(), core: core() });
  expect(code).toBe(0);
  expect(out).toContain('A processor');
  expect(out).not.toContain('cuda');
  expect(err).toContain('Nothing computes with cuda here: no library.');
  const lines = await call(['devices', '--json'], { cwd: emptyFolder(), core: core() });
  expect(
    lines.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([cpu]);
  const chinese = await call(['devices', '--lang', 'zh'], { cwd: emptyFolder(), core: core() });
  expect(chinese.err).toContain('这里无法用 cuda 计算：no library。');
});
