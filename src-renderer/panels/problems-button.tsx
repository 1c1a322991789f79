import { TriangleAlert } from 'lucide-react';
import type { Problem } from '../../src-main/model/errors.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import { sayProblem } from '../../src-main/texts/say.ts';
import type { GraphView } from '../canvas/view.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { stepOf } from '../session/problem-place.ts';
import { Menu, MenuItem } from './menu.tsx';
import { useNames } from './names.ts';
import { useCell, useStudio, useTexts } from './place.tsx';

const atStep = (problem: Problem): Problem => {
  const step = stepOf(problem);
  return step === undefined ? problem : { ...problem, nodeId: step as NodeId };
};

/** All that keeps the graph from running; each leads to its node and its input. */
export function ProblemsButton({ open, view }: { open: OpenGraph; view: GraphView }) {
  const { preferences } = useStudio();
  const { texts, language } = useTexts();
  const names = useNames('graph');
  const problems = useCell(open.problems);
  if (problems.length === 0) return null;
  const goTo = (problem: Problem): void => {
    const parts = (stepOf(problem)?.split('/') ?? []) as NodeId[];
    const node = parts.pop();
    const level = open.level(parts);
    if (node === undefined || !level.graph.get().nodes[node]) return;
    preferences.change({ side: 'inspector' });
    level.selection.set(new Set([node]));
    if (level === open) view.reveal(level.selection.get());
    else open.scope.set(parts);
  };
  return (
    <Menu
      label={texts.form.problems(problems.length)}
      then={() => document.querySelector<HTMLElement>('.inspector [aria-invalid="true"]')}
      trigger={
        <button type="button" className="problems-button" aria-label={texts.form.problems(problems.length)}>
          <TriangleAlert size={16} aria-hidden />
          {problems.length}
        </button>
      }
    >
      {problems.map((problem, i) => {
        const { where, message, remedy } = sayProblem(atStep(problem), language, names);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: equal problems may repeat, and none of them has a state.
          <MenuItem key={i} icon={TriangleAlert} onSelect={() => goTo(problem)}>
            {where && <small>{where}</small>}
            <strong>{message}</strong>
            <small>{remedy}</small>
          </MenuItem>
        );
      })}
    </Menu>
  );
}
