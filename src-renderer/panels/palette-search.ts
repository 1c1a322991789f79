import { defaultFilter } from 'cmdk';
import type { NodeSpec } from '../../src-main/model/node-spec.ts';
import { namesOf } from '../../src-main/texts/node-names.ts';
import type { NodeWords } from '../../src-main/texts/node-words.ts';

export interface Entry {
  readonly spec: NodeSpec;
  /** In the page's language. */
  readonly words: NodeWords;
}

/** Below that, letters only happen to come in the same order. */
const leastScore = 0.05;

/**
 * Node types by what they are called, then by what else people call them here and elsewhere, then by what their help
 * says; each in either language, best first.
 */
export function bestOf(entries: readonly Entry[], typed: string): readonly Entry[] {
  if (typed === '') return entries;
  const wanted = typed.toLowerCase();
  const score = (text: string): number => defaultFilter!(text, typed) ?? 0;
  const scoreOf = ({ spec, words }: Entry): number => {
    const { titles, synonyms, about } = namesOf(spec);
    return Math.max(
      score(words.title),
      0.95 * Math.max(...titles.map(score)),
      0.9 * score(spec.type),
      0.8 * Math.max(0, ...synonyms.map(score)),
      about.some((text) => text.toLowerCase().includes(wanted)) ? 0.1 : 0,
    );
  };
  return entries
    .map((entry) => ({ entry, score: scoreOf(entry) }))
    .filter(({ score }) => score >= leastScore)
    .sort((a, b) => b.score - a.score)
    .map(({ entry }) => entry);
}
