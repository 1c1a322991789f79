/** More terms than this are not put off further. */
const mostTerms = 4;

/** A sum of factor * array that is not added up yet. */
export class Sum {
  readonly length: number;
  readonly #arrays: Float32Array[] = [];
  readonly #factors: number[] = [];

  constructor(length: number) {
    this.length = length;
  }

  put(array: Float32Array, factor: number): void {
    const at = this.#arrays.indexOf(array);
    if (at >= 0) this.#factors[at]! += factor;
    else {
      this.#arrays.push(array);
      this.#factors.push(factor);
    }
  }

  /** Whether the terms of another sum find room here. */
  takes(other: Sum): boolean {
    return this.#arrays.length + other.#arrays.length <= mostTerms;
  }

  putAll(other: Sum, factor: number): void {
    other.#arrays.forEach((array, i) => {
      this.put(array, factor * other.#factors[i]!);
    });
  }

  /** In double precision, rounded once for up to four terms. */
  add(): Float32Array {
    const sum = new Float32Array(this.length);
    const [a, b, c, d, ...more] = this.#arrays;
    const [fa = 0, fb = 0, fc = 0, fd = 0] = this.#factors;
    if (!a) return sum;
    if (!b) addOne(sum, a, fa);
    else if (!c) addTwo(sum, a, b, fa, fb);
    else if (!d) addThree(sum, a, b, c, fa, fb, fc);
    else addFour(sum, a, b, c, d, [fa, fb, fc, fd]);
    more.forEach((array, i) => {
      addOne(sum, array, this.#factors[i + mostTerms]!);
    });
    return sum;
  }
}

// Small functions of their own: the engine makes them fast after a few calls, and a step has only a few.

function addOne(sum: Float32Array, a: Float32Array, fa: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + fa * a[i]!;
}

function addTwo(sum: Float32Array, a: Float32Array, b: Float32Array, fa: number, fb: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = fa * a[i]! + fb * b[i]!;
}

type Array32 = Float32Array;

function addThree(sum: Array32, a: Array32, b: Array32, c: Array32, fa: number, fb: number, fc: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = fa * a[i]! + fb * b[i]! + fc * c[i]!;
}

type Four = readonly [number, number, number, number];

function addFour(sum: Array32, a: Array32, b: Array32, c: Array32, d: Array32, [fa, fb, fc, fd]: Four): void {
  for (let i = 0; i < sum.length; i++) sum[i] = fa * a[i]! + fb * b[i]! + fc * c[i]! + fd * d[i]!;
}
