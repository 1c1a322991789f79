import { as, type ClassMap } from './class-map.ts';

const methods = {
  'nearest-exact': 'nearest-exact',
  bilinear: 'bilinear',
  area: 'area',
  bicubic: 'bicubic',
  lanczos: 'lanczos',
};
const ways = { vertically: 'x-axis: vertically', horizontally: 'y-axis: horizontally' };
const turns = { '90': '90 degrees', '180': '180 degrees', '270': '270 degrees' };

export const imageClasses: readonly ClassMap[] = [
  {
    class: 'ImageScaleBy',
    type: 'image.scale-by',
    inputs: { image: as('image'), upscale_method: as('method', methods), scale_by: as('factor') },
    outputs: ['image'],
  },
  {
    class: 'ImageScaleToTotalPixels',
    type: 'image.scale-to-total-pixels',
    inputs: {
      image: as('image'),
      upscale_method: as('method', methods),
      megapixels: as('megapixels'),
      resolution_steps: as('multiple'),
    },
    outputs: ['image'],
  },
  {
    class: 'ImageCrop',
    type: 'image.crop',
    inputs: { image: as('image'), width: as('width'), height: as('height'), x: as('x'), y: as('y') },
    outputs: ['image'],
  },
  {
    class: 'ImagePadForOutpaint',
    type: 'image.pad-for-outpaint',
    inputs: {
      image: as('image'),
      left: as('left'),
      top: as('top'),
      right: as('right'),
      bottom: as('bottom'),
      feathering: as('feather'),
    },
    outputs: ['image', 'mask'],
  },
  {
    class: 'ImageFlip',
    type: 'image.flip',
    inputs: { image: as('image'), flip_method: as('direction', ways) },
    outputs: ['image'],
  },
  {
    class: 'ImageRotate',
    type: 'image.rotate',
    inputs: { image: as('image'), rotation: as('turn', turns) },
    outputs: ['image'],
  },
  {
    class: 'ImageInvert',
    type: 'image.invert',
    inputs: { image: as('image') },
    outputs: ['image'],
  },
  {
    class: 'ImageBlend',
    type: 'image.blend',
    inputs: { image1: as('image'), image2: as('over'), blend_factor: as('factor'), blend_mode: as('mode') },
    outputs: ['image'],
  },
  {
    class: 'ImageCompositeMasked',
    type: 'image.composite',
    inputs: {
      destination: as('destination'),
      source: as('source'),
      x: as('x'),
      y: as('y'),
      resize_source: as('resize'),
      mask: as('mask'),
    },
    outputs: ['image'],
  },
  {
    class: 'ImageBlur',
    type: 'image.blur',
    inputs: { image: as('image'), blur_radius: as('radius'), sigma: as('sigma') },
    outputs: ['image'],
  },
  {
    class: 'ImageSharpen',
    type: 'image.sharpen',
    inputs: { image: as('image'), sharpen_radius: as('radius'), sigma: as('sigma'), alpha: as('alpha') },
    outputs: ['image'],
  },
  {
    class: 'ImageQuantize',
    type: 'image.quantize',
    inputs: { image: as('image'), colors: as('colors'), dither: as('dither') },
    outputs: ['image'],
  },
  {
    class: 'ImageBatch',
    type: 'image.batch',
    inputs: { image1: as('image'), image2: as('other') },
    outputs: ['image'],
  },
  {
    class: 'ImageFromBatch',
    type: 'image.from-batch',
    inputs: { image: as('image'), batch_index: as('index'), length: as('length') },
    outputs: ['image'],
  },
  {
    class: 'RepeatImageBatch',
    type: 'image.repeat',
    inputs: { image: as('image'), amount: as('amount') },
    outputs: ['image'],
  },
];
