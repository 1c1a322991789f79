import type { Answer, Asked } from '../../src-main/contract/calls.ts';
import { type Problem, problemsOfError } from '../../src-main/model/errors.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { ImagePlace, RunImage } from '../../src-main/model/run.ts';
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
  /** Another number whenever pictures came or went. */
  readonly changes: Cell<number>;
  /** Those that were taken away last. */
  readonly removed: Cell<readonly ImagePlace[]>;
  hear(event: Event): void;
  more(): Promise<void>;
  /** Looks for pictures that came while nobody listened. */
  refresh(): Promise<void>;
}

const pageImages = 60;
/** As many as one question may ask for. */
const mostAtOnce = 1000;

export const imageKey = ({ runId, nodeId, index }: ImagePlace): string => `${runId} ${nodeId} ${index}`;

export function gallery(fetch: (args: Asked<'images.list'>) => Promise<Answer<'images.list'>>): Gallery {
  const state = cell<GalleryState>({ images: [], complete: false, loaded: false, problems: [] });
  const changes = cell(0);
  const removed = cell<readonly ImagePlace[]>([]);
  let asking: Promise<void> | null = null;
  const changed = (): void => changes.set(changes.get() + 1);

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

  /** Pictures that are back have a place between others, which only the core knows. */
  const askAgain = async (more: number): Promise<void> => {
    await asking;
    await asOne(async () => {
      const known = state.get().images;
      const count = Math.min(mostAtOnce, Math.max(pageImages, known.length + more));
      const { images } = await fetch({ offset: 0, count });
      const keys = new Set(images.map(imageKey));
      const older = images.length < count ? [] : known.slice(count - more).filter((one) => !keys.has(imageKey(one)));
      const complete = images.length < count || state.get().complete;
      state.set({ images: [...images, ...older], complete, loaded: true, problems: [] });
    });
  };

  return {
    state,
    changes,
    removed,
    hear(event) {
      if (event.type === 'image.added') {
        if (add([event.image], 'front') > 0) changed();
      } else if (event.type === 'run.changed') {
        if (add(event.images.toReversed(), 'front') > 0) changed();
      } else if (event.type === 'images.removed') {
        const gone = new Set(event.images.map(imageKey));
        state.set({ ...state.get(), images: state.get().images.filter((image) => !gone.has(imageKey(image))) });
        removed.set(event.images);
        changed();
      } else if (event.type === 'images.restored') {
        void askAgain(event.images.length);
        changed();
      }
    },
    more: () =>
      asOne(async () => {
        const { images } = await fetch({ offset: state.get().images.length, count: pageImages });
        add(images, 'back');
        state.set({ ...state.get(), loaded: true, complete: images.length < pageImages, problems: [] });
      }),
    async refresh() {
      changed();
      await asOne(async () => {
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
      });
    },
  };
}
