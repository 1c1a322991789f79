import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ortRuntime } from '../../src-main/device/ort/ort.ts';
import type { Runtime } from '../../src-main/device/runtime.ts';
import type { Device } from '../../src-main/model/device.ts';
import type { DeviceId } from '../../src-main/model/ids.ts';
import { tinyPack, width } from '../build/tiny-parts.ts';
import { testDevice } from './test-device.ts';

let folder = '';
let pack: ReturnType<typeof tinyPack>;
beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'kiln-prepacked-')), 'packed');
  pack = tinyPack();
});
afterEach(() => {
  rmSync(path.dirname(folder), { recursive: true, force: true });
  pack.remove();
});

const lane: Device = { ...testDevice('ort'), id: 'cpu/1' as DeviceId, laneOf: 'cpu' as DeviceId };
const open = (device: Device, mostBytes = 1e9, leastFreeBytes = 0) =>
  ortRuntime(device, null, { folder, mostBytes, leastFreeBytes });
const entries = () => (existsSync(folder) ? readdirSync(folder) : []);

/** 6 halved, and the root of 10,000 in thousandths, and the mean of the context. */
async function predicted(runtime: Runtime): Promise<number> {
  const file = pack.file('denoiser');
  await runtime.load(file);
  const latent = runtime.tensor.full([1, 4, 2, 2], 6);
  const hidden = runtime.tensor.full([1, 3, width], 1);
  const [row] = await runtime.call(file.part.key, [{ latent, hidden, timestep: 10_000 }]);
  const value = (await runtime.tensor.read(row!.prediction!))[0]!;
  await runtime.close();
  return Number(value);
}

test('a lane packs a model for this processor, and the next one and the device itself read that', async () => {
  expect(await predicted(open(lane))).toBeCloseTo(4.1, 6);
  const made = entries();
  expect(made).toHaveLength(1);
  expect(readdirSync(path.join(folder, made[0]!))).toContain('model.onnx');
  expect(await predicted(open({ ...lane, id: 'cpu/2' as DeviceId }))).toBeCloseTo(4.1, 6);
  expect(await predicted(open(testDevice('ort')))).toBeCloseTo(4.1, 6);
  expect(entries()).toEqual(made);
});

test('a device whose lanes were never needed packs nothing', async () => {
  expect(await predicted(open(testDevice('ort')))).toBeCloseTo(4.1, 6);
  expect(entries()).toEqual([]);
});

test('where little of the disk is free nothing is packed', async () => {
  expect(await predicted(open(lane, 1e9, Number.MAX_SAFE_INTEGER))).toBeCloseTo(4.1, 6);
  expect(entries()).toEqual([]);
});

test('a packed file that is cut off is thrown away, and the model is loaded as usual', async () => {
  await predicted(open(lane));
  const [entry] = entries();
  truncateSync(path.join(folder, entry!, 'model.onnx'), 10);
  expect(await predicted(open(testDevice('ort')))).toBeCloseTo(4.1, 6);
  expect(entries()).toEqual([]);
});

test('where nothing can be written the model is loaded as usual', async () => {
  mkdirSync(path.dirname(folder), { recursive: true });
  writeFileSync(folder, 'a file where the folder should be');
  expect(await predicted(open(lane))).toBeCloseTo(4.1, 6);
});

test('what was used longest ago makes room', async () => {
  for (const name of ['old', 'older']) {
    mkdirSync(path.join(folder, name), { recursive: true });
    writeFileSync(path.join(folder, name, 'weights.bin'), Buffer.alloc(1_000_000));
  }
  utimesSync(path.join(folder, 'older'), 1, 1);
  utimesSync(path.join(folder, 'old'), 1000, 1000);
  await predicted(open(lane, 1_500_000));
  expect(entries()).toContain('old');
  expect(entries()).not.toContain('older');
  expect(entries()).toHaveLength(2);
});

test('two lanes that load at the same time leave one packed file', async () => {
  const [a, b] = await Promise.all([predicted(open(lane)), predicted(open({ ...lane, id: 'cpu/2' as DeviceId }))]);
  expect([a, b]).toEqual([expect.closeTo(4.1, 6), expect.closeTo(4.1, 6)]);
  expect(entries()).toHaveLength(1);
});
