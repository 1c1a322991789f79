import type { PackFacts } from '../model/pack.ts';

/** A latent [channels, height, width] of at most so many cells a side: every n-th cell of every n-th line. */
export function shrunk(latent: Float32Array, width: number, height: number, most: number) {
  const stride = Math.ceil(Math.max(width, height) / most);
  if (stride <= 1) return { latent, width, height };
  const [columns, lines] = [Math.ceil(width / stride), Math.ceil(height / stride)];
  const channels = latent.length / (width * height);
  const small = new Float32Array(channels * columns * lines);
  let at = 0;
  for (let channel = 0; channel < channels; channel++)
    for (let y = 0; y < height; y += stride)
      for (let x = 0; x < width; x += stride) small[at++] = latent[(channel * height + y) * width + x]!;
  return { latent: small, width: columns, height: lines };
}

/**
 * RGB bytes [height, width, 3] of one latent [channels, height, width], by the pack's matrix: -1 is black, 1 is full.
 * Apply it to the clean picture that a step sees, not to the noisy state. Null where the pack has no matrix for it.
 */
export function previewOf(
  latent: Float32Array,
  width: number,
  height: number,
  preview: PackFacts['preview'],
): Uint8Array | null {
  const cells = width * height;
  if (preview === null || latent.length !== cells * preview.factors.length) return null;
  const rgb = new Uint8Array(cells * 3);
  for (let color = 0; color < 3; color++) {
    const bias = preview.bias[color] ?? 0;
    const factors = preview.factors.map((row) => row[color] ?? 0);
    for (let cell = 0; cell < cells; cell++) {
      let sum = bias;
      for (let channel = 0; channel < factors.length; channel++)
        sum += latent[channel * cells + cell]! * factors[channel]!;
      // A cut, not a rounding, as ComfyUI's previews; what is not a number becomes 0.
      rgb[cell * 3 + color] = Math.min(1, Math.max(0, (sum + 1) / 2)) * 255;
    }
  }
  return rgb;
}
