import { type Language, languageOf, languages } from '../../src-main/texts/language.ts';
import { type Cell, cell } from './cell.ts';
import { readJson, type Storage, writeJson } from './storage.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export const contrasts = ['system', 'more'] as const;
export type Contrast = (typeof contrasts)[number];

export const views = ['form', 'graph'] as const;
export type View = (typeof views)[number];

/** The parts of the studio. Forms and graphs are worked on in the first. */
export const panels = ['create', 'library', 'queue', 'gallery', 'models', 'devices', 'monitor', 'settings'] as const;
export type Panel = (typeof panels)[number];

/** What is shown beside the graph. */
export const sideTabs = ['inspector', 'queue', 'pictures'] as const;
export type SideTab = (typeof sideTabs)[number];

/** What a person wants of the page on this machine. */
export interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
  readonly contrast: Contrast;
  /** Tells of long runs that ended while the window was not looked at. */
  readonly notifies: boolean;
  /** A form of what the graph exposes, or the graph itself. */
  readonly view: View;
  readonly panel: Panel;
  readonly side: SideTab;
  /** Keys that a person chose for commands, by the command. */
  readonly shortcuts: Readonly<Record<string, readonly string[]>>;
  /** What is dragged on the canvas goes by the grid. */
  readonly snap: boolean;
  /** A small map of the graph is shown. */
  readonly minimap: boolean;
  /** The name of the template that was open last. */
  readonly template: string | null;
  /** Names of the graphs that are open, in the order of their tabs. */
  readonly tabs: readonly string[];
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
    contrast: oneOf(contrasts, kept.contrast, 'system'),
    notifies: kept.notifies === true,
    view: oneOf(views, kept.view, 'form'),
    panel: oneOf(panels, kept.panel, 'create'),
    side: oneOf(sideTabs, kept.side, 'inspector'),
    shortcuts: shortcutsIn(kept.shortcuts),
    snap: kept.snap === true,
    minimap: kept.minimap === true,
    template: typeof kept.template === 'string' ? kept.template : null,
    tabs: Array.isArray(kept.tabs) ? kept.tabs.filter((name) => typeof name === 'string') : [],
  });
  return {
    state,
    change(some) {
      state.set({ ...state.get(), ...some });
      writeJson(storage, key, state.get());
    },
  };
}

function shortcutsIn(kept: unknown): Preferences['shortcuts'] {
  if (typeof kept !== 'object' || kept === null) return {};
  const entries = Object.entries(kept).filter(
    (entry): entry is [string, string[]] => Array.isArray(entry[1]) && entry[1].every((key) => typeof key === 'string'),
  );
  return Object.fromEntries(entries);
}
