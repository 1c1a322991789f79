import { useEffect, useRef } from 'react';
import { isOver } from '../../src-main/model/run.ts';
import type { Language } from '../../src-main/texts/language.ts';
import { noticeTexts } from '../../src-main/texts/say-notice.ts';
import logo from './kiln.svg';
import { useCell, useStudio, useTexts } from './place.tsx';

/** A person waits for shorter ones. */
const longMs = 20_000;

export const canNotify = (): NotificationPermission => ('Notification' in window ? Notification.permission : 'denied');

export const askToNotify = (): Promise<NotificationPermission> =>
  'Notification' in window ? Notification.requestPermission() : Promise.resolve('denied');

/** Tells through the system of long runs that end while nobody looks at the window. */
export function useNotifications(): void {
  const studio = useStudio();
  const { texts, language } = useTexts();
  const runs = useCell(studio.runs);
  const { notifies } = useCell(studio.preferences.state);
  const began = useRef(new Map<string, number>());
  useEffect(() => {
    for (const { runId, state } of Object.values(runs)) {
      const since = began.current.get(runId);
      if (state === 'running') began.current.set(runId, since ?? performance.now());
      if (!isOver(state) || since === undefined) continue;
      began.current.delete(runId);
      if (!notifies || !document.hidden || performance.now() - since < longMs || canNotify() !== 'granted') continue;
      if (state === 'cancelled') continue;
      const title = studio.template.get()?.open.base.title ?? '';
      const said = state === 'failed' ? texts.settings.runFailed : texts.settings.runEnded;
      const shown = new Notification(said(texts.graphWords[title] ?? title), { tag: runId, icon: logo });
      shown.onclick = () => window.focus();
    }
  }, [runs, notifies, studio, texts]);
  // Whoever asked to be told of a submission is told, looking or not: where the system may not, in the window.
  const ended = useCell(studio.ended);
  const told = useRef(ended);
  useEffect(() => {
    if (!ended || told.current === ended) return;
    told.current = ended;
    const { submission, title, state, runs: count } = ended;
    const say = (now: Language): string => noticeTexts(now).headline(texts.graphWords[title] ?? title, state, count);
    if (canNotify() !== 'granted') {
      studio.notices.say(() => say(language));
      return;
    }
    const shown = new Notification(say(language), { tag: submission, icon: logo });
    shown.onclick = () => window.focus();
  }, [ended, studio, texts, language]);
}
