import * as Tooltip from '@radix-ui/react-tooltip';
import { type KeyboardEvent, useEffect } from 'react';
import { runToShow } from '../session/runs-here.ts';
import { Banner } from './banner.tsx';
import { Form } from './form.tsx';
import { Gallery } from './gallery.tsx';
import { GraphPanel } from './graph-panel.tsx';
import { GraphSide } from './graph-side.tsx';
import { useDroppedFiles } from './open-files.ts';
import { useCell, useStudio, useTexts } from './place.tsx';
import { QueuePanel } from './queue-panel.tsx';
import { Stage } from './stage.tsx';
import { Toasts } from './toasts.tsx';
import { TopBar } from './top-bar.tsx';
import { useUndoKeys } from './undo-keys.ts';

/** Escape in a field beside the graph leads back to it. */
function backToCanvas(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'Escape' || event.defaultPrevented || event.target instanceof HTMLCanvasElement) return;
  event.currentTarget.querySelector<HTMLElement>('.graph-canvas canvas')?.focus();
}

const htmlLanguages = { en: 'en', zh: 'zh-Hans' } as const;

export function Page() {
  const studio = useStudio();
  const { theme, view } = useCell(studio.preferences.state);
  const template = useCell(studio.template);
  const { language } = useTexts();
  const runs = useCell(studio.runs);
  const steps = runToShow(runs, ({ state }) => state === 'running')?.steps;
  const title = steps ? `${steps.done}/${steps.total} · Kiln` : 'Kiln';

  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    document.documentElement.lang = htmlLanguages[language];
    document.title = title;
  }, [theme, language, title]);

  useUndoKeys();
  useDroppedFiles();

  return (
    <Tooltip.Provider delayDuration={400}>
      <div className="page">
        <TopBar />
        <Banner />
        {view === 'graph' && template ? (
          <main className="graph-columns" onKeyDown={backToCanvas}>
            <GraphPanel key={template.name} open={template.open} />
            <GraphSide template={template} />
          </main>
        ) : (
          <main className="columns">
            <Form />
            <div className="middle">
              <Stage />
              <Gallery />
            </div>
            <QueuePanel />
          </main>
        )}
        <Toasts />
      </div>
    </Tooltip.Provider>
  );
}
