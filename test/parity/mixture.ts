/** A mixture of two normal distributions: the reference's stand-in for a network. */
export interface Mixture {
  v: number;
  d: number;
  c_amp: number;
  c_freq: number;
  c_phase: number;
  c_off: number;
}

/** Its posterior mean in the state x. */
export const cleanOf = (x: Float64Array, s: number, kind: 'vp' | 'flow', m: Mixture): Float64Array =>
  x.map((value, i) => {
    const a = kind === 'vp' ? 1 : 1 - s;
    const c = m.c_amp * Math.sin(m.c_freq * i + m.c_phase) + m.c_off;
    const t = a * a * m.v + s * s;
    return (a * m.v * value + s * s * (c + m.d * Math.tanh((m.d * a * (value - a * c)) / t))) / t;
  });
