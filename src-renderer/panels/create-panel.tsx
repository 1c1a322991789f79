import { type KeyboardEvent, lazy, Suspense, useEffect } from 'react';
import type { OpenTemplate } from '../session/open-graphs.ts';
import { Form } from './form.tsx';
import { Gallery } from './gallery.tsx';
import { GraphSide } from './graph-side.tsx';
import { useLevel } from './level.ts';
import { useCell, useStudio, useTexts } from './place.tsx';
import { QueuePanel } from './queue-panel.tsx';
import { Stage } from './stage.tsx';

const loadGraphPanel = () => import('./graph-panel.tsx');
/** Half of the page's code, and who begins with the form need not wait for it. */
const GraphPanel = lazy(async () => ({ default: (await loadGraphPanel()).GraphPanel }));
const whenIdle: (then: () => void) => unknown = window.requestIdleCallback ?? window.setTimeout;

/** Escape in a field beside the graph leads back to it. */
function backToCanvas(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'Escape' || event.defaultPrevented || event.target instanceof HTMLCanvasElement) return;
  event.currentTarget.querySelector<HTMLElement>('.graph-canvas canvas')?.focus();
}

function OpenLevel({ template }: { template: OpenTemplate }) {
  const open = useLevel(template.open);
  return (
    <>
      <Suspense fallback={<div className="graph-panel" aria-busy />}>
        <GraphPanel key={`${template.name}/${open.place.path.join('/')}`} open={open} />
      </Suspense>
      <GraphSide template={template} open={open} />
    </>
  );
}

/** Where pictures are made: the graph, or the form of what it exposes. */
export function CreatePanel() {
  const studio = useStudio();
  const { view } = useCell(studio.preferences.state);
  const template = useCell(studio.template);
  const { texts } = useTexts();
  useEffect(() => {
    // One that cannot be had now is asked for again where it is shown.
    whenIdle(() => void loadGraphPanel().catch(() => {}));
  }, []);
  if (view === 'graph' && template)
    return (
      <section className="graph-columns" aria-label={texts.panels.names.create} onKeyDown={backToCanvas}>
        <OpenLevel template={template} />
      </section>
    );
  return (
    <div className="columns">
      <Form />
      <div className="middle">
        <Stage />
        <Gallery />
      </div>
      <QueuePanel />
    </div>
  );
}
