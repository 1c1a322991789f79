import type { Theme } from './theme.ts';

const height = 18;

/** Says how much is wrong, in a round field that ends at `end`. Answers its width with the gap before it. */
export function drawBadge(
  ctx: CanvasRenderingContext2D,
  end: number,
  middle: number,
  text: string,
  { bad, surface, font }: Theme,
): number {
  ctx.font = `700 12px ${font}`;
  const width = text.length > 1 ? 8 + 7 * text.length : height;
  ctx.beginPath();
  ctx.roundRect(end - width, middle - height / 2, width, height, height / 2);
  ctx.fillStyle = bad;
  ctx.fill();
  ctx.fillStyle = surface;
  ctx.textAlign = 'center';
  ctx.fillText(text, end - width / 2, middle + 0.5);
  return width + 8;
}
