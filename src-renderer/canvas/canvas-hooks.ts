import type { Area } from '../session/ground.ts';
import type { Point } from '../session/move.ts';
import type { CanvasNode, CanvasSlot, PointerAt } from './canvas-node.ts';
import type { Route } from './draw-link.ts';
import type { ShownLink } from './project.ts';

/** One end of a link that is being drawn. */
export interface Loose {
  readonly node: CanvasNode;
  readonly slot: CanvasSlot;
  readonly isOutput: boolean;
}

export interface CanvasHooks {
  draw(node: CanvasNode, ctx: CanvasRenderingContext2D): void;
  /** What lies under all nodes and links. */
  drawUnder(ctx: CanvasRenderingContext2D): void;
  /** What lies over all nodes. */
  drawOver(ctx: CanvasRenderingContext2D): void;
  /** The pointer is here; `node` is the one under it. */
  hovered(at: PointerAt, node: CanvasNode | null): void;
  links(): readonly ShownLink[];
  /** The points of a link as they are now, and how far a hand has moved them together with both ends. */
  routeOf(link: ShownLink): Route;
  /** What is selected is in a hand, this far from where it was taken; `lead` is the node that was taken. */
  dragged(lead: CanvasNode, by: Point, at: PointerAt): void;
  moved(): void;
  /**
   * A press where no node is; `isAdding` keeps what is taken up. Answers whether something was there to hold: until it
   * is released, moves are its own.
   */
  press(at: PointerAt, isAdding: boolean): boolean;
  readonly isHolding: boolean;
  drag(at: PointerAt): void;
  release(): void;
  /** How the pointer looks where no node is. */
  cursorAt(at: PointerAt): string;
  doubled(at: PointerAt, node: CanvasNode | null): void;
  selected(ids: readonly string[], isAdding: boolean): void;
  /** A node that was selected before was clicked. */
  clicked(node: CanvasNode, isAdding: boolean): void;
  /** A click with the key that draws rectangles; `node` is the one under it. */
  toggled(at: PointerAt, node: CanvasNode | null): void;
  /** A rectangle was drawn, in graph units. */
  framed(area: Area, isAdding: boolean): void;
  /** Somebody wants another node here; `loose` is a link that was let go. */
  palette(at: PointerAt, loose: Loose | null): void;
  menu(at: PointerAt, node: CanvasNode | null): void;
  link(at: PointerAt, id: string): void;
  released(): void;
}
