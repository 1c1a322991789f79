import { type CSSProperties, type KeyboardEvent, type PointerEvent, useCallback, useRef, useState } from 'react';
import { fitScale, placed, type Size, type Zoom, zoomedAt, zoomStep } from '../session/zoom.ts';

const nowhere: Size = { width: 0, height: 0 };
/** Of a wheel's notch, in the browser's pixels. */
const notch = 100;

/** Zoom by wheel, keys and double click, pan by drag. Several frames of one size may share it. */
export function useZoom(picture: Size) {
  const [frame, setFrame] = useState<Size>(nowhere);
  /** Null while the picture fits its frame, whatever the window does. */
  const [zoom, setZoom] = useState<Zoom | null>(null);
  const drag = useRef<{ readonly x: number; readonly y: number } | null>(null);
  const isMeasured = frame.width > 0 && picture.width > 0;
  const shown: Zoom = zoom
    ? placed(zoom, picture, frame)
    : { scale: isMeasured ? fitScale(picture, frame) : 1, x: 0, y: 0 };

  const zoomBy = (factor: number, point = { x: 0, y: 0 }): void =>
    setZoom(zoomedAt(shown, factor, point, picture, frame));
  const toggle = (point = { x: 0, y: 0 }): void =>
    setZoom(zoom ? null : zoomedAt(shown, 1 / shown.scale, point, picture, frame));

  const wheel = useRef<(event: WheelEvent) => void>(() => {});
  wheel.current = (event) => {
    event.preventDefault();
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const point = { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 };
    zoomBy(zoomStep ** (-event.deltaY / notch), point);
  };
  const ref = useCallback((element: HTMLElement | null) => {
    if (!element) return;
    const watcher = new ResizeObserver(() => setFrame({ width: element.clientWidth, height: element.clientHeight }));
    watcher.observe(element);
    const onWheel = (event: WheelEvent) => wheel.current(event);
    // React's own would be passive, and the page would scroll along.
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => {
      watcher.disconnect();
      element.removeEventListener('wheel', onWheel);
    };
  }, []);

  const style: CSSProperties = {
    width: picture.width,
    height: picture.height,
    transform: `translate(-50%, -50%) translate(${shown.x}px, ${shown.y}px) scale(${shown.scale})`,
    visibility: isMeasured ? 'visible' : 'hidden',
    // Beyond that a person looks at pixels, not at the picture.
    imageRendering: shown.scale > 3 ? 'pixelated' : 'auto',
  };
  return {
    style,
    percent: Math.round(shown.scale * 100),
    isFit: zoom === null,
    zoomBy,
    toggle: () => toggle(),
    fit: () => setZoom(null),
    /** Answers whether the key was one of its own. */
    onKey(event: KeyboardEvent): boolean {
      if (event.ctrlKey || event.metaKey || event.altKey) return false;
      const work = {
        '+': () => zoomBy(zoomStep),
        '=': () => zoomBy(zoomStep),
        '-': () => zoomBy(1 / zoomStep),
        '0': () => setZoom(null),
        '1': () => setZoom(zoomedAt(shown, 1 / shown.scale, { x: 0, y: 0 }, picture, frame)),
      }[event.key];
      work?.();
      return work !== undefined;
    },
    frameProps: {
      ref,
      onPointerDown(event: PointerEvent<HTMLElement>) {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { x: event.clientX, y: event.clientY };
      },
      onPointerMove(event: PointerEvent<HTMLElement>) {
        const from = drag.current;
        if (!from) return;
        drag.current = { x: event.clientX, y: event.clientY };
        const moved = { ...shown, x: shown.x + event.clientX - from.x, y: shown.y + event.clientY - from.y };
        if (zoom) setZoom(placed(moved, picture, frame));
      },
      onPointerUp() {
        drag.current = null;
      },
      onDoubleClick(event: { clientX: number; clientY: number; currentTarget: HTMLElement }) {
        const box = event.currentTarget.getBoundingClientRect();
        toggle({ x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 });
      },
    },
  };
}

export type ZoomControls = ReturnType<typeof useZoom>;
