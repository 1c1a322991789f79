import { brownianNoise } from './brownian.ts';
import { batchNoise, drawsFrom } from './noise.ts';
import { torchRngOf } from './rng.ts';
import type { SamplerName } from './samplers/index.ts';

/** Each picture has noise of its own, whoever is drawn beside it; or all of a latent share one generator, as in ComfyUI. */
export const noiseModes = ['kiln', 'comfy'] as const;
export type NoiseMode = (typeof noiseModes)[number];

export const noiseModeHelp =
  'Kiln: every picture has noise of its own, whoever is drawn beside it. Comfy: all pictures of a latent, and the steps, share the noise that ComfyUI draws for that seed.';

/** The draw of that number, 0 being what a run starts from, for each picture; `from` and `to` are sigmas. */
export type BatchDraw = (number: number, from?: number, to?: number) => readonly Float32Array[];

/** Samplers that draw from one motion along the sigmas. */
const brownian: readonly SamplerName[] = [
  'dpmpp_sde',
  'dpmpp_sde_gpu',
  'dpmpp_2m_sde',
  'dpmpp_2m_sde_gpu',
  'dpmpp_2m_sde_heun',
  'dpmpp_2m_sde_heun_gpu',
  'dpmpp_3m_sde',
  'dpmpp_3m_sde_gpu',
];

/**
 * Noise as ComfyUI draws it on the CPU for a latent [images, ...] of that shape: from the seed for the start, from the
 * next seed or from a Brownian motion for the steps.
 */
export function comfyDraws(
  seed: string,
  shape: readonly number[],
  sampler: SamplerName,
  sigmas: readonly number[],
): BatchDraw {
  const [images = 1] = shape;
  const count = shape.reduce((product, side) => product * side, 1);
  const apart = (values: Float32Array): readonly Float32Array[] =>
    Array.from({ length: images }, (_, i) => values.subarray((i * count) / images, ((i + 1) * count) / images));
  const steps = brownian.includes(sampler)
    ? brownianNoise(seed, Math.min(...sigmas.filter((sigma) => sigma > 0)), Math.max(...sigmas), count)
    : null;
  const stream = drawsFrom(torchRngOf(BigInt.asUintN(64, BigInt(seed) + 1n).toString()));
  return (number, from, to) => {
    if (number === 0) return apart(batchNoise(seed, shape));
    if (steps && from !== undefined && to !== undefined) return apart(steps(from, to));
    return apart(stream.normals(count));
  };
}
