import type { Files } from '../bridge/files.ts';
import type { Grid } from '../session/grid.ts';
import { type GridNames, gridLayout } from '../session/grid-layout.ts';

const paper = '#ffffff';
const ink = '#1f1c19';
const quiet = '#67615a';
const sunken = '#edebe6';

/** The whole table as one picture, with its labels. @throws where a picture does not load */
export async function drawGrid(grid: Grid, names: GridNames, files: Files): Promise<{ png: Blob; scale: number }> {
  const layout = gridLayout(grid, Math.max(...names.rows.map(({ length }) => length), names.down.length));
  const { cell, gap, left, top, font } = layout;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [layout.width, layout.height];
  const pen = canvas.getContext('2d')!;
  pen.fillStyle = paper;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.textBaseline = 'middle';
  const write = (text: string, x: number, y: number, room: number, align: CanvasTextAlign, weight = 400) => {
    pen.font = `${weight} ${font}px ${getComputedStyle(document.body).fontFamily}`;
    pen.fillStyle = weight === 400 ? ink : quiet;
    pen.textAlign = align;
    pen.fillText(shortened(pen, text, room), x, y);
  };
  const xOf = (column: number) => left + column * (cell.width + gap);
  const yOf = (row: number) => top + row * (cell.height + gap);
  const labelRoom = left - 2 * gap;

  if (grid.rows) {
    write(names.across, left, gap + font * 0.6, canvas.width - left, 'left', 600);
    write(names.down, gap, top - gap - font * 0.6, labelRoom, 'left', 600);
  } else write(names.across, gap, gap + font * 0.6, canvas.width - gap, 'left', 600);
  names.columns.forEach((name, column) => {
    write(name, xOf(column) + cell.width / 2, top - gap - font * 0.6, cell.width, 'center');
  });
  if (grid.rows)
    names.rows.forEach((name, row) => {
      write(name, gap, yOf(row) + cell.height / 2, labelRoom, 'left');
    });
  // One after the other: all at once may be more than the page can hold.
  for (const [at, { image }] of grid.cells.entries()) {
    const [x, y] = [xOf(at % names.columns.length), yOf(Math.floor(at / names.columns.length))];
    if (!image) {
      pen.fillStyle = sunken;
      pen.fillRect(x, y, cell.width, cell.height);
      continue;
    }
    const answer = await fetch(files.imageAddress(image.digest));
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const bitmap = await createImageBitmap(await answer.blob());
    const by = Math.min(cell.width / bitmap.width, cell.height / bitmap.height);
    const [width, height] = [bitmap.width * by, bitmap.height * by];
    pen.drawImage(bitmap, x + (cell.width - width) / 2, y + (cell.height - height) / 2, width, height);
    bitmap.close();
  }
  const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!png) throw new Error('the browser could not write the picture');
  return { png, scale: layout.scale };
}

function shortened(pen: CanvasRenderingContext2D, text: string, room: number): string {
  if (pen.measureText(text).width <= room) return text;
  let end = text.length;
  while (end > 1 && pen.measureText(`${text.slice(0, end)}…`).width > room) end--;
  return `${text.slice(0, end)}…`;
}
