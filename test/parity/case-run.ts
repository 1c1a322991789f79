import { readFileSync } from 'node:fs';
import path from 'node:path';
import { diffusersConfig } from '../../src-main/diffusion/diffusers/config.ts';
import { torchDraw } from '../../src-main/diffusion/noise.ts';
import { asFed } from '../../src-main/diffusion/timesteps.ts';
import type { PackFacts } from '../../src-main/model/pack.ts';
import { isTensorRef, type TensorRef } from '../../src-main/model/tensor.ts';
import type { Conditioning } from '../../src-main/model/value-types.ts';
import { readSafetensors } from '../build/safetensors.ts';
import { type Case, listOf } from './case-format.ts';
import { caseHost, openedPack, type Row } from './case-host.ts';
import { type CasePlace, encodedAs, idsOf, picturesOf, rowOf, type Tensors, textsOf, unpacked } from './case-parts.ts';
import { compareRows } from './case-rows.ts';
import { absolute, equal, type Measured } from './comparison.ts';

// One recorded run of diffusers against the product's nodes, from the text to the picture.

/** Something that Kiln does not do, and says so. */
export class NotSupported extends Error {}

/** What differs, in the order in which it is computed: the first one that is off is where to look. */
export async function compareCase(one: Case, place: CasePlace): Promise<readonly Measured[]> {
  const folder = path.join(place.packs, one.pack);
  const stored = readSafetensors(path.join(place.cases, one.file));
  const facts = scheduledAs(one, folder, await openedPack(place.library, folder));
  if (one.kind === 'denoise-rows') return compareRows(one, stored, facts, place);
  const found: Measured[] = [];
  // One after the other: a runtime computes one call at a time.
  for (let image = 0; image < one.batch; image++) found.push(...(await compareImage(one, image, stored, facts, place)));
  return found;
}

/** The pack with the scheduler that the case ran. */
function scheduledAs(one: Case, folder: string, facts: PackFacts): PackFacts {
  if (!one.scheduler) return facts;
  const said = JSON.parse(readFileSync(path.join(folder, 'scheduler/scheduler_config.json'), 'utf8')) as object;
  const config = { ...said, ...one.scheduler.config, _class_name: one.scheduler.class, eta: one.eta ?? 0 };
  const scheduler = diffusersConfig(config, {
    even: facts.scheduler?.flow?.even ?? undefined,
    givesStrength: facts.scheduler?.givesStrength === true,
  });
  if (!scheduler) throw new NotSupported(`${one.scheduler.class} with these settings is not known`);
  return { ...facts, scheduler };
}

async function compareImage(
  one: Case,
  image: number,
  stored: Tensors,
  facts: PackFacts,
  { runtime, library }: CasePlace,
): Promise<readonly Measured[]> {
  const found: Measured[] = [];
  const seed = String(listOf(one.seed, one.batch)[image]);
  const label = (tensor: string) => (one.batch > 1 ? `${tensor}[${image}]` : tensor);
  const compare = (tensor: string, is: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number) =>
    void found.push(absolute(label(tensor), is, wanted, tolerance));

  const latentTolerance = one.tolerance.latents ?? 1e-4;
  const host = caseHost(runtime, {
    library,
    facts,
    noise: (_, draw) => {
      const tensor = stored[one.draws[draw] ?? ''];
      return tensor ? rowOf(tensor, image) : null;
    },
    onCall(part, rows, given) {
      if (part === 'denoiser') seen.push({ rows: rows.map(valuesIn), given: given.map(valuesIn) });
    },
  });
  const valuesOf = (tensor: TensorRef) =>
    (host.runtime.tensor as unknown as { valuesOf(of: TensorRef): ArrayLike<number> }).valuesOf(tensor);
  const valuesIn = (row: Row): Readonly<Record<string, ArrayLike<number>>> =>
    Object.fromEntries(
      Object.entries(row).flatMap(([name, value]) =>
        value === undefined
          ? []
          : [[name, isTensorRef(value) ? Float32Array.from(valuesOf(value), Number) : Float32Array.of(value)]],
      ),
    );
  const seen: {
    rows: Readonly<Record<string, ArrayLike<number>>>[];
    given: Readonly<Record<string, ArrayLike<number>>>[];
  }[] = [];

  for (const [draw, name] of one.draws.entries()) {
    const tensor = stored[name];
    if (tensor) compare(name, torchDraw(seed, tensor.data.length / one.batch, draw), rowOf(tensor, image), 1e-6);
  }

  const texts = textsOf(one, image);
  const conditionings: Conditioning[] = [];
  for (const { text, prefix, empty } of texts) {
    found.push(
      ...idsOf(text, prefix, image, one, stored, facts, library).map((m) => ({ ...m, tensor: label(m.tensor) })),
    );
    conditionings.push(await encodedAs(host, facts, text, empty, one));
  }
  let [positive, negative] = conditionings as [Conditioning, Conditioning | undefined];

  const pictures = picturesOf(host, one, image, stored);
  if (pictures.control) {
    const control = {
      image: pictures.control,
      strength: one.controlScale ?? 1,
      start: one.controlStart ?? 0,
      end: one.controlEnd ?? 1,
    };
    const apply = async (conditioning: Conditioning) =>
      (await host.run('control.apply', { conditioning, ...control })).conditioning as Conditioning;
    positive = await apply(positive);
    negative = negative && (await apply(negative));
  }
  const vae = facts.ref;
  const isFilled = facts.parts.some(({ takes }) => takes.some(({ name }) => name === 'masked'));
  if (pictures.mask && pictures.init && isFilled) {
    const fill = {
      image: pictures.init,
      mask: pictures.mask,
      vae,
      posterior: 'sample',
      seed,
      draw: one.draws.findLastIndex((name) => name.startsWith('vae_noise')),
    };
    const apply = async (conditioning: Conditioning) =>
      (await host.run('conditioning.inpaint', { conditioning, ...fill })).conditioning as Conditioning;
    positive = await apply(positive);
    negative = negative && (await apply(negative));
  }
  const isDrawnOver = pictures.init !== null && (one.draws[0]?.startsWith('vae_noise') ?? false);
  const { latent } = isDrawnOver
    ? await host.run('latent.encode', { image: pictures.init, vae, posterior: 'sample', seed, draw: 0 })
    : await host.run('latent.empty', { denoiser: vae, width: one.width, height: one.height, count: 1 });
  const sampled = await host.run('latent.sample', {
    denoiser: vae,
    positive,
    negative,
    latent,
    seed,
    steps: one.steps,
    cfg: one.cfg,
    guidance: one.guidance,
    sampler: 'pack',
    denoise: one.strength ?? 1,
    draw: Math.max(0, one.draws.indexOf('noise')),
    mask: pictures.mask && !isFilled ? pictures.mask : undefined,
  });

  compareFirstCall(compare, one, image, stored, seen, facts, latentTolerance);
  const { timesteps } = stored;
  if (timesteps) {
    const fed = seen.map(({ rows }) => rows[0]!.timestep![0]!);
    const wanted = Array.from(timesteps.data as ArrayLike<number>, (t) => asFed(facts.timestep, Number(t)));
    compare('timesteps', fed, wanted, facts.timestep === 'sigma' || facts.timestep === '1-sigma' ? 2e-6 : 2e-3);
  }
  const last = Math.max(...Object.keys(stored).map((name) => Number(/^latents_(\d+)$/.exec(name)?.[1] ?? -1)));
  const result = sampled.latent as TensorRef;
  const final = stored[`latents_${last}`];
  if (final)
    compare(`latents_${last}`, valuesOf(result), unpacked(rowOf(final, image), final, result.shape), latentTolerance);
  const decoded = (await host.run('latent.decode', { latent: result, vae })).image as TensorRef;
  const wanted = rowOf(stored.image!, image);
  // 8-bit pixels: what is beyond a rounding counts.
  const bytes = valuesOf(decoded);
  const beyond = Float32Array.from(wanted, (value, i) => Math.max(0, Math.abs(bytes[i]! - 255 * value) - 0.5) / 255);
  compare('image', beyond, new Float32Array(beyond.length), one.tolerance.image ?? 1e-4);
  if (bytes.length !== wanted.length) found.push(equal(label('image size'), bytes.length, wanted.length));
  return found;
}

type Seen = readonly {
  readonly rows: readonly Readonly<Record<string, ArrayLike<number>>>[];
  readonly given: readonly Readonly<Record<string, ArrayLike<number>>>[];
}[];

const storedNames: Readonly<Record<string, string>> = {
  hidden: 'encoder_hidden_states',
  sizes: 'time_ids',
  guidanceEmbedding: 'timestep_cond',
  guidance: 'guidance',
};

function compareFirstCall(
  compare: (tensor: string, is: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number) => void,
  one: Case,
  image: number,
  stored: Tensors,
  seen: Seen,
  facts: PackFacts,
  tolerance: number,
): void {
  const first = seen[0];
  if (!first) return;
  const isGuided = first.rows.length === 2;
  // Rows here: negative, positive. Stored: all negatives, then all positives; Z-Image and Flux otherwise.
  for (const [side, row] of first.rows.entries()) {
    const isPositive = !isGuided || side === 1;
    for (const [port, values] of Object.entries(row)) {
      const name =
        port === 'pooled' ? (stored.pooled_projections ? 'pooled_projections' : 'text_embeds') : storedNames[port];
      const tensor = name === undefined ? undefined : stored[name];
      if (name === undefined || tensor === undefined) continue;
      const rows = tensor.shape[0]!;
      const isBoth = rows === 2 * one.batch;
      if (!isBoth && !isPositive) continue;
      compare(name, values, rowOf(tensor, isBoth && isPositive ? one.batch + image : image), 1e-4);
    }
    // Of its own length, as the encoder gave it.
    const own = stored[`encoder_hidden_states_${isPositive ? image : one.batch + image}`];
    if (own)
      compare(
        'encoder_hidden_states',
        Array.from(row.hidden!).slice(0, own.data.length),
        own.data as Float32Array,
        1e-4,
      );
  }
  const output = stored.model_output_0;
  if (!output) return;
  const [negative, positive] = first.given.map(({ prediction }) => prediction!);
  const guided = positive
    ? Float32Array.from(positive, (value, i) => negative![i]! + one.cfg * (value - negative![i]!))
    : negative!;
  const shape = [1, facts.latent.channels, one.height / facts.latent.downscale, one.width / facts.latent.downscale];
  compare('model_output_0', guided, unpacked(rowOf(output, image), output, shape), Math.max(2e-4, tolerance));
}
