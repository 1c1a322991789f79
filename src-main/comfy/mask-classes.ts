import { as, type ClassMap } from './class-map.ts';

const channels = { red: 'red', green: 'green', blue: 'blue' };

export const maskClasses: readonly ClassMap[] = [
  {
    class: 'LoadImageMask',
    type: 'mask.load',
    inputs: { image: as('file'), channel: as('channel', { alpha: 'alpha', ...channels }) },
    outputs: ['mask'],
  },
  {
    class: 'SolidMask',
    type: 'mask.solid',
    inputs: { value: as('value'), width: as('width'), height: as('height') },
    outputs: ['mask'],
  },
  {
    class: 'ImageToMask',
    type: 'mask.from-image-channel',
    inputs: { image: as('image'), channel: as('channel', channels) },
    outputs: ['mask'],
  },
  {
    class: 'MaskToImage',
    type: 'mask.to-image',
    inputs: { mask: as('mask') },
    outputs: ['image'],
  },
  {
    class: 'InvertMask',
    type: 'mask.invert',
    inputs: { mask: as('mask') },
    outputs: ['mask'],
  },
  {
    class: 'MaskComposite',
    type: 'mask.compose',
    inputs: {
      destination: as('destination'),
      source: as('source'),
      x: as('x'),
      y: as('y'),
      operation: as('operation'),
    },
    outputs: ['mask'],
  },
  {
    class: 'CropMask',
    type: 'mask.crop',
    inputs: { mask: as('mask'), x: as('x'), y: as('y'), width: as('width'), height: as('height') },
    outputs: ['mask'],
  },
  {
    class: 'GrowMask',
    type: 'mask.grow',
    inputs: { mask: as('mask'), expand: as('expand'), tapered_corners: as('tapered') },
    outputs: ['mask'],
  },
  {
    class: 'FeatherMask',
    type: 'mask.feather',
    inputs: { mask: as('mask'), left: as('left'), top: as('top'), right: as('right'), bottom: as('bottom') },
    outputs: ['mask'],
  },
  {
    class: 'ThresholdMask',
    type: 'mask.threshold',
    inputs: { mask: as('mask'), value: as('level') },
    outputs: ['mask'],
  },
];
