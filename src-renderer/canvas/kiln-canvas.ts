import { LGraphCanvas, LiteGraph } from 'litegraph.js/build/litegraph.core.js';
import { valueTypes } from '../../src-main/model/value-types.ts';
import type { Point } from '../session/move.ts';
import { type CanvasNode, type CanvasSlot, type End, fitsInto, type PointerAt } from './canvas-node.ts';
import { placeOn, traceLink } from './link-path.ts';
import type { ShownLink } from './project.ts';
import { titleHeight } from './shape.ts';
import type { Theme } from './theme.ts';

LiteGraph.NODE_TITLE_HEIGHT = titleHeight;
Object.assign(LiteGraph, {
  pointerevents_method: 'pointer',
  release_link_on_empty_shows_menu: true,
  click_do_break_link_to: false,
  alt_drag_do_clone_nodes: false,
  // Either way round: what is dragged decides, and `connect` looks once more.
  isValidConnection: (a: string | 0, b: string | 0) => {
    const [one, other] = [{ type: a }, { type: b }] as unknown as [CanvasSlot, CanvasSlot];
    return fitsInto(one, other) || fitsInto(other, one);
  },
});
for (const [type, { color }] of Object.entries(valueTypes)) LGraphCanvas.link_type_colors[type] = color;

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
  routeOf(link: ShownLink): { readonly via: readonly Point[]; readonly by: Point };
  /** What is selected is in a hand, this far from where it was taken; `lead` is the node that was taken. */
  dragged(lead: CanvasNode, by: Point, at: PointerAt): void;
  moved(): void;
  /** A press where no node is. Answers whether something was there to hold: until it is released, moves are its own. */
  press(at: PointerAt): boolean;
  readonly isHolding: boolean;
  drag(at: PointerAt): void;
  release(): void;
  /** How the pointer looks where no node is. */
  cursorAt(at: PointerAt): string;
  doubled(at: PointerAt, node: CanvasNode | null): void;
  selected(ids: readonly string[]): void;
  /** Somebody wants another node here; `loose` is a link that was let go. */
  palette(at: PointerAt, loose: Loose | null): void;
  menu(at: PointerAt, node: CanvasNode | null): void;
  link(at: PointerAt, id: string): void;
  released(): void;
}

/** What the library has and its types leave out. */
interface Inner {
  connecting_node: CanvasNode | null;
  connecting_output: CanvasSlot | null;
  connecting_input: CanvasSlot | null;
  connecting_pos: unknown;
  connecting_slot: number;
  dragging_rectangle: Float32Array | null;
  node_dragged: CanvasNode | null;
  node_over: CanvasNode | null;
  node_capturing_input: CanvasNode | null;
  dragging_canvas: boolean;
  visible_area: Float32Array;
  graph_mouse: readonly [number, number];
  is_rendering: boolean;
}

export const gridStep = 24;
/** Where a link ends: at its slot, or beside the title of a node of which nothing else is shown. */
function placeEnd({ node, slot }: End, into: [number, number]): void {
  const { pos, flags } = node;
  into[0] = pos[0] + slot.pos[0];
  into[1] = pos[1] + (flags.collapsed ? -titleHeight / 2 : slot.pos[1]);
}

const noPoints: readonly Point[] = [];
const origin: Point = [0, 0];

/**
 * The library's canvas, with its own looks and none of its menus, dialogs, keys and clipboard: whatever people do comes
 * out as a call.
 */
export class KilnCanvas extends LGraphCanvas {
  hooks: CanvasHooks | null = null;
  theme: Theme;
  /** Device pixels per pixel of the page. */
  density = 1;

  constructor(element: HTMLCanvasElement, theme: Theme) {
    super(element, undefined, { skip_render: true });
    this.theme = theme;
    Object.assign(this, {
      constructor: LGraphCanvas, // a graph takes no canvas of another name
      background_image: null,
      render_canvas_border: false,
      render_connections_border: false,
      render_link_tooltip: false,
      render_shadows: false,
      show_info: false,
      connections_width: 2.5,
      zoom_modify_alpha: false,
      allow_searchbox: true,
    });
    // Links of selected nodes would be drawn white, whatever the paper is.
    Object.defineProperty(this, 'highlighted_links', { get: () => ({}), set: () => {} });
    const { ds } = this;
    ds.max_scale = 3;
    ds.min_scale = 0.1;
    ds.toCanvasContext = (ctx: CanvasRenderingContext2D) => {
      ctx.scale(ds.scale * this.density, ds.scale * this.density);
      ctx.translate(ds.offset[0], ds.offset[1]);
    };
    this.onSelectionChange = (nodes) => this.hooks?.selected(Object.keys(nodes));
    this.onNodeMoved = () => this.hooks?.moved();
    this.onDrawBackground = ((ctx: CanvasRenderingContext2D) => {
      this.#drawGrid(ctx);
      this.hooks?.drawUnder(ctx);
    }) as never;
    // The library takes no pointer for one that may press twice.
    element.addEventListener('dblclick', this.#onDouble);
    element.addEventListener('pointerleave', this.#onLeave);
    this.onDrawForeground = ((ctx: CanvasRenderingContext2D) => {
      this.hooks?.drawOver(ctx);
      this.#drawRectangle(ctx);
    }) as never;
    (this as unknown as { bgcanvas: unknown }).bgcanvas = element;
    this.takeTheme(theme);
  }

  /** Links and all beneath are drawn with the nodes: one canvas is filled, and none is copied into another. */
  override drawBackCanvas(): void {
    if (this.#isDrawing) super.drawBackCanvas();
    this.dirty_bgcanvas = false;
    this.dirty_canvas = !this.#isDrawing;
  }

  override drawFrontCanvas(): void {
    this.#isDrawing = true;
    super.drawFrontCanvas();
    this.#isDrawing = false;
  }

  #isDrawing = false;

  get inner(): Inner {
    return this as unknown as Inner;
  }

  takeTheme(theme: Theme): void {
    this.theme = theme;
    Object.assign(this, { clear_background_color: theme.paper });
    this.default_link_color = theme.lineStrong;
    LiteGraph.CONNECTING_LINK_COLOR = theme.ember;
    this.setDirty(true, true);
  }

  /** The end of a link that a person holds, or null. */
  get loose(): Loose | null {
    const { connecting_node: node, connecting_output: output, connecting_input: input } = this.inner;
    const slot = output ?? input;
    return node && slot ? { node, slot, isOutput: output !== null && output !== undefined } : null;
  }

  /** Lets go of whatever is held, as if it had not been taken. */
  letGo(): void {
    Object.assign(this.inner, {
      connecting_node: null,
      connecting_output: null,
      connecting_input: null,
      connecting_pos: null,
      connecting_slot: -1,
      dragging_rectangle: null,
      node_dragged: null,
      node_capturing_input: null,
    });
    this.setDirty(true, true);
  }

  override drawNode = ((node: CanvasNode, ctx: CanvasRenderingContext2D): void => {
    if (node.flags.collapsed) (node as unknown as { _collapsed_width: number })._collapsed_width = node.form!.width;
    this.hooks?.draw(node, ctx);
  }) as never;

  override showSearchBox = ((event: unknown, options?: { slot_from?: unknown }): void =>
    this.hooks?.palette(event as PointerAt, options?.slot_from ? this.loose : null)) as never;

  override showLinkMenu = ((link: { id: unknown }, event: unknown): boolean => {
    this.hooks?.link(event as PointerAt, String(link.id));
    return false;
  }) as never;

  showConnectionMenu = ({ e }: { e: PointerAt }): void => this.hooks?.palette(e, this.loose);

  override processContextMenu = ((node: CanvasNode | null, event: unknown): void =>
    this.hooks?.menu(event as PointerAt, node)) as never;

  /** Keys belong to the panel around the canvas. */
  override processKey(): boolean {
    return true;
  }

  override processDrop(): void {}

  checkPanels(): void {}

  override processMouseDown(event: MouseEvent): boolean | undefined {
    const at = this.#pointerAt(event);
    this.#pressedAt = [at.canvasX, at.canvasY];
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey;
    if (!isPlain || this.#nodeAt(at, 5) || !this.hooks?.press(at)) return super.processMouseDown(event);
    this.canvas.focus();
    this.canvas.setPointerCapture((event as PointerEvent).pointerId);
    event.preventDefault();
    this.setDirty(true, true);
    return false;
  }

  override processMouseMove(event: MouseEvent): boolean | undefined {
    const { hooks } = this;
    if (hooks?.isHolding) {
      hooks.drag(this.#pointerAt(event));
      this.setDirty(true, true);
      return false;
    }
    const answer = super.processMouseMove(event);
    const at = event as unknown as PointerAt;
    const { node_dragged: lead, node_over: over, dragging_canvas: isMovingView } = this.inner;
    if (lead) {
      const by: Point = [at.canvasX - this.#pressedAt[0], at.canvasY - this.#pressedAt[1]];
      hooks?.dragged(lead, by, at);
    } else if (!over && !isMovingView && !this.loose) this.canvas.style.cursor = hooks?.cursorAt(at) ?? '';
    else if (over && !this.loose) this.canvas.style.cursor = at.canvasY < over.pos[1] ? 'grab' : 'default';
    hooks?.hovered(at, over);
    return answer;
  }

  override processMouseUp(event: MouseEvent): boolean | undefined {
    if (this.hooks?.isHolding) {
      this.hooks.release();
      this.setDirty(true, true);
      return false;
    }
    const answer = super.processMouseUp(event);
    this.hooks?.released();
    return answer;
  }

  override unbindEvents(): void {
    super.unbindEvents();
    this.canvas.removeEventListener('dblclick', this.#onDouble);
    this.canvas.removeEventListener('pointerleave', this.#onLeave);
  }

  /** Every frame asks this of every link, so nothing is looked up by name. */
  override drawConnections = ((ctx: CanvasRenderingContext2D): void => {
    const [x = 0, y = 0, width = 0, height = 0] = this.inner.visible_area;
    const [a, b] = [[0, 0] as [number, number], [0, 0] as [number, number]];
    for (const link of this.hooks?.links() ?? []) {
      const { from, to } = link;
      placeEnd(from, a);
      placeEnd(to, b);
      const margin = 20;
      if (Math.max(a[0], b[0]) < x - margin || Math.min(a[0], b[0]) > x + width + margin) continue;
      if (Math.max(a[1], b[1]) < y - margin || Math.min(a[1], b[1]) > y + height + margin) continue;
      this.#drawLink(ctx, a, b, link, null);
    }
  }) as never;

  override renderLink = ((
    ctx: CanvasRenderingContext2D,
    a: ArrayLike<number>,
    b: ArrayLike<number>,
    link: ShownLink | null,
    _skipBorder: boolean,
    _flow: unknown,
    color: string | null,
    startDirection: number,
  ): void => {
    const isBackwards = link === null && startDirection === LiteGraph.LEFT;
    this.#drawLink(ctx, isBackwards ? b : a, isBackwards ? a : b, link, color);
  }) as never;

  /** One curve, or one for each stretch between the points that a link runs through; null is one that is in a hand. */
  #drawLink(
    ctx: CanvasRenderingContext2D,
    a: ArrayLike<number>,
    b: ArrayLike<number>,
    link: ShownLink | null,
    color: string | null,
  ): void {
    ctx.lineWidth = this.connections_width;
    ctx.strokeStyle = color ?? LGraphCanvas.link_type_colors[link?.type ?? ''] ?? this.default_link_color;
    ctx.fillStyle = ctx.strokeStyle;
    ctx.beginPath();
    if (!link) {
      traceLink(ctx, a, b, noPoints);
      ctx.stroke();
      return;
    }
    this.visible_links.push(link);
    const route = link.via || this.hooks?.isHolding ? this.hooks?.routeOf(link) : undefined;
    const via = route?.via ?? noPoints;
    const [dx, dy] = route?.by ?? origin;
    traceLink(ctx, a, b, via, dx, dy);
    ctx.stroke();
    if (this.ds.scale < 0.5) return;
    ctx.beginPath();
    for (const [x, y] of via) {
      ctx.moveTo(x + dx + 5, y + dy);
      ctx.arc(x + dx, y + dy, 5, 0, Math.PI * 2);
    }
    const middle = (link as unknown as { _pos: Float32Array })._pos;
    if (via.length === 0) {
      middle.set(placeOn(a, b, 0.5, false));
      ctx.arc(middle[0]!, middle[1]!, 4, 0, Math.PI * 2);
    } else middle.fill(Number.NaN); // points are taken by their own dots
    ctx.fill();
  }

  #pressedAt: Point = [0, 0];

  readonly #onDouble = (event: MouseEvent): void => {
    if (!this.graph || event.button !== 0) return;
    const at = this.#pointerAt(event);
    this.hooks?.doubled(at, this.#nodeAt(at, 0));
  };

  readonly #onLeave = (event: MouseEvent): void => {
    if (this.graph) this.hooks?.hovered(this.#pointerAt(event), null);
  };

  #pointerAt(event: MouseEvent): PointerAt {
    this.adjustMouseEvent(event);
    return event as unknown as PointerAt;
  }

  #nodeAt({ canvasX, canvasY }: PointerAt, margin: number): CanvasNode | null {
    return (this.graph?.getNodeOnPos(canvasX, canvasY, this.visible_nodes, margin) as CanvasNode | null) ?? null;
  }

  #drawGrid(ctx: CanvasRenderingContext2D): void {
    const { scale } = this.ds;
    if (scale < 0.5) return;
    const [x = 0, y = 0, width = 0, height = 0] = this.inner.visible_area;
    ctx.fillStyle = this.theme.line;
    const size = 1.5 / Math.max(1, scale);
    ctx.beginPath();
    for (let gx = Math.ceil(x / gridStep) * gridStep; gx < x + width; gx += gridStep)
      for (let gy = Math.ceil(y / gridStep) * gridStep; gy < y + height; gy += gridStep) ctx.rect(gx, gy, size, size);
    ctx.fill();
  }

  #drawRectangle(ctx: CanvasRenderingContext2D): void {
    const rectangle = this.inner.dragging_rectangle;
    if (!rectangle) return;
    const [x = 0, y = 0, width = 0, height = 0] = rectangle;
    ctx.fillStyle = this.theme.emberSoft;
    ctx.globalAlpha = 0.4;
    ctx.fillRect(x, y, width, height);
    ctx.globalAlpha = 1;
    ctx.strokeStyle = this.theme.ember;
    ctx.lineWidth = 1.5 / this.ds.scale;
    ctx.strokeRect(x, y, width, height);
  }
}
