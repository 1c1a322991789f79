import { type PointerEvent, useCallback, useEffect, useRef } from 'react';
import { drawMap, fromMap, type MapScale, mapScale, onMap } from '../canvas/minimap.ts';
import { themeOf } from '../canvas/theme.ts';
import type { GraphView } from '../canvas/view.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { useCell, useStudio, useTexts } from './place.tsx';

const size = [208, 136] as const;

/** All of the graph, and what of it is in sight: press or drag to go there. */
export function GraphMinimap({ open, view }: { open: OpenGraph; view: GraphView }) {
  const { texts } = useTexts();
  const { theme } = useCell(useStudio().preferences.state);
  const { problems } = useCell(open.form);
  const graph = useCell(open.graph);
  const canvas = useRef<HTMLCanvasElement>(null);
  const sight = useRef<HTMLDivElement>(null);
  const map = useRef<MapScale>({ scale: 1, left: 0, top: 0 });
  const shown = useRef('');
  const showSight = useCallback((): void => {
    const { x, y, width, height } = onMap(map.current, view.inSight());
    const place = [x, y, width, height].map((value) => `${value.toFixed(1)}px`);
    if (place.join() === shown.current || !sight.current) return;
    shown.current = place.join();
    Object.assign(sight.current.style, {
      transform: `translate(${place[0]}, ${place[1]})`,
      width: place[2],
      height: place[3],
    });
  }, [view]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours.
  useEffect(() => {
    const element = canvas.current;
    const ctx = element?.getContext('2d');
    if (!element || !ctx) return;
    // The page takes on a theme after this; until then the colours would be those of the one before.
    const frame = requestAnimationFrame(() => {
      const density = window.devicePixelRatio || 1;
      element.width = size[0] * density;
      element.height = size[1] * density;
      ctx.scale(density, density);
      map.current = mapScale(graph, view.areaOf, size);
      const broken = new Set<string>(problems.flatMap(({ nodeId }) => nodeId ?? []));
      drawMap(ctx, graph, view.areaOf, map.current, themeOf(element.parentElement!), (id) => broken.has(id));
      showSight();
    });
    return () => cancelAnimationFrame(frame);
  }, [graph, view, problems, theme, showSight]);

  useEffect(() => view.onDrawn(showSight), [view, showSight]);

  const go = (event: PointerEvent<HTMLElement>): void => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    view.lookAt(fromMap(map.current, [event.clientX - left, event.clientY - top]));
  };
  return (
    <div
      className="minimap"
      title={texts.canvas.minimap}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        go(event);
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && go(event)}
    >
      <canvas ref={canvas} style={{ width: size[0], height: size[1] }} aria-hidden />
      <div ref={sight} />
    </div>
  );
}
