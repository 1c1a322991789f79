import { useSyncExternalStore } from 'react';
import { useCell, useStudio } from './place.tsx';

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const listen = (changed: () => void): (() => void) => {
  dark.addEventListener('change', changed);
  return () => dark.removeEventListener('change', changed);
};

/** Another value whenever the page's colours may be others: for what is drawn in colours that were read once. */
export function useThemeChanges(): string {
  const { theme } = useCell(useStudio().preferences.state);
  const systemIsDark = useSyncExternalStore(listen, () => dark.matches);
  return `${theme} ${systemIsDark}`;
}
