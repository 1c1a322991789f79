import * as Tooltip from '@radix-ui/react-tooltip';
import { Suspense, useEffect } from 'react';
import { runToShow } from '../session/runs-here.ts';
import { Banner } from './banner.tsx';
import { CommandPalette } from './command-palette.tsx';
import { CreatePanel } from './create-panel.tsx';
import { useDesktopWindow } from './desktop-window.ts';
import { GridDialog } from './grid-dialog.tsx';
import { useNotifications } from './notify.ts';
import { OfferedPictures } from './offered-pictures.tsx';
import { useDroppedFiles } from './open-files.ts';
import { usePageCommands } from './page-commands.ts';
import { panelTable } from './panel-table.tsx';
import { useCell, useStudio, useTexts } from './place.tsx';
import { Rail } from './rail.tsx';
import { ShortcutSheet } from './shortcut-sheet.tsx';
import { Toasts } from './toasts.tsx';
import { TopBar } from './top-bar.tsx';
import { useCommandKeys } from './use-commands.ts';

const htmlLanguages = { en: 'en', zh: 'zh-Hans' } as const;

export function Page() {
  const studio = useStudio();
  const { theme, contrast, panel } = useCell(studio.preferences.state);
  const { language } = useTexts();
  const runs = useCell(studio.runs);
  const steps = runToShow(runs, ({ state }) => state === 'running')?.steps;
  const title = steps ? `${steps.done}/${steps.total} · Kiln` : 'Kiln';

  useEffect(() => {
    document.documentElement.dataset.theme = theme;
    document.documentElement.dataset.contrast = contrast;
    document.documentElement.lang = htmlLanguages[language];
    document.title = title;
  }, [theme, contrast, language, title]);

  usePageCommands();
  useCommandKeys();
  useDroppedFiles();
  useNotifications();
  useDesktopWindow();

  const Shown = panelTable[panel] ?? CreatePanel;
  return (
    <Tooltip.Provider delayDuration={400}>
      <div className="page">
        <TopBar />
        <Banner />
        <div className="under-bar">
          <Rail />
          <main className="panel-area" data-panel={panel}>
            <Suspense fallback={null}>
              <Shown />
            </Suspense>
          </main>
        </div>
        <Toasts />
        <CommandPalette />
        <ShortcutSheet />
        <GridDialog />
        <OfferedPictures />
      </div>
    </Tooltip.Provider>
  );
}
