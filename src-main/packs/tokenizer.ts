import { Tokenizer } from '@huggingface/tokenizers';
import type { JsonObject } from '../model/json.ts';
import type { LearnedVectors, PromptReading, TokenizeOptions, Tokens } from '../model/pack.ts';
import { digestOf } from './digest.ts';
import type { Embeddings } from './embeddings.ts';
import { loweredByCharacter } from './lowercase.ts';
import { weightedPieces } from './prompt-weights.ts';
import { embeddingsIn, windowsOf } from './prompt-windows.ts';

/** How prompts with weights are read: in windows where they are long, in one piece, or not at all. */
export type PromptWeights = 'windows' | 'one' | 'none';

export interface TokenizerFiles {
  /** tokenizer.json */
  readonly tokenizer: JsonObject;
  /** tokenizer_config.json */
  readonly config: JsonObject;
  /** How many ids the text encoder takes. */
  readonly length: number;
  /** Whether another length may be asked for. */
  readonly isFree?: boolean;
  readonly weights?: PromptWeights;
  /** What stands around a text, as text. */
  readonly template?: readonly [before: string, after: string];
  /** Padded to the next multiple of this, `length` being the most. */
  readonly multiple?: number;
}

/** Names of embeddings are text where none are given, and where weights are not read. */
export type Tokenize = (text: string, options?: TokenizeOptions, embeddings?: Embeddings) => Tokens;

/** A word of a text: where it stands. Characters that are words by themselves are one each. */
interface Word {
  readonly from: number;
  readonly to: number;
}

const single = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}`;
const wordPattern = new RegExp(String.raw`[${single}]|[\p{P}\p{S}]|[^\s\p{P}\p{S}${single}]+`, 'gu');
const isSingle = new RegExp(`^[${single}]+$`, 'u');

/**
 * Text to ids of a fixed length: padded, or cut at the end as Hugging Face's truncation does. Nothing is built before
 * the first text. The function throws what the library throws for files that it does not understand.
 */
export function tokenizerOf(files: TokenizerFiles): Tokenize {
  const { tokenizer: json, config, isFree = false, weights = 'none', template, multiple } = files;
  let made: ReturnType<typeof build> | null = null;

  return (whole, { reading = 'weights', length: wanted } = {}, embeddings) => {
    made ??= build(json, config);
    const length = isFree && wanted ? wanted : files.length;
    const isInWindows = weights === 'windows' && reading === 'weights';
    const text = within(whole, isInWindows ? mostWindows * length : length, isInWindows);
    const found = tokensOf(text, length, reading, made, embeddings);
    const beyond = whole.slice(text.length);
    return beyond.trim() === '' ? found : { ...found, cut: (found.cut + beyond).trim() };
  };

  function tokensOf(
    text: string,
    length: number,
    reading: PromptReading,
    built: Built,
    embeddings: Embeddings | undefined,
  ): Tokens {
    const isWeighted = hasWeights(text) || (embeddings !== undefined && embeddingsIn(text).length > 0);
    if (reading === 'weights' && (weights === 'windows' || (weights === 'one' && isWeighted)))
      return weighted(text, length, built, weights === 'one', embeddings);
    const { plain, prefix, suffix, padId, unknownId } = template ? around(template, built) : built;
    const room = Math.max(0, length - prefix.length - suffix.length);
    const { ids, words, cut } = fitting(text, room, plain);
    const all = [...prefix, ...ids.slice(0, room), ...suffix].slice(0, length);
    const places = multiple === undefined ? length : Math.ceil(all.length / multiple) * multiple;
    return {
      ids: [...all, ...new Array<number>(places - all.length).fill(padId)],
      mask: Array.from({ length: places }, (_, i) => (i < all.length ? 1 : 0)),
      unknown: ids.includes(unknownId) ? unknownWords(text, words, unknownId, plain) : [],
      cut,
    };
  }
}

/** 2400 tokens of CLIP: what is longer would take more memory than pictures do. */
const mostWindows = 32;

/** More characters than a token has, however they are put together. */
const charsPerToken = 16;

/**
 * As much of a text as so many tokens can hold at most: libraries take seconds for what would then be cut. `byWords`
 * counts every word as a token at least, which is so but for signs that no vocabulary knows.
 */
function within(text: string, tokens: number, byWords: boolean): string {
  let end = Math.min(text.length, charsPerToken * tokens);
  if (byWords && end > tokens) {
    let words = 0;
    for (const { index } of text.slice(0, end).matchAll(wordPattern))
      if (++words > tokens) {
        end = index;
        break;
      }
  }
  // Not between the two halves of one character.
  return text.slice(0, /[\ud800-\udbff]/.test(text[end - 1] ?? '') && end < text.length ? end - 1 : end);
}

type Built = ReturnType<typeof build>;

const hasWeights = (text: string): boolean => {
  const pieces = weightedPieces(text);
  return pieces.some(({ weight }) => weight !== 1) || pieces.map((piece) => piece.text).join('') !== text;
};

/** In one piece only the first window counts. */
function weighted(
  text: string,
  length: number,
  built: Built,
  isOne: boolean,
  embeddings: Embeddings | undefined,
): Tokens {
  const { plain, prefix, suffix, padId } = built;
  const rules = {
    length,
    start: prefix[0] ?? null,
    end: suffix[0] ?? null,
    pad: padId,
    ids: plain,
    ...(embeddings ? { embedding: embeddings.vectors } : {}),
  };
  const missing = new Set<string>();
  const all = windowsOf(text, rules, (name) => name !== '' && missing.add(name));
  const learned = learnedWords();
  const most = isOne ? 1 : mostWindows;
  const windows = all.slice(0, most).map((places) => ({
    ids: places.map(({ fed }) => (typeof fed === 'number' ? fed : learned.idOf(fed))),
    weights: places.map(({ weight }) => weight),
  }));
  const { ids } = windows[0]!;
  const vectors = learned.vectors();
  const end = ids.indexOf(suffix[0] ?? padId, 1);
  return {
    windows,
    ...(vectors ? { vectors } : {}),
    ...(missing.size > 0 ? { missing: { names: [...missing], known: embeddings?.names() ?? [] } } : {}),
    ids,
    mask: ids.map((_, i) => (i <= end || end < 0 ? 1 : 0)),
    unknown: [],
    cut: all.length > most ? fitting(text, most * length, plain).cut || text.slice(-20) : '',
  };
}

/** Each vector once, with an id below 0 of its own. */
function learnedWords() {
  const rows = new Map<Float32Array, number>();
  return {
    idOf(vector: Float32Array): number {
      const id = rows.get(vector) ?? -1 - rows.size;
      rows.set(vector, id);
      return id;
    },
    vectors(): LearnedVectors | null {
      const [first] = rows.keys();
      if (first === undefined) return null;
      const bytes = Buffer.concat(
        [...rows.keys()].map((row) => Buffer.from(row.buffer, row.byteOffset, row.byteLength)),
      );
      return { digest: digestOf(bytes), width: first.length, base64: bytes.toString('base64') };
    },
  };
}

/** The text with its template is one text: what meets at their borders may be one token. */
function around([before, after]: readonly [string, string], built: Built): Built {
  const plain = (text: string) => built.plain(before + text + after);
  return { ...built, plain, prefix: [], suffix: [] };
}

function build(json: JsonObject, config: JsonObject) {
  const library = new Tokenizer(loweredByCharacter(json), config);
  const plain = (text: string): readonly number[] => library.encode(text, { add_special_tokens: false }).ids;
  // What the post-processor puts around a text: found out with one, since the library does not tell.
  const bare = plain('a');
  const full = library.encode('a').ids;
  const at = Math.max(
    0,
    full.findIndex((_, i) => bare.every((id, j) => full[i + j] === id)),
  );
  const idOf = (token: unknown): number | undefined => {
    const name = typeof token === 'object' && token !== null ? (token as { content?: unknown }).content : token;
    return typeof name === 'string' ? library.token_to_id(name) : undefined;
  };
  const model = json.model as JsonObject;
  return {
    plain,
    prefix: full.slice(0, at),
    suffix: full.slice(at + bare.length),
    padId: idOf(config.pad_token) ?? 0,
    /** -1 where the vocabulary holds everything, as those of bytes do. */
    unknownId: idOf(model.unk_token) ?? (typeof model.unk_id === 'number' ? model.unk_id : -1),
  };
}

type Plain = (text: string) => readonly number[];

/** The ids of as much text as there is room for, never tokenizing much more than that. */
function fitting(text: string, room: number, plain: Plain): { ids: readonly number[]; words: Word[]; cut: string } {
  const words: Word[] = [];
  const matches = text.matchAll(wordPattern);
  // Nearly every word is a token at least; those that are none make another round.
  for (let wanted = room + 1; ; wanted *= 2) {
    let done = false;
    while (words.length < wanted && !done) {
      const next = matches.next();
      if (next.done) done = true;
      else words.push({ from: next.value.index, to: next.value.index + next.value[0].length });
    }
    const ids = plain(done ? text : text.slice(0, words.at(-1)!.to));
    if (ids.length > room) {
      const fit = lastFitting(text, words, room, plain);
      return { ids, words: words.slice(0, fit), cut: text.slice(words[fit]?.from ?? 0).trim() };
    }
    if (done) return { ids, words, cut: '' };
  }
}

/** How many words fit whole. */
function lastFitting(text: string, words: readonly Word[], room: number, plain: Plain): number {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (plain(text.slice(0, words[middle - 1]!.to)).length <= room) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** As they were written, each once; signs of one word side by side stay together. */
function unknownWords(text: string, words: readonly Word[], unknownId: number, plain: Plain): string[] {
  const found: Word[] = [];
  for (const word of words) {
    const written = text.slice(word.from, word.to);
    if (!plain(written).includes(unknownId)) continue;
    const last = found.at(-1);
    if (last?.to === word.from && isSingle.test(text.slice(last.from, word.to)))
      found[found.length - 1] = { from: last.from, to: word.to };
    else found.push(word);
  }
  return [...new Set(found.map(({ from, to }) => text.slice(from, to)))];
}
