import { batchNoise, drawsFrom } from '../../src-main/diffusion/noise.ts';
import { torchRngOf } from '../../src-main/diffusion/rng.ts';
import { elementsOf } from '../../src-main/model/tensor.ts';
import { absolute, equal, type Measured } from './comparison.ts';
import { type Group, NotSupported, named, numbers, type Recorded, type Subject } from './vector-file.ts';

const tolerance = 2.5e-6;
const normals = (tensor: string, found: ArrayLike<number>, wanted: readonly (number | string)[]): Measured =>
  absolute(tensor, found, numbers(wanted), tolerance);

const ofSeed = ({ seed, shape }: Recorded) => `seed ${seed}${shape ? `, ${shape.join('×')}` : ''}`;

const large: Group = {
  name: ofSeed,
  // The hashes hold for one machine's own logarithms and sines.
  said: ['sha256_f32le', 'sha256_f16le'],
  compare({ seed, shape, first, last, mean, std, chunk_sums }) {
    const noise = batchNoise(seed, shape);
    const average = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const square = noise.reduce((sum, value) => sum + (value - average) ** 2, 0) / noise.length;
    const chunks = evenly(noise, chunk_sums.length);
    return [
      normals('first', noise.slice(0, first.length), first),
      normals('last', noise.slice(-last.length), last),
      normals('mean', [average], [mean]),
      normals('std', [Math.sqrt(square)], [std]),
      absolute(
        'chunk_sums',
        chunks.map((chunk) => chunk.reduce((sum, value) => sum + value, 0)),
        numbers(chunk_sums),
        tolerance * chunks[0]!.length,
      ),
    ];
  },
};

/** As many pieces, as long as one another or, the first ones, longer by one. */
function evenly(values: Float32Array, count: number): readonly Float32Array[] {
  const [size, more] = [Math.floor(values.length / count), values.length % count];
  const start = (i: number) => i * size + Math.min(i, more);
  return Array.from({ length: count }, (_, i) => values.slice(start(i), start(i + 1)));
}

const sequence: Group = {
  name: ofSeed,
  compare({ seed, draws }) {
    const all = drawsFrom(torchRngOf(seed));
    return (draws as Recorded[]).map(({ draw, n, data }, i) => {
      const drawn = named({ randn: all.normals, rand: all.uniforms }, draw, 'draw')(n);
      return draw === 'rand' ? exact(`draws[${i}]`, drawn, data) : normals(`draws[${i}]`, drawn, data);
    });
  },
};

const exact = (tensor: string, found: ArrayLike<number>, wanted: readonly number[]): Measured =>
  absolute(tensor, found, wanted.map(Math.fround), 0);

const uniform: Group = {
  name: ({ seed, dtype }) => `seed ${seed}, ${dtype}`,
  compare({ seed, dtype, data }) {
    const rng = torchRngOf(seed);
    if (dtype === 'float32') return [exact('data', drawsFrom(rng).uniforms(data.length), data)];
    if (dtype !== 'float64') throw new NotSupported(`there are no uniform numbers in ${dtype}`);
    return [
      absolute(
        'data',
        data.map(() => rng.uniform64()),
        data,
        0,
      ),
    ];
  },
};

/** What torch does with a seed that it may not take: an error, or numbers. */
const errors: Group = {
  name: ofSeed,
  compare({ seed, result }) {
    if (typeof result !== 'string') return [normals('result', batchNoise(seed, [result.length]), result)];
    try {
      batchNoise(seed, [1]);
    } catch {
      return [equal('result', true, true)];
    }
    return [equal('result', 'numbers', result)];
  },
};

const firstCalls: Group = {
  name: ofSeed,
  said: ['equals_randn_of_seed_plus_1'],
  compare({ seed, shape, ...rest }) {
    const stream = drawsFrom(torchRngOf(String(BigInt(seed) + 1n)));
    const calls = Object.entries(rest).filter(([name]) => /^call\d+_first\d+$/.test(name));
    return calls.map(([name, wanted]) =>
      normals(name, stream.normals(elementsOf(shape)).slice(0, (wanted as number[]).length), wanted as number[]),
    );
  },
};

export const noiseVectors: Subject = {
  file: 'noise.json',
  format: 'kiln-noise-vectors-1',
  around: ['notes'],
  groups: {
    raw: {
      name: ofSeed,
      compare({ seed, u32 }) {
        const rng = torchRngOf(seed);
        return [
          equal(
            'u32',
            u32.map(() => rng.next()),
            u32,
          ),
        ];
      },
    },
    uniform,
    randint: {
      name: ({ seed, low, high }) => `seed ${seed}, ${low} to ${high}`,
      compare: ({ seed, low, high, data }) => [
        absolute('data', drawsFrom(torchRngOf(seed)).integers(data.length, low, high), data, 0),
      ],
    },
    small: { name: ofSeed, compare: ({ seed, shape, data }) => [normals('data', batchNoise(seed, shape), data)] },
    large,
    batch: {
      name: ({ noise_inds, ...rest }) => `${ofSeed(rest)}${noise_inds ? `, draws ${noise_inds}` : ''}`,
      compare: ({ seed, shape, data, noise_inds }) => [
        normals('data', batchNoise(seed, shape, noise_inds ?? undefined), data),
      ],
    },
    sequence,
    default_noise_sampler: firstCalls,
    errors,
  },
};
