import { useEffect, useState } from 'react';
import type { GraphId } from '../../src-main/model/ids.ts';
import { type PictureList, pictureList } from '../session/picture-list.ts';
import { type SelectablePictures, selectablePictures } from '../session/picture-selection.ts';
import { useStudio } from './place.tsx';

export interface ShownPictures {
  readonly list: PictureList;
  readonly selection: SelectablePictures;
}

/** Kept pictures, all or those of a graph. The list lasts as long as who shows it, and follows what comes and goes. */
export function usePictures(graphId: GraphId | null = null): ShownPictures | null {
  const { calls, gallery } = useStudio();
  const [made, setMade] = useState<ShownPictures | null>(null);
  useEffect(() => {
    const list = pictureList({
      fetch: calls.images,
      fetchFilters: calls.imageFilters,
      setTimer: (then, ms) => window.setTimeout(then, ms),
      clearTimer: (timer) => window.clearTimeout(timer as number),
      ...(graphId === null ? {} : { graphId }),
    });
    const selection = selectablePictures(list);
    setMade({ list, selection });
    list.show(0, 1);
    const stops = [
      gallery.changes.subscribe(list.refresh),
      gallery.removed.subscribe(() => selection.forget(gallery.removed.get())),
    ];
    return () => {
      for (const stop of stops) stop();
      list.close();
    };
  }, [calls, gallery, graphId]);
  return made;
}
