import { isBoundary } from '../session/level-graph.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import type { OpenTemplate } from '../session/studio.ts';
import { OpenForm } from './form.tsx';
import { Inspector } from './inspector.tsx';
import { useCell } from './place.tsx';
import { RunBar } from './run-bar.tsx';
import { SelectionPanel } from './selection-panel.tsx';
import { SubgraphPanel } from './subgraph-panel.tsx';

/** Beside the graph: the node that is selected, else the form. */
export function GraphSide({ template, open }: { template: OpenTemplate; open: OpenGraph }) {
  const selection = useCell(open.selection);
  const marked = useCell(open.marked);
  const [first] = selection;
  const count = selection.size + marked.length;
  const { subgraph } = open.place;
  const isInside = subgraph !== null && (first === undefined ? count < 2 : count === 1 && isBoundary(first));
  if (isInside)
    return (
      <aside className="panel form">
        <SubgraphPanel key={subgraph} open={open} id={subgraph} />
        <RunBar />
      </aside>
    );
  if (first === undefined && count < 2) return <OpenForm template={template} />;
  return (
    <aside className="panel form">
      {first !== undefined && count === 1 ? (
        <Inspector key={first} open={open} id={first} />
      ) : (
        <SelectionPanel count={count} nodes={selection.size} />
      )}
      <RunBar />
    </aside>
  );
}
