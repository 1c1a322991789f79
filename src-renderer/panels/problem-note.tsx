import { TriangleAlert } from 'lucide-react';
import type { Problem } from '../../src-main/model/errors.ts';
import { sayProblem } from '../../src-main/texts/say.ts';
import { useNames } from './names.ts';
import { useTexts } from './place.tsx';

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
  const names = useNames();
  if (problems.length === 0) return null;
  return (
    <ul className={`problem-note ${kind}`} id={id}>
      {problems.map((problem, i) => {
        const { where, message, remedy } = sayProblem(problem, language, names);
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
