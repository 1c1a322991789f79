import { useId } from 'react';
import { isBoundary } from '../session/level-graph.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { sideTabs } from '../session/preferences.ts';
import type { OpenTemplate } from '../session/studio.ts';
import { FormFields } from './form.tsx';
import { GraphPictures } from './graph-pictures.tsx';
import { Inspector } from './inspector.tsx';
import { useCell, useStudio, useTexts } from './place.tsx';
import { countsOf, QueueList } from './queue-panel.tsx';
import { RunBar } from './run-bar.tsx';
import { SelectionPanel } from './selection-panel.tsx';
import { SubgraphPanel } from './subgraph-panel.tsx';
import { TabList } from './tab-list.tsx';

interface Props {
  readonly template: OpenTemplate;
  readonly open: OpenGraph;
}

/** Beside the graph: what is selected in it, what runs and waits, and the pictures that it made. */
export function GraphSide({ template, open }: Props) {
  const { preferences, queue } = useStudio();
  const { texts } = useTexts();
  const id = useId();
  const { side } = useCell(preferences.state);
  const { waiting } = countsOf(useCell(queue.status)?.counts);
  return (
    <aside className="panel form side" aria-label={texts.side.heading}>
      <TabList
        id={id}
        panelId={`${id}-panel`}
        tabs={sideTabs}
        tab={side}
        onTab={(next) => preferences.change({ side: next })}
        labelOf={(tab) => texts.side.tabs[tab]}
        countOf={(tab) => (tab === 'queue' ? waiting : 0)}
        label={texts.side.heading}
      />
      <div className="side-panel" id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${side}`}>
        {side === 'inspector' && <Inspected template={template} open={open} />}
        {side === 'queue' && <QueueList tab="waiting" />}
        {side === 'pictures' && <GraphPictures graphId={template.open.base.id} />}
      </div>
      <RunBar />
    </aside>
  );
}

/** The node that is selected, what can be done with several, else the subgraph or the form. */
function Inspected({ template, open }: Props) {
  const selection = useCell(open.selection);
  const marked = useCell(open.marked);
  const [first] = selection;
  const count = selection.size + marked.length;
  const { subgraph } = open.place;
  if (subgraph !== null && (first === undefined ? count < 2 : count === 1 && isBoundary(first)))
    return <SubgraphPanel key={subgraph} open={open} id={subgraph} />;
  if (first === undefined && count < 2) return <Values template={template} />;
  if (first !== undefined && count === 1) return <Inspector key={first} open={open} id={first} />;
  return <SelectionPanel count={count} nodes={selection.size} />;
}

function Values({ template }: { template: OpenTemplate }) {
  const heading = useId();
  return (
    <section className="inspector" aria-labelledby={heading}>
      <FormFields template={template} heading={heading} />
    </section>
  );
}
