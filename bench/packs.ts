import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CpuTensors } from '../src-main/device/cpu-tensors.ts';
import { noiseModelOf } from '../src-main/diffusion/noise-model.ts';
import { meanDistance } from '../src-main/diffusion/samplers/distance.ts';
import { samplerNames, samplers } from '../src-main/diffusion/samplers/index.ts';
import { pathOf } from '../src-main/diffusion/samplers/path-of.ts';
import { sigmasOf } from '../src-main/diffusion/sigmas.ts';
import type { DeviceId } from '../src-main/model/ids.ts';
import type { TensorRef } from '../src-main/model/tensor.ts';
import { memoryDigestCache } from '../src-main/packs/digest-cache.ts';
import { externalTensor, model, value } from '../src-main/packs/edit-graph/writer.ts';
import { packLibrary } from '../src-main/packs/library.ts';
import type { Bench } from './bench.ts';

// What packs and samplers cost besides the model.

const packs = path.resolve(import.meta.dirname, '../test/data/packs');
const prompt =
  'a photo of an astronaut riding a horse on mars, highly detailed, soft light, in the style of an old film, near the quiet river under a night sky, drawn with black ink, studio photo, shallow depth of field, a wooden bridge, two children, a glass teapot, the mountain village';

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

async function msOf(times: number, work: () => unknown): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await work();
    all.push(performance.now() - start);
  }
  return median(all.slice(Math.min(3, times >> 1)));
}

/** Every file of a folder, read whole. */
function readAll(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + readFileSync(path.join(parentPath, name)).length, 0);
}

/** A pack whose denoiser has so many bytes of weights beside it, none of them on the disk. */
function heavyPack(scratch: string, bytes: number): string {
  const folder = path.join(scratch, `heavy-${bytes}`);
  cpSync(path.join(packs, 'sd15'), folder, { recursive: true });
  const file = path.join(folder, 'unet/model.onnx');
  const shape = ['b', 4, 'h', 'w'];
  const weights = externalTensor('weights', 'float32', [bytes / 4], { location: 'model.onnx_data', length: bytes });
  const graph = {
    nodes: [{ op: 'Identity', inputs: ['sample'], outputs: ['out_sample'] }],
    tensors: [weights],
    inputs: [
      value('sample', 'float32', shape),
      value('timestep', 'float32', []),
      value('encoder_hidden_states', 'float32', ['b', 's', 24]),
    ],
    outputs: [value('out_sample', 'float32', shape)],
  };
  writeFileSync(file, model(graph));
  writeFileSync(path.join(folder, 'unet/model.onnx_data'), '');
  truncateSync(path.join(folder, 'unet/model.onnx_data'), bytes);
  return folder;
}

/** ms of one step of a sampler beside its denoiser, whose answer is there at once. */
async function samplerMs(name: (typeof samplerNames)[number]): Promise<number> {
  const tensors = new CpuTensors('cpu' as DeviceId);
  const shape = [1, 16, 128, 128];
  const noiseModel = noiseModelOf({ kind: 'betas', start: 0.00085, end: 0.012 });
  const sigmas = sigmasOf('karras', noiseModel, 12, 1, false);
  const clean = tensors.full(shape, 0.5);
  const noise = tensors.noise('1', shape);
  let calls = 0;
  const walk = async (): Promise<void> => {
    calls = 0;
    const from = tensors.linear([{ factor: sigmas[0]!, tensor: noise }]);
    const road = pathOf<TensorRef>({
      math: tensors,
      sigmas,
      isFlow: false,
      sigmaAt: noiseModel.sigmaAt,
      async predict(x) {
        calls++;
        tensors.valuesOf(x); // a device wants them as they are
        return tensors.linear([{ factor: 1, tensor: clean }]);
      },
      async predictSides(x) {
        calls++;
        tensors.valuesOf(x);
        return {
          denoised: tensors.linear([{ factor: 1, tensor: clean }]),
          uncond: tensors.linear([{ factor: 1, tensor: clean }]),
        };
      },
      // Drawing is what a seed costs, and the same for every sampler: counted by itself.
      draw: () => tensors.linear([{ factor: 1, tensor: noise }]),
      distance: async (a, b, allowed) => {
        const [one, other, before] = [a, b, allowed.before].map((each) => [tensors.valuesOf(each) as Float32Array]);
        return meanDistance(one!, other!, { ...allowed, before: before! });
      },
    });
    tensors.valuesOf(await samplers[name](road, from));
  };
  await walk();
  return (await msOf(5, walk)) / calls;
}

/** The smallest step that has latents of 128 x 128 x 16: Z-Image Turbo at 1024 x 1024, one row, on an H100 (facts: 1 s for 8). */
const smallestStepMs = 125;

export default async function packsBench(): Promise<Bench> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'kiln-packs-'));
  try {
    const cache = memoryDigestCache();
    const library = () => packLibrary({ folders: [packs], cache, takesPaths: true });
    const opened = await library().open('sd3');
    if (!opened.ok) throw new Error('sd3 does not open');
    const one = library();
    await one.open('sdxl');
    const sdxl = await one.open('sdxl');
    const ref = sdxl.ok ? sdxl.value.ref : null;
    const tokenizeMs = await msOf(200, () => one.tokenize(ref!, prompt));
    const openMs = await msOf(30, () => library().open('sd3'));
    const readMs = await msOf(30, () => readAll(path.join(packs, 'sd3')));

    const light = heavyPack(scratch, 4096);
    const heavy = heavyPack(scratch, 2 ** 33);
    const growth: number[] = [];
    for (const folder of [light, heavy]) {
      // Digests are known: the bytes are those of a pack that was opened before.
      const known = { get: () => '0'.repeat(64) as never, put: () => {} };
      const on = packLibrary({ folders: [], cache: known, takesPaths: true });
      globalThis.gc?.();
      const before = process.memoryUsage().rss;
      const found = await on.open(folder);
      if (!found.ok) throw new Error(JSON.stringify(found.problems));
      growth.push(process.memoryUsage().rss - before);
    }
    const rows: [string, number][] = [];
    for (const name of samplerNames) rows.push([name, await samplerMs(name)]);
    rows.sort((a, b) => b[1] - a[1]);
    const [slowest, slowestMs] = rows[0]!;
    return {
      title: 'What packs and samplers cost besides the model',
      table: {
        columns: ['what', 'Kiln', 'beside'],
        rows: [
          ['a prompt of 75 tokens for both encoders of SDXL', `${tokenizeMs.toFixed(2)} ms`, 'limit 1 ms'],
          [
            'opening SD 3 (18 files), digests known',
            `${openMs.toFixed(1)} ms`,
            `reading all of its bytes: ${readMs.toFixed(1)} ms`,
          ],
          [
            'memory for opening 8 GiB of weights',
            `${(growth[1]! / 2 ** 20).toFixed(1)} MiB`,
            `for 4 KiB: ${(growth[0]! / 2 ** 20).toFixed(1)} MiB`,
          ],
          ...rows
            .slice(0, 5)
            .map(([name, ms]) => [
              `${name}, one step of 128 × 128 × 16`,
              `${ms.toFixed(2)} ms`,
              `${((100 * ms) / smallestStepMs).toFixed(1)} % of ${smallestStepMs} ms`,
            ]),
        ],
      },
      figures: {
        tokenizeMs,
        openMs,
        openOverRead: openMs / readMs,
        openMemoryMb: Math.max(0, growth[1]! - growth[0]!) / 2 ** 20,
        samplerShareOfStep: slowestMs / smallestStepMs,
      },
      notes: [
        `the slowest of ${samplerNames.length} samplers is ${slowest}; noise that a sampler draws at its steps is not counted`,
        `the smallest step named: Z-Image Turbo, 1024 × 1024, one row, on an H100: ${smallestStepMs} ms`,
      ],
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
