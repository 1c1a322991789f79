import { useCallback, useEffect } from 'react';
import { problem, problemsOfError } from '../../src-main/model/errors.ts';
import { limits } from '../../src-main/model/limits.ts';
import type { FileValue } from '../../src-main/model/value-types.ts';
import { type DroppedEntry, filesIn } from '../session/dropped-files.ts';
import { usePlace } from './place.tsx';

/** As many as a person can have meant. */
const mostFiles = 50;

/** Opens graph files, and the graphs inside pictures that Kiln made; other pictures are offered as inputs. */
export function useOpenFiles(): (files: readonly File[]) => Promise<void> {
  const { studio, files } = usePlace();
  return useCallback(
    async (given) => {
      const { notices, calls } = studio;
      if (given.length > mostFiles) notices.say(({ gallery }) => gallery.tooManyFiles(mostFiles));
      const withoutGraph: FileValue[] = [];
      for (const file of given.slice(0, mostFiles)) {
        const isText = file.type === 'application/json' || /\.json$/i.test(file.name);
        const limit = isText ? limits.graphBytes : limits.imageFileBytes;
        if (file.size > limit) {
          notices.problems([problem('file.tooLarge', { path: file.name, bytes: file.size, limit })]);
          continue;
        }
        if (isText) {
          studio.openText(await file.text(), file.name);
          continue;
        }
        await notices.attempt(async () => {
          const value = await files.put(new Uint8Array(await file.arrayBuffer()), file.name);
          try {
            const { graph } = await calls.readGraph(value);
            studio.openText(JSON.stringify(graph), file.name);
          } catch (error) {
            if (problemsOfError(error)[0]?.code !== 'graph.notInPicture') throw error;
            withoutGraph.push(value);
          }
        });
      }
      const distinct = new Map(withoutGraph.map((value) => [value.digest, value]));
      if (distinct.size > 0) studio.offered.set([...distinct.values()]);
    },
    [studio, files],
  );
}

/** Files that are dropped where no field takes them, and pictures that are pasted. */
export function useDroppedFiles(): void {
  const { studio } = usePlace();
  const openFiles = useOpenFiles();
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
    };
    const drop = (event: DragEvent): void => {
      if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      // Entries can be asked for only while the drop is being told.
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.() ?? null);
      const plain = [...event.dataTransfer.files];
      void studio.notices.attempt(async () =>
        openFiles(await filesIn(entries as (DroppedEntry<File> | null)[], plain)),
      );
    };
    const paste = (event: ClipboardEvent): void => {
      const pictures = [...(event.clipboardData?.files ?? [])].filter(({ type }) => type.startsWith('image/'));
      if (event.defaultPrevented || pictures.length === 0) return;
      event.preventDefault();
      void openFiles(pictures);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('drop', drop);
    window.addEventListener('paste', paste);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('drop', drop);
      window.removeEventListener('paste', paste);
    };
  }, [studio, openFiles]);
}
