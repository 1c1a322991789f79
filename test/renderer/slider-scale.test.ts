import { expect, test } from 'vitest';
import { positionOf, rounded, valueAt } from '../../src-renderer/session/slider-scale.ts';
import { specs } from './fake-core-calls.ts';

const numbers = [...specs.values()].flatMap(({ type, inputs }) =>
  Object.entries(inputs).flatMap(([name, spec]) =>
    spec.kind === 'int' || spec.kind === 'float' ? [{ at: `${type}.${name}`, spec }] : [],
  ),
);

test.each(numbers)('$at: the slider reaches both ends and comes back to the default', ({ spec }) => {
  expect(valueAt(0, spec)).toBe(spec.min);
  expect(valueAt(1, spec)).toBe(spec.max);
  expect(valueAt(positionOf(spec.default, spec), spec)).toBe(spec.default);
});

test.each(numbers)('$at: to the right is more', ({ spec }) => {
  const values = Array.from({ length: 101 }, (_, i) => valueAt(i / 100, spec));
  expect(values).toEqual(values.toSorted((a, b) => a - b));
});

test('usual numbers of steps are not all within one pixel', () => {
  const { spec } = numbers.find(({ at }) => at === 'latent.sample.steps')!;
  expect(positionOf(50, spec) - positionOf(1, spec)).toBeGreaterThan(0.3);
});

test('numbers keep to their step and their limits, without dust', () => {
  const cfg = { kind: 'float', default: 2, min: 0, max: 100, step: 0.1 } as const;
  expect(rounded(0.1 + 0.2, cfg)).toBe(0.3);
  expect(rounded(1000, cfg)).toBe(100);
  expect(rounded(3.7, { kind: 'int', default: 1, min: 1, max: 9 })).toBe(4);
});
