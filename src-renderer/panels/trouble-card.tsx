import type { Problem } from '../../src-main/model/errors.ts';
import type { Trouble } from '../canvas/view.ts';
import { ProblemNote } from './problem-note.tsx';

/** Pixels of the panel above a title in which a card has room. */
const enoughAbove = 160;

/** Beside a node that is pointed at: what is wrong with it. The inspector says the same to the keyboard. */
export function TroubleCard({ node, box, problems }: Trouble & { problems: readonly Problem[] }) {
  const mine = problems.filter(({ nodeId }) => nodeId === node);
  if (mine.length === 0) return null;
  const place = box.top > enoughAbove ? { bottom: `calc(100% - ${box.top - 8}px)` } : { top: box.top + box.height + 8 };
  return (
    <div className="trouble-card" role="tooltip" style={{ left: Math.max(8, box.left), ...place }}>
      <ProblemNote problems={mine} here />
    </div>
  );
}
