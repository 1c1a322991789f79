const { fround } = Math;

/**
 * [width] of a latent consistency model's `timestep_cond`: sines and cosines of 1000 * (guidance - 1), in float32 as the
 * model was trained. The angles reach thousands, so that float64 would differ by up to 2e-4.
 */
export function guidanceEmbedding(guidance: number, width: number): Float32Array {
  const w = fround(fround(guidance - 1) * 1000);
  const half = Math.floor(width / 2);
  const step = fround(Math.log(10_000) / (half - 1));
  const embedding = new Float32Array(width);
  for (let i = 0; i < half; i++) {
    const angle = fround(w * fround(Math.exp(fround(i * -step))));
    embedding[i] = Math.sin(angle);
    embedding[half + i] = Math.cos(angle);
  }
  return embedding;
}
