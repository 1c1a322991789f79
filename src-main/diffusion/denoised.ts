import type { Prediction } from '../model/pack.ts';
import type { Linear } from './linear.ts';

/**
 * A sampler's state x: (1 - sigma) * x0 + sigma * noise for `flow`, x0 + sigma * noise for all others.
 * What the denoiser is given is x times this.
 */
export const inputScale = (prediction: Prediction, sigma: number): number =>
  prediction === 'flow' ? 1 : 1 / Math.sqrt(sigma * sigma + 1);

/** Of a consistency model: near the end the state itself counts more and more. `timestep` is on the scale of 1000. */
export function lcmBoundary(timestep: number, scaling = 10): { readonly skip: number; readonly out: number } {
  const scaled = scaling * timestep;
  return { skip: 0.25 / (scaled * scaled + 0.25), out: scaled / Math.sqrt(scaled * scaled + 0.25) };
}

/** The clean picture that a prediction points to. `timestep`, on the scale of 1000, matters for `lcm` alone. */
export function denoisedOf<T>(
  { linear }: Linear<T>,
  kind: Prediction,
  x: T,
  prediction: T,
  sigma: number,
  timestep: number,
): T {
  const square = sigma * sigma + 1;
  const of = (state: number, output: number): T =>
    linear([
      { factor: state, tensor: x },
      { factor: output, tensor: prediction },
    ]);
  switch (kind) {
    case 'eps':
    case 'flow':
      return of(1, -sigma);
    case 'x0':
      return linear([{ factor: 1, tensor: prediction }]);
    case 'v':
      return of(1 / square, -sigma / Math.sqrt(square));
    case 'edm':
      return of(1 / square, sigma / Math.sqrt(square));
    case 'lcm': {
      const { skip, out } = lcmBoundary(timestep);
      return of(out + skip, -out * sigma);
    }
  }
}

/** `latent` noised to a sigma on the way. */
export function noisedAt<T>(math: Linear<T>, kind: Prediction, latent: T, noise: T, sigma: number): T {
  return math.linear([
    { factor: sigma, tensor: noise },
    { factor: kind === 'flow' ? 1 - sigma : 1, tensor: latent },
  ]);
}

/** What a run starts from: `latent` noised to its first sigma. At flow's sigma 1 nothing of the latent is left. */
export function noised<T>(math: Linear<T>, kind: Prediction, latent: T, noise: T, sigma: number, highest: number): T {
  // From the model's highest sigma on, the start has the spread of a picture with its noise, not of the noise alone.
  const isHighest = sigma > highest || Math.abs(sigma - highest) <= 1e-5 * highest;
  if (kind === 'flow' || !isHighest) return noisedAt(math, kind, latent, noise, sigma);
  return math.linear([
    { factor: Math.sqrt(1 + sigma * sigma), tensor: noise },
    { factor: 1, tensor: latent },
  ]);
}

/** The latent at the end of a run: only a flow run that stops early differs from the state. */
export function finished<T>(math: Linear<T>, kind: Prediction, x: T, lastSigma: number): T {
  return kind === 'flow' && lastSigma > 0 ? math.linear([{ factor: 1 / (1 - lastSigma), tensor: x }]) : x;
}
