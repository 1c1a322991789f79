import type { Vocabulary } from '../model/vocabulary.ts';
import { anyObject, type Check, list, object, text } from './json-checks.ts';

/** Beside pack.json, of packs that know a list of things and nothing else. */
export const vocabularyName = 'vocabulary.json';

const names = list(text(100), 1, 50);
const term: Check<Readonly<Record<string, readonly string[]>>> = (value, at) =>
  Object.fromEntries(
    Object.entries(anyObject(value, at)).map(([language, given]) => [language, names(given, `${at}.${language}`)]),
  );

export const vocabularyFile: Check<Vocabulary> = (value, at) => {
  const group = object({ name: text(50), terms: list(term, 0, 20_000) });
  return object({ groups: list(group, 0, 50) })(value, at);
};
