import { type Language, languageOf, languages } from '../../src-main/texts/language.ts';
import { type Cell, cell } from './cell.ts';
import { readJson, type Storage, writeJson } from './storage.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export const views = ['form', 'graph'] as const;
export type View = (typeof views)[number];

/** What a person wants of the page on this machine. */
export interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
  /** A form of what the graph exposes, or the graph itself. */
  readonly view: View;
  /** The name of the template that was open last. */
  readonly template: string | null;
}

export interface KeptPreferences {
  readonly state: Cell<Preferences>;
  change(some: Partial<Preferences>): void;
}

const key = 'kiln.preferences';

export function preferences(storage: Storage, locale: string | undefined): KeptPreferences {
  const kept = (readJson(storage, key) ?? {}) as Partial<Record<keyof Preferences, unknown>>;
  const oneOf = <T extends string>(list: readonly T[], value: unknown, otherwise: T): T =>
    list.find((item) => item === value) ?? otherwise;
  const state = cell<Preferences>({
    language: oneOf(languages, kept.language, languageOf(undefined, locale)),
    theme: oneOf(themes, kept.theme, 'system'),
    view: oneOf(views, kept.view, 'form'),
    template: typeof kept.template === 'string' ? kept.template : null,
  });
  return {
    state,
    change(some) {
      state.set({ ...state.get(), ...some });
      writeJson(storage, key, state.get());
    },
  };
}
