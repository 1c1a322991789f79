import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ortRuntime } from '../../src-main/device/ort/ort.ts';
import { VirtualClock } from '../../src-main/device/sim/clock.ts';
import { simRuntime } from '../../src-main/device/sim/sim.ts';
import type { GraphEdit } from '../../src-main/model/graph-edit.ts';
import { nameAfter } from '../../src-main/packs/edit-graph/edges.ts';
import { tinyPack, width } from '../build/tiny-parts.ts';
import { runtimeContract } from '../contracts/runtime.contract.ts';
import { testDevice } from './test-device.ts';

const profile = { loadBytesPerMs: 1000, bringBytesPerMs: 1000, ms: {} };

runtimeContract('onnxruntime on the CPU', () => ortRuntime(testDevice('ort')));
runtimeContract('the simulator', () =>
  simRuntime(testDevice('sim'), { profile, downscale: 1 }, new VirtualClock(), () => {}),
);

describe('onnxruntime', () => {
  test('computes what the file says', async () => {
    const runtime = ortRuntime(testDevice('ort'));
    const pack = tinyPack();
    const file = pack.file('denoiser');
    await runtime.load(file);
    const latent = runtime.tensor.full([1, 4, 2, 2], 6);
    const hidden = runtime.tensor.full([1, 3, width], 1);
    const [row] = await runtime.call(file.part.key, [{ latent, hidden, timestep: 10_000 }]);
    expect((await runtime.tensor.read(row!.prediction!))[0]).toBeCloseTo(4.1, 6);
    await runtime.close();
    pack.remove();
  });

  test('a file that is no model is an error that says so, and can be loaded once it is mended', async () => {
    const runtime = ortRuntime(testDevice('ort'));
    const pack = tinyPack();
    const file = pack.file('denoiser');
    const other = pack.file('vae-decoder');
    writeFileSync(other.path, 'not a model');
    await expect(runtime.load(other)).rejects.toMatchObject({ problems: [{ code: 'device.cannotLoad' }] });
    await expect(runtime.load({ ...file, path: `${file.path}.gone` })).rejects.toMatchObject({
      problems: [{ code: 'device.cannotLoad' }],
    });
    await runtime.load(file);
    expect(runtime.held().parts).toBe(1);
    await runtime.close();
    pack.remove();
  });

  test('edits are applied before the file is loaded', async () => {
    const runtime = ortRuntime(testDevice('ort'));
    const pack = tinyPack();
    const edits: GraphEdit[] = [{ edit: 'affine-out', output: 'out_sample', scale: 2, shift: 1 }];
    const plain = pack.file('denoiser');
    const gives = plain.part.gives.map((port) => ({ ...port, as: nameAfter(port.as, edits) }));
    const file = { ...plain, edits, part: { ...plain.part, gives } };
    await runtime.load(file);
    const latent = runtime.tensor.full([1, 4, 2, 2], 6);
    const hidden = runtime.tensor.full([1, 3, width], 1);
    const [row] = await runtime.call(file.part.key, [{ latent, hidden, timestep: 0 }]);
    expect((await runtime.tensor.read(row!.prediction!))[0]).toBeCloseTo(9, 6);
    await runtime.close();
    pack.remove();
  });
});

describe('the simulator', () => {
  test('takes the time that its profile says', async () => {
    const clock = new VirtualClock();
    const pack = tinyPack();
    const file = pack.file('denoiser');
    const size = `${file.part.key} 4x4x4 3`;
    const ms = { [size]: [7, 9, undefined, 16] };
    const runtime = simRuntime(testDevice('sim'), { profile: { ...profile, ms } }, clock, () => {});
    await runtime.load(file);
    expect(clock.now()).toBe(file.part.bytes / 1000);
    const row = {
      latent: runtime.tensor.full([1, 4, 4, 4], 0),
      hidden: runtime.tensor.full([1, 3, width], 0),
      timestep: 1,
    };
    const took = async (rows: number) => {
      const began = clock.now();
      await runtime.call(file.part.key, Array(rows).fill(row));
      return clock.now() - began;
    };
    expect(await took(1)).toBeCloseTo(7);
    expect(await took(2)).toBeCloseTo(9);
    expect(await took(3)).toBeCloseTo(13.5); // a hole: from two rows
    expect(await took(4)).toBeCloseTo(16);
    pack.remove();
  });

  test('weights beyond its budget are an out of memory', async () => {
    const pack = tinyPack();
    const device = { ...testDevice('sim'), budgetBytes: 10 };
    const runtime = simRuntime(device, { profile }, new VirtualClock(), () => {});
    await expect(runtime.load(pack.file('denoiser'))).rejects.toMatchObject({
      problems: [{ code: 'device.outOfMemory' }],
    });
    pack.remove();
  });
});
