import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { normalNoise } from '../../src-main/diffusion/noise.ts';
import type { GraphEdit } from '../../src-main/model/graph-edit.ts';
import { applyEdits } from '../../src-main/packs/edit-graph/apply.ts';
import { nameAfter } from '../../src-main/packs/edit-graph/edges.ts';
import { BrokenOnnx, fieldsOf } from '../../src-main/packs/edit-graph/proto.ts';
import { timestepUses } from '../../src-main/packs/edit-graph/row-timestep.ts';
import { identity, modelOf } from './onnx-models.ts';

const { fround } = Math;
const image = { name: 'sample', shape: ['batch', 3, 'height', 'width'] };

async function run(model: Uint8Array, feeds: Record<string, Tensor>) {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  const results = await session.run(feeds);
  const [name] = session.outputNames;
  const given = results[name!]!;
  await session.release();
  return { name, dims: given.dims, data: given.data as Float32Array | Uint8Array, type: given.type };
}

/** Halves to even, as ONNX rounds. */
const round = (x: number) => {
  const up = Math.round(x);
  return up - x === 0.5 && up % 2 !== 0 ? up - 1 : up;
};

/** Places of [images, height, width, 3] in the order of [images, 3, height, width]. */
function nhwcOf(images: number, height: number, width: number): number[] {
  const places: number[] = [];
  for (let n = 0; n < images; n++)
    for (let c = 0; c < 3; c++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) places.push(((n * height + y) * width + x) * 3 + c);
  return places;
}

describe('8-bit pixels at the ends of a graph', () => {
  test.each([
    ['a VAE encoder', 2 / 255, -1],
    ['an upscaler', 1 / 255, 0],
  ])('go into %s as value * scale + shift, bit for bit', async (_, scale, shift) => {
    const edit: GraphEdit = { edit: 'pixels-in', input: 'sample', scale, shift };
    const edited = applyEdits(identity(image, 'latent'), [edit]);
    const pixels = Uint8Array.from({ length: 2 * 5 * 7 * 3 }, (_, i) => (i * 37) & 255);
    const { dims, data } = await run(edited, {
      [nameAfter('sample', [edit])]: new Tensor('uint8', pixels, [2, 5, 7, 3]),
    });
    expect(dims).toEqual([2, 3, 5, 7]);
    expect([...data]).toEqual(nhwcOf(2, 5, 7).map((at) => fround(fround(pixels[at]! * fround(scale)) + fround(shift))));
  });

  test.each([
    ['a VAE decoder', 0.5, 0.5],
    ['an upscaler', 1, 0],
  ])('come out of %s rounded and clamped', async (_, scale, shift) => {
    const edit: GraphEdit = { edit: 'pixels-out', output: 'picture', scale, shift };
    const edited = applyEdits(identity(image, 'picture'), [edit]);
    const values = normalNoise('5', 2 * 3 * 4 * 6);
    const { name, dims, data, type } = await run(edited, { sample: new Tensor('float32', values, [2, 3, 4, 6]) });
    expect({ name, type, dims }).toEqual({ name: nameAfter('picture', [edit]), type: 'uint8', dims: [2, 4, 6, 3] });
    const wanted = new Uint8Array(values.length);
    nhwcOf(2, 4, 6).forEach((to, from) => {
      const scaled = fround(fround(values[from]! * fround(scale * 255)) + fround(shift * 255));
      wanted[to] = Math.min(255, Math.max(0, round(scaled)));
    });
    expect([...data]).toEqual([...wanted]);
  });

  test('make the whole way of an 8-bit picture through an identity without a change', async () => {
    const edits: GraphEdit[] = [
      { edit: 'pixels-in', input: 'sample', scale: 2 / 255, shift: -1 },
      { edit: 'pixels-out', output: 'picture', scale: 0.5, shift: 0.5 },
    ];
    const pixels = Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => i & 255);
    const { data } = await run(applyEdits(identity(image, 'picture'), edits), {
      [nameAfter('sample', edits)]: new Tensor('uint8', pixels, [1, 16, 16, 3]),
    });
    expect([...data]).toEqual([...pixels]);
  });

  test('go into a graph of half precision, and come out of it', async () => {
    const edits: GraphEdit[] = [
      { edit: 'pixels-in', input: 'sample', scale: 1 / 255, shift: 0 },
      { edit: 'pixels-out', output: 'picture', scale: 1, shift: 0 },
    ];
    const model = identity({ ...image, name: 'sample', dtype: 'float16' }, 'picture');
    const pixels = Uint8Array.from({ length: 48 }, (_, i) => i * 5);
    const { data } = await run(applyEdits(model, edits), {
      [nameAfter('sample', edits)]: new Tensor('uint8', pixels, [1, 4, 4, 3]),
    });
    expect([...data]).toEqual([...pixels]);
  });
});

describe('scale and shift of a VAE', () => {
  const latent = { name: 'latent_sample', shape: ['b', 4, 'h', 'w'] };
  const values = normalNoise('1', 4 * 2 * 3);

  test('are applied to what goes in and to what comes out', async () => {
    const edits: GraphEdit[] = [
      { edit: 'affine-in', input: 'latent_sample', scale: 1 / 0.3611, shift: 0.1159 },
      { edit: 'affine-out', output: 'same', scale: 0.3611, shift: -0.1159 * 0.3611 },
    ];
    const into = await run(applyEdits(identity(latent, 'same'), edits.slice(0, 1)), {
      'kiln/latent_sample': new Tensor('float32', values, [1, 4, 2, 3]),
    });
    expect([...into.data]).toEqual([...values].map((x) => fround(fround(x * fround(1 / 0.3611)) + fround(0.1159))));
    const through = await run(applyEdits(identity(latent, 'same'), edits), {
      'kiln/latent_sample': new Tensor('float32', values, [1, 4, 2, 3]),
    });
    through.data.forEach((x, i) => {
      expect(Math.abs(x - values[i]!)).toBeLessThan(1e-6);
    });
  });

  test('that change nothing leave the values as they are', async () => {
    const edit: GraphEdit = { edit: 'affine-out', output: 'same', scale: 1, shift: 0 };
    const { name, data } = await run(applyEdits(identity(latent, 'same'), [edit]), {
      latent_sample: new Tensor('float32', values, [1, 4, 2, 3]),
    });
    expect(name).toBe('kiln/same');
    expect(data).toEqual(values);
  });

  test('are float32 outside of a graph of half precision', async () => {
    const edits: GraphEdit[] = [
      { edit: 'affine-in', input: 'latent_sample', scale: 2, shift: 1 },
      { edit: 'affine-out', output: 'same', scale: 4, shift: 0 },
    ];
    const { type, data } = await run(applyEdits(identity({ ...latent, dtype: 'float16' }, 'same'), edits), {
      'kiln/latent_sample': new Tensor('float32', Float32Array.of(0.25, 0.5, 1, 2), [1, 4, 1, 1]),
    });
    expect(type).toBe('float32');
    expect([...data]).toEqual([6, 8, 12, 20]);
  });
});

describe('the mean of mean and log-variance', () => {
  test.each([17, 18, 21])('is the first half of the channels, and then scaled, at operator set %i', async (opset) => {
    const edits: GraphEdit[] = [
      { edit: 'posterior-out', output: 'latent_parameters', scale: 2 },
      { edit: 'affine-out', output: 'latent_parameters', scale: 2, shift: -1 },
    ];
    const model = identity({ name: 'sample', shape: ['b', 4, 'h', 'w'] }, 'latent_parameters', opset);
    const { name, dims, data } = await run(applyEdits(model, edits), {
      sample: new Tensor('float32', Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), [2, 4, 1, 1]),
    });
    expect(name).toBe('kiln/kiln/latent_parameters');
    expect(dims).toEqual([2, 2, 1, 1]);
    expect([...data]).toEqual([1, 3, 9, 11]);
  });
});

describe('one timestep for all rows', () => {
  const file = path.join(import.meta.dirname, '../data/packs/sd15/unet/model.onnx');

  test('becomes one for each, and every row is what it is alone', async () => {
    const model = readFileSync(file);
    const [alone, together] = await Promise.all(
      [model, applyEdits(model, [{ edit: 'rows-in', input: 'timestep' }])].map((bytes) =>
        InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 3 }),
      ),
    );
    const [rows, size, text] = [3, 4 * 4 * 8, 77 * 24];
    const [latents, states] = [normalNoise('1', rows * size), normalNoise('2', rows * text)];
    const timesteps = [999, 421.5, 1];
    const { out_sample: all } = await together!.run({
      sample: new Tensor('float32', latents, [rows, 4, 4, 8]),
      timestep: new Tensor('float32', timesteps, [rows]),
      encoder_hidden_states: new Tensor('float32', states, [rows, 77, 24]),
    });
    for (const [i, timestep] of timesteps.entries()) {
      const { out_sample: one } = await alone!.run({
        sample: new Tensor('float32', latents.slice(i * size, (i + 1) * size), [1, 4, 4, 8]),
        timestep: new Tensor('float32', [timestep], []),
        encoder_hidden_states: new Tensor('float32', states.slice(i * text, (i + 1) * text), [1, 77, 24]),
      });
      const found = (all!.data as Float32Array).slice(i * size, (i + 1) * size);
      const worst = found.reduce(
        (most, value, k) => Math.max(most, Math.abs(value - (one!.data as Float32Array)[k]!)),
        0,
      );
      expect(worst).toBeLessThan(1e-5);
    }
    await Promise.all([alone!.release(), together!.release()]);
  });

  test('stays where the graph makes something else of it', async () => {
    const graphOf = (nodes: Parameters<typeof modelOf>[2]) =>
      modelOf([{ name: 'timestep', shape: [] }], [{ name: 'y', shape: ['b'] }], nodes);
    const isTaken = (nodes: Parameters<typeof modelOf>[2]) => {
      const uses = timestepUses();
      const graph = [...fieldsOf(graphOf(nodes))].find(({ field }) => field === 7)!;
      for (const { field, from, to } of fieldsOf(graphOf(nodes), graph.from, graph.to))
        if (field === 1) uses.see(graphOf(nodes).subarray(from, to));
      return uses.takesRows('timestep');
    };
    const listed = { op: 'Unsqueeze', inputs: ['timestep', 'axes'], outputs: ['list'] };
    const cast = { op: 'Cast', inputs: ['timestep'], outputs: ['half'] };
    expect(isTaken([listed])).toBe(true);
    expect(isTaken([cast, { ...listed, inputs: ['half', 'axes'] }])).toBe(true);
    expect(isTaken([{ op: 'Expand', inputs: ['timestep', 'shape'], outputs: ['all'] }])).toBe(true);
    expect(isTaken([listed, { op: 'Mul', inputs: ['timestep', 'two'], outputs: ['twice'] }])).toBe(false);
    expect(isTaken([cast, listed, { op: 'Sin', inputs: ['half'], outputs: ['wave'] }])).toBe(false);
    expect(isTaken([])).toBe(false);
  });
});

describe('edits that cannot be', () => {
  const edit: GraphEdit = { edit: 'pixels-in', input: 'sample', scale: 1, shift: 0 };
  const reason = (model: Uint8Array, edits: readonly GraphEdit[]) => {
    try {
      applyEdits(model, edits);
    } catch (error) {
      if (error instanceof BrokenOnnx) return error.reason;
      throw error;
    }
    return null;
  };

  test('say why', () => {
    expect(reason(identity({ name: 'x', shape: ['b', 3, 4, 4] }, 'y'), [edit])).toBe('it has no input "sample"');
    expect(reason(identity({ name: 'sample', shape: ['b', 3] }, 'y'), [edit])).toBe(
      '"sample" has 2 dimensions instead of 4',
    );
    expect(reason(identity({ ...image, dtype: 'int64' }, 'y'), [edit])).toBe('"sample" holds int64 values');
    expect(reason(identity(image, 'y', 10), [edit])).toMatch(/operator set is 10/);
    expect(reason(new Uint8Array(), [edit])).toBe('it has no graph');
    expect(
      reason(identity({ name: 'x', shape: ['b', 3, 4, 4] }, 'y'), [{ edit: 'posterior-out', output: 'y', scale: 1 }]),
    ).toMatch(/3 channels/);
  });

  test('leave a model without edits as it is', () => {
    const model = modelOf([image], [image], []);
    expect(applyEdits(model, [])).toBe(model);
  });
});
