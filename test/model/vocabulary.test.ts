import { expect, test } from 'vitest';
import { nearTerm, suggestionsFor, type Vocabulary } from '../../src-main/model/vocabulary.ts';

const known: Vocabulary = {
  groups: [
    {
      name: 'things',
      terms: [
        { en: ['fox', 'vixen'], zh: ['狐狸'] },
        { en: ['fork'], zh: ['叉子', '餐叉'] },
        { en: ['red panda', 'firefox'], zh: ['小熊猫'] },
        { en: ['panda', 'panda bear'], zh: ['熊猫'] },
        { en: ['bear'], zh: ['熊'] },
      ],
    },
    { name: 'grounds', terms: [{ en: ['red background'], zh: ['红色背景'] }] },
  ],
};
const names = (before: string) => suggestionsFor(known, before)?.names.map(({ name }) => name) ?? [];

test('names that go on from the last word are offered, what is called so first and short ones before others', () => {
  expect(suggestionsFor(known, 'a fo')).toEqual({
    replaces: 2,
    names: [
      { name: 'fox', label: null },
      { name: 'fork', label: null },
    ],
  });
  expect(suggestionsFor(known, 'a Vix')?.names).toEqual([{ name: 'vixen', label: 'fox' }]);
});

test('the longest ending that begins a name counts', () => {
  expect(names('a red')).toEqual(['red panda', 'red background']);
  expect(names('a red pa')).toEqual(['red panda']);
  expect(suggestionsFor(known, 'a red pa')?.replaces).toBe(6);
});

test('Chinese has no spaces: the last signs count', () => {
  expect(names('草地上的一只狐')).toEqual(['狐狸']);
  expect(suggestionsFor(known, '草地上的一只狐')?.replaces).toBe(1);
  expect(names('一只小熊')).toEqual(['小熊猫']);
  expect(names('一只熊')).toEqual(['熊猫']);
});

test('nothing is offered for one letter, for a name that is whole, or for what nobody knows', () => {
  for (const before of ['', 'a f', 'a fox', 'a panda', 'a griff', 'a fox ', '一只龙', '[*(', 'fo.'])
    expect(names(before)).toEqual([]);
});

test('a misspelled word is near a name; a short one, one of signs and one that is like none are not', () => {
  expect(nearTerm(known, 'foxx')).toBe('fox');
  expect(nearTerm(known, 'pandda')).toBe('panda');
  for (const word of ['xy', '龙', 'helicopter']) expect(nearTerm(known, word)).toBeNull();
  expect(nearTerm(null, 'foxx')).toBeNull();
});
