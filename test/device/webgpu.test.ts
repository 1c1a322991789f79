import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Transformer } from '@napi-rs/image';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openParts } from '../../src-main/core.ts';
import { systemClock } from '../../src-main/device/clock.ts';
import { cpuDevice, probedHost } from '../../src-main/device/discover.ts';
import type { DeviceTensors } from '../../src-main/device/gpu/tensors.ts';
import { webgpuRuntime } from '../../src-main/device/gpu/webgpu.ts';
import { makeHosts, type SupervisedHost } from '../../src-main/device/host.ts';
import { forkedHost } from '../../src-main/device/host-link.ts';
import { ortRuntime } from '../../src-main/device/ort/ort.ts';
import type { Runtime } from '../../src-main/device/runtime.ts';
import type { Device } from '../../src-main/model/device.ts';
import { unwrap } from '../../src-main/model/errors.ts';
import type { DeviceId, Digest } from '../../src-main/model/ids.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import { noSoftwareGpu, offerSoftwareGpu } from '../build/software-gpu.ts';
import { type TinyPack, tinyPack, width } from '../build/tiny-parts.ts';
import { hostContract } from '../contracts/host.contract.ts';
import { runtimeContract } from '../contracts/runtime.contract.ts';
import { testDevice } from './test-device.ts';

const template = path.join(import.meta.dirname, '../../graphs/text-to-image.kiln.json');
/** Which would take a minute in software. */
const withoutUpscaler = () => {
  const graph = JSON.parse(readFileSync(template, 'utf8'));
  delete graph.nodes.upscale;
  graph.links = { ...graph.links, 'save.image': { from: 'decode.image' } };
  for (const link of ['upscale.image', 'upscale.upscaler']) delete graph.links[link];
  return graph;
};
const device: Device = { ...testDevice('ort'), id: 'webgpu:0' as DeviceId, provider: 'webgpu' };

describe.skipIf(noSoftwareGpu !== null)('WebGPU, on a card in software', () => {
  if (noSoftwareGpu === null) offerSoftwareGpu();

  runtimeContract('onnxruntime on WebGPU', () => webgpuRuntime(device));
  hostContract({
    keepsFloats: true,
    name: 'in a process of its own on WebGPU',
    runtime: 'ort',
    forked: true,
    make({ file }) {
      const entry = path.join(import.meta.dirname, 'host-entry.ts');
      const clock = systemClock();
      const hosts = makeHosts({
        specs: [{ device, runtime: { kind: 'ort' } }],
        open: () => forkedHost({ entry, execArgv: [] }),
        clock,
        file,
        log: () => {},
      });
      return { hosts, clock };
    },
  });

  test('it is found by its name', async () => {
    const settings = { cpuBudgetBytes: 0, cpuThreads: 0 };
    const entry = path.join(import.meta.dirname, 'host-entry.ts');
    const tried = await probedHost('webgpu', { settings, open: () => forkedHost({ entry }) });
    expect(tried).toMatchObject({ ok: true, value: { device: { id: 'webgpu:0', provider: 'webgpu' } } });
  });

  describe('what lies on the device', () => {
    let pack: TinyPack;
    let gpu: Runtime;
    let cpu: Runtime;
    beforeEach(async () => {
      pack = tinyPack();
      gpu = webgpuRuntime(device);
      cpu = ortRuntime(testDevice('ort'));
    });
    afterEach(async () => {
      await gpu.close();
      await cpu.close();
      pack.remove();
    });

    const placeOf = (tensor: TensorRef) => (gpu.tensor as DeviceTensors).valueOf(tensor).place.at;
    const key = () => pack.file('denoiser').part.key;
    const rowOf = ({ tensor }: Runtime, seed: string) => ({
      latent: tensor.noise(seed, [1, 4, 4, 4]),
      hidden: tensor.noise(seed, [1, 3, width], 1),
    });
    const read = async ({ tensor }: Runtime, of: TensorRef) => [...(await tensor.read(of))].map(Number);
    const expectAlike = (a: readonly number[], b: readonly number[]) => {
      expect(a).toHaveLength(b.length);
      for (const [i, value] of a.entries()) expect(value).toBeCloseTo(b[i]!, 5);
    };

    /** Three pictures, of which one leaves after the second step and one joins. */
    const sampled = async (runtime: Runtime): Promise<readonly TensorRef[]> => {
      await runtime.load(pack.file('denoiser'));
      const rows = ['1', '2', '3', '4'].map((seed) => rowOf(runtime, seed));
      const latents = rows.map(({ latent }) => latent);
      for (const [step, aboard] of [
        [0, 1, 2],
        [0, 1, 2],
        [0, 2, 3],
        [3, 2, 0],
      ].entries()) {
        const made = await runtime.call(
          key(),
          aboard.map((i) => ({ ...rows[i]!, latent: latents[i]!, timestep: 10 * step })),
        );
        for (const [at, i] of aboard.entries()) {
          const before = latents[i]!;
          latents[i] = runtime.tensor.linear([
            { factor: 1, tensor: before },
            { factor: -0.25 * (i + 1), tensor: made[at]!.prediction! },
          ]);
          runtime.dispose([before.id, made[at]!.prediction!.id]);
        }
      }
      runtime.dispose(rows.map(({ hidden }) => hidden.id));
      return latents;
    };

    test('rows that come, stay and go have what they have on the CPU', async () => {
      const [there, here] = [await sampled(gpu), await sampled(cpu)];
      for (const [i, latent] of there.entries()) expectAlike(await read(gpu, latent), await read(cpu, here[i]!));
    });

    test('latents and conditioning stay there from step to step, and nothing is left behind', async () => {
      await gpu.load(pack.file('denoiser'));
      const { latent, hidden } = rowOf(gpu, '1');
      const [first] = await gpu.call(key(), [{ latent, hidden, timestep: 1 }]);
      const next = gpu.tensor.linear([
        { factor: 1, tensor: latent },
        { factor: 0.5, tensor: first!.prediction! },
      ]);
      const [second] = await gpu.call(key(), [{ latent: next, hidden, timestep: 2 }]);
      const held = [latent, hidden, first!.prediction!, next, second!.prediction!];
      expect(held.map(placeOf)).toEqual(held.map(() => 'device'));
      expect(gpu.held().buffers).toBe(held.length);
      gpu.dispose(held.map(({ id }) => id));
      expect(gpu.held()).toMatchObject({ tensors: 0, bytes: 0, buffers: 0 });
    });

    test('rows that share a conditioning, or are copied together, leave nothing behind either', async () => {
      const latents = await sampled(gpu);
      const hidden = gpu.tensor.noise('9', [1, 3, width]);
      const made = await gpu.call(
        key(),
        latents.flatMap((latent) => [
          { latent, hidden, timestep: 1 },
          { latent, hidden, timestep: 1 },
        ]),
      );
      gpu.dispose([...latents, hidden, ...made.map(({ prediction }) => prediction!)].map(({ id }) => id));
      expect(gpu.held()).toMatchObject({ tensors: 0, bytes: 0, buffers: 0 });
    });

    test('every kind of arithmetic gives what the CPU gives', async () => {
      const results = async (runtime: Runtime): Promise<number[]> => {
        await runtime.load(pack.file('denoiser'));
        const { tensor } = runtime;
        const rows = ['1', '2'].map((seed) => ({ ...rowOf(runtime, seed), timestep: 5 }));
        const [a, b] = (await runtime.call(key(), rows)).map(({ prediction }) => prediction!);
        const mask = tensor.from(
          Float32Array.from({ length: 16 }, (_, i) => i / 15),
          'float32',
          [1, 1, 4, 4],
        );
        const both = tensor.stack([a!, b!]);
        const six = [a!, b!, rows[0]!.latent, rows[1]!.latent, tensor.full(a!.shape, 1), tensor.full(a!.shape, 2)];
        const made = [
          tensor.linear(six.map((each, i) => ({ factor: i - 2, tensor: each }))),
          tensor.product(a!, rows[0]!.latent),
          tensor.blend(a!, b!, mask),
          tensor.clip(b!, { limit: 0.3 }),
          tensor.clip(b!, { share: 0.9, most: 2 }),
          both,
          ...tensor.split(both),
          tensor.stack([tensor.split(both)[1]!]),
          tensor.linear([{ factor: 2, tensor: tensor.product(tensor.blend(b!, a!, mask), a!) }]),
        ];
        const values: number[] = [];
        for (const each of made) values.push(...(await read(runtime, each)));
        return values;
      };
      expectAlike(await results(gpu), await results(cpu));
    });

    test('it outlives the part that made it', async () => {
      await gpu.load(pack.file('denoiser'));
      const { latent, hidden } = rowOf(gpu, '1');
      const [made] = await gpu.call(key(), [{ latent, hidden, timestep: 1 }]);
      const before = await read(gpu, made!.prediction!);
      await gpu.release(key());
      expect(await read(gpu, made!.prediction!)).toEqual(before);
      await gpu.load(pack.file('denoiser'));
      const [again] = await gpu.call(key(), [{ latent: made!.prediction!, hidden, timestep: 1 }]);
      expect(placeOf(again!.prediction!)).toBe('device');
    });

    test('who asks for values has them though they are let go at once', async () => {
      await gpu.load(pack.file('denoiser'));
      const { latent, hidden } = rowOf(gpu, '1');
      const [made] = await gpu.call(key(), [{ latent, hidden, timestep: 1 }]);
      const sum = gpu.tensor.linear([{ factor: 2, tensor: made!.prediction! }]);
      const asked = gpu.tensor.read(sum);
      gpu.dispose([latent.id, hidden.id, made!.prediction!.id, sum.id]);
      expect(await asked).toHaveLength(64);
      expect(gpu.held().buffers).toBe(0);
    });

    test('a value that is not finite is found in its row alone', async () => {
      await gpu.load(pack.file('denoiser'));
      const [a, b] = await gpu.call(key(), [
        { ...rowOf(gpu, '1'), timestep: 1 },
        { ...rowOf(gpu, '2'), timestep: -1 },
      ]);
      expect(gpu.flaw(a!.prediction!, 'sample')).toBeNull();
      expect(gpu.flaw(b!.prediction!, 'sample')).toContain('NaN');
      expect(gpu.flaw(gpu.tensor.linear([{ factor: 1, tensor: b!.prediction! }]), 'whole')).toContain('NaN');
    });
  });

  test('a picture differs from the one of the CPU by two levels at most', async () => {
    const pictureOn = async (on: Device) => {
      const home = mkdtempSync(path.join(tmpdir(), 'kiln-webgpu-'));
      const { core, parts } = await openParts({ home, devices: [{ device: on, runtime: { kind: 'ort' } }] });
      try {
        const over = new Promise<readonly Digest[]>((resolve, reject) => {
          core.listen((event) => {
            if (event.type !== 'run.changed' || event.state === 'running') return;
            if (event.state === 'done') resolve(event.images.map(({ digest }) => digest));
            else reject(new Error(JSON.stringify(event.problems)));
          });
        });
        const graph = unwrap(core.readGraph(JSON.stringify(withoutUpscaler()), 'graph'));
        const overrides = { prompt: 'a red fox', seed: '7', steps: 2, cfg: 1 };
        unwrap(await core.submit({ graph, overrides: [overrides], tier: 'fast' }));
        const made = await over;
        // What is left there is what the core keeps: each buffer has a tensor.
        const left = await (parts.hosts.host(on.id) as SupervisedHost).held();
        expect(left.buffers).toBeLessThanOrEqual(left.tensors);
        return await Promise.all(
          made.map(async (digest) => new Transformer((await core.picture(digest))!).rawPixels()),
        );
      } finally {
        await core.close();
        rmSync(home, { recursive: true, force: true });
      }
    };
    const [there, here] = [await pictureOn(device), await pictureOn(cpuDevice({ cpuBudgetBytes: 0, cpuThreads: 1 }))];
    expect(there).toHaveLength(1);
    for (const [k, pixels] of there.entries()) {
      let most = 0;
      for (const [i, level] of pixels.entries()) most = Math.max(most, Math.abs(level - here[k]![i]!));
      expect(most).toBeLessThanOrEqual(2);
      expect(new Set(pixels).size).toBeGreaterThan(20); // it is a picture
    }
  });
});
