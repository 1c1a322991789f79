import type { Grid } from './grid.ts';

/** What stands at the sides of a grid, in the page's language. */
export interface GridNames {
  readonly title: string;
  readonly across: string;
  readonly down: string;
  readonly columns: readonly string[];
  readonly rows: readonly string[];
}

/** Where everything of a grid lies in one picture, in its pixels. */
export interface GridLayout {
  readonly width: number;
  readonly height: number;
  /** Of the pictures' own size; 1 where all fits into what a browser can draw. */
  readonly scale: number;
  readonly cell: { readonly width: number; readonly height: number };
  readonly gap: number;
  /** Left of the first column and above the first row: where the labels are. */
  readonly left: number;
  readonly top: number;
  readonly font: number;
}

/** Browsers refuse canvases beyond these; the least of them all. */
const mostSide = 8192;
const mostPixels = 48_000_000;
const smallest = 64;

/** As large as the pictures are, or as a browser can draw. `labels` is the longest row label in characters. */
export function gridLayout({ cells, columns, rows }: Grid, labels: number): GridLayout {
  const sizes = cells.flatMap(({ image }) => (image ? [image] : []));
  const most = (of: 'width' | 'height') => Math.max(smallest, ...sizes.map((size) => size[of]));
  const [across, down] = [columns.values.length, rows?.values.length ?? 1];
  const at = (scale: number): GridLayout => {
    const cell = {
      width: Math.max(1, Math.floor(most('width') * scale)),
      height: Math.max(1, Math.floor(most('height') * scale)),
    };
    const font = Math.max(12, Math.round(cell.width / 14));
    const gap = Math.max(4, Math.round(cell.width / 32));
    const left = rows ? gap * 2 + Math.min(cell.width, Math.ceil(labels * font * 0.65)) : gap;
    const top = gap * 2 + font * (rows ? 3 : 2);
    return {
      scale,
      cell,
      gap,
      font,
      left,
      top,
      width: left + across * (cell.width + gap),
      height: top + down * (cell.height + gap),
    };
  };
  let layout = at(1);
  while (
    (layout.width > mostSide || layout.height > mostSide || layout.width * layout.height > mostPixels) &&
    layout.scale > 0.02
  )
    layout = at(layout.scale * 0.95);
  return layout;
}
