import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { webgpuRuntime } from '../src-main/device/gpu/webgpu.ts';
import { ortRuntime } from '../src-main/device/ort/ort.ts';
import type { Runtime } from '../src-main/device/runtime.ts';
import type { Device } from '../src-main/model/device.ts';
import type { DeviceId, PartKey } from '../src-main/model/ids.ts';
import type { Part } from '../src-main/model/pack.ts';
import type { TensorRef } from '../src-main/model/tensor.ts';
import { model, tensor, value } from '../src-main/packs/edit-graph/writer.ts';
import { noSoftwareGpu, offerSoftwareGpu } from '../test/build/software-gpu.ts';
import type { Bench } from './bench.ts';
import { median } from './statistics.ts';

const rounds = 5;
/** What Flux takes for a picture of 512 by 512, a quarter of a megabyte, and for one of 1024 by 1024; and 8 MB. */
const shapes = [
  { name: 'for 512 by 512', key: 'denoiser@moved512', latent: [1, 16, 64, 64], steps: 12 },
  { name: 'for 1024 by 1024', key: 'denoiser@moved1024', latent: [1, 16, 128, 128], steps: 6 },
] as const;
type Shape = (typeof shapes)[number];
const hiddenShape = [1, 512, 4096];

const device: Device = {
  id: 'webgpu:0' as DeviceId,
  runtime: 'ort',
  provider: 'webgpu',
  label: 'webgpu',
  budgetBytes: 1024 ** 3,
  threads: 1,
};

/** out = latent / 2 + the first number of the conditioning: next to nothing, so that what is moved shows. */
const denoiser = ({ latent }: Shape) =>
  model({
    nodes: [
      { op: 'Slice', inputs: ['hidden', 'from', 'to', 'sides'], outputs: ['first'] },
      { op: 'Unsqueeze', inputs: ['first', 'last'], outputs: ['wide'] },
      { op: 'Mul', inputs: ['latent', 'half'], outputs: ['halved'] },
      { op: 'Add', inputs: ['halved', 'wide'], outputs: ['out'] },
    ],
    tensors: [
      tensor('half', 'float32', [], new Uint8Array(Float32Array.of(0.5).buffer)),
      ...Object.entries({ from: [0, 0], to: [1, 1], sides: [1, 2], last: [3] }).map(([name, values]) =>
        tensor(name, 'int64', [values.length], new Uint8Array(BigInt64Array.from(values, BigInt).buffer)),
      ),
    ],
    inputs: [
      value('latent', 'float32', ['b', ...latent.slice(1)]),
      value('hidden', 'float32', ['b', ...hiddenShape.slice(1)]),
    ],
    outputs: [value('out', 'float32', ['b', ...latent.slice(1)])],
  });

const partOf = ({ key, latent }: Shape): Part => ({
  key: key as PartKey,
  name: 'denoiser',
  bytes: 1000,
  dtype: 'float32',
  timestep: 'none',
  takes: [
    { name: 'latent', as: 'latent', dtype: 'float32', shape: ['b', ...latent.slice(1)] },
    { name: 'hidden', as: 'hidden', dtype: 'float32', shape: ['b', ...hiddenShape.slice(1)] },
  ],
  gives: [{ name: 'prediction', as: 'out', dtype: 'float32', shape: ['b', ...latent.slice(1)] }],
});

/** Latents and conditioning that stay on a WebGPU device from step to step, against the same that go and come with every call. */
export default async function webgpu(): Promise<Bench> {
  if (noSoftwareGpu !== null) throw new Error(noSoftwareGpu);
  offerSoftwareGpu();
  const folder = mkdtempSync(path.join(tmpdir(), 'kiln-bench-'));
  const [stays, returns] = [webgpuRuntime(device), ortRuntime(device)];
  try {
    const measured: { shape: Shape; rows: number; staysMs: number; returnsMs: number; most: number }[] = [];
    for (const { shape, rows } of shapes.flatMap((one) => [1, 2].map((count) => ({ shape: one, rows: count })))) {
      const file = { part: partOf(shape), path: path.join(folder, `${shape.key}.onnx`), edits: [] };
      writeFileSync(file.path, denoiser(shape));
      await Promise.all([stays.load(file), returns.load(file)]);
      const ms: Record<'stays' | 'returns', number[]> = { stays: [], returns: [] };
      let most = 0;
      for (let round = 0; round <= rounds; round++) {
        // In turns, so that what else the machine does meets both.
        const there = await sampled(stays, shape, rows);
        const back = await sampled(returns, shape, rows);
        most = Math.max(most, ...there.values.map((each, i) => Math.abs(each - back.values[i]!)));
        if (round === 0) continue; // shaders are compiled
        ms.stays.push(there.msPerStep);
        ms.returns.push(back.msPerStep);
      }
      measured.push({ shape, rows, staysMs: median(ms.stays), returnsMs: median(ms.returns), most });
    }
    return {
      title: `Steps of Flux's latent and conditioning with a denoiser of a few operations: kept on the device, and moved at every step`,
      machine: 'WebGPU on a graphics card in software (SwiftShader)',
      table: {
        columns: ['', 'rows', 'kept, ms a step', 'moved, ms a step', 'ratio', 'largest difference'],
        rows: measured.map((row) => [
          row.shape.name,
          row.rows,
          row.staysMs,
          row.returnsMs,
          row.staysMs / row.returnsMs,
          row.most,
        ]),
      },
      figures: {
        ratio: ratioOf(measured.filter(({ shape }) => shape === shapes[0])),
        ratioAt1024: ratioOf(measured.filter(({ shape }) => shape === shapes[1])),
        leakedBuffers: stays.held().buffers,
      },
      notes: [
        'The denoiser computes next to nothing, so that what is moved shows. A card in software computes slower than the processor that it runs on, so the times say nothing about a real one; a step of the starter pack takes seconds on it.',
        'What is saved is above all the conditioning, 8 MB that are not sent again. The sums of the sampler over a latent cost this card about as much as moving the latent would, so with larger latents less is gained here; a real card sums in no time. The figure with a limit is the one for 512 by 512.',
      ],
    };
  } finally {
    await stays.close();
    await returns.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const ratioOf = (measured: readonly { readonly staysMs: number; readonly returnsMs: number }[]): number =>
  Math.max(...measured.map(({ staysMs, returnsMs }) => staysMs / returnsMs));

/** Euler's way; one latent is read at the end on both. */
async function sampled(runtime: Runtime, { key, latent, steps }: Shape, rows: number) {
  const { tensor: math } = runtime;
  const hidden = Array.from({ length: rows }, (_, i) => math.full(hiddenShape, i / 10));
  let latents: readonly TensorRef[] = Array.from({ length: rows }, (_, i) => math.noise(`${i}`, latent));
  const began = performance.now();
  for (let step = 0; step < steps; step++) {
    const made = await runtime.call(
      key as PartKey,
      latents.map((one, i) => ({ latent: one, hidden: hidden[i]! })),
    );
    const next = latents.map((one, i) =>
      math.linear([
        { factor: 1, tensor: one },
        { factor: -1 / steps, tensor: made[i]!.prediction! },
      ]),
    );
    runtime.dispose([...latents, ...made.map(({ prediction }) => prediction!)].map(({ id }) => id));
    latents = next;
  }
  const values = [...(await math.read(latents[0]!)).subarray(0, 1000)].map(Number);
  const msPerStep = (performance.now() - began) / steps;
  runtime.dispose([...latents, ...hidden].map(({ id }) => id));
  return { msPerStep, values };
}
