import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { describe, expect, test } from 'vitest';
import { weightedStates } from '../../src-main/diffusion/conditioning-ops.ts';
import { clipTokenizerJson } from '../../src-main/packs/clip-tokenizer.ts';
import { weightedPieces } from '../../src-main/packs/prompt-weights.ts';
import { type Place, type WindowRules, windowsOf } from '../../src-main/packs/prompt-windows.ts';
import { clipVocabulary } from '../build/clip-vocabulary.ts';

interface Window {
  length: number;
  ids: number[];
  weights: number[];
  words: number[];
}
const golden = JSON.parse(readFileSync(path.join(import.meta.dirname, '../data/diffusion/prompts.json'), 'utf8')) as {
  parse: { text: string; parsed: [string, number | string][] }[];
  tokens: { text: string; ids: number[] }[];
  chunks: { text: string; l: Window[]; g?: Window[] }[];
  weighting: { text: string; shape: number[]; rows: [number, number[]][]; pooled: number[]; sum: number }[];
  embedding_tokens: { text: string; rows: { length: number; items: [number | string, number, number][] }[] }[];
};

const { vocab, merges } = clipVocabulary();
const library = new Tokenizer(clipTokenizerJson(vocab, merges), {});
const rules: WindowRules = {
  length: 77,
  start: 49406,
  end: 49407,
  pad: 49407,
  ids: (text) => library.encode(text, { add_special_tokens: false }).ids,
};

describe('a prompt', () => {
  test.each(golden.parse.map((one) => [JSON.stringify(one.text), one] as const))('%s has its weights', (_, one) => {
    expect(weightedPieces(one.text).map(({ text, weight }) => [text, weight])).toEqual(
      one.parsed.map(([text, weight]) => [text, Number(weight)]),
    );
  });

  test.each(golden.tokens.map((one) => [JSON.stringify(one.text), one] as const))('%s has its ids', (_, one) => {
    expect(rules.ids(one.text)).toEqual(one.ids);
  });

  const told = (windows: ReturnType<typeof windowsOf>, wanted: readonly Window[]) => {
    expect(windows.length).toBe(wanted.length);
    windows.forEach((window, i) => {
      const { length, ids, weights, words } = wanted[i]!;
      expect(window.length).toBe(length);
      const head = window.slice(0, ids.length);
      expect(head.map(({ fed }) => fed)).toEqual(ids);
      expect(head.map(({ weight }) => weight)).toEqual(weights.map(Number));
      expect(head.map(({ word }) => word)).toEqual(words);
    });
  };
  test.each(golden.chunks.map((one) => [JSON.stringify(one.text.slice(0, 60)), one] as const))(
    '%s is cut into windows as the reference cuts it',
    (_, { text, l, g }) => {
      const windows = windowsOf(text, rules);
      told(windows, l);
      for (const [i, window] of windows.entries())
        for (const { fed, weight, word } of window.slice(l[i]!.ids.length))
          expect([fed, weight, word]).toEqual([49407, 1, 0]);
      if (!g) return;
      const padded = windowsOf(text, { ...rules, pad: 0 });
      told(padded, g);
      for (const [i, window] of padded.entries())
        for (const { fed } of window.slice(g[i]!.ids.length)) expect(fed).toBe(0);
    },
  );

  const vectors: Record<string, Float32Array[]> = {
    one: [Float32Array.of(0)],
    three: [0, 1, 2].map((value) => Float32Array.of(value)),
  };
  test.each(golden.embedding_tokens.map((one) => [JSON.stringify(one.text), one] as const))(
    '%s takes its embeddings',
    (_, { text, rows }) => {
      const embedding = (name: string) => vectors[name.replace(/\.safetensors$/, '')] ?? null;
      const found = windowsOf(text, { ...rules, embedding });
      expect(found.length).toBe(rows.length);
      rows.forEach(({ items }, i) => {
        const head = found[i]!.slice(0, items.length).map(({ fed, weight, word }) => [
          typeof fed === 'number' ? fed : `vector first=${fed[0]}`,
          weight,
          word,
        ]);
        expect(head).toEqual(items);
      });
    },
  );

  test('weights count against what an empty prompt says at the same place', () => {
    const encode = (window: readonly Place[]) =>
      window.flatMap(({ fed }, place) =>
        [0, 1, 2, 3].map((j) => Math.fround(Math.sin(0.001 * Number(fed) * (j + 1) + 0.3 * place))),
      );
    const empty = encode(windowsOf('', rules)[0]!);
    for (const { text, shape, rows, sum } of golden.weighting) {
      const windows = windowsOf(text, rules);
      const isWeighted = windows.some((window) => window.some(({ weight }) => weight !== 1));
      const found = windows.flatMap((window) => [
        ...weightedStates(encode(window), empty, isWeighted ? window.map(({ weight }) => weight) : [1]),
      ]);
      expect(found.length).toBe(shape[1]! * shape[2]!);
      for (const [at, values] of rows)
        values.forEach((value, j) => {
          expect(Math.abs(found[at * 4 + j]! - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
        });
      expect(found.reduce((total, value) => total + value, 0)).toBeCloseTo(sum, 3);
    }
  });

  test('an embedding that is not there is told by its name, and left out', () => {
    const missing: string[] = [];
    windowsOf('a embedding:nobody, b', { ...rules, embedding: () => null }, (name) => missing.push(name));
    expect(missing).toEqual(['nobody']);
  });

  test('literally taken has no weights', () => {
    const [window] = windowsOf('(a:1.3)', { ...rules, isLiteral: true });
    expect(window!.every(({ weight }) => weight === 1)).toBe(true);
  });

  test('of 100,000 brackets ends soon, with all its text', () => {
    const deep = `${'('.repeat(50_000)}a${')'.repeat(50_000)}`;
    const pieces = weightedPieces(deep);
    expect(pieces).toHaveLength(1);
    expect(pieces[0]!.text).toContain('a');
  });
});
