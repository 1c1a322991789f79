/**
 * Words of 32 bits from a seed and a place in a tree of generators, as numpy's `SeedSequence` makes them (O'Neill's
 * `seed_seq_fe`). `spawnKey`: the place; `poolSize`: words of the state that all of it is mixed into.
 */
export function seedWords(seed: bigint, spawnKey: readonly bigint[], poolSize: number, count: number): Uint32Array {
  const pool = mixed(assembled(seed, spawnKey, poolSize), poolSize);
  const words = new Uint32Array(count);
  let constant = 0x8b51f9dd;
  for (let i = 0; i < count; i++) {
    const value = pool[i % poolSize]! ^ constant;
    constant = Math.imul(constant, 0x58f38ded);
    words[i] = folded(Math.imul(value, constant));
  }
  return words;
}

const folded = (value: number): number => value ^ (value >>> 16);

/** Low words first. A seed is filled up with zeros, so that a place is no longer seed. */
function assembled(seed: bigint, spawnKey: readonly bigint[], poolSize: number): readonly number[] {
  const words = wordsOf(seed);
  if (spawnKey.length === 0) return words;
  const filled = [...words, ...Array<number>(Math.max(0, poolSize - words.length)).fill(0)];
  return [...filled, ...spawnKey.flatMap(wordsOf)];
}

function wordsOf(value: bigint): number[] {
  const words = [Number(value & 0xffff_ffffn)];
  for (let rest = value >> 32n; rest > 0n; rest >>= 32n) words.push(Number(rest & 0xffff_ffffn));
  return words;
}

function mixed(entropy: readonly number[], poolSize: number): Uint32Array {
  let constant = 0x43b0d7e5;
  const hashed = (word: number): number => {
    const value = word ^ constant;
    constant = Math.imul(constant, 0x931e8875);
    return folded(Math.imul(value, constant));
  };
  const joined = (a: number, b: number): number => folded(Math.imul(0xca01f9dd, a) - Math.imul(0x4973f715, b));
  const pool = Uint32Array.from({ length: poolSize }, (_, i) => hashed(entropy[i] ?? 0));
  for (let from = 0; from < poolSize; from++)
    for (let to = 0; to < poolSize; to++) if (from !== to) pool[to] = joined(pool[to]!, hashed(pool[from]!));
  for (const word of entropy.slice(poolSize))
    for (let to = 0; to < poolSize; to++) pool[to] = joined(pool[to]!, hashed(word));
  return pool;
}
