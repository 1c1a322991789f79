import { useEffect } from 'react';
import type { Told } from '../../src-main/contract/desktop.ts';
import { type CommandId, commandIds } from '../session/commands.ts';
import { runToShow } from '../session/runs-here.ts';
import { useOpenFiles } from './open-files.ts';
import { useCell, usePlace, useTexts } from './place.tsx';

/** Does what the window asks of its page, and tells it how far the pictures are. Nothing in a browser. */
export function useDesktopWindow(): void {
  const { studio, where } = usePlace();
  const { language } = useTexts();
  const openFiles = useOpenFiles();
  const runs = useCell(studio.runs);
  const isThere = useCell(studio.template) !== null;
  const { desktop } = where;
  const running = runToShow(runs, ({ state }) => state === 'running');
  const share = running ? (running.steps ? running.steps.done / Math.max(1, running.steps.total) : 0) : null;

  useEffect(() => desktop?.progress(share), [desktop, share]);
  useEffect(() => {
    // What is asked of the page needs a studio that is there.
    if (!desktop || !isThere) return;
    const hear = async (told: Told): Promise<void> => {
      if (told.t === 'template') studio.openTemplate(told.name);
      else if (told.t === 'picture') await studio.openDigest(told.digest, told.digest.slice(0, 12));
      else if (told.t === 'connect') studio.connecting.set({ address: told.address });
      else if (told.t === 'file') {
        const file = await desktop.file(told.file.id, told.file.name);
        if (file) await openFiles([file]);
        else studio.notices.problems([{ code: 'file.missing', values: { path: told.file.name } }]);
      } else if ((commandIds as readonly string[]).includes(told.name)) studio.commands.run(told.name as CommandId);
    };
    desktop.ready(language, (told) => void hear(told));
  }, [desktop, isThere, language, studio, openFiles]);
}
