import type { Notice } from '../model/notices.ts';
import { notices as chinese } from './chinese/notices.ts';
import { notices as english } from './english/notices.ts';
import { inLanguage, type Language } from './language.ts';
import type { NoticeTexts } from './notice-texts.ts';

export const noticeTexts = (language: Language): NoticeTexts => inLanguage(language, { en: english, zh: chinese });

export const runsOf = ({ counts }: Notice): number => counts.done + counts.failed + counts.cancelled;

/** A title comes from a graph that somebody else may have made: it is one line, and no longer than a line. */
export const titleIn = (title: string): string =>
  title
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 200);

export const headlineOf = (notice: Notice, language: Language): string =>
  noticeTexts(language).headline(titleIn(notice.title), notice.state, runsOf(notice));
