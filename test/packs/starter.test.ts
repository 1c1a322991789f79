import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { arrays } from '../../src-main/diffusion/arrays.ts';
import { denoisedOf } from '../../src-main/diffusion/denoised.ts';
import { guidanceSides, guide } from '../../src-main/diffusion/guidance.ts';
import { noiseModelOf, shifted } from '../../src-main/diffusion/noise-model.ts';
import { euler } from '../../src-main/diffusion/samplers/euler.ts';
import { pathOf } from '../../src-main/diffusion/samplers/path-of.ts';
import { timestepOf } from '../../src-main/diffusion/timesteps.ts';
import { AppError } from '../../src-main/model/errors.ts';
import type { PackFacts, PartName } from '../../src-main/model/pack.ts';
import { memoryDigestCache } from '../../src-main/packs/digest-cache.ts';
import { applyEdits } from '../../src-main/packs/edit-graph/apply.ts';
import { packLibrary } from '../../src-main/packs/library.ts';

const models = path.join(import.meta.dirname, '../../models');
const recorded = JSON.parse(readFileSync(path.join(models, 'starter/recipe/vectors.json'), 'utf8')) as {
  picks: number[];
  steps: number;
  cfg: number;
  shift: number;
  cases: { prompt: string; picture: number[]; pictureMean: number[]; velocity: Record<string, number[]> }[];
};

const library = packLibrary({ folders: [models], cache: memoryDigestCache() });
const sessions = new Map<PartName, InferenceSession>();
let facts: PackFacts;

beforeAll(async () => {
  const opened = await library.open('starter');
  if (!opened.ok) throw new AppError(opened.problems);
  facts = opened.value;
});
afterAll(async () => {
  for (const session of sessions.values()) await session.release();
});

/** One call of a part by Kiln's names, the way a host makes it. */
async function call(name: PartName, given: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const part = facts.parts.find((each) => each.name === name)!;
  const file = library.file(part.key);
  let session = sessions.get(name);
  if (session === undefined) {
    const model = applyEdits(readFileSync(file.path), file.edits);
    session = await InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
    sessions.set(name, session);
  }
  const whole = new Tensor('uint8', Uint8Array.of(1), [1, 1, 1, 1]);
  const fed = part.takes.map((port) => [port.as, port.name === 'keep' ? whole : given[port.name]!] as const);
  const results = await session.run(Object.fromEntries(fed));
  return Object.fromEntries(part.gives.map((port) => [port.name, results[port.as]!]));
}

const int64 = (numbers: readonly number[]) =>
  new Tensor('int64', BigInt64Array.from(numbers, BigInt), [1, numbers.length]);

async function conditioning(prompt: string) {
  const { ids, mask } = library.tokenize(facts.ref, prompt)[0]!;
  const { hidden, pooled } = await call('text-encoder', { tokens: int64(ids), mask: int64(mask) });
  return { prompt, hidden: hidden!, pooled: pooled! };
}
type Conditioning = Awaited<ReturnType<typeof conditioning>>;

async function velocity(x: Float64Array, sigma: number, { hidden, pooled }: Conditioning): Promise<Float64Array> {
  const { channels } = facts.latent;
  const timestep = timestepOf(facts.timestep, sigma, noiseModelOf(facts.schedule));
  const { prediction } = await call('denoiser', {
    latent: new Tensor('float32', Float32Array.from(x), [1, channels, 64, 64]),
    timestep: new Tensor('float32', [timestep], [1]),
    hidden,
    pooled,
  });
  return Float64Array.from(prediction!.data as Float32Array);
}

/** As recipe/vectors.json describes it. */
const noise = Float64Array.from({ length: 3 * 64 * 64 }, (_, k) => {
  const u = Math.sin(k + 1) * 43758.5453;
  return Math.fround(Math.sqrt(3) * (2 * (u - Math.floor(u)) - 1));
});

describe('the starter pack', () => {
  test('predicts what was recorded when it was made', async () => {
    for (const { prompt, velocity: wanted } of recorded.cases) {
      const given = await conditioning(prompt);
      for (const [sigma, values] of Object.entries(wanted)) {
        const found = await velocity(noise, Number(sigma), given);
        values.forEach((value, i) => {
          expect(Math.abs(found[recorded.picks[i]!]! - value)).toBeLessThan(1e-4 * Math.max(1, Math.abs(value)));
        });
      }
    }
  });

  test('draws what was recorded when it was made', async () => {
    const { prompt, picture, pictureMean } = recorded.cases[0]!;
    const sigmas = Array.from({ length: recorded.steps + 1 }, (_, i) =>
      shifted(1 - i / recorded.steps, recorded.shift),
    );
    const sides = guidanceSides(await conditioning(prompt), await conditioning(''), recorded.cfg);
    const unused = () => Promise.reject(new Error('euler asks for the guided picture alone'));
    const way = pathOf<Float64Array>({
      math: arrays,
      sigmas,
      isFlow: true,
      sigmaAt: unused as never,
      predictSides: unused,
      distance: unused,
      draw: unused as never,
      async predict(x, sigma) {
        const given: Float64Array[] = [];
        for (const side of sides) given.push(await velocity(x, sigma, side));
        return denoisedOf(arrays, facts.prediction, x, guide(arrays, given, recorded.cfg), sigma, 1000 * sigma);
      },
    });
    const end = await euler(way, noise);
    const drawn = end.map((value) => Math.min(1, Math.max(-1, value)));
    picture.forEach((value, i) => {
      expect(Math.abs(drawn[recorded.picks[i]!]! - value)).toBeLessThan(2e-3);
    });
    pictureMean.forEach((mean, color) => {
      const plane = drawn.slice(color * 4096, (color + 1) * 4096);
      expect(Math.abs(plane.reduce((sum, value) => sum + value, 0) / 4096 - mean)).toBeLessThan(2e-3);
    });
  });

  test('takes pixels as a latent and gives them back, and enlarges them four times', async () => {
    const pixels = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7) & 255);
    const picture = new Tensor('uint8', pixels, [1, 64, 64, 3]);
    const { latent } = await call('vae-encoder', { image: picture });
    expect(latent!.dims).toEqual([1, 3, 64, 64]);
    expect(latent!.data[0]).toBe(-1);
    const { image } = await call('vae-decoder', { latent: latent! });
    expect(image!.data).toEqual(pixels);
    const { image: large } = await call('upscaler', { image: picture });
    expect({ dims: large!.dims, type: large!.type }).toEqual({ dims: [1, 256, 256, 3], type: 'uint8' });
    expect(facts.upscale).toBe(4);
  });
});

test('it says under which licence its pieces are', () => {
  expect(facts.licences.map(({ licence }) => licence)).toEqual(['MIT', 'MIT', 'Unicode-3.0, MIT', 'BSD-3-Clause']);
});
