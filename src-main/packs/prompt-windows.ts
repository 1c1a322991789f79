import { type Weighted, weightedPieces } from './prompt-weights.ts';

/** What a text encoder is fed at one place: an id of its vocabulary, or a vector that was learned. */
export type Fed = number | Float32Array;

export interface Place {
  readonly fed: Fed;
  readonly weight: number;
  /** The piece of the prompt that it belongs to, counted from 1; 0 for what is around pieces. */
  readonly word: number;
}

/** How an encoder takes its text. */
export interface WindowRules {
  /** Places of a window, 77 for CLIP. */
  readonly length: number;
  readonly start: number | null;
  readonly end: number | null;
  readonly pad: number;
  /** Ids of a text without any around it. */
  ids(text: string): readonly number[];
  /** Vectors of a textual inversion; null where there is none of that name. Without it names are text. */
  embedding?(name: string): readonly Float32Array[] | null;
  /** Brackets and numbers are text. */
  readonly isLiteral?: boolean;
}

/** Pieces of fewer ids than this are kept together where they would cross the end of a window. */
const longestKept = 8;
const mark = 'embedding:';

/** A prompt in windows as ComfyUI cuts it; one at least. Names of embeddings that were not found are told to `missing`. */
export function windowsOf(
  prompt: string,
  rules: WindowRules,
  missing: (name: string) => unknown = () => {},
): readonly (readonly Place[])[] {
  const pieces: readonly Weighted[] = rules.isLiteral ? [{ text: prompt, weight: 1 }] : weightedPieces(prompt);
  return cut(
    pieces.flatMap(({ text, weight }) => wordsOf(text, rules, missing).map((fed) => ({ fed, weight }))),
    rules,
  );
}

/** Names that a text wants embeddings of, with commas at their ends and without. */
export function embeddingsIn(text: string): readonly string[] {
  const names: string[] = [];
  if (!text.includes(mark)) return names;
  const embedding = (name: string) => {
    names.push(name);
    return null;
  };
  windowsOf(text, { length: 0, start: null, end: null, pad: 0, ids: () => [], embedding });
  return names;
}

/** An embedding is a word by itself, and so is the text up to it. */
function wordsOf(text: string, rules: WindowRules, missing: (name: string) => unknown): readonly (readonly Fed[])[] {
  const parts = text.split(/[ \n]embedding:/);
  return parts
    .map((part, i) => (i === 0 ? part : mark + part))
    .filter((part) => part !== '')
    .flatMap((part) => {
      if (!part.startsWith(mark) || !rules.embedding) return [rules.ids(part)];
      const { vectors, name, rest } = embeddingIn(part.slice(mark.length), rules.embedding);
      if (!vectors) missing(name);
      return [...(vectors ? [vectors] : []), ...(rest === '' ? [] : [rules.ids(rest)])];
    });
}

/** The name runs to the next white space, `<` or `[`. Commas at its ends are no part of it where nothing else is found. */
function embeddingIn(text: string, find: NonNullable<WindowRules['embedding']>) {
  const said = text.trimStart();
  const end = said.search(/[\s<[]/);
  const name = end < 0 ? said : said.slice(0, end);
  const rest = end < 0 ? '' : said.slice(end);
  const vectors = find(name);
  if (vectors) return { vectors, name, rest };
  const bare = name.replace(/^,+|,+$/g, '');
  const after = name.slice(name.indexOf(bare) + bare.length);
  const again = bare === name ? null : find(bare);
  return { vectors: again, name: bare, rest: again ? after + rest : rest };
}

function cut(
  words: readonly { readonly fed: readonly Fed[]; readonly weight: number }[],
  { length, start, end, pad }: WindowRules,
): readonly (readonly Place[])[] {
  const around = (fed: number): Place => ({ fed, weight: 1, word: 0 });
  const windows: Place[][] = [];
  const begin = (): Place[] => {
    const window = start === null ? [] : [around(start)];
    windows.push(window);
    return window;
  };
  const finish = (window: Place[]): void => {
    if (end !== null) window.push(around(end));
    while (window.length < length) window.push(around(pad));
  };
  const most = length - (end === null ? 0 : 1);
  let window = begin();
  for (const [i, { fed, weight }] of words.entries()) {
    let rest = fed;
    const isKept = fed.length < longestKept;
    while (rest.length > 0) {
      const room = most - window.length;
      const taken = rest.length <= room ? rest.length : isKept ? 0 : room;
      for (const one of rest.slice(0, taken)) window.push({ fed: one, weight, word: i + 1 });
      rest = rest.slice(taken);
      if (rest.length > 0) {
        finish(window);
        window = begin();
      }
    }
  }
  finish(window);
  return windows;
}
