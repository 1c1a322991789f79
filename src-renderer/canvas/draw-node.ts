import { type GraphNode, subgraphOf } from '../../src-main/model/graph.ts';
import { defaultOf } from '../../src-main/model/inputs.ts';
import type { Json } from '../../src-main/model/json.ts';
import { positionOf } from '../session/slider-scale.ts';
import type { CanvasNode } from './canvas-node.ts';
import { clipped, drawLines } from './canvas-text.ts';
import { drawBadge } from './draw-badge.ts';
import { drawSlots } from './draw-slots.ts';
import type { Looks } from './looks.ts';
import { drawSeedButtons, seedButtonsWidth } from './seed-buttons.ts';
import { nodeWidth, pictureSide, type Row, type Shape, titleHeight } from './shape.ts';
import type { Theme } from './theme.ts';

const corner = 8;
const pad = 12;

/** Of the category of a node, for the mark in its title: hues that both themes can carry. */
const categoryColors: Readonly<Record<string, string>> = {
  pack: '#b39ddb',
  text: '#ffb74d',
  conditioning: '#ff8a65',
  latent: '#f06292',
  guider: '#ff8a65',
  sampler: '#7986cb',
  sigmas: '#a1887f',
  image: '#64b5f6',
  mask: '#81c784',
  value: '#4db6ac',
  control: '#aed581',
};

/** The colour of a node: its own, else that of what it does. */
export const colorOf = ({ color, type }: Pick<GraphNode, 'color' | 'type'>): string | undefined =>
  color ?? categoryColors[type.slice(0, type.indexOf('.'))];

/** Draws a node around its own origin, the corner under its title. */
export function drawNode(ctx: CanvasRenderingContext2D, on: CanvasNode, node: GraphNode, looks: Looks): void {
  const shape = on.form!;
  const isCollapsed = node.collapsed === true;
  const height = isCollapsed ? 0 : shape.height;
  ctx.save();
  ctx.globalAlpha = node.mode === 'muted' ? 0.4 : 1;
  drawBody(ctx, shape.width, height, on, node, looks);
  drawTitle(ctx, shape.width, node, looks);
  if (!isCollapsed && looks.isSmall) drawFields(ctx, shape, looks);
  else if (!isCollapsed) {
    for (const row of shape.rows) drawRow(ctx, row, node, looks);
    if (shape.pictureY !== null) drawPicture(ctx, shape.pictureY, looks);
    if (!on.spec) drawUnknown(ctx, shape, looks);
  }
  drawSlots(ctx, on, shape, isCollapsed, looks);
  ctx.restore();
}

function drawBody(
  ctx: CanvasRenderingContext2D,
  width: number,
  height: number,
  on: CanvasNode,
  node: GraphNode,
  { theme, isSelected, isHovered, status, isSmall }: Looks,
): void {
  ctx.fillStyle = theme.surface;
  if (isSmall) ctx.fillRect(0, -titleHeight, width, height + titleHeight);
  else {
    ctx.beginPath();
    ctx.roundRect(0, -titleHeight, width, height + titleHeight, corner);
    ctx.shadowColor = theme.isDark ? 'rgb(0 0 0 / 50%)' : 'rgb(40 30 20 / 14%)';
    ctx.shadowBlur = 8;
    ctx.shadowOffsetY = 2;
    ctx.fill();
    ctx.shadowColor = 'transparent';
  }
  const hasProblem = (status?.problems.length ?? 0) > 0;
  const isRunning = status?.here?.state === 'running';
  ctx.strokeStyle = hasProblem
    ? theme.bad
    : isSelected || isRunning
      ? theme.ember
      : isHovered
        ? theme.lineStrong
        : on.spec
          ? theme.line
          : theme.warn;
  ctx.lineWidth = isSelected || hasProblem || isRunning ? 2 : 1;
  if (node.mode === 'bypassed') ctx.setLineDash([6, 4]);
  if (isSmall) ctx.strokeRect(0, -titleHeight, width, height + titleHeight);
  else ctx.stroke();
  if (node.mode === 'bypassed') ctx.setLineDash([]);
}

function drawTitle(ctx: CanvasRenderingContext2D, width: number, node: GraphNode, looks: Looks): void {
  const { theme, title, status, isSmall } = looks;
  if (node.color) drawBand(ctx, width, node, looks);
  ctx.fillStyle = theme.lineStrong;
  ctx.fillStyle = colorOf(node) ?? theme.lineStrong; // what is no colour changes nothing
  if (subgraphOf(node) !== null) drawSubgraphMark(ctx, theme);
  else if (isSmall) ctx.fillRect(pad, -titleHeight / 2 - 4, 8, 8);
  else {
    ctx.beginPath();
    ctx.arc(pad + 4, -titleHeight / 2, 4, 0, Math.PI * 2);
    ctx.fill();
  }
  if (isSmall) {
    ctx.fillRect(pad, -titleHeight / 2 - 4, Math.min(width - 2 * pad, title.length * 8), 8);
    return;
  }
  ctx.textBaseline = 'middle';
  const right = rightMark(looks);
  ctx.font = `12px ${theme.font}`;
  let end = width - pad;
  if (right?.isBadge) end -= drawBadge(ctx, end, -titleHeight / 2, right.text, theme);
  else if (right) {
    ctx.textAlign = 'right';
    ctx.fillStyle = right.color;
    ctx.fillText(right.text, end, -titleHeight / 2);
    end -= ctx.measureText(right.text).width + 8;
  }
  ctx.textAlign = 'left';
  ctx.font = `600 13px ${theme.font}`;
  ctx.fillStyle = theme.text;
  ctx.fillText(clipped(ctx, title, end - pad - 16), pad + 16, -titleHeight / 2);
  const { done = 0, total = 0, state } = status?.here ?? {};
  if (state !== 'running') return;
  ctx.fillStyle = theme.emberSoft;
  ctx.fillRect(1, -2, width - 2, 3);
  ctx.fillStyle = theme.ember;
  ctx.fillRect(1, -2, (width - 2) * (total > 0 ? done / total : 0), 3);
}

/** Two sheets, one behind the other: there is more inside. */
function drawSubgraphMark(ctx: CanvasRenderingContext2D, theme: Theme): void {
  const [x, y] = [pad - 1, -titleHeight / 2];
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = theme.ember;
  ctx.beginPath();
  ctx.roundRect(x + 4, y - 6, 8, 8, 2);
  ctx.stroke();
  ctx.beginPath();
  ctx.roundRect(x, y - 2, 8, 8, 2);
  ctx.fillStyle = theme.surface;
  ctx.fill();
  ctx.stroke();
}

/** Under the title of a node with a colour of its own. */
function drawBand(ctx: CanvasRenderingContext2D, width: number, node: GraphNode, { isSmall }: Looks): void {
  ctx.fillStyle = 'transparent';
  ctx.fillStyle = node.color ?? 'transparent';
  const before = ctx.globalAlpha;
  ctx.globalAlpha = before * 0.28;
  ctx.beginPath();
  if (isSmall) ctx.rect(0, -titleHeight, width, titleHeight);
  else ctx.roundRect(0, -titleHeight, width, titleHeight, node.collapsed ? corner : [corner, corner, 0, 0]);
  ctx.fill();
  ctx.globalAlpha = before;
}

interface RightMark {
  readonly text: string;
  readonly color: string;
  readonly isBadge?: true;
}

function rightMark({ theme, status, say }: Looks): RightMark | null {
  const problems = status?.problems.length ?? 0;
  if (problems > 0) return { text: problems > 1 ? String(problems) : '!', color: theme.bad, isBadge: true };
  const here = status?.here;
  if (!here) return null;
  if (here.state === 'running')
    return here.total > 0 ? { text: `${here.done}/${here.total}`, color: theme.ember } : null;
  if (here.state === 'reused') return { text: say.reused, color: theme.quiet };
  if (here.state === 'done' && here.ms > 0) {
    const s = here.ms / 1000;
    return { text: say.seconds(s < 10 ? s.toFixed(2) : s.toFixed(1)), color: theme.quiet };
  }
  return null;
}

/** Where values are, as far as can be seen from afar. */
function drawFields(ctx: CanvasRenderingContext2D, { rows }: Shape, { theme, isLinked }: Looks): void {
  ctx.fillStyle = theme.sunken;
  for (const { input, y, height } of rows) if (!isLinked(input)) ctx.fillRect(pad, y, nodeWidth - 2 * pad, height);
}

function drawRow(ctx: CanvasRenderingContext2D, row: Row, node: GraphNode, looks: Looks): void {
  const { theme, words, isLinked } = looks;
  const { input, spec, y, height } = row;
  const x = pad;
  const width = nodeWidth - 2 * pad;
  const label = words?.inputs[input]?.label ?? input;
  const value = node.values[input] ?? (defaultOf(spec) as Json);
  ctx.textBaseline = 'middle';
  ctx.font = `12px ${theme.font}`;
  if (isLinked(input)) {
    ctx.textAlign = 'left';
    ctx.fillStyle = theme.quiet;
    ctx.fillText(clipped(ctx, label, width), x + 4, y + Math.min(height, 28) / 2);
    return;
  }
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, 6);
  ctx.fillStyle = theme.sunken;
  ctx.fill();
  if (height > 40 && spec.kind === 'text') {
    const said = String(value ?? '');
    ctx.textAlign = 'left';
    ctx.fillStyle = said ? theme.text : theme.quiet;
    drawLines(ctx, said || label, x + 8, y + 14, width - 16, 4, 16);
    return;
  }
  if (spec.kind === 'file') {
    drawFile(ctx, row, value, label, looks);
    return;
  }
  if (spec.kind === 'int' || spec.kind === 'float') {
    const share = Number.isFinite(Number(value)) ? positionOf(Number(value), spec) : 0;
    ctx.beginPath();
    ctx.roundRect(x, y, width * share, height, 6);
    ctx.fillStyle = theme.emberSoft;
    ctx.fill();
  }
  ctx.textAlign = 'left';
  ctx.fillStyle = theme.quiet;
  const said = saidOf(row, value, looks);
  ctx.fillText(label, x + 8, y + height / 2);
  let end = x + width - 8;
  if (spec.kind === 'seed') {
    const isLocked = looks.isLocked(node, input);
    drawSeedButtons(ctx, y + height / 2, isLocked, theme);
    end -= seedButtonsWidth(isLocked !== null);
  }
  ctx.textAlign = 'right';
  ctx.fillStyle = theme.text;
  ctx.fillText(clipped(ctx, said, end - x - 20 - ctx.measureText(label).width), end, y + height / 2);
}

function saidOf({ input, spec }: Row, value: Json, { words }: Looks): string {
  if (spec.kind === 'bool') return value === true ? '✓' : '–';
  if (spec.kind === 'choice') return words?.inputs[input]?.choices?.[String(value)] ?? String(value);
  if ((spec.kind === 'int' || spec.kind === 'float') && spec.unit) return `${value} ${spec.unit}`;
  return String(value ?? '');
}

function drawFile(ctx: CanvasRenderingContext2D, { y, height }: Row, value: Json, label: string, looks: Looks): void {
  const { theme, pictures } = looks;
  const file = value as { digest?: string; name?: string } | null;
  const picture = file?.digest ? pictures.blob(file.digest) : null;
  let x = pad + 8;
  if (picture) {
    const side = height - 8;
    drawFitted(ctx, picture, pad + 4, y + 4, side, side);
    x += side + 4;
  }
  ctx.textAlign = 'left';
  ctx.fillStyle = file ? theme.text : theme.quiet;
  ctx.fillText(clipped(ctx, file?.name ?? label, nodeWidth - pad - 8 - x), x, y + height / 2);
}

function drawPicture(ctx: CanvasRenderingContext2D, y: number, { theme, status, pictures }: Looks): void {
  const x = (nodeWidth - pictureSide) / 2;
  ctx.beginPath();
  ctx.roundRect(x, y, pictureSide, pictureSide, 6);
  ctx.fillStyle = theme.sunken;
  ctx.fill();
  const picture = status?.picture ? pictures.image(status.picture) : null;
  if (!picture) return;
  ctx.save();
  ctx.clip();
  drawFitted(ctx, picture, x, y, pictureSide, pictureSide);
  ctx.restore();
}

function drawFitted(
  ctx: CanvasRenderingContext2D,
  picture: HTMLImageElement,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  const scale = Math.min(width / picture.naturalWidth, height / picture.naturalHeight);
  const [w, h] = [picture.naturalWidth * scale, picture.naturalHeight * scale];
  ctx.drawImage(picture, x + (width - w) / 2, y + (height - h) / 2, w, h);
}

function drawUnknown(ctx: CanvasRenderingContext2D, shape: Shape, { theme, say }: Looks): void {
  ctx.font = `12px ${theme.font}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.fillStyle = theme.warn;
  ctx.fillText(clipped(ctx, say.unknown, shape.width - 80), shape.width / 2, shape.height / 2);
}
