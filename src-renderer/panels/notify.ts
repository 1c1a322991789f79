import { useEffect, useRef } from 'react';
import { isOver } from '../../src-main/model/run.ts';
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
  const { texts } = useTexts();
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
}
