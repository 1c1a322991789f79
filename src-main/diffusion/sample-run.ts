import { seedPlus } from '../model/inputs.ts';
import type { NodeContext, NoiseStream } from '../model/node-type.ts';
import type { PackRef } from '../model/pack.ts';
import type { TensorRef } from '../model/tensor.ts';
import type { Guider } from '../model/value-types.ts';
import { askerOf } from './asking.ts';
import { copied } from './copied.ts';
import { guidedOf, sidesOf } from './guided.ts';
import { latentMask } from './mask-for-latent.ts';
import { noiseModelOf } from './noise-model.ts';
import { comfyDraws, type NoiseMode } from './noise-modes.ts';
import { pathOf } from './samplers/path-of.ts';
import { distanceOf, type States, sideBySide } from './states.ts';
import { type Asked, type AskedSigmas, wayOf } from './way.ts';

export interface SampleTask {
  readonly denoiser: PackRef;
  readonly guider: Guider;
  readonly latent: TensorRef;
  /** uint8 [images or 1, height, width, 1] in pixels: only where it is white is drawn anew. */
  readonly mask: TensorRef | undefined;
  readonly way: Omit<Asked, 'tokens'> | AskedSigmas;
  readonly seed: string;
  /** Whether the run starts from noise besides the latent; without it the latent is noisy already. */
  readonly isNoised: boolean;
  readonly isLastSeenKept: boolean;
  /** Where the way is not the makers'. */
  readonly noise: NoiseMode;
  /** Draws of the seed's generator that were made before, on the makers' way. */
  readonly draw: number;
  /** Of models that guidance was distilled into; 0 for what the pack is made for. */
  readonly guidance: number;
}

/** What a run leaves, and the clean pictures that its last step saw, where those are kept. */
export interface Sampled {
  readonly latent: TensorRef;
  readonly denoised: TensorRef | null;
}

/** All pictures of one latent, from noise, or from what they are, to what the conditionings say. */
export async function sampled(task: SampleTask, ctx: NodeContext): Promise<Sampled> {
  const { denoiser, guider, guidance, latent } = task;
  const facts = ctx.facts(denoiser);
  const model = noiseModelOf(facts.schedule);
  const [, channels = 0, height = 0, width = 0] = latent.shape;
  const shape = [1, channels, height, width] as const;
  const way = wayOf(facts, model, { ...task.way, tokens: (height * width) / 4 });
  const { sigmas } = way;
  // A copy: what a node was given stays with its maker.
  if (sigmas.length < 2) return copied(ctx.tensor, { latent, denoised: latent });

  const math = sideBySide(ctx.tensor);
  const sources = ctx.tensor.split(latent);
  const masks = task.mask ? await latentMask(ctx.tensor, task.mask, latent.shape, way.isMakers) : null;
  const isFlow = facts.prediction === 'flow';
  // diffusers starts from noise alone where there is no picture or a mask tells what to keep of it; and there it has
  // drawn once more, for the masked picture, before its steps do.
  const isFilled =
    masks !== null || sidesOf(guider, true).some(({ entries }) => entries.some((entry) => entry.inpaint));
  const isBlank = async () => (await ctx.tensor.read(latent)).every((value) => value === 0);
  // Only the makers' way asks, so only there a latent is fetched from where it lies.
  const isAnew = isFilled || (way.isMakers && (await isBlank()));
  const drawsBefore = (number: number): number => task.draw + number + (isFilled && number > 0 ? 1 : 0);
  const total = sigmas.length - 1;

  const lasts: TensorRef[] = [];
  const sampler = task.way.sampler === 'pack' ? 'euler' : task.way.sampler;
  const shared = task.noise === 'comfy' && !way.isMakers ? comfyDraws(task.seed, latent.shape, sampler, sigmas) : null;

  const walk = async (pictures: readonly number[]): Promise<States> => {
    const ask = askerOf(ctx, { denoiser, guidance, shape, way });
    const guided = await guidedOf({ math: ctx.tensor, guider, ask, facts, model, shape });
    const from = pictures.map((i) => sources[i]!);
    const stream = (number: number): NoiseStream => (way.isMakers ? { draw: drawsBefore(number) } : number);
    const draw = (number: number, from?: number, to?: number): States => {
      if (shared === null)
        return pictures.map((i) => ctx.tensor.noise(seedPlus(task.seed, i), sources[i]!.shape, stream(number)));
      const drawn = shared(number, from, to);
      return pictures.map((i) => ctx.tensor.from(drawn[i]!, 'float32', shape));
    };
    const first = task.isNoised ? draw(0) : pictures.map((i) => ctx.tensor.full(sources[i]!.shape, 0));
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
        return kept(await guided.predict(seen(given, sigma), sigma));
      },
      async predictSides(given, sigma) {
        const both = await guided.predictSides(seen(given, sigma), sigma);
        return { denoised: kept(both.denoised), uncond: kept(both.uncond) };
      },
      draw,
      distance: (a, b, allowed) => distanceOf(ctx.tensor, a, b, allowed),
      ...(masks !== null && way.isMakers
        ? { settle: (states: States, sigma: number) => blended(states, way.noised(math, from, first, sigma)) }
        : {}),
      onStep(done, denoised) {
        const preview = pictures[0] === 0 ? { latent: denoised[0]!, pack: denoiser } : undefined;
        ctx.progress(Math.min(done, total), total, preview);
        if (!task.isLastSeenKept) return;
        // Which step is the last not every sampler knows.
        for (const [k, i] of pictures.entries()) {
          if (lasts[i]) ctx.tensor.free([lasts[i]]);
          lasts[i] = copied(ctx.tensor, denoised[k]!);
        }
      },
    });
    return way.sampler(path, way.start(math, from, first, isAnew));
  };
  const all = sources.map((_, i) => i);
  const ends = way.isAdaptive ? (await Promise.all(all.map((i) => walk([i])))).flat() : await walk(all);
  return {
    latent: ctx.tensor.stack(way.end(math, ends)),
    denoised: task.isLastSeenKept ? ctx.tensor.stack(all.map((i) => lasts[i] ?? sources[i]!)) : null,
  };
}
