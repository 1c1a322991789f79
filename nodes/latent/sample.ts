import { denoisedOf, finished, inputScale, noised } from '../../src-main/diffusion/denoised.ts';
import { guidanceSides, guide } from '../../src-main/diffusion/guidance.ts';
import type { Linear } from '../../src-main/diffusion/linear.ts';
import { noiseModelOf } from '../../src-main/diffusion/noise-model.ts';
import { meanDistance } from '../../src-main/diffusion/samplers/distance.ts';
import { samplerNames, samplers } from '../../src-main/diffusion/samplers/index.ts';
import { pathOf } from '../../src-main/diffusion/samplers/path-of.ts';
import type { Allowed } from '../../src-main/diffusion/samplers/sampler.ts';
import { callsOf, dropsPenultimate, endOf, isAdaptive } from '../../src-main/diffusion/samplers/traits.ts';
import { scheduleNames, sigmasOf } from '../../src-main/diffusion/sigmas.ts';
import { timestepOf } from '../../src-main/diffusion/timesteps.ts';
import { choice, float, int, link, optionalLink, seed, seedPlus } from '../../src-main/model/inputs.ts';
import { defineNode, type TensorMath } from '../../src-main/model/node-type.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import type { Conditioning } from '../../src-main/model/value-types.ts';

/** The states of all pictures side by side: a sampler steps them together, and none reads another. */
type States = readonly TensorRef[];

const sideBySide = ({ linear, free }: TensorMath): Linear<States> => ({
  free: (states) => free(states.flat()),
  linear: (terms) =>
    terms[0]!.tensor.map((_, i) => linear(terms.map(({ factor, tensor }) => ({ factor, tensor: tensor[i]! })))),
});

const mean = ({ linear }: TensorMath, tensors: readonly TensorRef[]): TensorRef =>
  tensors.length === 1 ? tensors[0]! : linear(tensors.map((tensor) => ({ factor: 1 / tensors.length, tensor })));

/** `count` lists of equal length, in order. */
const inPieces = <T>(list: readonly T[], count: number): readonly (readonly T[])[] =>
  Array.from({ length: count }, (_, i) => list.slice((i * list.length) / count, ((i + 1) * list.length) / count));

async function distanceOf(math: TensorMath, a: States, b: States, allowed: Allowed<States>): Promise<number> {
  const valuesOf = async (states: States) =>
    (await Promise.all(states.map((state) => math.read(state)))) as readonly Float32Array[];
  const [one, other, before] = await Promise.all([valuesOf(a), valuesOf(b), valuesOf(allowed.before)]);
  return meanDistance(one, other, { ...allowed, before });
}

export default defineNode({
  type: 'latent.sample',
  title: 'Sample',
  about: 'Draws: takes noise away from latents step by step until what the prompt says is left.',
  synonyms: ['ksampler', 'sampler', 'denoise', 'generate', 'steps', 'cfg'],
  inputs: {
    denoiser: link('denoiser', { help: 'The model that draws.' }),
    positive: link('conditioning', { help: 'What to draw.' }),
    negative: optionalLink('conditioning', { help: 'What to stay away from. Without it there is no guidance.' }),
    latent: link('latent', { help: 'What to draw on: an empty latent, or a picture that was encoded.' }),
    seed: seed({ help: 'The same seed gives the same picture. Picture i of several has the seed plus i.' }),
    steps: int({ default: 8, min: 1, max: 1000, help: 'More steps take longer and are usually finer.' }),
    cfg: float({
      default: 1,
      min: 0,
      max: 100,
      step: 0.1,
      help: 'How closely to follow the prompt, against the negative one. 1 is no guidance and takes half the time.',
    }),
    sampler: choice(samplerNames, { default: 'euler', help: 'The way from one step to the next.' }),
    scheduler: choice(scheduleNames, { default: 'simple', help: 'How the noise is spread over the steps.' }),
    denoise: float({
      default: 1,
      min: 0,
      max: 1,
      step: 0.01,
      help: 'How much of the latent is drawn anew: 1 is all of it, 0 leaves it as it is.',
    }),
  },
  outputs: { latent: 'latent' },
  parts: { denoiser: ['denoiser'] },
  calls: ({ steps = 8, sampler = 'euler' }) => callsOf(sampler, steps),

  run(items, ctx) {
    return Promise.all(
      items.map(async ({ denoiser, positive, negative, latent, cfg, ...item }) => {
        const facts = ctx.facts(denoiser);
        const model = noiseModelOf(facts.schedule);
        const { sampler } = item;
        const sigmas = sigmasOf(item.scheduler, model, item.steps, item.denoise, dropsPenultimate(sampler));
        // A copy: what a node was given stays with its maker.
        if (sigmas.length < 2) return { latent: ctx.tensor.linear([{ factor: 1, tensor: latent }]) };

        const math = sideBySide(ctx.tensor);
        // All pictures' rows of a step go out in one call. Each `await` gives them back to the scheduler, so runs join
        // and leave between steps. Answers one list of predictions, of all states, for each side.
        const ask = async (states: States, sigma: number, sides: readonly Conditioning[]): Promise<States[]> => {
          ctx.signal.throwIfAborted();
          const conditions = sides.flatMap(({ entries }, side) => entries.map((entry) => ({ entry, side })));
          const scale = inputScale(facts.prediction, sigma);
          const fed = scale === 1 ? states : math.linear([{ factor: scale, tensor: states }]);
          const timestep = timestepOf(facts.timestep, sigma, model);
          const rows = fed.flatMap((state) => conditions.map(({ entry }) => ({ latent: state, timestep, ...entry })));
          const given = await ctx.call(denoiser, 'denoiser', rows, conditions.length);
          const predicted = given.map(({ prediction }) => prediction);
          const ofStates = inPieces(predicted, states.length);
          const bySide = sides.map((_, side) =>
            ofStates.map((ofState) =>
              mean(
                ctx.tensor,
                ofState.filter((_, i) => conditions[i]!.side === side),
              ),
            ),
          );
          const kept = bySide.flat();
          ctx.tensor.free([...predicted.filter((one) => !kept.includes(one)), ...(fed === states ? [] : fed)]);
          return bySide;
        };
        const clean = (states: States, prediction: States, sigma: number): States =>
          denoisedOf(math, facts.prediction, states, prediction, sigma, model.timestepOf(sigma));
        const sides = guidanceSides(positive, negative, cfg);

        const sources = ctx.tensor.split(latent);
        const seedOf = (i: number) => seedPlus(item.seed, i);
        const total = sigmas.length - 1;
        const walk = (pictures: readonly number[]): Promise<States> => {
          const shapes = pictures.map((i) => sources[i]!.shape);
          const draw = (stream: number): States =>
            pictures.map((i, k) => ctx.tensor.noise(seedOf(i), shapes[k]!, stream));
          const way = pathOf<States>({
            math,
            sigmas,
            isFlow: facts.prediction === 'flow',
            sigmaAt: model.sigmaAt,
            async predict(states, sigma) {
              const given = await ask(states, sigma, sides);
              const guided = guide(math, given, cfg);
              const denoised = clean(states, guided, sigma);
              ctx.tensor.free([...new Set([...given, guided].flat())]);
              return denoised;
            },
            async predictSides(states, sigma) {
              const given = await ask(states, sigma, negative ? [negative, positive] : [positive]);
              const guided = guide(math, given, cfg);
              const both = { denoised: clean(states, guided, sigma), uncond: clean(states, given[0]!, sigma) };
              ctx.tensor.free([...new Set([...given, guided].flat())]);
              return both;
            },
            draw,
            distance: (a, b, allowed) => distanceOf(ctx.tensor, a, b, allowed),
            onStep(done, denoised) {
              const preview = pictures[0] === 0 ? { latent: denoised[0]!, pack: denoiser } : undefined;
              ctx.progress(Math.min(done, total), total, preview);
            },
          });
          const from = pictures.map((i) => sources[i]!);
          return samplers[sampler](
            way,
            noised(math, facts.prediction, from, draw(0), sigmas[0]!, model.sigmas.at(-1)!),
          );
        };
        const all = sources.map((_, i) => i);
        const ends = isAdaptive(sampler) ? (await Promise.all(all.map((i) => walk([i])))).flat() : await walk(all);
        const lastSigma = endOf(sampler, sigmas);
        return { latent: ctx.tensor.stack(finished(math, facts.prediction, ends, lastSigma)) };
      }),
    );
  },
});
