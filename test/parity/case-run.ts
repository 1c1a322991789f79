import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Runtime } from '../../src-main/device/runtime.ts';
import { diffusersConfig } from '../../src-main/diffusion/diffusers/config.ts';
import { torchDraw } from '../../src-main/diffusion/noise.ts';
import { RowInputs } from '../../src-main/diffusion/row-inputs.ts';
import { asFed } from '../../src-main/diffusion/timesteps.ts';
import type { PackFacts } from '../../src-main/model/pack.ts';
import type { Packs } from '../../src-main/model/ports.ts';
import { isTensorRef, type TensorRef } from '../../src-main/model/tensor.ts';
import type { Conditioning, ConditioningEntry } from '../../src-main/model/value-types.ts';
import { readSafetensors, type Stored } from '../build/safetensors.ts';
import { type Case, listOf } from './case-format.ts';
import { type CaseHost, caseHost, openedPack, type Row } from './case-host.ts';
import { absolute, equal, type Measured } from './comparison.ts';

// One recorded run of diffusers against the product's nodes, from the text to the picture.

type Tensors = Readonly<Record<string, Stored>>;

export interface CasePlace {
  readonly runtime: Runtime;
  readonly library: Packs;
  /** Of the packs. */
  readonly packs: string;
  /** Of the cases. */
  readonly cases: string;
}

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
    isEven: facts.scheduler?.flow?.isEven === true,
    givesStrength: facts.scheduler?.givesStrength === true,
  });
  if (!scheduler) throw new Error(`${one.scheduler.class} is not known`);
  return { ...facts, scheduler };
}

/** Row `at` of a stored tensor with as many rows as `rows`. */
function rowOf({ shape, data }: Stored, at: number): Float32Array {
  const size = data.length / (shape[0] ?? 1);
  return Float32Array.from(data.subarray(at * size, (at + 1) * size) as ArrayLike<number>, Number);
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
  const denoising: { rows: readonly Row[]; given: readonly Row[] }[] = [];
  const host = caseHost(runtime, {
    library,
    facts,
    noise: (_, draw) => {
      const tensor = stored[one.draws[draw] ?? ''];
      return tensor ? rowOf(tensor, image) : null;
    },
    onCall(part, rows, given) {
      if (part === 'denoiser') denoising.push({ rows, given: given.map((row) => ({ ...row })) });
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
    const fed = everyCall(seen, one, facts).map((row) => row.timestep![0]!);
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

interface Text {
  readonly text: string;
  /** Of the names of its ids. */
  readonly prefix: '' | 'negative_';
  readonly empty: 'encode' | 'pack';
}

function textsOf(one: Case, image: number): readonly Text[] {
  const positive: Text = { text: listOf(one.prompt, one.batch)[image]!, prefix: '', empty: 'encode' };
  if (one.cfg === 1) return [positive];
  const { negativePrompt } = one;
  const text = negativePrompt === null ? '' : listOf(negativePrompt, one.batch)[image]!;
  return [positive, { text, prefix: 'negative_', empty: negativePrompt === null ? 'pack' : 'encode' }];
}

const lengthOf = ({ maxSequenceLength }: Case) => (maxSequenceLength ? { length: maxSequenceLength } : {});

async function encodedAs(
  host: CaseHost,
  facts: PackFacts,
  text: string,
  empty: string,
  one: Case,
): Promise<Conditioning> {
  const given = await host.run('text.encode', {
    encoder: facts.ref,
    text,
    reading: 'literal',
    empty,
    ...lengthOf(one),
  });
  return given.conditioning as Conditioning;
}

function idsOf(
  text: string,
  prefix: Text['prefix'],
  image: number,
  one: Case,
  stored: Tensors,
  facts: PackFacts,
  library: Packs,
): Measured[] {
  return library.tokenize(facts.ref, text, { reading: 'literal', ...lengthOf(one) }).flatMap(({ ids, mask, part }) => {
    const number = /\d$/.exec(part)?.[0];
    const name = `${prefix}input_ids${number ? `_${number}` : ''}`;
    const wanted = stored[name];
    if (!wanted) return [];
    const masks = stored[`${prefix}attention_mask`];
    const counted = masks ? rowOf(masks, image).reduce((sum, value) => sum + value, 0) : ids.length;
    const own = masks ? mask.reduce((sum, value) => sum + value, 0) : ids.length;
    return [equal(name, ids.slice(0, own), [...rowOf(wanted, image)].slice(0, counted))];
  });
}

function picturesOf(host: CaseHost, one: Case, image: number, stored: Tensors) {
  const bytes = (name: string): TensorRef | null => {
    const tensor = stored[name];
    if (!tensor) return null;
    const [count = 1, ...sides] = tensor.shape;
    const values = rowOf(tensor, count === 1 ? 0 : image).map((value) => Math.round(255 * value));
    return host.ctx.tensor.from(Uint8Array.from(values), 'uint8', [1, ...sides]);
  };
  return {
    init: bytes('init_image'),
    mask: bytes('mask'),
    control: one.kind === 'controlnet' ? bytes('control_image') : null,
  };
}

type Seen = readonly {
  readonly rows: readonly Readonly<Record<string, ArrayLike<number>>>[];
  readonly given: readonly Readonly<Record<string, ArrayLike<number>>>[];
}[];

/** One row for each step: with guidance a call has two. */
const everyCall = (seen: Seen, _one: Case, _facts: PackFacts) => seen.map(({ rows }) => rows[0]!);

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

/** Flux's rows of patches as a latent of that shape; any other as it is. */
function unpacked(values: Float32Array, { shape }: Stored, [, channels = 1, height = 1, width = 1]: readonly number[]) {
  if (shape.length !== 3) return values;
  const latent = new Float32Array(values.length);
  const columns = width / 2;
  for (let i = 0; i < values.length; i++) {
    const patch = Math.floor(i / (4 * channels));
    const [channel, corner] = [Math.floor((i % (4 * channels)) / 4), i % 4];
    const y = 2 * Math.floor(patch / columns) + Math.floor(corner / 2);
    const x = 2 * (patch % columns) + (corner % 2);
    latent[(channel * height + y) * width + x] = values[i]!;
  }
  return latent;
}

/** One call with rows at different timesteps, and each of them alone. */
async function compareRows(
  one: Case,
  stored: Tensors,
  facts: PackFacts,
  { runtime, library }: CasePlace,
): Promise<readonly Measured[]> {
  const host = caseHost(runtime, { library, facts, noise: () => null, onCall: () => {} });
  const shape = [1, facts.latent.channels, one.height / facts.latent.downscale, one.width / facts.latent.downscale];
  const found: Measured[] = [];
  const rows: Row[] = [];
  for (let i = 0; i < one.batch; i++) {
    const text = listOf(one.prompt, one.batch)[i]!;
    found.push(...idsOf(text, '', i, one, stored, facts, library).map((m) => ({ ...m, tensor: `${m.tensor}[${i}]` })));
    const { entries } = await encodedAs(host, facts, text, 'encode', one);
    const guidance = stored.guidance ? rowOf(stored.guidance, i)[0]! : 0;
    const inputs = new RowInputs(host.ctx, facts.ref, shape, guidance);
    const sample = host.ctx.tensor.from(rowOf(stored.noise!, i), 'float32', shape);
    rows.push(inputs.rowOf(sample, rowOf(stored.timestep!, i)[0]!, entries[0] as ConditioningEntry) as Row);
  }
  const output = stored.out_sample ?? stored.out_hidden_states!;
  const tolerance = one.tolerance.output ?? one.tolerance.latents ?? 1e-4;
  const valuesOf = async (tensor: TensorRef) => (await host.ctx.tensor.read(tensor)) as Float32Array;
  const together = await host.ctx.call(facts.ref, 'denoiser', rows as never);
  for (const [i, { prediction }] of together.entries()) {
    const wanted = unpacked(rowOf(output, i), output, shape);
    found.push(absolute(`out[${i}]`, await valuesOf(prediction), wanted, tolerance));
    const [alone] = await host.ctx.call(facts.ref, 'denoiser', [rows[i]] as never);
    found.push(absolute(`out[${i}] alone`, await valuesOf(alone!.prediction), await valuesOf(prediction), 1e-5));
  }
  return found;
}
