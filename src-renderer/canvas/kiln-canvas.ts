import { LGraphCanvas, type LGraphNode, LiteGraph } from 'litegraph.js/build/litegraph.core.js';
import { valueTypes } from '../../src-main/model/value-types.ts';
import type { Point } from '../session/move.ts';
import type { CanvasHooks, Loose } from './canvas-hooks.ts';
import { type CanvasNode, type CanvasSlot, fitsInto, type PointerAt } from './canvas-node.ts';
import { boxesOf, boxInSight, drawLink, endsInSight, type LinkBoxes, type Route } from './draw-link.ts';
import { drawGrid, drawRectangle } from './draw-paper.ts';
import { traceLink } from './link-path.ts';
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

/** A press that moves less is a click. */
const clickPixels = 4;
const noRoute: Route = { via: [], by: [0, 0] };

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
    this.onSelectionChange = (nodes) => {
      if (!this.#isFraming) this.hooks?.selected(Object.keys(nodes), this.#isAdding);
    };
    this.onNodeMoved = () => this.hooks?.moved();
    this.onDrawBackground = ((ctx: CanvasRenderingContext2D) => {
      drawGrid(ctx, this.inner.visible_area, this.ds.scale, this.theme);
      this.hooks?.drawUnder(ctx);
    }) as never;
    // The library takes no pointer for one that may press twice.
    element.addEventListener('dblclick', this.#onDouble);
    element.addEventListener('pointerleave', this.#onLeave);
    this.onDrawForeground = ((ctx: CanvasRenderingContext2D) => {
      this.hooks?.drawOver(ctx);
      const { dragging_rectangle: rectangle } = this.inner;
      if (rectangle) drawRectangle(ctx, rectangle, this.ds.scale, this.theme);
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

  /** A press on what is selected leaves the selection as it is: all of it may be carried. */
  override processNodeSelected(node: LGraphNode): void {
    if (!node.is_selected) this.selectNode(node, this.#isAdding);
  }

  override processMouseDown(event: MouseEvent): boolean | undefined {
    const at = this.#pointerAt(event);
    this.#pressedAt = [at.canvasX, at.canvasY];
    const node = this.#nodeAt(at, 5);
    this.#isAdding = event.shiftKey || event.ctrlKey || event.metaKey;
    this.#wasSelected = node !== null && node.is_selected === true;
    const mayHold = event.button === 0 && !event.ctrlKey && !node;
    if (!mayHold || !this.hooks?.press(at, this.#isAdding)) return super.processMouseDown(event);
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
    const rectangle = this.inner.dragging_rectangle;
    const lead = this.inner.node_dragged;
    this.inner.dragging_rectangle = null;
    this.#isFraming = rectangle !== null;
    const answer = super.processMouseUp(event);
    this.#isFraming = false;
    const at = this.#pointerAt(event);
    if (rectangle) this.#framed(rectangle, at);
    else if (lead && this.#wasSelected && this.#isStill(at)) this.hooks?.clicked(lead, this.#isAdding);
    this.#isAdding = false;
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
    const { hooks, visible_links: seen } = this;
    if (!hooks) return;
    const sight = this.inner.visible_area;
    const links = hooks.links();
    // While something is carried, links move with every frame.
    if (hooks.isHolding || this.inner.node_dragged) this.#boxes = null;
    else if (this.#boxes?.of !== links) this.#boxes = boxesOf(links);
    for (let i = 0; i < links.length; i++) {
      if (this.#boxes && !boxInSight(this.#boxes, i, sight)) continue;
      const link = links[i]!;
      const ends = endsInSight(link, sight);
      if (!ends) continue;
      seen.push(link as never);
      const route = link.via || hooks.isHolding ? hooks.routeOf(link) : noRoute;
      drawLink(ctx, ends, route, link, this.ds.scale, this.connections_width, this.default_link_color);
    }
  }) as never;

  /** The link in a hand, if any; all others are drawn above. */
  override renderLink = ((
    ctx: CanvasRenderingContext2D,
    a: ArrayLike<number>,
    b: ArrayLike<number>,
    _link: null,
    _skipBorder: boolean,
    _flow: unknown,
    color: string | null,
    startDirection: number,
  ): void => {
    const isBackwards = startDirection === LiteGraph.LEFT;
    ctx.lineWidth = this.connections_width;
    ctx.strokeStyle = color ?? this.default_link_color;
    ctx.beginPath();
    traceLink(ctx, isBackwards ? b : a, isBackwards ? a : b, []);
    ctx.stroke();
  }) as never;

  #boxes: LinkBoxes | null = null;
  #pressedAt: Point = [0, 0];
  #isAdding = false;
  /** Whether the node under the last press was selected before it. */
  #wasSelected = false;
  #isFraming = false;

  #isStill({ canvasX, canvasY }: PointerAt): boolean {
    const [x, y] = this.#pressedAt;
    return Math.hypot(canvasX - x, canvasY - y) * this.ds.scale < clickPixels;
  }

  #framed(rectangle: Float32Array, at: PointerAt): void {
    if (this.#isStill(at)) {
      this.hooks?.toggled(at, this.#nodeAt(at, 0));
      return;
    }
    const [x = 0, y = 0, width = 0, height = 0] = rectangle;
    const area = {
      x: Math.min(x, x + width),
      y: Math.min(y, y + height),
      width: Math.abs(width),
      height: Math.abs(height),
    };
    this.hooks?.framed(area, at.shiftKey);
  }

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
}
