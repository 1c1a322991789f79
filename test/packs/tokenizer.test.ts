import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { tokenizerOf } from '../../src-main/packs/tokenizer.ts';
import { packFiles } from './onnx-models.ts';

const file = (name: string) => JSON.parse(packFiles().get(`tokenizer/${name}`) as string);
const tokenize = tokenizerOf({
  tokenizer: file('tokenizer.json'),
  config: file('tokenizer_config.json'),
  length: 8,
});

describe('a text', () => {
  test('becomes ids, padded to the length of the encoder, with a mask', () => {
    expect(tokenize('A red fox')).toEqual({
      ids: [3, 4, 5, 0, 0, 0, 0, 0],
      mask: [1, 1, 1, 0, 0, 0, 0, 0],
      unknown: [],
      cut: '',
    });
    expect(tokenize('红色猫')).toMatchObject({ ids: [10, 11, 9, 0, 0, 0, 0, 0], unknown: [] });
    expect(tokenize('a sunflower, sunflowers').ids).toEqual([3, 6, 7, 2, 6, 7, 8, 0]);
  });

  test('that is empty, or white space, is padding alone', () => {
    for (const text of ['', '   ', '\n\t'])
      expect(tokenize(text)).toEqual({
        ids: new Array(8).fill(0),
        mask: new Array(8).fill(0),
        unknown: [],
        cut: '',
      });
  });

  test('with words that the vocabulary does not hold names them as they were written, each once', () => {
    expect(tokenize('A Gorgonzola, red 乌龟').unknown).toEqual(['Gorgonzola', '乌龟']);
    expect(tokenize('乌龟Gorgonzola 乌龟 乌').unknown).toEqual(['乌龟', 'Gorgonzola', '乌']);
    expect(tokenize('foxes').unknown).toEqual(['foxes']);
  });

  test('that does not fit is cut at the end, and the end is named', () => {
    const { ids, mask, cut } = tokenize('a red fox, a red fox, a  Red sunflower');
    expect(ids).toEqual([3, 4, 5, 2, 3, 4, 5, 2]);
    expect(mask).toEqual(new Array(8).fill(1));
    expect(cut).toBe('a  Red sunflower');
  });

  test('that is cut inside a word names the whole word', () => {
    const { ids, cut } = tokenize('a a a a a a a sunflowers red');
    expect(ids).toEqual([3, 3, 3, 3, 3, 3, 3, 6]);
    expect(cut).toBe('sunflowers red');
  });

  test('that just fits is not cut', () => {
    expect(tokenize('a a a a a a a a').cut).toBe('');
    expect(tokenize('a a a a a a a a a').cut).toBe('a');
    expect(tokenize('a a a a a a a a   ').cut).toBe('');
  });

  test('of 100,000 characters is read no further than it must be', () => {
    expect(tokenize('fox '.repeat(25_000)).ids).toEqual(new Array(8).fill(5));
    const { ids, cut } = tokenize('x'.repeat(100_000));
    expect(ids).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
    expect(/^x+$/.test(cut)).toBe(true);
    expect(tokenize(' '.repeat(100_000)).cut === '').toBe(true);
    // What is not read is named as cut, whatever it would have come to.
    expect(tokenize(`a red ${'\u0000 '.repeat(50_000)}fox`).cut.endsWith('fox')).toBe(true);
    // No half of a character is read.
    expect(tokenize('👩'.repeat(50_000)).cut.startsWith('👩')).toBe(true);
  });

  test('with halves of characters and controls is no trouble', () => {
    for (const text of ['\ud800 fox', '\u0000\u200b', '👩‍🚀', '(((', 'a\u0301', '[UNK] [PAD]'])
      expect(tokenize(text).ids).toHaveLength(8);
  });
});

describe('what stands around a text', () => {
  const json = {
    ...file('tokenizer.json'),
    post_processor: { type: 'BertProcessing', cls: ['red', 4], sep: [',', 2] },
  };

  test('is kept when the text is cut, and does not count as a word', () => {
    const around = tokenizerOf({ tokenizer: json, config: file('tokenizer_config.json'), length: 5 });
    expect(around('fox')).toMatchObject({ ids: [4, 5, 2, 0, 0], mask: [1, 1, 1, 0, 0] });
    expect(around('fox fox fox fox fox')).toMatchObject({ ids: [4, 5, 5, 5, 2], cut: 'fox fox' });
    expect(around('')).toMatchObject({ ids: [4, 2, 0, 0, 0], mask: [1, 1, 0, 0, 0], unknown: [] });
  });
});

test('the starter’s tokenizer knows its own examples', () => {
  const folder = path.join(import.meta.dirname, '../../models/starter');
  const read = (name: string) => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
  const starter = tokenizerOf({
    tokenizer: read('tokenizer/tokenizer.json'),
    config: read('tokenizer/tokenizer_config.json'),
    length: 77,
  });
  for (const { prompt, ids } of read('recipe/vectors.json').cases as { prompt: string; ids: number[] }[]) {
    const found = starter(prompt);
    expect(found.ids).toHaveLength(77);
    expect(found.ids.slice(0, found.mask.indexOf(0)), prompt).toEqual(ids);
  }
  for (const example of read('pack.json').examples as string[])
    expect(starter(example)).toMatchObject({ unknown: [], cut: '' });
});
