import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';

interface Options {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly rowPx: number;
  readonly count: number;
  /** Row `from` was dropped before row `to`; `to` is `count` at the end. */
  readonly onDrop: (from: number, to: number) => void;
}

export interface Drag {
  readonly from: number | null;
  readonly to: number | null;
  readonly handle: (index: number) => {
    onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    onPointerMove: (event: PointerEvent<HTMLElement>) => void;
    onPointerUp: () => void;
    onPointerCancel: () => void;
  };
}

const edgePx = 32;
const scrollPxPerFrame = 8;

/** Moving a row of equal height by its handle. The list scrolls where the pointer comes near its ends; Escape lets go. */
export function useDragRows({ scroller, rowPx, count, onDrop }: Options): Drag {
  const [moving, setMoving] = useState<{ from: number; to: number } | null>(null);
  const pointerY = useRef(0);
  const isMoving = moving !== null;

  const aim = (): void => {
    const element = scroller.current;
    if (!element) return;
    const y = pointerY.current - element.getBoundingClientRect().top + element.scrollTop;
    const to = Math.min(count, Math.max(0, Math.round(y / rowPx)));
    setMoving((now) => (now && now.to !== to ? { ...now, to } : now));
  };
  const aimNow = useRef(aim);
  useEffect(() => {
    aimNow.current = aim;
  });

  useEffect(() => {
    if (!isMoving) return;
    let frame = 0;
    const scroll = (): void => {
      const element = scroller.current;
      if (element) {
        const { top, bottom } = element.getBoundingClientRect();
        const by = pointerY.current < top + edgePx ? -1 : pointerY.current > bottom - edgePx ? 1 : 0;
        if (by !== 0) {
          element.scrollTop += by * scrollPxPerFrame;
          aimNow.current();
        }
      }
      frame = requestAnimationFrame(scroll);
    };
    frame = requestAnimationFrame(scroll);
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setMoving(null);
    };
    window.addEventListener('keydown', onKey);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('keydown', onKey);
    };
  }, [isMoving, scroller]);

  return {
    from: moving?.from ?? null,
    // The places before and after itself are where it is.
    to: moving && moving.to !== moving.from && moving.to !== moving.from + 1 ? moving.to : null,
    handle: (index) => ({
      onPointerDown(event) {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        pointerY.current = event.clientY;
        setMoving({ from: index, to: index });
      },
      onPointerMove(event) {
        if (!isMoving) return;
        pointerY.current = event.clientY;
        aim();
      },
      onPointerUp() {
        if (moving && moving.to !== moving.from && moving.to !== moving.from + 1) onDrop(moving.from, moving.to);
        setMoving(null);
      },
      onPointerCancel: () => setMoving(null),
    }),
  };
}
