/** Factors around 1 with this standard deviation, the same for the same seed: a machine whose calls do not take alike. */
export function jitterOf(share: number, seed: number): () => number {
  if (share === 0) return () => 1;
  let state = seed >>> 0;
  // mulberry32
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  // Box and Muller; no call is quicker than half its time.
  return () => {
    const normal = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    return Math.max(0.5, 1 + share * normal);
  };
}
