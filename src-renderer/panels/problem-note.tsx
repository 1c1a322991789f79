import { TriangleAlert } from 'lucide-react';
import type { Problem } from '../../src-main/model/errors.ts';
import { sayProblem } from '../../src-main/texts/say.ts';
import { sayNode } from '../../src-main/texts/say-node.ts';
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

/** What a person calls a node: its own title, or that of its type. */
export function useNodeTitle(): (nodeId: string) => string {
  const { language } = useTexts();
  const template = useCell(useStudio().template);
  return (nodeId) => {
    const nodes = template?.open.graph.get().nodes as
      | Readonly<Record<string, { title?: string; type: string }>>
      | undefined;
    const node = nodes?.[nodeId];
    const spec = node && template?.open.specs.get(node.type);
    return node?.title ?? (spec ? sayNode(spec, language).title : nodeId);
  };
}
