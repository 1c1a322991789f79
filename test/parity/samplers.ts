import { arrays } from '../../src-main/diffusion/arrays.ts';
import { brownianNoise } from '../../src-main/diffusion/brownian.ts';
import { finished, noised } from '../../src-main/diffusion/denoised.ts';
import { stepsOf } from '../../src-main/diffusion/edit-sigmas.ts';
import { drawsFrom } from '../../src-main/diffusion/noise.ts';
import { torchRngOf } from '../../src-main/diffusion/rng.ts';
import { type SamplerName, samplers } from '../../src-main/diffusion/samplers/index.ts';
import { endOf, isAdaptive } from '../../src-main/diffusion/samplers/traits.ts';
import { absolute, equal, type Measured, relative, sizeOf } from './comparison.ts';
import { type Group, NotSupported, named, numbers, type Recorded, type Subject } from './vector-file.ts';
import { samplerNamed, samplingOf, type Walked, walked } from './walk.ts';

/** These count in float32 as the reference does, and follow its run in float32; all others are in double. */
const inFloat32: readonly SamplerName[] = ['uni_pc', 'uni_pc_bh2'];

const stateOf = (list: readonly (number | string)[]): Float64Array => Float64Array.from(numbers(list));
const sigmasIn = (file: Recorded, key: string): readonly number[] =>
  numbers(named(file.sigmas as Recorded, key, 'list of sigmas')).map(Math.fround);

const runs: Group = {
  name: ({ kind, sampler, steps, cfg, case: from }) =>
    `${sampler} on ${kind}, ${steps} steps, cfg ${cfg}${from ? ` ${from}` : ''}`,
  said: ['steps'],
  async compare(run, file) {
    const { kind, sampler, cfg, sigmas: key, init, final, final64, err32, sigmas_mutated_last } = run;
    const from = run.case as string | undefined;
    if (from !== undefined && from !== 'img2img') throw new NotSupported(`there is no case "${from}"`);
    const setup = samplingOf(file, kind);
    const name = samplerNamed(sampler);
    const sigmas = sigmasIn(file, key);
    const start = stateOf(named(file.init as Recorded, init, 'start'));
    const latent = from ? stateOf(file.latent.data) : new Float64Array(start.length);
    const first = noised(arrays, setup.prediction, latent, setup.noise(0), sigmas[0]!, setup.model.sigmas.at(-1)!);
    const way = await walked(setup, name, { sigmas, cfg, start });
    const x = finished(arrays, setup.prediction, way.end, endOf(name, sigmas));
    const inDouble = (isAdaptive(name) ? 2e-3 : 1e-6) * sizeOf(numbers(final64));
    return [
      absolute('init', first, start, 1e-6 * sizeOf(start)),
      ...onTheWay(way, run, isAdaptive(name)),
      inFloat32.includes(name) ? floatFinal(x, final, err32) : absolute('final64', x, numbers(final64), inDouble),
      ...(sigmas_mutated_last === undefined
        ? []
        : [absolute('sigmas_mutated_last', [endOf(name, sigmas)], [sigmas_mutated_last], 0)]),
    ];
  },
};

/** An implementation in float32, or one that is compared with a run in it. */
function floatFinal(found: Float64Array, final: readonly (number | string)[], err32 = 0): Measured {
  const wanted = numbers(final);
  return absolute('final', found, wanted, Math.max(1e-5, 5 * err32) * sizeOf(wanted.map((value) => value / 10)));
}

function onTheWay({ calls, rows, steps, draws }: Walked, run: Recorded, isAdaptive: boolean): readonly Measured[] {
  const { call_sigmas, call_probes, noise_calls, noise_sigmas, err32 } = run;
  const counts = [
    equal('calls', calls.length, call_sigmas.length),
    equal('rows', rows, run.rows),
    equal('callbacks', steps, run.callbacks),
    equal('noise_calls', draws.length, noise_calls),
  ];
  // A sampler that chooses its steps by what it sees takes others in double than the reference did in float32.
  if (isAdaptive) return counts;
  const sigmas = calls.map(({ sigma }) => sigma);
  const probes = calls.flatMap(({ probe }) => probe);
  const drawn = draws.flat().map((sigma) => sigma ?? Number.NaN);
  // These are of the run in float32, which loses more on its way than at its end.
  return [
    ...counts,
    relative('call_sigmas', sigmas, numbers(call_sigmas), 1e-5, 1),
    relative('call_probes', probes, numbers(call_probes.flat()), Math.max(1e-4, 32 * err32), 1),
    ...(noise_sigmas === undefined ? [] : [relative('noise_sigmas', drawn, numbers(noise_sigmas.flat()), 1e-5, 1)]),
  ];
}

/** Halves of a run: the first may leave its noise, the second goes on from what the first left. */
const advanced: Group = {
  name: ({ kind, sampler, start_step, last_step }) => `${sampler} on ${kind}, steps ${start_step} to ${last_step}`,
  said: ['steps'],
  async compare(run, file, place) {
    const { kind, sampler, cfg, sigmas: key, start_step, last_step, force_full_denoise, latent, noise, final } = run;
    const setup = samplingOf(file, kind);
    const sigmas = stepsOf(sigmasIn(file, key), start_step, last_step, force_full_denoise);
    const before = (file.advanced as Recorded[])[Number(place) - 1];
    const source = stateOf(latent === 'latent' ? file.latent.data : before?.final);
    const [, k] = /^pseudo\((\d+)\)$/.exec(noise) ?? [];
    if (k === undefined && noise !== 'zero') throw new NotSupported(`there is no noise "${noise}"`);
    const added = k === undefined ? new Float64Array(source.length) : setup.noise(Number(k));
    const start = noised(arrays, setup.prediction, source, added, sigmas[0]!, setup.model.sigmas.at(-1)!);
    const { end } = await walked(setup, samplerNamed(sampler), { sigmas, cfg, start });
    return [floatFinal(finished(arrays, setup.prediction, end, endOf(samplerNamed(sampler), sigmas)), final)];
  },
};

type Draw = (number: number, from?: number, to?: number) => Float64Array;

/** The reference's own random numbers: normal ones of the next seed, or a Brownian motion over all sigmas but 0. */
const sources: Readonly<Record<string, (seed: string, sigmas: readonly number[], count: number) => Draw>> = {
  default(seed, _, count) {
    const stream = drawsFrom(torchRngOf(String(BigInt(seed) + 1n)));
    return () => Float64Array.from(stream.normals(count));
  },
  brownian(seed, sigmas, count) {
    const noise = brownianNoise(seed, Math.min(...sigmas.filter((sigma) => sigma > 0)), Math.max(...sigmas), count);
    return (_, from, to) => Float64Array.from(noise(from!, to!));
  },
};

const seededNoise: Group = {
  name: ({ kind, sampler, seed, noise }) => `${sampler} on ${kind}, ${noise} noise of seed ${seed}`,
  said: ['steps'],
  async compare({ kind, sampler, cfg, seed, noise, sigmas: key, final }, file) {
    const setup = samplingOf(file, kind);
    const sigmas = sigmasIn(file, key);
    const draw = named(sources, noise, 'noise')(String(seed), sigmas, setup.count);
    const zero = new Float64Array(setup.count);
    const start = noised(arrays, setup.prediction, zero, setup.noise(0), sigmas[0]!, setup.model.sigmas.at(-1)!);
    const { end } = await walked({ ...setup, noise: draw }, samplerNamed(sampler), { sigmas, cfg, start });
    return [floatFinal(finished(arrays, setup.prediction, end, endOf(samplerNamed(sampler), sigmas)), final)];
  },
};

export const samplerVectors: Subject = {
  file: 'samplers.json',
  format: 'kiln-sampler-vectors-1',
  around: ['shape', 'probe', 'denoiser', 'latent', 'sigmas', 'init', 'kinds', 'notes'],
  groups: {
    samplers: { name: String, compare: (name) => [equal('name', samplerNamed(String(name)), name)] },
    gpu_aliases: {
      name: String,
      compare: (same, _, alias) => [
        equal('sampler', samplers[samplerNamed(alias)] === samplers[samplerNamed(String(same))], true),
      ],
    },
    runs,
    advanced,
    seeded_noise: seededNoise,
  },
};
