import type { ErrorCode, Problem } from '../model/errors.ts';
import { problems as chinese } from './chinese/problems.ts';
import { problems as english } from './english/problems.ts';
import { inLanguage, type Language } from './language.ts';
import type { ProblemTexts, Sentence } from './sentence.ts';

/** What a person calls the nodes of a graph. */
export interface Names {
  /** By a node's id, or by its path through subgraphs. */
  title(node: string): string;
  /** Of a node's input or output; without it, names stay as files and the command line have them. */
  label?(node: string, slot: string, side: 'input' | 'output'): string;
}

const asTheyAre: Names = { title: (node) => node };

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

/** Nodes, inputs and outputs among the values, as a person calls them. */
function named(problem: Problem, given: Record<string, unknown>, { title, label }: Names): Record<string, unknown> {
  const values = { ...given };
  const change = (name: string, to: (text: string) => string): void => {
    const before = values[name];
    if (typeof before === 'string' && before !== '') values[name] = cleaned(to(before));
  };
  const node = String(values.node ?? problem.nodeId ?? '');
  change('node', title);
  if (!label) return values;
  /** `sample.latent`: a node and its input or output. */
  const place = (side: 'input' | 'output') => (text: string) => {
    const dot = text.lastIndexOf('.');
    const [at, slot] = [text.slice(0, dot), text.slice(dot + 1)];
    return dot < 0 ? text : `${title(at)} · ${label(at, slot, side)}`;
  };
  const each = (text: string, between: string, to: (part: string, i: number) => string): string =>
    text.split(between).map(to).join(between);
  change('input', (text) => label(node, text, 'input'));
  change('output', (text) => label(node, text, 'output'));
  if (problem.code === 'link.missingInput' || problem.code === 'link.missingOutput') {
    const side = problem.code === 'link.missingInput' ? 'input' : 'output';
    change('known', (text) => each(text, ', ', (slot) => label(node, slot, side)));
  } else if (problem.code === 'link.wrongType') {
    change('from', place('output'));
    change('to', place('input'));
  } else if (problem.code === 'link.missingNode')
    change('link', (text) => each(text, ' -> ', (end, i) => place(i === 0 ? 'output' : 'input')(end)));
  else if (problem.code === 'graph.cycle') change('nodes', (text) => each(text, ' -> ', title));
  else if (problem.code === 'input.notPlanned') change('source', title);
  return values;
}

function whereOf(problem: Problem, language: Language, { title, label }: Names): string {
  const { nodeId } = problem;
  if (nodeId === undefined || 'node' in problem.values) return '';
  const node = cleaned(title(nodeId));
  const input = problem.input === undefined ? '' : cleaned(label?.(nodeId, problem.input, 'input') ?? problem.input);
  if (language === 'zh') return input ? `节点“${node}”的“${input}”` : `节点“${node}”`;
  return input ? `${node}, ${input}` : node;
}

/** What is wrong, where, why and what to do. */
export function sayProblem(problem: Problem, language: Language, names: Names = asTheyAre): Said {
  const say = inLanguage(language, { en: english, zh: chinese })[problem.code] as ProblemTexts[ErrorCode] as (
    values: unknown,
  ) => Sentence;
  const values = named(problem, cleanedValues(problem.values), names);
  return { ...say(values), where: whereOf(problem, language, names) };
}

/** One line for a terminal or a log. */
export function problemLine(problem: Problem, language: Language, names?: Names): string {
  const { where, message, remedy } = sayProblem(problem, language, names);
  return language === 'zh'
    ? `${where ? `${where}：` : ''}${message}${remedy}`
    : `${where ? `${where}: ` : ''}${message} ${remedy}`;
}
