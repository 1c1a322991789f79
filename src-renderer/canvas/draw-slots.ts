import { valueTypes } from '../../src-main/model/value-types.ts';
import type { CanvasNode, CanvasSlot } from './canvas-node.ts';
import { clipped } from './canvas-text.ts';
import type { Looks } from './looks.ts';
import { type Shape, titleHeight } from './shape.ts';

/** Where links begin and end, with their names. */
export function drawSlots(
  ctx: CanvasRenderingContext2D,
  on: CanvasNode,
  shape: Shape,
  isCollapsed: boolean,
  { theme, words, fits, isSmall }: Looks,
): void {
  if (!isSmall) {
    ctx.textBaseline = 'middle';
    ctx.font = `12px ${theme.font}`;
  }
  const dot = (x: number, y: number, slot: CanvasSlot, isInput: boolean, isOn: boolean) => {
    const color = slot.type === 0 || slot.type === '*' ? theme.quiet : valueTypes[slot.type].color;
    const before = ctx.globalAlpha;
    if (!fits(slot, isInput)) ctx.globalAlpha = before * 0.25;
    ctx.fillStyle = slot.type !== '*' && (isOn || !isInput) ? color : theme.surface;
    if (isSmall) ctx.fillRect(x - 4, y - 4, 8, 8);
    else {
      ctx.beginPath();
      ctx.arc(x, y, isOn || !slot.hasRow ? 5 : 3.5, 0, Math.PI * 2);
      ctx.fill();
      ctx.lineWidth = 1.5;
      ctx.strokeStyle = color;
      ctx.stroke();
    }
    ctx.globalAlpha = before;
  };
  const room = on.inputSlots.length > 0 && on.outputSlots.length > 0 ? shape.width / 2 - 16 : shape.width - 28;
  const label = ({ type }: CanvasSlot, text: string, x: number, y: number, align: CanvasTextAlign) => {
    ctx.textAlign = align;
    ctx.fillStyle = type === '*' ? theme.quiet : theme.text;
    ctx.fillText(clipped(ctx, text, room), x, y);
  };
  for (const slot of on.inputSlots) {
    const y = isCollapsed ? -titleHeight / 2 : slot.pos[1];
    if (isCollapsed && !slot.link) continue;
    dot(0, y, slot, true, slot.link !== null && slot.link !== undefined);
    if (!isCollapsed && !isSmall && !slot.hasRow)
      label(slot, words?.inputs[slot.name]?.label ?? slot.name, 12, y, 'left');
  }
  for (const slot of on.outputSlots) {
    const y = isCollapsed ? -titleHeight / 2 : slot.pos[1];
    dot(shape.width, y, slot, false, (slot.links?.length ?? 0) > 0);
    if (!isCollapsed && !isSmall) label(slot, words?.outputs[slot.name] ?? slot.name, shape.width - 12, y, 'right');
  }
}
