import { nodeWidth, pictureSide } from './shape.ts';
import type { Theme } from './theme.ts';

const edge = (nodeWidth - pictureSide) / 2;
const corner = 8;

/**
 * What a step has come to, as a part of its node that hangs below the rest as long as the step goes on: a node does not
 * change its size, and nothing else moves. Drawn over the other nodes, from the corner under the node's title.
 */
export function drawPreview(
  ctx: CanvasRenderingContext2D,
  picture: HTMLCanvasElement,
  below: number,
  { surface, ember, sunken }: Theme,
): void {
  const scale = Math.min(pictureSide / picture.width, pictureSide / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  ctx.beginPath();
  ctx.roundRect(0, below, nodeWidth, height + 2 * edge, [0, 0, corner, corner]);
  ctx.fillStyle = surface;
  ctx.fill();
  // Open at the top, where it belongs to the node.
  ctx.beginPath();
  ctx.moveTo(0, below - corner);
  ctx.lineTo(0, below + height + 2 * edge - corner);
  ctx.arcTo(0, below + height + 2 * edge, corner, below + height + 2 * edge, corner);
  ctx.lineTo(nodeWidth - corner, below + height + 2 * edge);
  ctx.arcTo(nodeWidth, below + height + 2 * edge, nodeWidth, below + height + 2 * edge - corner, corner);
  ctx.lineTo(nodeWidth, below - corner);
  ctx.strokeStyle = ember;
  ctx.lineWidth = 2;
  ctx.stroke();
  ctx.save();
  ctx.beginPath();
  ctx.roundRect(edge, below, pictureSide, height, 6);
  ctx.fillStyle = sunken;
  ctx.fill();
  ctx.clip();
  ctx.imageSmoothingEnabled = true;
  ctx.drawImage(picture, edge + (pictureSide - width) / 2, below, width, height);
  ctx.restore();
}
