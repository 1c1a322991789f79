/** mt19937 (Matsumoto and Nishimura 1998): whole numbers of 32 bits, the same on every machine. */
export interface Rng {
  /** The next 32 bits. */
  next(): number;
  /** A float64 in [0, 1) from 53 bits of two draws, high word first, as torch does. */
  uniform64(): number;
  /** Fills `out` with raw words. */
  fill(out: Uint32Array): void;
}

const size = 624;
const middle = 397;

/**
 * A seed is an unsigned 64-bit number. Below 2^32 the state is torch's for that seed (`init_genrand`); torch drops the
 * upper half, so seeds from 2^32 on, and streams above 0, take the generator's own initialization by an array instead:
 * [low, high] or [low, high, stream]. No two of these keys have one state.
 */
export function rngOf(seed: string, stream = 0): Rng {
  const bits = BigInt.asUintN(64, BigInt(seed));
  const low = Number(bits & 0xffff_ffffn);
  const high = Number(bits >> 32n);
  if (stream > 0) return generator(stateOfArray([low, high, stream]));
  return generator(high === 0 ? stateOfNumber(low) : stateOfArray([low, high]));
}

/**
 * torch's CPU generator, which takes the low 32 bits of a seed.
 * @throws RangeError for seeds that torch refuses: below -2^63 and from 2^64 on
 */
export function torchRngOf(seed: string): Rng {
  const value = BigInt(seed);
  if (value < -(2n ** 63n) || value >= 2n ** 64n) throw new RangeError(`${seed} is no seed of 64 bits`);
  return generator(stateOfNumber(Number(BigInt.asUintN(32, value))));
}

function stateOfNumber(seed: number): Uint32Array {
  const state = new Uint32Array(size);
  state[0] = seed;
  for (let j = 1; j < size; j++) {
    const last = state[j - 1]!;
    state[j] = Math.imul(1812433253, last ^ (last >>> 30)) + j;
  }
  return state;
}

function stateOfArray(key: readonly number[]): Uint32Array {
  const state = stateOfNumber(19650218);
  let i = 1;
  const advance = () => {
    if (++i < size) return;
    state[0] = state[size - 1]!;
    i = 1;
  };
  for (let k = 0; k < Math.max(size, key.length); k++) {
    const last = state[i - 1]!;
    const j = k % key.length;
    state[i] = (state[i]! ^ Math.imul(last ^ (last >>> 30), 1664525)) + key[j]! + j;
    advance();
  }
  for (let k = 1; k < size; k++) {
    const last = state[i - 1]!;
    state[i] = (state[i]! ^ Math.imul(last ^ (last >>> 30), 1566083941)) - i;
    advance();
  }
  state[0] = 0x8000_0000;
  return state;
}

function twist(state: Uint32Array): void {
  for (let j = 0; j < size; j++) {
    const y = (state[j]! & 0x8000_0000) | (state[j + 1 === size ? 0 : j + 1]! & 0x7fff_ffff);
    const far = j + middle;
    state[j] = state[far < size ? far : far - size]! ^ (y >>> 1) ^ (-(y & 1) & 0x9908_b0df);
  }
}

function generator(state: Uint32Array): Rng {
  let at = size;
  const next = (): number => {
    if (at === size) {
      twist(state);
      at = 0;
    }
    let y = state[at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c_5680;
    y ^= (y << 15) & 0xefc6_0000;
    return (y ^ (y >>> 18)) >>> 0;
  };
  return {
    next,
    uniform64() {
      const high = next();
      // (high << 32 | low) & (2^53 - 1): 21 bits of the first word stay.
      return ((high & 0x1f_ffff) * 2 ** 32 + next()) * 2 ** -53;
    },
    fill(out) {
      for (let i = 0; i < out.length; i++) out[i] = next();
    },
  };
}
