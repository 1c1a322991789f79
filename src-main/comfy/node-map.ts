// ComfyUI's classes and Kiln's node types: one table for both ways. Names and values that differ are said here alone.

import { as, type ClassMap } from './class-map.ts';
import { conditioningClasses } from './conditioning-classes.ts';
import { imageClasses } from './image-classes.ts';
import { latentClasses } from './latent-classes.ts';
import { maskClasses } from './mask-classes.ts';
import { sigmasClasses } from './sigmas-classes.ts';

export const classMaps: readonly ClassMap[] = [
  {
    class: 'CheckpointLoaderSimple',
    type: 'pack.open',
    inputs: { ckpt_name: as('pack') },
    outputs: ['denoiser', 'text-encoder', 'vae'],
  },
  // The upscaler of a pack is a loader of its own there.
  { class: 'UpscaleModelLoader', type: 'pack.open', inputs: { model_name: as('pack') }, outputs: ['upscaler'] },
  {
    class: 'CLIPTextEncode',
    type: 'text.encode',
    inputs: { text: as('text'), clip: as('encoder') },
    outputs: ['conditioning'],
  },
  {
    class: 'EmptyLatentImage',
    type: 'latent.empty',
    inputs: { width: as('width'), height: as('height'), batch_size: as('count') },
    outputs: ['latent'],
  },
  {
    class: 'KSampler',
    type: 'latent.sample',
    inputs: {
      model: as('denoiser'),
      seed: as('seed'),
      steps: as('steps'),
      cfg: as('cfg'),
      sampler_name: as('sampler'),
      scheduler: as('scheduler'),
      positive: as('positive'),
      negative: as('negative'),
      latent_image: as('latent'),
      denoise: as('denoise'),
    },
    outputs: ['latent'],
  },
  {
    class: 'VAEDecode',
    type: 'latent.decode',
    inputs: { samples: as('latent'), vae: as('vae') },
    outputs: ['image'],
  },
  {
    class: 'VAEEncode',
    type: 'latent.encode',
    inputs: { pixels: as('image'), vae: as('vae') },
    outputs: ['latent'],
  },
  { class: 'LoadImage', type: 'image.load', inputs: { image: as('file') }, outputs: ['image', null] },
  {
    class: 'ImageScale',
    type: 'image.resize',
    inputs: {
      image: as('image'),
      upscale_method: as('filter', {
        nearest: 'nearest-exact',
        bilinear: 'bilinear',
        bicubic: 'bicubic',
        lanczos: 'lanczos',
      }),
      width: as('width'),
      height: as('height'),
      crop: as('fit', { stretch: 'disabled', crop: 'center' }),
    },
    outputs: ['image'],
  },
  {
    class: 'ImageUpscaleWithModel',
    type: 'image.upscale',
    inputs: { upscale_model: as('upscaler'), image: as('image') },
    outputs: ['image'],
  },
  {
    class: 'SaveImage',
    type: 'image.save',
    inputs: { images: as('image'), filename_prefix: as('title') },
    outputs: [],
  },
  { class: 'PreviewImage', type: 'image.preview', inputs: { images: as('image') }, outputs: [] },
  ...conditioningClasses,
  ...latentClasses,
  ...sigmasClasses,
  ...imageClasses,
  ...maskClasses,
];

/** The class that gives this output of this node type. Without an output, the first one of the type. */
export const classFor = (type: string, output?: string): ClassMap | undefined =>
  classMaps.find((map) => map.type === type && (output === undefined || map.outputs.includes(output)));

export const classNamed = (name: string): ClassMap | undefined => classMaps.find((map) => map.class === name);

/** The class that stands for a node type without a counterpart. */
export const kilnClass = (type: string): string => `Kiln: ${type}`;
