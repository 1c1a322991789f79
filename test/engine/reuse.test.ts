import { expect, test } from 'vitest';
import { reuse } from '../../src-main/engine/reuse.ts';
import { planOf } from '../build/world.ts';

const plan = planOf(
  [
    { id: 'encode', key: 'e' },
    { id: 'other', key: null },
    { id: 'sample', from: ['encode', 'other'], key: 's' },
    { id: 'decode', from: ['sample'], key: 'd' },
    { id: 'save', from: ['decode'], key: 'v', sink: 'gallery' },
    { id: 'early', from: ['encode'], key: 'y', sink: 'preview' },
  ],
  ['sim:0'],
);
const found = (known: string[], sinks = plan.sinks) => {
  const { known: kept, run } = reuse(plan, sinks, (key) => known.includes(key));
  return { known: [...kept].sort(), run };
};

test('where nothing is known everything runs, sources first', () => {
  expect(found([])).toEqual({ known: [], run: plan.order });
});

test('a step whose key is known is reused and its ancestors are not run', () => {
  expect(found(['d', 'y'])).toEqual({ known: ['decode', 'early'], run: ['save'] });
});

test('an ancestor that another step needs is run', () => {
  expect(found(['s'])).toEqual({ known: ['sample'], run: ['encode', 'decode', 'save', 'early'] });
});

test('where every sink is known nothing runs', () => {
  expect(found(['v', 'y', 'e', 's'])).toEqual({ known: ['early', 'save'], run: [] });
});

test('a sink that is not asked for needs nothing', () => {
  expect(found([], ['early' as never])).toEqual({ known: [], run: ['encode', 'early'] });
});
