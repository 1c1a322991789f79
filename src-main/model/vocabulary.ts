import { nearest } from './nearest.ts';

// What a small model knows by name: it draws what it was taught, so a person is told what that is. Large models have none.

/** One thing, ground or style: its names by language, such as `en`; the first is what it is called. */
export type Term = Readonly<Record<string, readonly string[]>>;

export interface TermGroup {
  /** `things`, `grounds`, `colors`, `styles`, or what the pack calls it. */
  readonly name: string;
  readonly terms: readonly Term[];
}

export interface Vocabulary {
  readonly groups: readonly TermGroup[];
}

export const noVocabulary: Vocabulary = { groups: [] };

export interface Suggestion {
  readonly name: string;
  /** What the same is called first in that language, where that is another name. */
  readonly label: string | null;
}

/** Names that a person may be about to write, and how many characters before the cursor they replace. */
export interface Suggestions {
  readonly replaces: number;
  readonly names: readonly Suggestion[];
}

const mostSuggested = 8;
/** Words of one English name, and characters of one Chinese name, that are looked at. */
const mostWords = 4;
const mostSigns = 6;
const fewestLetters = 2;

/**
 * Names that go on from the last words of a text. Nothing when a word is written out as a name: who wrote it goes on to
 * something else. A Chinese sign may be a name and the beginning of another.
 */
export function suggestionsFor(vocabulary: Vocabulary, before: string): Suggestions | null {
  const all = namesIn(vocabulary).map((one) => ({ ...one, lower: one.name.toLowerCase() }));
  for (const piece of endings(before)) {
    const wanted = piece.toLowerCase();
    const found = new Map<string, Suggestion>();
    let isWhole = false;
    for (const { name, label, lower } of all)
      if (lower === wanted) isWhole = true;
      else if (!found.has(name) && lower.startsWith(wanted)) found.set(name, { name, label });
    if (isWhole && !/\p{Script=Han}/u.test(wanted)) return null;
    if (found.size === 0) continue;
    // What is called so first comes before what may be called so as well; short names before long ones.
    const names = [...found.values()].sort(
      (a, b) => Number(a.label !== null) - Number(b.label !== null) || a.name.length - b.name.length,
    );
    return { replaces: piece.length, names: names.slice(0, mostSuggested) };
  }
  return null;
}

const namesIn = ({ groups }: Vocabulary): Suggestion[] =>
  groups.flatMap(({ terms }) =>
    terms.flatMap((term) =>
      Object.values(term).flatMap((names) =>
        names.map((name) => ({ name, label: name === names[0] ? null : names[0]! })),
      ),
    ),
  );

/** What a name could begin with at the end of a text, the longest first. */
function* endings(before: string): Generator<string> {
  const words = /(?:[\p{Script=Latin}\d'’-]+ ){0,3}[\p{Script=Latin}\d'’-]+$/u.exec(before)?.[0].split(' ') ?? [];
  for (let count = Math.min(mostWords, words.length); count > 0; count--) {
    const piece = words.slice(-count).join(' ');
    if (piece.length >= fewestLetters) yield piece;
  }
  const signs = /\p{Script=Han}+$/u.exec(before)?.[0] ?? '';
  for (let count = Math.min(mostSigns, signs.length); count > 0; count--) yield signs.slice(-count);
}

/** The English name that a misspelled word most likely meant; of other languages nobody can say. */
export function nearTerm(vocabulary: Vocabulary | null, word: string): string | null {
  if (!vocabulary || !/^[\p{Script=Latin}'’-]{4,}$/u.test(word)) return null;
  const asked = askedOf.get(vocabulary) ?? { names: namesIn(vocabulary).map(({ name }) => name), near: new Map() };
  askedOf.set(vocabulary, asked);
  const known = asked.near.get(word);
  if (known !== undefined) return known;
  if (asked.near.size >= mostAsked) asked.near.clear();
  const near = nearest(word, asked.names) || null;
  asked.near.set(word, near);
  return near;
}

/** Many runs have the same prompt, and thousands of names are looked through for each unknown word. */
const askedOf = new WeakMap<Vocabulary, { names: readonly string[]; near: Map<string, string | null> }>();
const mostAsked = 1000;
