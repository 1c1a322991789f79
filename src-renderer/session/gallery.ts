import type { Answer, Asked } from '../../src-main/contract/calls.ts';
import { type Problem, problemsOfError } from '../../src-main/model/errors.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { RunImage } from '../../src-main/model/run.ts';
import { type Cell, cell } from './cell.ts';

export interface GalleryState {
  /** Newest first, each once. */
  readonly images: readonly RunImage[];
  /** False until the oldest picture is here. */
  readonly complete: boolean;
  readonly loaded: boolean;
  readonly problems: readonly Problem[];
}

/** All kept pictures: the newest by themselves, older ones when they are asked for. */
export interface Gallery {
  readonly state: Cell<GalleryState>;
  hear(event: Event): void;
  more(): Promise<void>;
  /** Looks for pictures that came while nobody listened. */
  refresh(): Promise<void>;
}

const pageImages = 60;

export const imageKey = ({ runId, nodeId, index }: RunImage): string => `${runId} ${nodeId} ${index}`;

export function gallery(fetch: (args: Asked<'images.list'>) => Promise<Answer<'images.list'>>): Gallery {
  const state = cell<GalleryState>({ images: [], complete: false, loaded: false, problems: [] });
  let asking: Promise<void> | null = null;

  const add = (images: readonly RunImage[], where: 'front' | 'back'): number => {
    const before = state.get().images;
    const known = new Set(before.map(imageKey));
    const fresh = images.filter((image) => image.kept && !known.has(imageKey(image)));
    if (fresh.length > 0)
      state.set({ ...state.get(), images: where === 'front' ? [...fresh, ...before] : [...before, ...fresh] });
    return fresh.length;
  };

  const asOne = (work: () => Promise<void>): Promise<void> => {
    asking ??= work()
      .catch((error: unknown) => state.set({ ...state.get(), problems: problemsOfError(error) }))
      .finally(() => {
        asking = null;
      });
    return asking;
  };

  return {
    state,
    hear(event) {
      if (event.type === 'image.added') add([event.image], 'front');
      else if (event.type === 'run.changed') add(event.images.toReversed(), 'front');
    },
    more: () =>
      asOne(async () => {
        const { images } = await fetch({ offset: state.get().images.length, count: pageImages });
        add(images, 'back');
        state.set({ ...state.get(), loaded: true, complete: images.length < pageImages, problems: [] });
      }),
    refresh: () =>
      asOne(async () => {
        const known = state.get().images.length;
        const fresh: RunImage[] = [];
        for (let offset = 0; ; offset += pageImages) {
          const { images } = await fetch({ offset, count: pageImages });
          const keys = new Set(state.get().images.map(imageKey));
          const unknown = images.filter((image) => !keys.has(imageKey(image)));
          fresh.push(...unknown);
          const reached = unknown.length < images.length || images.length < pageImages || known === 0;
          if (!reached) continue;
          add(fresh, 'front');
          const complete = state.get().complete || (known === 0 && images.length < pageImages);
          state.set({ ...state.get(), loaded: true, complete, problems: [] });
          return;
        }
      }),
  };
}
