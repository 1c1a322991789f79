import type { OpenTemplate } from '../session/studio.ts';
import { OpenForm } from './form.tsx';
import { Inspector } from './inspector.tsx';
import { useCell, useTexts } from './place.tsx';
import { RunBar } from './run-bar.tsx';

/** Beside the graph: the node that is selected, else the form. */
export function GraphSide({ template }: { template: OpenTemplate }) {
  const { open } = template;
  const { texts } = useTexts();
  const selection = useCell(open.selection);
  const [first] = selection;
  if (first === undefined) return <OpenForm template={template} />;
  return (
    <aside className="panel form">
      {selection.size === 1 ? (
        <Inspector key={first} open={open} id={first} />
      ) : (
        <div className="inspector">
          <div className="panel-head">
            <h2>{texts.graph.manySelected(selection.size)}</h2>
          </div>
          <div className="form-fields" />
        </div>
      )}
      <RunBar />
    </aside>
  );
}
