import { useCallback, useEffect } from 'react';
import { problem } from '../../src-main/model/errors.ts';
import { limits } from '../../src-main/model/limits.ts';
import { usePlace } from './place.tsx';

/** Opens graph files, and the graphs inside pictures that Kiln made. */
export function useOpenFiles(): (files: readonly File[]) => Promise<void> {
  const { studio, files } = usePlace();
  return useCallback(
    async (given) => {
      for (const file of given) {
        const isText = file.type === 'application/json' || /\.json$/i.test(file.name);
        const limit = isText ? limits.graphBytes : limits.imageFileBytes;
        if (file.size > limit) {
          studio.notices.problems([problem('file.tooLarge', { path: file.name, bytes: file.size, limit })]);
          continue;
        }
        if (isText) {
          studio.openText(await file.text(), file.name);
          continue;
        }
        await studio.notices.attempt(async () => {
          const { digest } = await files.put(new Uint8Array(await file.arrayBuffer()), file.name);
          await studio.openDigest(digest, file.name);
        });
      }
    },
    [studio, files],
  );
}

/** Files that are dropped where no field takes them. */
export function useDroppedFiles(): void {
  const openFiles = useOpenFiles();
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
    };
    const drop = (event: DragEvent): void => {
      const dropped = [...(event.dataTransfer?.files ?? [])];
      if (event.defaultPrevented || dropped.length === 0) return;
      event.preventDefault();
      void openFiles(dropped);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('drop', drop);
    };
  }, [openFiles]);
}
