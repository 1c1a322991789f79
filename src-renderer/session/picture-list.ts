import type { Answer, Asked } from '../../src-main/contract/calls.ts';
import { type Problem, problemsOfError } from '../../src-main/model/errors.ts';
import type { GalleryImage, ImageFilters } from '../../src-main/model/run.ts';
import { type Cell, cell } from './cell.ts';
import { imageKey } from './gallery.ts';
import type { Timers } from './studio-calls.ts';

/** What of the pictures is wanted. */
export interface PictureQuery {
  readonly text: string;
  readonly graphId: string | null;
  readonly pack: string | null;
}

/** A long list of pictures, of which only the pages that somebody looks at are here. */
export interface PictureListState {
  /** Null until the first page is here. */
  readonly total: number | null;
  /** By their place in the list, newest first. */
  readonly images: Readonly<Record<number, GalleryImage>>;
  readonly filters: ImageFilters;
  readonly problems: readonly Problem[];
}

export interface PictureList {
  readonly state: Cell<PictureListState>;
  readonly query: Cell<PictureQuery>;
  /** Somebody looks at the pictures from `first` up to `end`. */
  show(first: number, end: number): void;
  search(some: Partial<PictureQuery>): void;
  /** The pictures from `first` up to `end`, wherever they are. @throws AppError */
  between(first: number, end: number): Promise<readonly GalleryImage[]>;
  /** Pictures came or went: what is looked at is asked for anew, soon. */
  refresh(): void;
  close(): void;
}

export interface PictureListOptions extends Pick<Timers, 'setTimer' | 'clearTimer'> {
  readonly fetch: (args: Asked<'images.list'>) => Promise<Answer<'images.list'>>;
  readonly fetchFilters: () => Promise<ImageFilters>;
  /** To begin with, the pictures of this graph alone. */
  readonly graphId?: string;
}

const pageImages = 200;
/** As many as one question may ask for. */
const mostAtOnce = 1000;
/** Changes within so long are answered by one question: less than a pause in typing. */
const quietMs = 150;
export const everything: PictureQuery = { text: '', graphId: null, pack: null };

export function pictureList(options: PictureListOptions): PictureList {
  const { fetch, fetchFilters, setTimer, clearTimer, graphId = null } = options;
  const state = cell<PictureListState>({ total: null, images: {}, filters: { graphs: [], packs: [] }, problems: [] });
  const query = cell<PictureQuery>({ ...everything, graphId });
  /** Pages that are as new as the last change that we heard of. */
  let fresh = new Set<number>();
  let looked = { first: 0, end: 1 };
  let changes = 0;
  let isAsking = false;
  let isClosed = false;
  let timer: unknown = null;

  const wanted = (): number | undefined => {
    const end = Math.min(looked.end, Math.max(1, state.get().total ?? 1));
    for (let page = Math.floor(looked.first / pageImages); page * pageImages < end; page++)
      if (!fresh.has(page)) return page;
    return undefined;
  };

  const take = (offset: number, found: readonly GalleryImage[], total: number, isNew: boolean): void => {
    const images: Record<number, GalleryImage> = {};
    // Of another search nothing is kept; after a change, what is old stays in sight until it is asked for again.
    if (!isNew)
      for (const [key, image] of Object.entries(state.get().images)) {
        const at = Number(key);
        if (at < total && (at < offset || at >= offset + pageImages)) images[at] = image;
      }
    found.forEach((image, i) => {
      images[offset + i] = image;
    });
    state.set({ ...state.get(), total, images, problems: [] });
  };

  let shown = everything;
  const ask = async (): Promise<void> => {
    if (isAsking) return;
    isAsking = true;
    try {
      for (let page = wanted(); page !== undefined && !isClosed; page = wanted()) {
        const [asked, now] = [changes, query.get()];
        const offset = page * pageImages;
        const { images, total } = await fetch({ ...argsOf(now), offset, count: pageImages });
        if (now !== query.get()) continue;
        take(offset, images, total, now !== shown);
        shown = now;
        if (asked === changes) fresh.add(page);
        else if (timer !== null) break;
      }
    } catch (error) {
      state.set({ ...state.get(), problems: problemsOfError(error) });
    } finally {
      isAsking = false;
    }
  };
  const askFilters = async (): Promise<void> => {
    // Where they cannot be asked for, the list itself says why.
    const filters = await fetchFilters().catch(() => null);
    if (filters) state.set({ ...state.get(), filters });
  };

  const refresh = (): void => {
    changes++;
    fresh = new Set();
    if (timer !== null || isClosed) return;
    timer = setTimer(() => {
      timer = null;
      void ask();
      void askFilters();
    }, quietMs);
  };

  void askFilters();
  return {
    state,
    query,
    show(first, end) {
      looked = { first, end };
      void ask();
    },
    search(some) {
      query.set({ ...query.get(), ...some });
      looked = { first: 0, end: 1 };
      refresh();
    },
    async between(first, end) {
      const here = Array.from({ length: end - first }, (_, i) => state.get().images[first + i]);
      if (here.every((image) => image !== undefined)) return here;
      const found: GalleryImage[] = [];
      for (let offset = first; offset < end; offset += mostAtOnce) {
        const count = Math.min(mostAtOnce, end - offset);
        found.push(...(await fetch({ ...argsOf(query.get()), offset, count })).images);
      }
      return found;
    },
    refresh,
    close() {
      isClosed = true;
      if (timer !== null) clearTimer(timer);
    },
  };
}

const argsOf = ({ text, graphId, pack }: PictureQuery): Asked<'images.list'> => ({
  ...(text.trim() === '' ? {} : { text: text.trim() }),
  ...(graphId === null ? {} : { graphId }),
  ...(pack === null ? {} : { pack }),
});

/** Where a picture is now among those that are here; -1 where it is not. */
export function placeOf(images: PictureListState['images'], key: string): number {
  for (const [at, image] of Object.entries(images)) if (imageKey(image) === key) return Number(at);
  return -1;
}
