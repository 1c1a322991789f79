import { describe, expect, test } from 'vitest';
import { absolute, equal, isWithin, relative, shareOf } from './comparison.ts';
import { readLooseJson } from './loose-json.ts';

describe('a difference', () => {
  test('is measured as its tolerance is stated', () => {
    expect(absolute('x', [1, 2.5], [1, 2], 1)).toEqual({ tensor: 'x', difference: 0.5, tolerance: 1 });
    expect(relative('x', [2.5, 110], [2, 100], 1).difference).toBe(0.25);
    expect(relative('x', [0.001], [0], 1, 1).difference).toBe(0.001);
  });

  test('is without end where lengths differ or one side is no number, and none where both are none', () => {
    const { NaN: none, POSITIVE_INFINITY: endless } = Number;
    expect(absolute('x', [1], [1, 2], 9).difference).toBe(endless);
    expect(absolute('x', [none], [1], 9).difference).toBe(endless);
    expect(absolute('x', [1], [none], 9).difference).toBe(endless);
    expect(absolute('x', [1], [endless], 9).difference).toBe(endless);
    expect(relative('x', [1], [endless], 9).difference).toBe(endless);
    expect(absolute('x', [none, endless, -0], [none, endless, 0], 0).difference).toBe(0);
  });

  test('of texts and ids is none or all', () => {
    expect(isWithin(equal('ids', [1, 2], [1, 2]))).toBe(true);
    expect(isWithin(equal('ids', [1, 2], [1, 3]))).toBe(false);
  });

  test('uses a share of its tolerance', () => {
    expect(shareOf({ tensor: 'x', difference: 1, tolerance: 4 })).toBe(0.25);
    expect(shareOf({ tensor: 'x', difference: 0, tolerance: 0 })).toBe(0);
    expect(shareOf({ tensor: 'x', difference: 1e-9, tolerance: 0 })).toBe(Number.POSITIVE_INFINITY);
    expect(isWithin({ tensor: 'x', difference: Number.NaN, tolerance: 4 })).toBe(false);
  });
});

describe('JSON as Python writes it', () => {
  test('has numbers that JSON has no word for, and texts that only look like them', () => {
    expect(readLooseJson('{"a": [-Infinity, Infinity, NaN, 1], "NaN": "say \\"NaN\\", -Infinity"}')).toEqual({
      a: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN, 1],
      NaN: 'say "NaN", -Infinity',
    });
  });

  test('is still JSON', () => {
    expect(readLooseJson('[1, "two", null]')).toEqual([1, 'two', null]);
    for (const broken of ['[1,', '{"a": NaN', '[Nan]', '']) expect(() => readLooseJson(broken)).toThrow(SyntaxError);
  });
});
