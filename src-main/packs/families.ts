import { latentFormats } from '../diffusion/latent-formats.ts';
import type { EncoderName, PackFacts, PartName, Prediction, TextUse, TimestepConvention } from '../model/pack.ts';

/** Where a part may lie and whether the family can do without it. */
export interface PartPlace {
  readonly part: PartName;
  /** Folders inside the pack, the first that has a model is taken. */
  readonly folders: readonly string[];
  readonly required: boolean;
  /** Which of an encoder's layers is read; the last one without it. */
  readonly layer?: 'penultimate';
  /** Its states of earlier layers make sense to the denoiser: CLIP's do, where they are what it reads. */
  readonly maySkip?: true;
}

/** How one of a family's text encoders gets its ids. */
export interface TokenizerPlace {
  readonly part: EncoderName;
  /** Folder inside the pack. */
  readonly folder: string;
  /** How many ids, where neither the graph nor the tokenizer's files say it. */
  readonly length?: number;
  /** Whether a run may ask for another length. */
  readonly isFree?: true;
  /** What stands around a prompt. */
  readonly template?: readonly [before: string, after: string];
  /** Padded to a multiple of this instead of to a length. */
  readonly multiple?: number;
}

/** What one family of models has in common, as far as its files do not say it. */
export interface Family {
  readonly name: string;
  /** `_class_name` in model_index.json. */
  readonly classes: readonly string[];
  readonly parts: readonly PartPlace[];
  readonly tokenizers: readonly TokenizerPlace[];
  readonly text: Pick<TextUse, 'states' | 'pooled'>;
  readonly denoiserFolder: string;
  /** Where scheduler_config.json does not say otherwise. */
  readonly prediction: Prediction;
  readonly timestep: TimestepConvention;
  /** What is known of its noise besides. */
  readonly schedule?: { readonly steps?: number; readonly multiplier?: number };
  /** Of a flow whose steps are even before they are shifted: the precision in which they are counted. */
  readonly even?: 'double' | 'single';
  /** Its pipeline has the scheduler spread the steps of a run over less of the way, where others leave the first ones out. */
  readonly givesStrength?: boolean;
  /** Sides of a latent must be multiples of this, where the graph does not fix them. */
  readonly patch: number;
  readonly preview: PackFacts['preview'];
  /** VAE scale and shift where its config.json has none. */
  readonly vae: { readonly scale: number; readonly shift: number };
  readonly defaults: PackFacts['defaults'];
  /** A graph of it may give the opposite of what is wanted, under these names. */
  readonly negated?: readonly string[];
  /** It can be run without a scheduler_config.json. */
  readonly mayLackScheduler?: true;
}

const encoder = (number: 1 | 2 | 3, required: boolean): PartPlace => ({
  part: number === 1 ? 'text-encoder' : `text-encoder-${number}`,
  folders: [number === 1 ? 'text_encoder' : `text_encoder_${number}`],
  required,
});
const clip = (number: 1 | 2): PartPlace => ({ ...encoder(number, true), maySkip: true });
const clipBeforeLast = (number: 1 | 2): PartPlace => ({ ...clip(number), layer: 'penultimate' });

const diffusersParts = (denoiser: string, encoders: readonly PartPlace[]): readonly PartPlace[] => [
  ...encoders,
  { part: 'denoiser', folders: [denoiser], required: true },
  { part: 'control-net', folders: ['controlnet'], required: false },
  { part: 'vae-encoder', folders: ['vae_encoder'], required: false },
  { part: 'vae-decoder', folders: ['vae_decoder'], required: true },
  { part: 'upscaler', folders: ['upscaler'], required: false },
];

const firstTokenizer: TokenizerPlace = { part: 'text-encoder', folder: 'tokenizer' };
const secondTokenizer: TokenizerPlace = { part: 'text-encoder-2', folder: 'tokenizer_2' };
const preview = ({ factors, bias }: { factors: readonly (readonly number[])[]; bias: readonly number[] }) => ({
  factors,
  bias,
});
const { SD15, SDXL, SD3, Flux } = latentFormats;

const stableDiffusion: Family = {
  name: 'stable-diffusion',
  classes: [
    'StableDiffusionPipeline',
    'StableDiffusionImg2ImgPipeline',
    'StableDiffusionInpaintPipeline',
    'StableDiffusionControlNetPipeline',
    'OnnxStableDiffusionPipeline',
    'OnnxStableDiffusionImg2ImgPipeline',
    'OnnxStableDiffusionInpaintPipeline',
    'ORTStableDiffusionPipeline',
  ],
  parts: diffusersParts('unet', [clip(1)]),
  tokenizers: [firstTokenizer],
  text: { states: [['text-encoder']], pooled: [] },
  denoiserFolder: 'unet',
  prediction: 'eps',
  timestep: 'index',
  patch: 1,
  preview: preview(SD15),
  vae: { scale: SD15.scale, shift: 0 },
  defaults: { width: 512, height: 512, steps: 20, cfg: 7.5, guidance: 0 },
};

export const families: readonly Family[] = [
  {
    name: 'starter',
    classes: ['KilnStarterPipeline'],
    parts: diffusersParts('transformer', [encoder(1, true)]),
    tokenizers: [firstTokenizer],
    text: { states: [['text-encoder']], pooled: ['text-encoder'] },
    denoiserFolder: 'transformer',
    prediction: 'flow',
    timestep: '1000*sigma',
    even: 'double',
    patch: 1,
    // It draws pixels: a latent is a small picture in -1..1 already.
    preview: {
      factors: [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      bias: [0, 0, 0],
    },
    vae: { scale: 1, shift: 0 },
    defaults: { width: 64, height: 64, steps: 8, cfg: 1, guidance: 0 },
  },
  stableDiffusion,
  {
    ...stableDiffusion,
    name: 'latent-consistency',
    classes: ['LatentConsistencyModelPipeline', 'LatentConsistencyModelImg2ImgPipeline'],
    givesStrength: true,
    defaults: { width: 512, height: 512, steps: 4, cfg: 1, guidance: 8.5 },
  },
  {
    ...stableDiffusion,
    name: 'stable-diffusion-xl',
    classes: [
      'StableDiffusionXLPipeline',
      'StableDiffusionXLImg2ImgPipeline',
      'StableDiffusionXLInpaintPipeline',
      'StableDiffusionXLControlNetPipeline',
      'ORTStableDiffusionXLPipeline',
    ],
    parts: diffusersParts('unet', [clipBeforeLast(1), clipBeforeLast(2)]),
    tokenizers: [firstTokenizer, secondTokenizer],
    text: { states: [['text-encoder', 'text-encoder-2']], pooled: ['text-encoder-2'] },
    preview: preview(SDXL),
    vae: { scale: SDXL.scale, shift: 0 },
    defaults: { width: 1024, height: 1024, steps: 30, cfg: 5, guidance: 0 },
  },
  {
    name: 'stable-diffusion-3',
    classes: [
      'StableDiffusion3Pipeline',
      'StableDiffusion3Img2ImgPipeline',
      'StableDiffusion3InpaintPipeline',
      'ORTStableDiffusion3Pipeline',
    ],
    parts: diffusersParts('transformer', [clipBeforeLast(1), clipBeforeLast(2), encoder(3, false)]),
    tokenizers: [
      firstTokenizer,
      secondTokenizer,
      { part: 'text-encoder-3', folder: 'tokenizer_3', length: 256, isFree: true },
    ],
    text: {
      states: [['text-encoder', 'text-encoder-2'], ['text-encoder-3']],
      pooled: ['text-encoder', 'text-encoder-2'],
    },
    denoiserFolder: 'transformer',
    prediction: 'flow',
    timestep: '1000*sigma',
    patch: 2,
    preview: preview(SD3),
    vae: { scale: SD3.scale, shift: SD3.shift },
    defaults: { width: 1024, height: 1024, steps: 28, cfg: 7, guidance: 0 },
  },
  {
    name: 'flux',
    classes: ['FluxPipeline', 'FluxImg2ImgPipeline', 'FluxInpaintPipeline', 'ORTFluxPipeline'],
    parts: diffusersParts('transformer', [encoder(1, true), encoder(2, true)]),
    tokenizers: [firstTokenizer, { ...secondTokenizer, length: 512, isFree: true }],
    text: { states: [['text-encoder-2']], pooled: ['text-encoder'] },
    denoiserFolder: 'transformer',
    prediction: 'flow',
    timestep: 'sigma',
    schedule: { multiplier: 1 },
    even: 'double',
    patch: 2,
    preview: preview(Flux),
    vae: { scale: Flux.scale, shift: Flux.shift },
    defaults: { width: 1024, height: 1024, steps: 28, cfg: 1, guidance: 3.5 },
  },
  {
    name: 'z-image',
    classes: ['ZImagePipeline', 'ZImageImg2ImgPipeline'],
    parts: diffusersParts('transformer', [encoder(1, true)]),
    tokenizers: [
      {
        ...firstTokenizer,
        length: 512,
        template: ['<|im_start|>user\n', '<|im_end|>\n<|im_start|>assistant\n'],
        multiple: 32,
      },
    ],
    text: { states: [['text-encoder']], pooled: [] },
    denoiserFolder: 'transformer',
    prediction: 'flow',
    timestep: '1-sigma',
    schedule: { multiplier: 1 },
    even: 'single',
    patch: 2,
    preview: preview(Flux),
    vae: { scale: Flux.scale, shift: Flux.shift },
    defaults: { width: 1024, height: 1024, steps: 8, cfg: 1, guidance: 0 },
    negated: ['unified_results', 'sample', 'noise_pred'],
    mayLackScheduler: true,
  },
];

export const familyOfClass = (className: string): Family | undefined =>
  families.find(({ classes }) => classes.includes(className));

/** For a person: the pipelines that Kiln opens. */
export const knownClasses = (): string => families.flatMap(({ classes }) => classes).join(', ');
