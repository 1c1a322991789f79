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

const steps = 12;
const rounds = 5;
/** What Flux takes for a picture of 512 by 512: a quarter of a megabyte, and 8 MB. */
const latentShape = [1, 16, 64, 64];
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
const denoiser = () =>
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
      value('latent', 'float32', ['b', ...latentShape.slice(1)]),
      value('hidden', 'float32', ['b', ...hiddenShape.slice(1)]),
    ],
    outputs: [value('out', 'float32', ['b', ...latentShape.slice(1)])],
  });

const part: Part = {
  key: 'denoiser@moved' as PartKey,
  name: 'denoiser',
  bytes: 1000,
  dtype: 'float32',
  timestep: 'none',
  takes: [
    { name: 'latent', as: 'latent', dtype: 'float32', shape: ['b', ...latentShape.slice(1)] },
    { name: 'hidden', as: 'hidden', dtype: 'float32', shape: ['b', ...hiddenShape.slice(1)] },
  ],
  gives: [{ name: 'prediction', as: 'out', dtype: 'float32', shape: ['b', ...latentShape.slice(1)] }],
};

/** Latents and conditioning that stay on a WebGPU device from step to step, against the same that go and come with every call. */
export default async function webgpu(): Promise<Bench> {
  if (noSoftwareGpu !== null) throw new Error(noSoftwareGpu);
  offerSoftwareGpu();
  const folder = mkdtempSync(path.join(tmpdir(), 'kiln-bench-'));
  const file = { part, path: path.join(folder, 'denoiser.onnx'), edits: [] };
  writeFileSync(file.path, denoiser());
  const [stays, returns] = [webgpuRuntime(device), ortRuntime(device)];
  try {
    await Promise.all([stays.load(file), returns.load(file)]);
    const measured: { rows: number; staysMs: number; returnsMs: number; most: number }[] = [];
    for (const rows of [1, 2]) {
      const ms: Record<'stays' | 'returns', number[]> = { stays: [], returns: [] };
      let most = 0;
      for (let round = 0; round <= rounds; round++) {
        // In turns, so that what else the machine does meets both.
        const there = await sampled(stays, rows);
        const back = await sampled(returns, rows);
        most = Math.max(most, ...there.values.map((each, i) => Math.abs(each - back.values[i]!)));
        if (round === 0) continue; // shaders are compiled
        ms.stays.push(there.msPerStep);
        ms.returns.push(back.msPerStep);
      }
      measured.push({ rows, staysMs: median(ms.stays), returnsMs: median(ms.returns), most });
    }
    return {
      title: `${steps} steps of Flux's latent and conditioning with a denoiser of a few operations: kept on the device, and moved at every step`,
      machine: 'WebGPU on a graphics card in software (SwiftShader)',
      table: {
        columns: ['rows', 'kept, ms a step', 'moved, ms a step', 'ratio', 'largest difference'],
        rows: measured.map((row) => [row.rows, row.staysMs, row.returnsMs, row.staysMs / row.returnsMs, row.most]),
      },
      figures: {
        ratio: Math.max(...measured.map(({ staysMs, returnsMs }) => staysMs / returnsMs)),
        leakedBuffers: stays.held().buffers,
      },
      notes: [
        'The denoiser computes next to nothing, so that what is moved shows. A card in software computes slower than the processor that it runs on, so the times say nothing about a real one; a step of the starter pack takes seconds on it.',
      ],
    };
  } finally {
    await stays.close();
    await returns.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Euler's way; one latent is read at the end on both. */
async function sampled(runtime: Runtime, rows: number) {
  const { tensor: math } = runtime;
  const hidden = Array.from({ length: rows }, (_, i) => math.full(hiddenShape, i / 10));
  let latents: readonly TensorRef[] = Array.from({ length: rows }, (_, i) => math.noise(`${i}`, latentShape));
  const began = performance.now();
  for (let step = 0; step < steps; step++) {
    const made = await runtime.call(
      part.key,
      latents.map((latent, i) => ({ latent, hidden: hidden[i]! })),
    );
    const next = latents.map((latent, i) =>
      math.linear([
        { factor: 1, tensor: latent },
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
