import type { TensorMath } from '../model/node-type.ts';
import type { PartCalls } from '../model/pack.ts';
import type { TensorRef } from '../model/tensor.ts';

/** One latent of those that a VAE's encoder thinks possible; the mean where it does not say how far they lie apart. */
export function drawnFrom(
  math: TensorMath,
  { latent, spread }: PartCalls['vae-encoder']['gives'],
  seed: string,
  draw: number,
): TensorRef {
  if (!spread) return latent;
  const noise = math.noise(seed, latent.shape, { draw });
  return math.linear([
    { factor: 1, tensor: latent },
    { factor: 1, tensor: math.product(spread, noise) },
  ]);
}
