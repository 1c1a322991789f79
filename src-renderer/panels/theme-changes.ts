import { useSyncExternalStore } from 'react';

const page = document.documentElement;
const queries = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'].map((query) => window.matchMedia(query));

function listen(changed: () => void): () => void {
  const watcher = new MutationObserver(changed);
  watcher.observe(page, { attributes: true });
  for (const query of queries) query.addEventListener('change', changed);
  return () => {
    watcher.disconnect();
    for (const query of queries) query.removeEventListener('change', changed);
  };
}

const now = (): string => JSON.stringify([{ ...page.dataset }, ...queries.map(({ matches }) => matches)]);

/**
 * Another value whenever the page's colours may be others: for what is drawn in colours that were read once. The page
 * itself is asked, not the preferences: they change before its colours do.
 */
export const useThemeChanges = (): string => useSyncExternalStore(listen, now);
