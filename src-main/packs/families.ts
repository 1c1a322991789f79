import { latentFormats } from '../diffusion/latent-formats.ts';
import type { PackFacts, PartName, Prediction } from '../model/pack.ts';

/** Where a part may lie and whether the family can do without it. */
export interface PartPlace {
  readonly part: PartName;
  /** Folders inside the pack, the first that has a model is taken. */
  readonly folders: readonly string[];
  readonly required: boolean;
}

/** What one family of models has in common, as far as its files do not say it. */
export interface Family {
  readonly name: string;
  /** `_class_name` in model_index.json. */
  readonly classes: readonly string[];
  readonly parts: readonly PartPlace[];
  readonly denoiserFolder: string;
  /** Where scheduler_config.json does not say otherwise. */
  readonly prediction: Prediction;
  readonly timestep: PackFacts['timestep'];
  /** What is known of its noise besides. */
  readonly schedule?: { readonly steps: number };
  /** Sides of a latent must be multiples of this, where the graph does not fix them. */
  readonly patch: number;
  readonly preview: PackFacts['preview'];
  /** VAE scale and shift where its config.json has none. */
  readonly vae: { readonly scale: number; readonly shift: number };
  readonly defaults: PackFacts['defaults'];
}

const diffusersParts = (denoiser: string): readonly PartPlace[] => [
  { part: 'text-encoder', folders: ['text_encoder'], required: true },
  { part: 'denoiser', folders: [denoiser], required: true },
  { part: 'vae-encoder', folders: ['vae_encoder'], required: false },
  { part: 'vae-decoder', folders: ['vae_decoder'], required: true },
  { part: 'upscaler', folders: ['upscaler'], required: false },
];

export const families: readonly Family[] = [
  {
    name: 'starter',
    classes: ['KilnStarterPipeline'],
    parts: diffusersParts('transformer'),
    denoiserFolder: 'transformer',
    prediction: 'flow',
    timestep: '1000*sigma',
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
    defaults: { width: 64, height: 64, steps: 8, cfg: 1 },
  },
  {
    name: 'stable-diffusion',
    classes: [
      'StableDiffusionPipeline',
      'StableDiffusionImg2ImgPipeline',
      'OnnxStableDiffusionPipeline',
      'OnnxStableDiffusionImg2ImgPipeline',
      'ORTStableDiffusionPipeline',
    ],
    parts: diffusersParts('unet'),
    denoiserFolder: 'unet',
    prediction: 'eps',
    timestep: 'index',
    patch: 1,
    preview: { factors: latentFormats.SD15.factors, bias: latentFormats.SD15.bias },
    vae: { scale: latentFormats.SD15.scale, shift: 0 },
    defaults: { width: 512, height: 512, steps: 20, cfg: 7.5 },
  },
];

export const familyOfClass = (className: string): Family | undefined =>
  families.find(({ classes }) => classes.includes(className));

/** For a person: the pipelines that Kiln opens. */
export const knownClasses = (): string => families.flatMap(({ classes }) => classes).join(', ');
