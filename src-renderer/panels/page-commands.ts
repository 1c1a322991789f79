import { panels } from '../session/preferences.ts';
import { isShown } from './panel-table.tsx';
import { useCell, useStudio } from './place.tsx';
import { useCommands } from './use-commands.ts';

/** What can be done wherever one is. */
export function usePageCommands(): void {
  const studio = useStudio();
  const { preferences } = studio;
  const history = useCell(studio.template)?.open.history;
  useCommands({
    'file.new': studio.newGraph,
    'run.live': () => studio.live.set(!studio.live.get()),
    'queue.togglePause': () => {
      const isPaused = studio.queue.status.get()?.paused ?? false;
      void studio.act((calls) => (isPaused ? calls.resumeQueue() : calls.pauseQueue()));
    },
    'view.toggle': () => {
      const { view, panel } = preferences.state.get();
      if (panel === 'create') preferences.change({ view: view === 'form' ? 'graph' : 'form' });
      else preferences.change({ panel: 'create' });
    },
    ...(history ? { 'graph.undo': history.undo, 'graph.redo': history.redo } : {}),
    ...Object.fromEntries(
      panels.filter(isShown).map((panel) => [`panel.${panel}`, () => preferences.change({ panel })]),
    ),
  });
}
