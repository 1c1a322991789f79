import { useEffect } from 'react';

/** Does something at once and then every so many ms, while the page is seen and `isOn`. What fails is tried again then. */
export function usePolled(work: () => Promise<unknown>, everyMs: number, isOn = true): void {
  useEffect(() => {
    if (!isOn) return;
    const look = (): void => {
      if (!document.hidden) work().catch(() => {});
    };
    look();
    const timer = window.setInterval(look, everyMs);
    return () => window.clearInterval(timer);
  }, [work, everyMs, isOn]);
}
