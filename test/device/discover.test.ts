import { expect, test } from 'vitest';
import { systemClock } from '../../src-main/device/clock.ts';
import { cpuDevice, discoverDevices, likelyProviders, probedHost } from '../../src-main/device/discover.ts';
import { bytesSaid } from '../../src-main/device/driver-memory.ts';
import { inProcessHost } from '../../src-main/device/in-process.ts';
import { portPair } from '../../src-main/device/port-pair.ts';
import { probe } from '../../src-main/device/probe.ts';
import type { DeviceId } from '../../src-main/model/ids.ts';
import { rpcOver } from '../../src-main/model/rpc.ts';
import { testDevice } from './test-device.ts';

const settings = { cpuBudgetBytes: 0, cpuThreads: 0 };

test('there always is a CPU, with half of the memory unless a setting says more', () => {
  expect(cpuDevice(settings)).toMatchObject({ id: 'cpu', runtime: 'ort', provider: 'cpu' });
  expect(cpuDevice(settings).budgetBytes).toBeGreaterThan(0);
  expect(cpuDevice(settings).threads).toBeGreaterThan(0);
  expect(cpuDevice({ cpuBudgetBytes: 7, cpuThreads: 3 })).toMatchObject({ budgetBytes: 7, threads: 3 });
});

test('a device that computes one operation is there, and one that cannot says why', async () => {
  expect((await probe(testDevice('ort'))).ms).toBeGreaterThan(0);
  const elsewhere = { ...testDevice('ort'), provider: process.platform === 'darwin' ? 'dml' : 'coreml' } as const;
  await expect(probe({ ...elsewhere, id: 'x:0' as DeviceId })).rejects.toMatchObject({
    problems: [{ code: 'device.cannotLoad' }],
  });
});

test('a driver that crashes or refuses costs only its probe', async () => {
  const told: string[] = [];
  const devices = await discoverDevices({
    settings,
    providers: ['cuda', process.platform === 'darwin' ? 'dml' : 'coreml'],
    open: () => {
      const link = inProcessHost(new Map(), systemClock());
      if (told.length === 0) link.kill();
      told.push('opened');
      return link;
    },
    log: (_, message) => told.push(message),
  });
  expect(devices.map(({ id }) => id)).toEqual(['cpu']);
  expect(told.filter((line) => line.startsWith('no '))).toHaveLength(2);
});

test('a budget is what the settings say, else the driver’s memory less a margin, else a guess', async () => {
  const budget = async (budgetBytes: Record<string, number>, memory: number | null) => {
    const devices = await discoverDevices({
      settings: { ...settings, budgetBytes },
      providers: ['cuda'],
      memoryOf: async () => memory,
      // A host whose probe succeeds.
      open: () => {
        const [port, there] = portPair();
        rpcOver(
          there,
          () => ({ value: { ms: 1 }, bytes: [] }),
          () => {},
          () => {},
        );
        return { port, pid: null, lastWords: () => '', kill: () => there.close() };
      },
      log: () => {},
    });
    return devices.find(({ id }) => id === 'cuda:0')?.budgetBytes;
  };
  expect(await budget({}, 24e9)).toBe(24e9 * 0.92);
  expect(await budget({}, 8e9)).toBe(8e9 - 1024 ** 3);
  expect(await budget({ 'cuda:0': 5e9 }, 24e9)).toBe(5e9);
  expect(await budget({}, null)).toBe(4 * 1024 ** 3);
  expect(cpuDevice({ ...settings, budgetBytes: { cpu: 9 } }).budgetBytes).toBe(9);
});

test('what the driver says of a card is read, and what it does not know is not made up', () => {
  expect(bytesSaid('143771\n')).toBe(143771 * 1024 ** 2);
  expect(bytesSaid('[N/A]\n')).toBeNull();
  expect(bytesSaid('')).toBeNull();
});

test('a device by its name is what a core is given, once it has computed; a strange name says which there are', async () => {
  const opened: string[] = [];
  const open = () => {
    opened.push('link');
    return inProcessHost(new Map(), systemClock());
  };
  const cpu = await probedHost('cpu', { settings, open });
  expect(cpu).toEqual({ ok: true, value: { device: cpuDevice(settings), runtime: { kind: 'ort' } } });
  for (const name of ['gpu', 'sim', 'cuda:x', 'cuda:0:1', ''])
    expect(await probedHost(name, { settings, open })).toMatchObject({
      ok: false,
      problems: [{ code: 'device.unknown', values: { device: name, known: expect.stringContaining('webgpu') } }],
    });
  expect(opened).toEqual([]);
  const name = process.platform === 'darwin' ? 'dml:1' : 'coreml:1';
  expect(await probedHost(name, { settings, open })).toMatchObject({
    ok: false,
    problems: [{ code: 'device.cannotLoad', values: { device: name, reason: expect.any(String) } }],
  });
  expect(opened).toEqual(['link']);
});

test('a process that ends while it is tried is a device that cannot be loaded', async () => {
  const open = () => {
    const link = inProcessHost(new Map(), systemClock());
    link.kill();
    return link;
  };
  const tried = await probedHost('webgpu', { settings, open });
  expect(tried).toMatchObject({ ok: false, problems: [{ code: 'device.cannotLoad' }] });
});

test('what is made for the card is tried before what any card has', () => {
  const likely = likelyProviders();
  expect(likely).not.toContain('cpu');
  if (process.platform === 'linux') expect(likely[0]).toBe('cuda');
});
