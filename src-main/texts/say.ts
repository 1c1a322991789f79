import type { ErrorCode, Problem } from '../model/errors.ts';
import { problems as chinese } from './chinese/problems.ts';
import { problems as english } from './english/problems.ts';
import { inLanguage, type Language } from './language.ts';
import type { ProblemTexts, Sentence } from './sentence.ts';

export interface Said extends Sentence {
  /** The node, and its input where one is known; empty where the message names them itself. */
  readonly where: string;
}

const longest = 400;

/** Values may come from a hostile file: no control or direction characters reach a terminal, and nothing is endless. */
function cleaned(text: string): string {
  const oneLine = text
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '�')
    .trim();
  return oneLine.length > longest ? `${oneLine.slice(0, longest)}…` : oneLine;
}

/** Reasons come from anywhere, with or without a full stop; the sentence around them sets its own. */
function cleanedValues(values: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if (typeof value !== 'string') return [name, value];
      return [name, name === 'reason' ? cleaned(value).replace(/[.。]+$/, '') : cleaned(value)];
    }),
  );
}

function whereOf(problem: Problem, language: Language, titleOf: (nodeId: string) => string): string {
  if (problem.nodeId === undefined || 'node' in problem.values) return '';
  const node = cleaned(titleOf(problem.nodeId));
  const input = problem.input === undefined ? '' : cleaned(problem.input);
  if (language === 'zh') return input ? `节点“${node}”的“${input}”` : `节点“${node}”`;
  return input ? `${node}, ${input}` : node;
}

/** What is wrong, where, why and what to do. `titleOf` gives a node's title for its id, or the id where there is none. */
export function sayProblem(
  problem: Problem,
  language: Language,
  titleOf: (nodeId: string) => string = (nodeId) => nodeId,
): Said {
  const say = inLanguage(language, { en: english, zh: chinese })[problem.code] as ProblemTexts[ErrorCode] as (
    values: unknown,
  ) => Sentence;
  const values = cleanedValues(problem.values);
  if (typeof values.node === 'string') values.node = cleaned(titleOf(values.node));
  return { ...say(values), where: whereOf(problem, language, titleOf) };
}

/** One line for a terminal or a log. */
export function problemLine(problem: Problem, language: Language, titleOf?: (nodeId: string) => string): string {
  const { where, message, remedy } = sayProblem(problem, language, titleOf);
  return language === 'zh'
    ? `${where ? `${where}：` : ''}${message}${remedy}`
    : `${where ? `${where}: ` : ''}${message} ${remedy}`;
}
