import { Tokenizer } from '@huggingface/tokenizers';
import { weightedStates } from '../../src-main/diffusion/conditioning-ops.ts';
import { clipTokenizerJson } from '../../src-main/packs/clip-tokenizer.ts';
import { loweredByCharacter } from '../../src-main/packs/lowercase.ts';
import { weightedPieces } from '../../src-main/packs/prompt-weights.ts';
import { type Place, type WindowRules, windowsOf } from '../../src-main/packs/prompt-windows.ts';
import { clipVocabulary } from '../build/clip-vocabulary.ts';
import { absolute, equal, type Measured, relative } from './comparison.ts';
import { type Group, numbers, type Recorded, type Subject } from './vector-file.ts';

const { vocab, merges } = clipVocabulary();
const library = new Tokenizer(loweredByCharacter(clipTokenizerJson(vocab, merges)), {});
const [startId, endId] = [49406, 49407];

/** How CLIP takes its text. */
export const clipRules: WindowRules = {
  length: 77,
  start: startId,
  end: endId,
  pad: endId,
  ids: (text) => library.encode(text, { add_special_tokens: false }).ids,
};

const said = ({ text }: Recorded): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

const isPadding = (places: readonly Place[], pad: number): boolean =>
  places.every(({ fed, weight, word }) => fed === pad && weight === 1 && word === 0);

/** Windows up to the end of what is listed; the rest has to be padding. */
function windowsAgainst(name: string, found: readonly (readonly Place[])[], wanted: readonly Recorded[], pad: number) {
  return [
    equal(`${name} windows`, found.length, wanted.length),
    ...wanted.flatMap(({ length, ids, weights, words }, i): readonly Measured[] => {
      const window = found[i] ?? [];
      const head = window.slice(0, ids.length);
      return [
        equal(`${name}[${i}] length`, window.length, length),
        equal(
          `${name}[${i}] ids`,
          head.map(({ fed }) => fed),
          ids,
        ),
        absolute(
          `${name}[${i}] weights`,
          head.map(({ weight }) => weight),
          numbers(weights),
          1e-12,
        ),
        equal(
          `${name}[${i}] words`,
          head.map(({ word }) => word),
          words,
        ),
        equal(`${name}[${i}] padding`, isPadding(window.slice(ids.length), pad), true),
      ];
    }),
  ];
}

const parse: Group = {
  name: said,
  compare({ text, parsed }) {
    const found = weightedPieces(text);
    const wanted = parsed as [string, number | string][];
    return [
      equal(
        'texts',
        found.map((piece) => piece.text),
        wanted.map(([piece]) => piece),
      ),
      relative(
        'weights',
        found.map(({ weight }) => weight),
        numbers(wanted.map(([, weight]) => weight)),
        1e-12,
      ),
    ];
  },
};

const chunks: Group = {
  name: said,
  compare: ({ text, l, g }) => [
    ...windowsAgainst('l', windowsOf(text, clipRules), l, endId),
    ...(g ? windowsAgainst('g', windowsOf(text, { ...clipRules, pad: 0 }), g, 0) : []),
  ],
};

/** Two files of textual inversion: vector r of each starts with the value r. */
const inversions: Readonly<Record<string, readonly Float32Array[]>> = {
  one: [Float32Array.of(0)],
  three: [0, 1, 2].map((value) => Float32Array.of(value)),
};

const embeddingTokens: Group = {
  name: said,
  compare({ text, rows }) {
    const embedding = (name: string) => inversions[name.replace(/\.safetensors$/, '')] ?? null;
    const found = windowsOf(text, { ...clipRules, embedding });
    return [
      equal('rows', found.length, rows.length),
      ...(rows as Recorded[]).flatMap(({ length, items }, i) => {
        const window = found[i] ?? [];
        const head = window.slice(0, items.length);
        const told = head.map(({ fed, weight, word }) => [
          typeof fed === 'number' ? fed : `vector first=${fed[0]}`,
          weight,
          word,
        ]);
        const wanted = (items as [unknown, number | string, number][]).map(([fed, weight, word]) => [
          fed,
          Number(weight),
          word,
        ]);
        return [
          equal(`rows[${i}] length`, window.length, length),
          equal(`rows[${i}] items`, told, wanted),
          equal(`rows[${i}] padding`, isPadding(window.slice(items.length), endId), true),
        ];
      }),
    ];
  },
};

/** The stand-in for a text encoder, [place, 4]. */
const encode = (window: readonly Place[]): readonly number[] =>
  window.flatMap(({ fed }, place) =>
    [0, 1, 2, 3].map((j) => Math.fround(Math.sin(0.001 * Number(fed) * (j + 1) + 0.3 * place))),
  );

const weighting: Group = {
  name: said,
  compare({ text, l, shape, rows, pooled, sum }) {
    const windows = windowsOf(text, clipRules);
    const isWeighted = windows.some((window) => window.some(({ weight }) => weight !== 1));
    const empty = encode(windowsOf('', clipRules)[0]!);
    const states = windows.flatMap((window) => [
      ...weightedStates(encode(window), empty, isWeighted ? window.map(({ weight }) => weight) : [1]),
    ]);
    const listed = rows as [number, number[]][];
    return [
      ...windowsAgainst('l', windows, l, endId),
      equal('shape', [1, states.length / 4, 4], shape),
      relative(
        'rows',
        listed.flatMap(([at]) => states.slice(at * 4, at * 4 + 4)),
        listed.flatMap(([, values]) => numbers(values)),
        1e-5,
        1,
      ),
      relative(
        'pooled',
        encode(windows[0]!)
          .slice(-4)
          .map((value) => 2 * value),
        numbers(pooled),
        1e-5,
        1,
      ),
      absolute('sum', [states.reduce((total, value) => total + value, 0)], [Number(sum)], 1e-6 * states.length),
    ];
  },
};

export const promptVectors: Subject = {
  file: 'prompts.json',
  format: 'kiln-prompt-vectors-1',
  around: ['notes'],
  groups: {
    parse,
    tokens: {
      name: said,
      // Those of a tokenizer that transformers has left behind.
      said: ['ids_transformers4'],
      compare: ({ text, ids }) => [equal('ids', clipRules.ids(text), ids)],
    },
    chunks,
    embedding_tokens: embeddingTokens,
    weighting,
  },
};
