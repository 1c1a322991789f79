import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cpuDevice } from '../src-main/device/discover.ts';
import { ortRuntime } from '../src-main/device/ort/ort.ts';
import type { Runtime } from '../src-main/device/runtime.ts';
import type { PartKey } from '../src-main/model/ids.ts';
import type { Part, PartFile, PartPort } from '../src-main/model/pack.ts';
import type { TensorRef } from '../src-main/model/tensor.ts';
import type { Bench } from './bench.ts';
import { type Ends, looped, unrolled } from './fused-graphs.ts';
import { median } from './statistics.ts';

const steps = 8;
const rounds = 12;
/** A fused sampler lets nobody join, leave or look between its steps: it must save this much to be worth that. */
const worthwhile = 0.1;

const side = [3, 64, 64];
const ends: Ends = {
  latent: 'hidden_states',
  timestep: 'timestep',
  output: 'out_sample',
  shape: side,
  timesteps: 1000,
};
const port = (name: string, as: string, ...shape: readonly (number | string)[]): PartPort => ({
  name,
  as,
  dtype: 'float32',
  shape: ['batch', ...shape],
});
const conditioning = [port('hidden', 'encoder_hidden_states', 77, 224), port('pooled', 'pooled_projections', 224)];
const partOf = (name: string, takes: readonly PartPort[], as: string): Part => ({
  key: `denoiser@${name}` as PartKey,
  name: 'denoiser',
  bytes: 10_000_000,
  dtype: 'float32',
  timestep: 'per-row',
  takes: [...takes, ...conditioning],
  gives: [port('prediction', as, ...side)],
});
const fusedTakes = [port('latent', 'kiln/start', ...side), port('sigmas', 'kiln/sigmas', 'sigmas')];

/** The starter pack's sampling on the CPU: one call for each step, a loop in the graph, and the steps one after the other in it. */
export default async function fused(): Promise<Bench> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kiln-bench-'));
  const original = path.join(import.meta.dirname, '../models/starter/transformer/model.onnx');
  const bytes = readFileSync(original);
  const written = (name: string, graph: Uint8Array): string => {
    const file = path.join(folder, `${name}.onnx`);
    writeFileSync(file, graph);
    return file;
  };
  const stepwise = partOf(
    'stepwise',
    [port('latent', ends.latent, ...side), port('timestep', ends.timestep)],
    ends.output,
  );
  const ways: Readonly<Record<string, PartFile>> = {
    'per step': { part: stepwise, path: original, edits: [] },
    loop: { part: partOf('loop', fusedTakes, 'kiln/latent'), path: written('loop', looped(bytes, ends)), edits: [] },
    unrolled: {
      part: partOf('unrolled', fusedTakes, 'kiln/latent'),
      path: written('unrolled', unrolled(bytes, ends, steps)),
      edits: [],
    },
  };
  const runtime = ortRuntime(cpuDevice({ cpuBudgetBytes: 0, cpuThreads: 0 }));
  try {
    const loadMs: Record<string, number> = {};
    for (const [name, file] of Object.entries(ways)) {
      const began = performance.now();
      await runtime.load(file);
      loadMs[name] = performance.now() - began;
    }
    const found: { rows: number; name: string; ms: number; most: number }[] = [];
    for (const rows of [1, 4]) {
      const ms: Record<string, number[]> = {};
      const most: Record<string, number> = {};
      for (let round = 0; round <= rounds; round++) {
        let first: ArrayLike<number> | null = null;
        for (const [name, { part }] of Object.entries(ways)) {
          const began = performance.now();
          const latents = await (name === 'per step' ? stepByStep : atOnce)(runtime, part.key, rows);
          if (round > 0) ms[name] = [...(ms[name] ?? []), performance.now() - began];
          const values = (await runtime.tensor.read(latents[0]!)) as Float32Array;
          first ??= values;
          most[name] = Math.max(most[name] ?? 0, ...values.map((value, i) => Math.abs(value - first![i]!)));
          runtime.dispose(latents.map(({ id }) => id));
        }
      }
      for (const name of Object.keys(ways)) found.push({ rows, name, ms: median(ms[name]!), most: most[name]! });
    }
    const of = (name: string, rows: number) => found.find((each) => each.name === name && each.rows === rows)!.ms;
    const saved = (name: string) => Math.min(...[1, 4].map((rows) => 1 - of(name, rows) / of('per step', rows)));
    const taken = ['loop', 'unrolled']
      .filter((name) => saved(name) >= worthwhile)
      .sort((a, b) => saved(b) - saved(a))[0];
    return {
      title: `${steps} steps of the starter pack on the CPU: a call for each, and all of them in one graph`,
      table: {
        columns: ['sampler', 'rows', 'ms', 'against per step', 'largest difference', 'to load, ms'],
        rows: found.map(({ rows, name, ms, most }) => [name, rows, ms, ms / of('per step', rows), most, loadMs[name]!]),
      },
      figures: {
        loopRatio: 1 - saved('loop'),
        unrolledRatio: 1 - saved('unrolled'),
        fusedPays: taken ? 1 : 0,
        largestDifference: Math.max(...found.map(({ most }) => most)),
      },
      notes: [
        `auto takes: ${taken ?? 'per step'}. A sampler in the graph must save ${worthwhile * 100} % at every count of rows, since nobody can join it, leave it or look at it between its steps.`,
      ],
    };
  } finally {
    await runtime.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const sigmas = Array.from({ length: steps + 1 }, (_, i) => 1 - i / steps);

function rowsOf({ tensor }: Runtime, count: number) {
  return Array.from({ length: count }, (_, i) => ({
    latent: tensor.noise(`${i}`, [1, ...side]),
    hidden: tensor.noise(`${i}`, [1, 77, 224], 1),
    pooled: tensor.noise(`${i}`, [1, 224], 2),
  }));
}

async function stepByStep(runtime: Runtime, key: PartKey, count: number): Promise<readonly TensorRef[]> {
  const rows = rowsOf(runtime, count);
  let latents: readonly TensorRef[] = rows.map(({ latent }) => latent);
  for (let step = 0; step < steps; step++) {
    const [sigma, next] = [sigmas[step]!, sigmas[step + 1]!];
    const calls = rows.map((row, i) => ({ ...row, latent: latents[i]!, timestep: 1000 * sigma }));
    const made = (await runtime.call(key, calls)).map(({ prediction }) => prediction!);
    const moved = latents.map((latent, i) =>
      runtime.tensor.linear([
        { factor: 1, tensor: latent },
        { factor: next - sigma, tensor: made[i]! },
      ]),
    );
    runtime.dispose([...latents, ...made].map(({ id }) => id));
    latents = moved;
  }
  runtime.dispose(rows.flatMap(({ hidden, pooled }) => [hidden.id, pooled.id]));
  return latents;
}

async function atOnce(runtime: Runtime, key: PartKey, count: number): Promise<readonly TensorRef[]> {
  const rows = rowsOf(runtime, count);
  const way = runtime.tensor.from(Float32Array.from(sigmas), 'float32', [1, steps + 1]);
  const made = await runtime.call(
    key,
    rows.map((row) => ({ ...row, sigmas: way })),
  );
  runtime.dispose([way, ...rows.flatMap((row) => Object.values(row))].map(({ id }) => id));
  return made.map(({ prediction }) => prediction!);
}
