import { seedPlus } from '../model/inputs.ts';
import type { NodeContext, NoiseStream, TensorMath } from '../model/node-type.ts';
import type { PackRef } from '../model/pack.ts';
import type { TensorRef } from '../model/tensor.ts';
import type { Conditioning } from '../model/value-types.ts';
import { denoisedOf, inputScale } from './denoised.ts';
import { guidanceSides, guide } from './guidance.ts';
import type { Linear } from './linear.ts';
import { latentMask } from './mask-for-latent.ts';
import { noiseModelOf } from './noise-model.ts';
import { type Asking, RowInputs } from './row-inputs.ts';
import { meanDistance } from './samplers/distance.ts';
import { pathOf } from './samplers/path-of.ts';
import type { Allowed } from './samplers/sampler.ts';
import { type Asked, wayOf } from './way.ts';

/** The states of all pictures side by side: a sampler steps them together, and none reads another. */
type States = readonly TensorRef[];

export interface SampleTask extends Omit<Asked, 'tokens'> {
  readonly denoiser: PackRef;
  readonly positive: Conditioning;
  readonly negative: Conditioning | undefined;
  readonly latent: TensorRef;
  /** uint8 [images or 1, height, width, 1] in pixels: only where it is white is drawn anew. */
  readonly mask: TensorRef | undefined;
  readonly seed: string;
  /** Draws of the seed's generator that were made before, on the makers' way. */
  readonly draw: number;
  readonly cfg: number;
  /** Of models that guidance was distilled into; 0 for what the pack is made for. */
  readonly guidance: number;
}

const sideBySide = ({ linear, clip, free }: TensorMath): Linear<States> => ({
  clip: (states, bounds) => states.map((state) => clip(state, bounds)),
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

/** All pictures of one latent, from noise, or from what they are, to what the conditionings say. */
export async function sampled(task: SampleTask, ctx: NodeContext): Promise<TensorRef> {
  const { denoiser, positive, negative, latent, cfg } = task;
  const facts = ctx.facts(denoiser);
  const model = noiseModelOf(facts.schedule);
  const [, , height = 0, width = 0] = latent.shape;
  const way = wayOf(facts, model, { ...task, tokens: (height * width) / 4 });
  const { sigmas } = way;
  // A copy: what a node was given stays with its maker.
  if (sigmas.length < 2) return ctx.tensor.linear([{ factor: 1, tensor: latent }]);

  const math = sideBySide(ctx.tensor);
  const inputs = new RowInputs(ctx, denoiser, [1, ...latent.shape.slice(1)], task.guidance);
  const sources = ctx.tensor.split(latent);
  const masks = task.mask ? await latentMask(ctx.tensor, task.mask, latent.shape, way.isMakers) : null;
  const isFlow = facts.prediction === 'flow';
  const total = sigmas.length - 1;

  const walk = (pictures: readonly number[]): Promise<States> => {
    let calls = 0;
    // All pictures' rows of a step go out in one call. Each `await` gives them back to the scheduler, so runs join and
    // leave between steps. Answers one list of predictions, of all states, for each side.
    const ask = async (states: States, sigma: number, sides: readonly Conditioning[]): Promise<States[]> => {
      ctx.signal.throwIfAborted();
      const call = calls++;
      const conditions = sides.flatMap(({ entries }, side) => entries.map((entry) => ({ entry, side })));
      const scale = inputScale(facts.prediction, sigma);
      const fed = scale === 1 ? states : math.linear([{ factor: scale, tensor: states }]);
      const timestep = way.timestepOf(sigma, call);
      const asking = fed.flatMap((state) =>
        conditions.map(({ entry }): Asking => {
          const { start = 0, end = 1 } = entry.control ?? {};
          return {
            row: inputs.rowOf(state, timestep, entry),
            entry,
            isControlled: way.isWithin(start, end, sigma, call),
          };
        }),
      );
      // Texts of different lengths cannot share a call.
      const isOne = conditions.every(({ entry }) => entry.hidden.shape[1] === conditions[0]!.entry.hidden.shape[1]);
      const together = isOne ? conditions.length : 1;
      const rows = await inputs.controlled(asking, together);
      const given = await ctx.call(denoiser, 'denoiser', rows, together);
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

    const from = pictures.map((i) => sources[i]!);
    const stream = (number: number): NoiseStream => (way.isMakers ? { draw: task.draw + number } : number);
    const draw = (number: number): States =>
      pictures.map((i) => ctx.tensor.noise(seedPlus(task.seed, i), sources[i]!.shape, stream(number)));
    const first = draw(0);
    const blended = (states: States, kept: States): States =>
      states.map((state, k) => ctx.tensor.blend(state, kept[k]!, masks![pictures[k]!]!));
    const isSeen = masks !== null && !way.isMakers;
    /** What the model sees at a sigma: around the mask, the picture that was there. */
    const seen = (states: States, sigma: number): States =>
      isSeen ? blended(states, way.noised(math, from, first, sigma)) : states;
    const kept = (denoised: States): States => (isSeen ? blended(denoised, from) : denoised);

    const path = pathOf<States>({
      math,
      sigmas,
      isFlow,
      sigmaAt: model.sigmaAt,
      async predict(given, sigma) {
        const states = seen(given, sigma);
        const answers = await ask(states, sigma, sides);
        const guided = guide(math, answers, cfg);
        const denoised = kept(clean(states, guided, sigma));
        ctx.tensor.free([...new Set([...answers, guided].flat())]);
        return denoised;
      },
      async predictSides(given, sigma) {
        const states = seen(given, sigma);
        const answers = await ask(states, sigma, negative ? [negative, positive] : [positive]);
        const guided = guide(math, answers, cfg);
        const both = {
          denoised: kept(clean(states, guided, sigma)),
          uncond: kept(clean(states, answers[0]!, sigma)),
        };
        ctx.tensor.free([...new Set([...answers, guided].flat())]);
        return both;
      },
      draw,
      distance: (a, b, allowed) => distanceOf(ctx.tensor, a, b, allowed),
      ...(masks !== null && way.isMakers
        ? { settle: (states: States, sigma: number) => blended(states, way.noised(math, from, first, sigma)) }
        : {}),
      onStep(done, denoised) {
        const preview = pictures[0] === 0 ? { latent: denoised[0]!, pack: denoiser } : undefined;
        ctx.progress(Math.min(done, total), total, preview);
      },
    });
    return way.sampler(path, way.start(math, from, first));
  };
  const all = sources.map((_, i) => i);
  const ends = way.isAdaptive ? (await Promise.all(all.map((i) => walk([i])))).flat() : await walk(all);
  return ctx.tensor.stack(way.end(math, ends));
}
