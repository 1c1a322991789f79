import type { KeptPreferences } from './preferences.ts';

// Which graphs are open and in which order is a preference: it lasts, and every window begins with it.

/** The tabs with one more, at the end, where it is not there yet. */
export const withTab = (tabs: readonly string[], name: string): readonly string[] =>
  tabs.includes(name) ? tabs : [...tabs, name];

/** Closes a tab; answers the one to show where it was the shown one, null where nothing else is open. */
export function closeTab(preferences: KeptPreferences, name: string): string | null {
  const { tabs, template } = preferences.state.get();
  const at = tabs.indexOf(name);
  const left = tabs.filter((tab) => tab !== name);
  preferences.change({ tabs: left });
  if (template !== name) return template;
  return left[Math.min(at, left.length - 1)] ?? null;
}

/** The tab beside the shown one, around the end. */
export function tabBeside({ state }: KeptPreferences, step: 1 | -1): string | null {
  const { tabs, template } = state.get();
  if (tabs.length === 0) return null;
  const at = template === null ? -1 : tabs.indexOf(template);
  return tabs[(at + step + tabs.length) % tabs.length]!;
}

/** A tab moved before another, or to the end. */
export function movedTab(tabs: readonly string[], name: string, before: string | null): readonly string[] {
  const others = tabs.filter((tab) => tab !== name);
  const at = before === null ? -1 : others.indexOf(before);
  return at < 0 ? [...others, name] : [...others.slice(0, at), name, ...others.slice(at)];
}
