import { LGraphCanvas, LiteGraph } from 'litegraph.js/build/litegraph.core.js';
import { valueTypes } from '../../src-main/model/value-types.ts';
import { type CanvasNode, type CanvasSlot, fitsInto, type PointerAt } from './canvas-node.ts';
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
  moved(): void;
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
  node_capturing_input: CanvasNode | null;
  visible_area: Float32Array;
  graph_mouse: readonly [number, number];
  is_rendering: boolean;
}

const gridStep = 24;

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
    this.onDrawBackground = ((ctx: CanvasRenderingContext2D) => this.#drawGrid(ctx)) as never;
    this.onDrawForeground = ((ctx: CanvasRenderingContext2D) => this.#drawRectangle(ctx)) as never;
    this.takeTheme(theme);
  }

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

  override processMouseUp(event: MouseEvent): boolean | undefined {
    const answer = super.processMouseUp(event);
    this.hooks?.released();
    return answer;
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
