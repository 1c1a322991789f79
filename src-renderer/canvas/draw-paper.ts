import type { Theme } from './theme.ts';

/** In graph units. */
export const gridStep = 24;

/** Dots where the grid's lines cross, while they are far enough from one another. */
export function drawGrid(
  ctx: CanvasRenderingContext2D,
  [x = 0, y = 0, width = 0, height = 0]: Float32Array,
  scale: number,
  theme: Theme,
): void {
  if (scale < 0.5) return;
  ctx.fillStyle = theme.line;
  const size = 1.5 / Math.max(1, scale);
  ctx.beginPath();
  for (let gx = Math.ceil(x / gridStep) * gridStep; gx < x + width; gx += gridStep)
    for (let gy = Math.ceil(y / gridStep) * gridStep; gy < y + height; gy += gridStep) ctx.rect(gx, gy, size, size);
  ctx.fill();
}

/** What is being framed to be selected. */
export function drawRectangle(
  ctx: CanvasRenderingContext2D,
  [x = 0, y = 0, width = 0, height = 0]: Float32Array,
  scale: number,
  theme: Theme,
): void {
  ctx.fillStyle = theme.emberSoft;
  ctx.globalAlpha = 0.4;
  ctx.fillRect(x, y, width, height);
  ctx.globalAlpha = 1;
  ctx.strokeStyle = theme.ember;
  ctx.lineWidth = 1.5 / scale;
  ctx.strokeRect(x, y, width, height);
}
