import { nodeWidth } from './shape.ts';
import type { Theme } from './theme.ts';

// At the end of a seed's row: the lock where the form offers the seed, and left of it the dice.

const side = 14;
const step = 24;
const right = nodeWidth - 12 - 8;

export const seedButtonsWidth = (hasLock: boolean): number => (hasLock ? 2 : 1) * step;

/** Which button lies at `x`, in graph units from the node's left edge. */
export function seedButtonAt(x: number, hasLock: boolean): 'dice' | 'lock' | null {
  const from = nodeWidth - 12 - seedButtonsWidth(hasLock) - 2;
  if (x < from || x > nodeWidth - 12) return null;
  return hasLock && x >= from + step + 2 ? 'lock' : 'dice';
}

/** Drawn at the size of a row's text, around the row's middle; `isLocked` is null where nothing can be locked. */
export function drawSeedButtons(
  ctx: CanvasRenderingContext2D,
  middle: number,
  isLocked: boolean | null,
  { quiet, ember }: Theme,
): void {
  ctx.lineWidth = 1.4;
  let x = right - side;
  if (isLocked !== null) {
    ctx.strokeStyle = isLocked ? ember : quiet;
    drawLock(ctx, x, middle, isLocked);
    x -= step;
  }
  ctx.strokeStyle = quiet;
  ctx.fillStyle = quiet;
  drawDice(ctx, x, middle);
}

function drawLock(ctx: CanvasRenderingContext2D, x: number, middle: number, isLocked: boolean): void {
  const top = middle - side / 2;
  ctx.beginPath();
  ctx.roundRect(x + 2, top + 6, side - 4, side - 7, 1.5);
  ctx.moveTo(x + 4, top + 6);
  ctx.lineTo(x + 4, top + 4);
  ctx.arc(x + side / 2, top + 4, 3, Math.PI, isLocked ? 0 : -0.6);
  if (isLocked) ctx.lineTo(x + side - 4, top + 6);
  ctx.stroke();
}

function drawDice(ctx: CanvasRenderingContext2D, x: number, middle: number): void {
  const top = middle - side / 2;
  ctx.beginPath();
  ctx.roundRect(x + 1, top + 1, side - 2, side - 2, 2.5);
  ctx.stroke();
  ctx.beginPath();
  for (const [dx, dy] of pips) {
    ctx.moveTo(x + dx, top + dy);
    ctx.arc(x + dx, top + dy, 1.2, 0, Math.PI * 2);
  }
  ctx.fill();
}

const pips = [
  [4.5, 4.5],
  [side - 4.5, 4.5],
  [side / 2, side / 2],
  [4.5, side - 4.5],
  [side - 4.5, side - 4.5],
] as const;
