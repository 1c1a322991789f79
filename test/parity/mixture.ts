/** A mixture of two normal distributions: the reference's stand-in for a network. */
export interface Mixture {
  v: number;
  d: number;
  c_amp: number;
  c_freq: number;
  c_phase: number;
  c_off: number;
}

/** Its posterior mean in the state x, which may hold several items of `size` values. */
export const cleanOf = (x: Float64Array, s: number, isFlow: boolean, m: Mixture, size = x.length): Float64Array =>
  x.map((value, i) => {
    const a = isFlow ? 1 - s : 1;
    const c = m.c_amp * Math.sin(m.c_freq * (i % size) + m.c_phase) + m.c_off;
    const t = a * a * m.v + s * s;
    return (a * m.v * value + s * s * (c + m.d * Math.tanh((m.d * a * (value - a * c)) / t))) / t;
  });

/** Noise without a generator: array number k, `scale` times. */
export const pseudoNoise = (k: number, count: number, phase: number, scale = 1): Float64Array =>
  Float64Array.from(
    { length: count },
    (_, i) =>
      scale * Math.fround(Math.SQRT2 * Math.sin(0.7390851 * (i + 1) ** 2 + 2.236068 * (k + 1) * (i + 3) + phase)),
  );
