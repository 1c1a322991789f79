import { colors } from '../../src-main/model/colors.ts';
import type { Graph, Group, Note } from '../../src-main/model/graph.ts';
import { type Area, areaOf, groupTitleHeight } from '../session/ground.ts';
import { isMarked, type Mark } from '../session/mark.ts';
import { clipped, drawLines } from './canvas-text.ts';
import type { Theme } from './theme.ts';

export interface GroundLooks {
  readonly theme: Theme;
  readonly marked: readonly Mark[];
  /** Zoomed out so far that text cannot be read. */
  readonly isSmall: boolean;
  readonly noteEmpty: string;
  /** Where something is while a hand holds it; else where the graph says. */
  readonly areaOf: (mark: Mark, kept: Area) => Area;
}

const corner = 8;
const pad = 12;
const noteLine = 18;
const handleSide = 10;

/** Larger ones first, so that what lies in another is drawn over it; remembered as long as they are the same. */
const sorted = new WeakMap<Graph['groups'], readonly Group[]>();
export function groupsFromBelow(groups: Graph['groups']): readonly Group[] {
  let known = sorted.get(groups);
  if (!known) {
    known = Object.values(groups).sort((a, b) => b.size[0] * b.size[1] - a.size[0] * a.size[1]);
    sorted.set(groups, known);
  }
  return known;
}

const marks = new WeakMap<Group | Note, Mark>();
export function markOf(of: Group | Note): Mark {
  let mark = marks.get(of);
  if (!mark) {
    mark = ('text' in of ? { kind: 'note', id: of.id } : { kind: 'group', id: of.id }) as Mark;
    marks.set(of, mark);
  }
  return mark;
}

/** Groups and notes, under links and nodes. */
export function drawGround(ctx: CanvasRenderingContext2D, { groups, notes }: Graph, looks: GroundLooks): void {
  for (const group of groupsFromBelow(groups)) drawGroup(ctx, group, looks);
  for (const id in notes) drawNote(ctx, notes[id as Note['id']]!, looks);
  ctx.globalAlpha = 1;
}

function drawGroup(ctx: CanvasRenderingContext2D, group: Group, looks: GroundLooks): void {
  const { theme, isSmall } = looks;
  const { x, y, width, height } = looks.areaOf(markOf(group), areaOf(group));
  const isUp = isMarked(looks.marked, markOf(group));
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, corner);
  ctx.fillStyle = colors.grey;
  ctx.fillStyle = group.color; // what is no colour changes nothing
  ctx.strokeStyle = ctx.fillStyle;
  ctx.globalAlpha = theme.isDark ? 0.12 : 0.09;
  ctx.fill();
  ctx.globalAlpha = isUp ? 1 : 0.55;
  ctx.lineWidth = isUp ? 2 : 1;
  ctx.stroke();
  ctx.beginPath();
  ctx.roundRect(x, y, width, groupTitleHeight, [corner, corner, 0, 0]);
  ctx.globalAlpha = 0.2;
  ctx.fill();
  drawHandle(ctx, x + width, y + height, isUp);
  if (isSmall) return;
  ctx.globalAlpha = 1;
  ctx.font = `600 14px ${theme.font}`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  ctx.fillStyle = theme.text;
  ctx.fillText(clipped(ctx, group.title, width - 2 * pad), x + pad, y + groupTitleHeight / 2);
}

function drawNote(ctx: CanvasRenderingContext2D, note: Note, looks: GroundLooks): void {
  const { theme, isSmall } = looks;
  const { x, y, width, height } = looks.areaOf(markOf(note), areaOf(note));
  const isUp = isMarked(looks.marked, markOf(note));
  ctx.globalAlpha = 1;
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, corner);
  ctx.fillStyle = theme.surface;
  ctx.fill();
  ctx.fillStyle = colors.yellow;
  if (note.color) ctx.fillStyle = note.color;
  ctx.strokeStyle = ctx.fillStyle;
  ctx.globalAlpha = theme.isDark ? 0.22 : 0.26;
  ctx.fill();
  ctx.globalAlpha = isUp ? 1 : 0.55;
  ctx.lineWidth = isUp ? 2 : 1;
  ctx.stroke();
  drawHandle(ctx, x + width, y + height, isUp);
  ctx.globalAlpha = 1;
  if (isSmall) return;
  ctx.font = `13px ${theme.font}`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  ctx.fillStyle = note.text ? theme.text : theme.quiet;
  const most = Math.max(1, Math.floor((height - 2 * pad + 4) / noteLine));
  drawLines(ctx, note.text || looks.noteEmpty, x + pad, y + pad + noteLine / 2, width - 2 * pad, most, noteLine);
}

/** Two strokes across the corner by which it is made larger. */
function drawHandle(ctx: CanvasRenderingContext2D, right: number, bottom: number, isUp: boolean): void {
  ctx.globalAlpha = isUp ? 1 : 0.6;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.moveTo(right - 4, bottom - handleSide);
  ctx.lineTo(right - handleSide, bottom - 4);
  ctx.moveTo(right - 4, bottom - handleSide / 2 - 1);
  ctx.lineTo(right - handleSide / 2 - 1, bottom - 4);
  ctx.stroke();
}
