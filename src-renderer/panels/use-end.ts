import { type RefObject, useEffect, useRef } from 'react';

/** The end of a long list: asks for more whenever it comes into sight, and again while it stays there after `seen` grew. */
export function useEnd(onReached: () => void, isComplete: boolean, seen: number): RefObject<HTMLDivElement | null> {
  const end = useRef<HTMLDivElement>(null);
  const latest = useRef(onReached);
  latest.current = onReached;
  // biome-ignore lint/correctness/useExhaustiveDependencies: an end that is still in sight after a page was loaded is looked at again.
  useEffect(() => {
    if (isComplete || !end.current) return;
    const watcher = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && latest.current(),
      { rootMargin: '400px' },
    );
    watcher.observe(end.current);
    return () => watcher.disconnect();
  }, [isComplete, seen]);
  return end;
}
