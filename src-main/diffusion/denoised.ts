import type { Prediction } from '../model/pack.ts';
import type { Linear } from './linear.ts';

/**
 * A sampler's state x: x0 + sigma * noise for `eps` and `v`, (1 - sigma) * x0 + sigma * noise for `flow`.
 * What the denoiser is given is x times this.
 */
export const inputScale = (prediction: Prediction, sigma: number): number =>
  prediction === 'flow' ? 1 : 1 / Math.sqrt(sigma * sigma + 1);

/** The clean picture that a prediction points to. */
export function denoisedOf<T>(math: Linear<T>, kind: Prediction, x: T, prediction: T, sigma: number): T {
  if (kind !== 'v')
    return math.linear([
      { factor: 1, tensor: x },
      { factor: -sigma, tensor: prediction },
    ]);
  const square = sigma * sigma + 1;
  return math.linear([
    { factor: 1 / square, tensor: x },
    { factor: -sigma / Math.sqrt(square), tensor: prediction },
  ]);
}

/** What a run starts from: `latent` noised to its first sigma. At flow's sigma 1 nothing of the latent is left. */
export function noised<T>(math: Linear<T>, kind: Prediction, latent: T, noise: T, sigma: number, highest: number): T {
  if (kind === 'flow')
    return math.linear([
      { factor: sigma, tensor: noise },
      { factor: 1 - sigma, tensor: latent },
    ]);
  // From the model's highest sigma on, the start has the spread of a picture with its noise, not of the noise alone.
  const isHighest = sigma > highest || Math.abs(sigma - highest) <= 1e-5 * highest;
  return math.linear([
    { factor: isHighest ? Math.sqrt(1 + sigma * sigma) : sigma, tensor: noise },
    { factor: 1, tensor: latent },
  ]);
}

/** The latent at the end of a run: only a flow run that stops early differs from the state. */
export function finished<T>(math: Linear<T>, kind: Prediction, x: T, lastSigma: number): T {
  return kind === 'flow' && lastSigma > 0 ? math.linear([{ factor: 1 / (1 - lastSigma), tensor: x }]) : x;
}
