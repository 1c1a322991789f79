import { describe, expect, test } from 'vitest';
import { guidanceVectors } from '../parity/guidance.ts';
import { differencesIn } from '../parity/recorded.ts';

describe('as the reference recorded them', () => {
  test.each([
    ['guidance of every kind, and prompts combined by areas, masks and shares of the way,', 'cases'],
    ['conditionings averaged, joined, multiplied and emptied', 'conditioning'],
  ])('%s are the same', async (_, group) => {
    expect(await differencesIn(guidanceVectors, group)).toEqual([]);
  });
});
