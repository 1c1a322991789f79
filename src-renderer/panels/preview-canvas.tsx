import { useLayoutEffect, useRef } from 'react';
import type { Preview } from '../session/runs-here.ts';

/** A few thousand pixels of a latent, drawn as they are; the style sheet makes them large. */
export function PreviewCanvas({ preview }: { preview: Preview }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height, rgb } = preview;
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const bytes = atob(rgb);
    const image = context.createImageData(width, height);
    for (let from = 0, to = 0; from + 2 < bytes.length && to < image.data.length; from += 3, to += 4) {
      image.data[to] = bytes.charCodeAt(from);
      image.data[to + 1] = bytes.charCodeAt(from + 1);
      image.data[to + 2] = bytes.charCodeAt(from + 2);
      image.data[to + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }, [width, height, rgb]);
  return <canvas ref={canvas} className="preview" width={width} height={height} aria-hidden />;
}
