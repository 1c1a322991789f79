import type { GalleryImage, ImagePlace } from '../../src-main/model/run.ts';
import { type Cell, cell } from './cell.ts';
import { imageKey } from './gallery.ts';
import type { PictureList } from './picture-list.ts';

export interface PictureSelection {
  /** By their keys, in the order in which they were selected. */
  readonly chosen: ReadonlyMap<string, GalleryImage>;
  /** Where the keyboard is, as a place in the list. */
  readonly active: number;
}

export interface Modifiers {
  /** From the last one that was pressed alone to this one. */
  readonly range?: boolean;
  /** This one more, or this one less. */
  readonly toggle?: boolean;
}

export interface SelectablePictures {
  readonly state: Cell<PictureSelection>;
  press(at: number, how: Modifiers): Promise<void>;
  /** To another place, by arrows: selects it, or extends the range to it. */
  move(to: number, how: Modifiers): Promise<void>;
  all(): Promise<void>;
  none(): void;
  /** Pictures that are gone are not selected. */
  forget(images: readonly ImagePlace[]): void;
}

export function selectablePictures(list: PictureList): SelectablePictures {
  const state = cell<PictureSelection>({ chosen: new Map(), active: 0 });
  let anchor = 0;
  /** The latest press counts, whichever is answered last. */
  let presses = 0;

  const choose = async (first: number, end: number, kept: PictureSelection['chosen'], active: number) => {
    const mine = ++presses;
    state.set({ ...state.get(), active });
    const found = await list.between(first, end);
    if (mine !== presses) return;
    state.set({ chosen: new Map([...kept, ...found.map((image) => [imageKey(image), image] as const)]), active });
  };
  const alone = (at: number): Promise<void> => {
    anchor = at;
    return choose(at, at + 1, new Map(), at);
  };
  const upTo = (at: number): Promise<void> => choose(Math.min(anchor, at), Math.max(anchor, at) + 1, new Map(), at);

  return {
    state,
    async press(at, { range, toggle }) {
      if (range) return upTo(at);
      if (!toggle) return alone(at);
      anchor = at;
      const image = list.state.get().images[at];
      const { chosen } = state.get();
      if (!image || !chosen.has(imageKey(image))) return choose(at, at + 1, chosen, at);
      presses++;
      const rest = new Map(chosen);
      rest.delete(imageKey(image));
      state.set({ chosen: rest, active: at });
    },
    async move(to, { range, toggle }) {
      const at = Math.max(0, Math.min((list.state.get().total ?? 1) - 1, to));
      if (range) return upTo(at);
      // Ctrl and an arrow walk without selecting; Space then adds.
      if (toggle) state.set({ ...state.get(), active: at });
      else await alone(at);
    },
    all: () => choose(0, list.state.get().total ?? 0, new Map(), state.get().active),
    none() {
      presses++;
      state.set({ ...state.get(), chosen: new Map() });
    },
    forget(images) {
      const gone = new Set(images.map(imageKey));
      const { chosen, active } = state.get();
      if (![...chosen.keys()].some((key) => gone.has(key))) return;
      state.set({ chosen: new Map([...chosen].filter(([key]) => !gone.has(key))), active });
    },
  };
}
