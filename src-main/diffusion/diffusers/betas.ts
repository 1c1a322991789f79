import type { BetaSettings } from '../../model/pack.ts';

// In float32 where torch is: timesteps that are cut to whole numbers show the last bit of a sigma.

export const trained = 1000;

const { fround } = Math;

/** Where nothing is left of the picture sigma has no end; this one is far beyond what a float can tell from it. */
const endless = 1e6;
/** And where a float32 says that all is left, sigma is not 0 yet. */
const least = 1e-6;

/** Of each timestep, ascending, float32. */
export function sigmasOf(settings: BetaSettings): Float32Array {
  const { terminal } = settings;
  const own = kept(betasOf(settings));
  const shares = terminal === 'as-is' ? own : kept(rescaled(own));
  if (terminal === 'tiny') shares[trained - 1] = 2 ** -24;
  return shares.map((share) => (share === 0 ? endless : Math.max(least, Math.sqrt(fround(fround(1 - share) / share)))));
}

/** How much of a picture's variance is left: the product of all that each timestep leaves of it. */
function kept(betas: Float32Array): Float32Array {
  let product = 1;
  return betas.map((beta) => {
    product *= fround(1 - beta);
    return product;
  });
}

function betasOf({ curve, start, end }: BetaSettings): Float32Array {
  switch (curve) {
    case 'linear':
      return line(start, end);
    case 'scaled_linear':
      return line(Math.sqrt(start), Math.sqrt(end)).map((root) => root * root);
    case 'squaredcos_cap_v2':
      return falling((t) => Math.cos((((t + 0.008) / 1.008) * Math.PI) / 2) ** 2);
    case 'exp':
      return falling((t) => Math.exp(-12 * t));
  }
}

/** From both ends to the middle, each rounded once, as torch counts. */
function line(start: number, end: number): Float32Array {
  const [from, to] = [fround(start), fround(end)];
  const step = fround(fround(to - from) / (trained - 1));
  return Float32Array.from({ length: trained }, (_, i) =>
    i < trained / 2 ? from + step * i : to - step * (trained - 1 - i),
  );
}

/** Betas after which as much is left at each time as `left` says, from 0 to 1. */
const falling = (left: (t: number) => number): Float32Array =>
  Float32Array.from({ length: trained }, (_, i) => Math.min(1 - left((i + 1) / trained) / left(i / trained), 0.999));

/** Betas of which nothing is left at the end (Lin 2023). */
function rescaled(shares: Float32Array): Float32Array {
  const roots = shares.map(Math.sqrt);
  const [first, last] = [roots[0]!, roots.at(-1)!];
  const factor = fround(first / fround(first - last));
  const stretched = roots.map((root) => fround(fround(root - last) * factor) ** 2);
  return stretched.map((share, i) => 1 - (i === 0 ? share : fround(share / stretched[i - 1]!)));
}
