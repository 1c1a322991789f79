import type { KeyboardEvent } from 'react';
import type { OpenTemplate } from '../session/open-graphs.ts';
import { Form } from './form.tsx';
import { Gallery } from './gallery.tsx';
import { GraphPanel } from './graph-panel.tsx';
import { GraphSide } from './graph-side.tsx';
import { useLevel } from './level.ts';
import { useCell, useStudio, useTexts } from './place.tsx';
import { QueuePanel } from './queue-panel.tsx';
import { Stage } from './stage.tsx';

/** Escape in a field beside the graph leads back to it. */
function backToCanvas(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'Escape' || event.defaultPrevented || event.target instanceof HTMLCanvasElement) return;
  event.currentTarget.querySelector<HTMLElement>('.graph-canvas canvas')?.focus();
}

function OpenLevel({ template }: { template: OpenTemplate }) {
  const open = useLevel(template.open);
  return (
    <>
      <GraphPanel key={`${template.name}/${open.place.path.join('/')}`} open={open} />
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
