const widths = new Map<string, string>();

/** Text that fits a width, with an ellipsis where it was cut. Remembered: measuring is most of the work of drawing. */
export function clipped(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  const key = `${ctx.font} ${Math.round(width)} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  const line = text.split('\n', 1)[0]!.slice(0, 200);
  let kept = line;
  if (ctx.measureText(line).width > width) {
    let [low, high] = [0, line.length];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (ctx.measureText(`${line.slice(0, middle)}…`).width <= width) low = middle;
      else high = middle - 1;
    }
    kept = `${line.slice(0, low).replace(/[\ud800-\udbff]$/, '')}…`; // no half of a character
  }
  if (widths.size > 5_000) widths.clear();
  widths.set(key, kept);
  return kept;
}

/** Whether a text is longer than a width, in a font. */
export function isCut(ctx: CanvasRenderingContext2D, font: string, text: string, width: number): boolean {
  ctx.save();
  ctx.font = font;
  const kept = clipped(ctx, text, width);
  ctx.restore();
  return kept !== text;
}

const wrapped = new Map<string, readonly string[]>();

export function drawLines(
  ctx: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  width: number,
  most: number,
  step: number,
): void {
  const key = `${width} ${most} ${text.slice(0, 400)}`;
  let lines = wrapped.get(key);
  if (!lines) {
    lines = linesOf(ctx, text.slice(0, 400), width, most);
    if (wrapped.size > 1_000) wrapped.clear();
    wrapped.set(key, lines);
  }
  lines.forEach((line, i) => {
    ctx.fillText(line, x, y + i * step);
  });
}

/** Broken between words, and between characters where a language has no spaces or a word is too long. */
function linesOf(ctx: CanvasRenderingContext2D, text: string, width: number, most: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of text.match(/\n|[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+\s?|\s/g) ?? []) {
    const next = line + piece;
    if (piece !== '\n' && ctx.measureText(next.trimEnd()).width <= width) {
      line = next;
      continue;
    }
    lines.push(line);
    line = piece === '\n' ? '' : piece.trimStart();
  }
  lines.push(line);
  if (lines.length <= most) return lines.map((one) => clipped(ctx, one, width));
  return [...lines.slice(0, most - 1), clipped(ctx, `${lines[most - 1]} ${lines[most]}…`, width)];
}
