import { as, type ClassMap } from './class-map.ts';

export const conditioningClasses: readonly ClassMap[] = [
  {
    class: 'ConditioningCombine',
    type: 'conditioning.combine',
    inputs: { conditioning_1: as('conditioning'), conditioning_2: as('other') },
    outputs: ['conditioning'],
  },
  {
    class: 'ConditioningAverage',
    type: 'conditioning.average',
    inputs: {
      conditioning_to: as('conditioning'),
      conditioning_from: as('other'),
      conditioning_to_strength: as('strength'),
    },
    outputs: ['conditioning'],
  },
  {
    class: 'ConditioningConcat',
    type: 'conditioning.concat',
    inputs: { conditioning_to: as('conditioning'), conditioning_from: as('other') },
    outputs: ['conditioning'],
  },
  {
    class: 'ConditioningMultiply',
    type: 'conditioning.multiply',
    inputs: { conditioning: as('conditioning'), multiplier: as('factor') },
    outputs: ['conditioning'],
  },
  {
    class: 'ConditioningZeroOut',
    type: 'conditioning.zero-out',
    inputs: { conditioning: as('conditioning') },
    outputs: ['conditioning'],
  },
  {
    class: 'ConditioningSetAreaStrength',
    type: 'conditioning.set-strength',
    inputs: { conditioning: as('conditioning'), strength: as('strength') },
    outputs: ['conditioning'],
  },
  {
    class: 'ConditioningSetArea',
    type: 'conditioning.set-area',
    inputs: {
      conditioning: as('conditioning'),
      width: as('width'),
      height: as('height'),
      x: as('x'),
      y: as('y'),
      strength: as('strength'),
    },
    outputs: ['conditioning'],
  },
  {
    class: 'ConditioningSetAreaPercentage',
    type: 'conditioning.set-area-percent',
    inputs: {
      conditioning: as('conditioning'),
      width: as('width'),
      height: as('height'),
      x: as('x'),
      y: as('y'),
      strength: as('strength'),
    },
    outputs: ['conditioning'],
  },
  {
    class: 'ConditioningSetMask',
    type: 'conditioning.set-mask',
    inputs: { conditioning: as('conditioning'), mask: as('mask'), strength: as('strength'), set_cond_area: as('area') },
    outputs: ['conditioning'],
  },
  {
    class: 'ConditioningSetTimestepRange',
    type: 'conditioning.set-timestep-range',
    inputs: { conditioning: as('conditioning'), start: as('start'), end: as('end') },
    outputs: ['conditioning'],
  },
];
