import type { NodeId } from '../../src-main/model/ids.ts';
import type { NodeWords } from '../../src-main/texts/chinese/nodes.ts';
import { isFed } from '../session/level-graph.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { enter } from '../session/subgraph-commands.ts';
import { type CanvasNode, fitsInto, type PointerAt } from './canvas-node.ts';
import { drawNode, type Looks } from './draw-node.ts';
import { gestures } from './gestures.ts';
import { KilnCanvas, type Loose } from './kiln-canvas.ts';
import { pictures } from './pictures.ts';
import { projection } from './project.ts';
import { type Row, titleHeight } from './shape.ts';
import type { Statuses } from './status.ts';
import { themeOf } from './theme.ts';

/** Where something is on the page, in its pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A link that was let go where nothing is. */
export interface LooseEnd {
  readonly node: NodeId;
  readonly slot: string;
  readonly isOutput: boolean;
}

export interface GraphViewOptions {
  readonly element: HTMLCanvasElement;
  readonly open: OpenGraph;
  readonly addresses: { image(digest: string): string; blob(digest: string): string };
  /** A value wants to be edited where it is shown. */
  readonly onEdit: (node: NodeId, input: string, box: Box) => void;
  readonly onPalette: (at: readonly [number, number], page: PointerAt, loose: LooseEnd | null) => void;
  readonly onMenu: (node: NodeId | null, page: PointerAt, at: readonly [number, number]) => void;
  readonly onLink: (id: string, page: PointerAt) => void;
}

/** What a person calls things, in the page's language. */
export interface GraphWords {
  readonly nodeOf: (type: string) => NodeWords | null;
  /** Titles that templates give their nodes. */
  readonly titles: Readonly<Record<string, string>>;
  readonly say: Looks['say'];
}

export interface GraphView {
  setStatuses(statuses: Statuses): void;
  setWords(words: GraphWords): void;
  readTheme(): void;
  /** Brings these nodes, or all, into sight. */
  frame(ids?: Iterable<NodeId>): void;
  /** Moves as little as is needed for these to be in sight. */
  reveal(ids: Iterable<NodeId>): void;
  zoom(by: number): void;
  /** The middle of what is in sight, in graph units. */
  middle(): readonly [number, number];
  /** Where the pointer was last, in graph units. */
  pointer(): readonly [number, number];
  /** With its title, in graph units. */
  sizeOf(id: NodeId): readonly [number, number] | null;
  /** Takes back what a hand is doing. */
  escape(): boolean;
  resize(): void;
  close(): void;
}

const margin = 48;
/** Where one looked when one went into or out of a subgraph. */
const looked = new WeakMap<OpenGraph, { readonly scale: number; readonly x: number; readonly y: number }>();

export function graphView(options: GraphViewOptions): GraphView {
  const { element, open, onEdit, onPalette, onMenu, onLink } = options;
  const canvas = new KilnCanvas(element, themeOf(element.parentElement ?? element));
  // The library puts it before everything else on the page.
  element.tabIndex = 0;
  let statuses: Statuses = new Map();
  let words: GraphWords | null = null;
  let isTaking = false;
  const redraw = (): void => canvas.setDirty(true, true);
  const shots = pictures(options.addresses, redraw);

  const boxOf = ({ pos, form }: CanvasNode, { y, height }: Row): Box => {
    const { ds } = canvas;
    const page = element.getBoundingClientRect();
    return {
      left: page.left + (pos[0] + 12 + ds.offset[0]) * ds.scale,
      top: page.top + (pos[1] + y + ds.offset[1]) * ds.scale,
      width: ((form?.width ?? 0) - 24) * ds.scale,
      height: height * ds.scale,
    };
  };
  const hands = gestures(open, (node, row) => onEdit(node.key as NodeId, row.input, boxOf(node, row)));
  const shown = projection(open.specs, hands);

  const fits = (loose: Loose | null): Looks['fits'] => {
    if (!loose) return () => true;
    return (slot, isInput) =>
      slot === loose.slot ||
      (loose.isOutput ? isInput && fitsInto(loose.slot, slot) : !isInput && fitsInto(slot, loose.slot));
  };
  canvas.hooks = {
    draw(on, ctx) {
      const node = open.graph.get().nodes[on.key as NodeId];
      if (!node || !on.form) return;
      const spoken = words?.nodeOf(node.type) ?? null;
      drawNode(ctx, on, node, {
        theme: canvas.theme,
        words: spoken,
        title: (node.title && (words?.titles[node.title] ?? node.title)) || (spoken?.title ?? node.type),
        status: statuses.get(node.id) ?? null,
        isSelected: on.is_selected === true,
        isHovered: on.mouseOver === true,
        isLinked: (input) => isFed(open.graph.get(), node.id, input),
        fits: fits(canvas.loose),
        pictures: shots,
        isSmall: canvas.ds.scale < 0.3,
        say: words?.say ?? { unknown: '', reused: '', seconds: (s) => `${s} s` },
      });
    },
    moved: () => hands.moved(Object.values(canvas.selected_nodes) as unknown as CanvasNode[]),
    selected(ids) {
      if (isTaking) return;
      const before = open.selection.get();
      if (ids.length !== before.size || ids.some((id) => !before.has(id as NodeId)))
        open.selection.set(new Set(ids as NodeId[]));
    },
    palette: (at, loose) =>
      onPalette(
        [at.canvasX, at.canvasY],
        at,
        loose && { node: loose.node.key as NodeId, slot: loose.slot.name, isOutput: loose.isOutput },
      ),
    menu: (at, node) => onMenu((node?.key as NodeId | undefined) ?? null, at, [at.canvasX, at.canvasY]),
    link: (at, id) => onLink(id, at),
    released: hands.released,
  };

  const takeSelection = (): void => {
    const wanted = open.selection.get();
    const now = new Set(Object.keys(canvas.selected_nodes));
    if (now.size === wanted.size && [...wanted].every((id) => now.has(id))) return;
    isTaking = true; // the canvas tells of every step of this
    canvas.deselectAllNodes();
    const nodes = [...wanted].flatMap((id) => shown.nodeOf(id) ?? []);
    if (nodes.length > 0) canvas.selectNodes(nodes);
    isTaking = false;
    redraw();
  };
  const project = (): void => {
    const graph = open.graph.get();
    shown.project(graph);
    const selection = open.selection.get();
    const left = [...selection].filter((id) => Object.hasOwn(graph.nodes, id));
    if (left.length < selection.size) open.selection.set(new Set(left));
    takeSelection();
  };

  const resize = (): void => {
    const { width, height } = element.parentElement!.getBoundingClientRect();
    const density = window.devicePixelRatio || 1;
    canvas.density = density;
    const [w, h] = [Math.round(width * density), Math.round(height * density)];
    if (element.width !== w || element.height !== h) canvas.resize(w, h);
    element.style.width = `${width}px`;
    element.style.height = `${height}px`;
    redraw();
  };

  const frame = (ids?: Iterable<NodeId>): void => {
    const wanted = ids ? [...ids].flatMap((id) => shown.nodeOf(id) ?? []) : [...shown.nodes()];
    const nodes = wanted.length > 0 ? wanted : [...shown.nodes()];
    const { width, height } = element.parentElement!.getBoundingClientRect();
    if (nodes.length === 0 || width === 0) return;
    const left = Math.min(...nodes.map(({ pos }) => pos[0]));
    const top = Math.min(...nodes.map(({ pos }) => pos[1] - titleHeight));
    const right = Math.max(...nodes.map(({ pos, size }) => pos[0] + size[0]));
    const bottom = Math.max(...nodes.map(({ pos, size, flags }) => pos[1] + (flags.collapsed ? 0 : size[1])));
    const { ds } = canvas;
    const scale = Math.min((width - 2 * margin) / (right - left), (height - 2 * margin) / (bottom - top), 1.25);
    ds.scale = Math.max(ds.min_scale, scale);
    ds.offset[0] = width / 2 / ds.scale - (left + right) / 2;
    ds.offset[1] = height / 2 / ds.scale - (top + bottom) / 2;
    redraw();
  };

  // The library takes no pointer for one that may press twice.
  const onDouble = ({ clientX, clientY }: MouseEvent): void => {
    const { left, top } = element.getBoundingClientRect();
    const { scale, offset } = canvas.ds;
    const on = shown.canvasGraph.getNodeOnPos(
      (clientX - left) / scale - offset[0],
      (clientY - top) / scale - offset[1],
    );
    if (on) enter(open, String(on.id) as NodeId);
  };
  element.addEventListener('dblclick', onDouble);
  canvas.setGraph(shown.canvasGraph, true);
  resize();
  project();
  const before = looked.get(open);
  if (before) {
    canvas.ds.scale = before.scale;
    canvas.ds.offset[0] = before.x;
    canvas.ds.offset[1] = before.y;
  } else frame();
  canvas.startRendering();
  const stops = [open.graph.subscribe(project), open.selection.subscribe(takeSelection)];

  return {
    setStatuses(next) {
      statuses = next;
      redraw();
    },
    setWords(next) {
      words = next;
      redraw();
    },
    readTheme: () => canvas.takeTheme(themeOf(element.parentElement ?? element)),
    frame,
    reveal(ids) {
      const page = element.getBoundingClientRect();
      const { ds } = canvas;
      for (const id of ids) {
        const on = shown.nodeOf(id);
        if (!on) continue;
        const into = (at: number, size: number, axis: 0 | 1, room: number): void => {
          const from = (at + ds.offset[axis]) * ds.scale;
          const to = from + size * ds.scale;
          if (from < margin / 2) ds.offset[axis] += (margin / 2 - from) / ds.scale;
          else if (to > room - margin / 2) ds.offset[axis] -= (to - room + margin / 2) / ds.scale;
        };
        into(on.pos[0], on.size[0], 0, page.width);
        into(on.pos[1] - titleHeight, on.size[1] + titleHeight, 1, page.height);
      }
      redraw();
    },
    zoom(by) {
      const { width, height } = element.getBoundingClientRect();
      canvas.ds.changeScale(canvas.ds.scale * by, [width / 2, height / 2]);
      redraw();
    },
    middle() {
      const { width, height } = element.getBoundingClientRect();
      const { scale, offset } = canvas.ds;
      return [width / 2 / scale - offset[0], height / 2 / scale - offset[1]];
    },
    pointer: () => [Math.round(canvas.inner.graph_mouse[0]), Math.round(canvas.inner.graph_mouse[1])],
    sizeOf(id) {
      const on = shown.nodeOf(id);
      return on?.form ? [on.form.width, (on.flags.collapsed ? 0 : on.form.height) + titleHeight] : null;
    },
    escape() {
      const isBusy =
        canvas.loose !== null || canvas.inner.node_dragged !== null || canvas.inner.dragging_rectangle !== null;
      canvas.letGo();
      if (!isBusy) return false;
      open.history.bail();
      shown.project(open.graph.get());
      return true;
    },
    resize,
    close() {
      const { scale, offset } = canvas.ds;
      if (open.place.subgraph !== null || open.scope.get().length > 0)
        looked.set(open, { scale, x: offset[0], y: offset[1] });
      for (const stop of stops) stop();
      element.removeEventListener('dblclick', onDouble);
      canvas.inner.is_rendering = false;
      canvas.unbindEvents();
      canvas.setGraph(null as never, true);
    },
  };
}
