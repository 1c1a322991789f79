import { as, type ClassMap } from './class-map.ts';

const methods = {
  'nearest-exact': 'nearest-exact',
  bilinear: 'bilinear',
  area: 'area',
  bicubic: 'bicubic',
  bislerp: 'bislerp',
};
const fits = { stretch: 'disabled', crop: 'center' };
const ways = { vertically: 'x-axis: vertically', horizontally: 'y-axis: horizontally' };
const turns = { '90': '90 degrees', '180': '180 degrees', '270': '270 degrees' };

export const latentClasses: readonly ClassMap[] = [
  {
    class: 'LatentUpscale',
    type: 'latent.upscale',
    inputs: {
      samples: as('latent'),
      upscale_method: as('method', methods),
      width: as('width'),
      height: as('height'),
      crop: as('fit', fits),
    },
    outputs: ['latent'],
  },
  {
    class: 'LatentUpscaleBy',
    type: 'latent.upscale-by',
    inputs: { samples: as('latent'), upscale_method: as('method', methods), scale_by: as('factor') },
    outputs: ['latent'],
  },
  {
    class: 'LatentCrop',
    type: 'latent.crop',
    inputs: { samples: as('latent'), width: as('width'), height: as('height'), x: as('x'), y: as('y') },
    outputs: ['latent'],
  },
  {
    class: 'LatentFlip',
    type: 'latent.flip',
    inputs: { samples: as('latent'), flip_method: as('direction', ways) },
    outputs: ['latent'],
  },
  {
    class: 'LatentRotate',
    type: 'latent.rotate',
    inputs: { samples: as('latent'), rotation: as('turn', turns) },
    outputs: ['latent'],
  },
  {
    class: 'LatentComposite',
    type: 'latent.composite',
    inputs: {
      samples_to: as('destination'),
      samples_from: as('source'),
      x: as('x'),
      y: as('y'),
      feather: as('feather'),
    },
    outputs: ['latent'],
  },
  {
    class: 'LatentCompositeMasked',
    type: 'latent.composite-masked',
    inputs: {
      destination: as('destination'),
      source: as('source'),
      x: as('x'),
      y: as('y'),
      resize_source: as('resize'),
      mask: as('mask'),
    },
    outputs: ['latent'],
  },
  {
    class: 'LatentBlend',
    type: 'latent.blend',
    inputs: { samples1: as('latent'), samples2: as('other'), blend_factor: as('factor') },
    outputs: ['latent'],
  },
  {
    class: 'LatentInterpolate',
    type: 'latent.interpolate',
    inputs: { samples1: as('latent'), samples2: as('other'), ratio: as('ratio') },
    outputs: ['latent'],
  },
  {
    class: 'LatentAdd',
    type: 'latent.add',
    inputs: { samples1: as('latent'), samples2: as('other') },
    outputs: ['latent'],
  },
  {
    class: 'LatentSubtract',
    type: 'latent.subtract',
    inputs: { samples1: as('latent'), samples2: as('other') },
    outputs: ['latent'],
  },
  {
    class: 'LatentMultiply',
    type: 'latent.multiply',
    inputs: { samples: as('latent'), multiplier: as('factor') },
    outputs: ['latent'],
  },
  {
    class: 'LatentBatch',
    type: 'latent.batch',
    inputs: { samples1: as('latent'), samples2: as('other') },
    outputs: ['latent'],
  },
  {
    class: 'LatentFromBatch',
    type: 'latent.from-batch',
    inputs: { samples: as('latent'), batch_index: as('index'), length: as('length') },
    outputs: ['latent'],
  },
  {
    class: 'RepeatLatentBatch',
    type: 'latent.repeat',
    inputs: { samples: as('latent'), amount: as('amount') },
    outputs: ['latent'],
  },
  {
    class: 'LatentConcat',
    type: 'latent.concat',
    inputs: { samples1: as('latent'), samples2: as('other'), dim: as('side') },
    outputs: ['latent'],
  },
  {
    class: 'LatentCut',
    type: 'latent.cut',
    inputs: { samples: as('latent'), dim: as('side'), index: as('index'), amount: as('amount') },
    outputs: ['latent'],
  },
];
