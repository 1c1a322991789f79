import type { ResidentPart } from '../model/device.ts';
import { page as chinese } from './chinese/page.ts';
import { page as english } from './english/page.ts';
import { inLanguage, type Language } from './language.ts';
import type { PageTexts } from './page-texts.ts';

/** What the page says besides problems, in one language. */
export const pageTexts = (language: Language): PageTexts => inLanguage(language, { en: english, zh: chinese });

/** How long ago, in the largest unit that fits: nobody counts the seconds of an hour ago. */
export function agoText(texts: PageTexts, ms: number): string {
  const unit = [3_600_000, 60_000, 1].find((size) => ms >= size) ?? 1;
  return texts.queue.ago(spanText(texts, Math.floor(ms / unit) * unit));
}

/** Why weights lie on a device, when they were used last, and what it takes to bring them back. */
export function residentText(texts: PageTexts, { why, runs, usedMsAgo, reloadMs, leaves }: ResidentPart): string {
  const said = texts.machine.devices;
  // Many may want one: the first ones say enough.
  const names = runs.length > 2 ? `${runs.slice(0, 2).join(', ')} +${runs.length - 2}` : runs.join(', ');
  const reason =
    why === 'kept'
      ? said.why.kept(leaves ?? 1)
      : why === 'running' || why === 'wanted'
        ? said.why[why](names)
        : said.why[why];
  return [
    reason,
    usedMsAgo === null ? said.unused : said.used(agoText(texts, usedMsAgo)),
    ...(reloadMs >= 1000 ? [said.reload(spanText(texts, reloadMs))] : []),
  ].join(' · ');
}

/** 8 s, 2 min 5 s, 1 h 20 min. Less than a second is said as one. */
export function spanText(texts: PageTexts, ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 60) return texts.span.seconds(seconds);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return texts.span.minutes(minutes, seconds % 60);
  return texts.span.hours(Math.floor(minutes / 60), minutes % 60);
}
