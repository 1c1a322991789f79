import { TriangleAlert } from 'lucide-react';
import type { Problem } from '../../src-main/model/errors.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import { sayProblem } from '../../src-main/texts/say.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { wordsOfType } from './level.ts';
import { useCell, useStudio, useTexts } from './place.tsx';

interface Props {
  readonly problems: readonly Problem[];
  readonly id?: string;
  /** At its input, where the place needs no saying. */
  readonly here?: boolean;
  readonly kind?: 'error' | 'warning';
}

/** What is wrong, and what to do about it, in the page's language. */
export function ProblemNote({ problems, id, here = false, kind = 'error' }: Props) {
  const { language } = useTexts();
  const titleOf = useNodeTitle();
  if (problems.length === 0) return null;
  return (
    <ul className={`problem-note ${kind}`} id={id}>
      {problems.map((problem, i) => {
        const { where, message, remedy } = sayProblem(problem, language, titleOf);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: equal problems may repeat, and none of them has a state.
          <li key={i}>
            <TriangleAlert size={16} aria-hidden />
            <p>
              {!here && where && <span className="problem-where">{where}: </span>}
              <strong>{message}</strong>
              {language === 'zh' ? '' : ' '}
              <span>{remedy}</span>
            </p>
          </li>
        );
      })}
    </ul>
  );
}

/**
 * What a person calls a node: its own title, or that of its type. Nodes in subgraphs are told with those around them
 * (`outer/inner`); a single name is that of a node where one is, or of the graph itself.
 */
export function useNodeTitle(of: 'level' | 'graph' = 'level'): (step: string) => string {
  const { texts, language } = useTexts();
  const template = useCell(useStudio().template);
  return (step) => {
    const open = template?.open;
    if (!open) return step;
    const titleIn = (level: OpenGraph, id: string): string => {
      const node = level.graph.get().nodes[id as NodeId];
      const words = node && wordsOfType(open, node.type, texts, language);
      return (node?.title && (texts.graphWords[node.title] ?? node.title)) || (words?.title ?? id);
    };
    const parts = step.split('/') as NodeId[];
    const level = open.level(open.scope.get());
    if (of === 'level' && parts.length === 1 && level.graph.get().nodes[step as NodeId]) return titleIn(level, step);
    return parts.map((id, i) => titleIn(open.level(parts.slice(0, i)), id)).join(' › ');
  };
}
