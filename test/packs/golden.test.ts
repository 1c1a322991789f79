import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, describe, expect, test } from 'vitest';
import { denoisedOf, inputScale } from '../../src-main/diffusion/denoised.ts';
import { diffusersConfig } from '../../src-main/diffusion/diffusers/config.ts';
import { diffusersWay } from '../../src-main/diffusion/diffusers/way.ts';
import { guide } from '../../src-main/diffusion/guidance.ts';
import { noiseModelOf } from '../../src-main/diffusion/noise-model.ts';
import { pathOf } from '../../src-main/diffusion/samplers/path-of.ts';
import { AppError } from '../../src-main/model/errors.ts';
import type { PackFacts, PartName } from '../../src-main/model/pack.ts';
import { memoryDigestCache } from '../../src-main/packs/digest-cache.ts';
import { applyEdits } from '../../src-main/packs/edit-graph/apply.ts';
import { packLibrary } from '../../src-main/packs/library.ts';
import { readSafetensors } from '../build/safetensors.ts';
import { arrays } from '../diffusion/arrays.ts';

// Tiny packs in the layout of real ones, and what diffusers computes with them.

interface Case {
  id: string;
  pack: string;
  prompt: string | string[];
  negativePrompt: string | string[] | null;
  cfg: number;
  batch: number;
  strength?: number;
  scheduler: { class: string; config: Record<string, unknown> };
  steps: number;
  eta?: number;
  firstStep: number;
  tolerance: { latents: number; image: number };
}
const data = path.join(import.meta.dirname, '../data');
const { cases } = JSON.parse(readFileSync(path.join(data, 'cases/index.json'), 'utf8')) as { cases: Case[] };
const library = packLibrary({ folders: [path.join(data, 'packs')], cache: memoryDigestCache() });
const sessions = new Map<string, Promise<InferenceSession>>();
afterAll(async () => {
  for (const session of sessions.values()) await (await session).release();
});

async function factsOf(name: string): Promise<PackFacts> {
  const opened = await library.open(name);
  if (!opened.ok) throw new AppError(opened.problems);
  return opened.value;
}

/** One call of a part by Kiln's names, the way a host makes it. */
async function call(facts: PackFacts, name: PartName, given: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const part = facts.parts.find((each) => each.name === name)!;
  const { path: file, edits } = library.file(part.key);
  const opening =
    sessions.get(part.key) ??
    InferenceSession.create(applyEdits(readFileSync(file), edits), { intraOpNumThreads: 1, logSeverityLevel: 3 });
  sessions.set(part.key, opening);
  const results = await (await opening).run(Object.fromEntries(part.takes.map((port) => [port.as, given[port.name]!])));
  return Object.fromEntries(part.gives.map((port) => [port.name, results[port.as]!]));
}

const floats = (values: ArrayLike<number>, shape: readonly number[]) =>
  new Tensor('float32', Float32Array.from(values), [...shape]);
const worst = (found: ArrayLike<number>, wanted: ArrayLike<number>) =>
  Array.from(wanted).reduce((most, value, i) => Math.max(most, Math.abs(found[i]! - value)), 0);

describe('a pack', () => {
  test.each([
    ['sd15', 'eps', 'scalar', 0.18215],
    ['sd15-rows', 'eps', 'per-row', 0.18215],
    ['sd-turbo', 'eps', 'scalar', 0.18215],
    ['sd21-v', 'v', 'scalar', 0.18215],
  ] as const)('%s says what it is', async (name, prediction, timestep, scale) => {
    const facts = await factsOf(name);
    expect(facts).toMatchObject({
      family: 'stable-diffusion',
      prediction,
      timestep: 'index',
      latent: { channels: 4, downscale: 8 },
      schedule: { kind: 'betas', start: 0.00085, end: 0.012 },
    });
    expect(facts.parts.map((part) => part.name).sort()).toEqual([
      'denoiser',
      'text-encoder',
      'vae-decoder',
      'vae-encoder',
    ]);
    const denoiser = facts.parts.find((part) => part.name === 'denoiser')!;
    expect(denoiser.timestep).toBe(timestep);
    const { edits } = library.file(facts.parts.find((part) => part.name === 'vae-decoder')!.key);
    expect(edits).toContainEqual(expect.objectContaining({ edit: 'affine-in', scale: 1 / scale }));
  });

  test('is told by its folder without the one tokenizer and the other', async () => {
    const { tokenize } = library;
    const [old, turbo] = [await factsOf('sd15'), await factsOf('sd-turbo')];
    expect(tokenize(old.ref, '').ids).toHaveLength(77);
    // SD 2 pads with id 0, SD 1 with its last id.
    expect(tokenize(turbo.ref, '').ids.at(-1)).toBe(0);
    expect(tokenize(old.ref, '').ids.at(-1)).toBeGreaterThan(0);
    expect(tokenize(old.ref, 'a (cat:1.4)').windows![0]!.weights).toContain(1.4);
    expect(tokenize(old.ref, 'a cat '.repeat(80)).windows!.length).toBeGreaterThan(1);
    expect(tokenize(old.ref, 'a cat '.repeat(80), 'literal').cut).not.toBe('');
  });
});

describe('what diffusers drew', () => {
  test.each(cases.map((one) => [one.id, one] as const))('%s', async (_, one) => {
    const stored = readSafetensors(path.join(data, `cases/${one.id}.safetensors`));
    const facts = await factsOf(one.pack);
    const model = noiseModelOf(facts.schedule);
    const prompts = (said: string | string[] | null) =>
      Array.isArray(said) ? said : Array<string>(one.batch).fill(said ?? '');
    const encoded = async (texts: readonly string[], ids: string) => {
      const rows = texts.map((text) => library.tokenize(facts.ref, text, 'literal').ids);
      expect(rows.flat()).toEqual([...(stored[ids]!.data as BigInt64Array)].map(Number));
      return Promise.all(
        rows.map(
          async (row) =>
            (
              await call(facts, 'text-encoder', {
                tokens: new Tensor('int64', BigInt64Array.from(row, BigInt), [1, 77]),
              })
            ).hidden!,
        ),
      );
    };
    const positive = await encoded(prompts(one.prompt), 'input_ids');
    const negative = one.cfg === 1 ? null : await encoded(prompts(one.negativePrompt), 'negative_input_ids');

    const { shape, data: first } = stored.latents_0!;
    const size = first.length / one.batch;
    const rowShape = [1, ...shape.slice(1)];
    const predicted = async (x: Float64Array, sigma: number, timestep: number, sides: readonly Tensor[]) => {
      const all = new Float64Array(x.length);
      for (let i = 0; i < one.batch; i++) {
        const state = x.subarray(i * size, (i + 1) * size).map((value) => value * inputScale(facts.prediction, sigma));
        const isScalar = facts.parts.some((part) => part.name === 'denoiser' && part.timestep === 'scalar');
        const { prediction } = await call(facts, 'denoiser', {
          latent: floats(state, rowShape),
          timestep: floats([timestep], isScalar ? [] : [1]),
          hidden: sides[i]!,
        });
        all.set(prediction!.data as Float32Array, i * size);
      }
      return all;
    };
    const said = JSON.parse(
      readFileSync(path.join(data, `packs/${one.pack}/scheduler/scheduler_config.json`), 'utf8'),
    ) as Record<string, unknown>;
    const config = diffusersConfig({ ...said, ...one.scheduler.config, _class_name: one.scheduler.class })!;
    const diffusers = diffusersWay(config, model.sigmas, facts.prediction, {
      steps: one.steps,
      ...(one.strength === undefined ? {} : { strength: one.strength }),
      ...(one.eta === undefined ? {} : { eta: one.eta }),
    });
    const timesteps = new Map(diffusers.timesteps.map((timestep, i) => [diffusers.sigmas[i]!, timestep]));
    let calls = 0;
    const way = pathOf<Float64Array>({
      math: arrays,
      sigmas: diffusers.sigmas,
      isFlow: false,
      sigmaAt: model.sigmaAt,
      async predict(x, sigma) {
        const timestep = timesteps.get(sigma)!;
        expect(Math.abs(timestep - Number(stored.timesteps!.data[calls++]))).toBeLessThan(2e-3);
        const sides = negative ? [negative, positive] : [positive];
        const given: Float64Array[] = [];
        for (const side of sides) given.push(await predicted(x, sigma, timestep, side));
        const guided = guide(arrays, given, one.cfg);
        if (calls === 1) expect(worst(guided, stored.model_output_0!.data as Float32Array)).toBeLessThan(2e-4);
        return denoisedOf(arrays, facts.prediction, x, guided, sigma, timestep);
      },
      predictSides: () => Promise.reject(new Error('not here')),
      distance: () => Promise.reject(new Error('not here')),
      draw: (k) => Float64Array.from(stored[`step_noise_${k - 1}`]!.data as Float32Array),
    });
    const start = Float64Array.from(first as Float32Array);
    if (one.strength === undefined) {
      const noise = Float64Array.from(stored.noise!.data as Float32Array, (value) => value * diffusers.firstScale);
      expect(worst(noise, start)).toBeLessThan(1e-4);
    }
    const end = await diffusers.sampler(way, start);
    const last = Object.keys(stored).filter((name) => name.startsWith('latents_')).length - 1;
    expect(worst(end, stored[`latents_${last}`]!.data as Float32Array)).toBeLessThan(one.tolerance.latents);

    const pixels: number[] = [];
    for (let i = 0; i < one.batch; i++) {
      const latent = floats(end.subarray(i * size, (i + 1) * size), rowShape);
      pixels.push(...((await call(facts, 'vae-decoder', { latent })).image!.data as Uint8Array));
    }
    const wanted = Array.from(stored.image!.data as Float32Array, (value) => value * 255);
    expect(worst(pixels, wanted)).toBeLessThanOrEqual(0.5 + 255 * one.tolerance.image);
  });
});
