import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { Language } from '../../src-main/texts/language.ts';
import type { PageTexts } from '../../src-main/texts/page-texts.ts';
import { pageTexts } from '../../src-main/texts/say-page.ts';
import type { Files } from '../bridge/files.ts';
import type { Connection } from '../bridge/over-socket.ts';
import type { Where } from '../bridge/where.ts';
import type { Cell } from '../session/cell.ts';
import type { SavedFiles } from '../session/graph-files.ts';
import type { Studio } from '../session/studio.ts';

/** All that a panel may touch. */
export interface Place {
  readonly studio: Studio;
  readonly files: Files;
  readonly savedFiles: SavedFiles;
  readonly connection: Cell<Connection>;
  /** Tries at once to reach the core. */
  readonly hurry: () => void;
  readonly where: Where;
  readonly isMac: boolean;
}

const PlaceContext = createContext<Place | null>(null);

export function PlaceProvider({ place, children }: { place: Place; children: ReactNode }) {
  return <PlaceContext value={place}>{children}</PlaceContext>;
}

export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (!place) throw new Error('a panel is outside of PlaceProvider');
  return place;
}

export const useStudio = (): Studio => usePlace().studio;

export const useCell = <T,>(cell: Cell<T>): T => useSyncExternalStore(cell.subscribe, cell.get);

export function useTexts(): { readonly texts: PageTexts; readonly language: Language } {
  const { language } = useCell(useStudio().preferences.state);
  return { texts: pageTexts(language), language };
}

/** The page's clock, moving while `running`. */
export function useNow(running: boolean): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    if (!running) return;
    const timer = window.setInterval(() => setNow(performance.now()), 500);
    return () => window.clearInterval(timer);
  }, [running]);
  return now;
}
