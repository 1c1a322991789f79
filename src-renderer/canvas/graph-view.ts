import type { GraphNode } from '../../src-main/model/graph.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import { type Area, areaOf, type Inside, markedIn, nothingInside } from '../session/ground.ts';
import { isFed } from '../session/level-graph.ts';
import { countTaken, type Mark, takeUp } from '../session/mark.ts';
import type { OpenGraph } from '../session/open-graph.ts';
import { enter } from '../session/subgraph-commands.ts';
import { carried, dropGone, takeWithin } from '../session/taken.ts';
import { camera } from './camera.ts';
import type { Loose } from './canvas-hooks.ts';
import { type CanvasNode, fitsInto, type PointerAt } from './canvas-node.ts';
import { drawGround } from './draw-ground.ts';
import { drawNode } from './draw-node.ts';
import { gridStep } from './draw-paper.ts';
import { drawPreview } from './draw-preview.ts';
import { gestures, offeredAs } from './gestures.ts';
import { KilnCanvas } from './kiln-canvas.ts';
import type { Looks } from './looks.ts';
import { pictures } from './pictures.ts';
import { previewPictures } from './preview-pictures.ts';
import { projection } from './project.ts';
import { type Row, titleHeight } from './shape.ts';
import type { Statuses } from './status.ts';
import { themeOf } from './theme.ts';
import { titleHint } from './title-hint.ts';
import { underHands, wordsArea } from './under-hands.ts';
import type { Box, GraphView, GraphViewOptions, GraphWords } from './view.ts';

/** Nodes come to rest on this grid, in graph units, unless the one that is drawn is asked for. */
const restStep = 8;
/** Below that, text cannot be read. */
const readableScale = 0.3;
/** Where one looked when one went into or out of a subgraph. */
const looked = new WeakMap<OpenGraph, { readonly scale: number; readonly x: number; readonly y: number }>();

const isTouched = (a: Area, b: Area): boolean =>
  a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;

export function graphView(options: GraphViewOptions): GraphView {
  const { element, open, onEdit, onPalette, onMenu } = options;
  const canvas = new KilnCanvas(element, themeOf(element.parentElement ?? element));
  // The library puts it before everything else on the page.
  element.tabIndex = 0;
  let statuses: Statuses = new Map();
  let previewing: readonly NodeId[] = [];
  let words: GraphWords | null = null;
  let isTaking = false;
  let isSnapping = false;
  let troubled: CanvasNode | null = null;
  let target: CanvasNode | null = null;
  /** All that goes along with the nodes in a hand, as it was when they were taken. */
  let carrying: Inside | null = null;
  const redraw = (): void => canvas.setDirty(true, true);
  const shots = pictures(options.addresses, redraw);
  const previewOf = previewPictures();
  const eye = camera(element, canvas.ds as never, redraw);
  const drawn = new Set<() => void>();

  const boxOf = ({ pos, form }: CanvasNode, { y, height }: Pick<Row, 'y' | 'height'>): Box =>
    eye.toPage({ x: pos[0] + 12, y: pos[1] + y, width: (form?.width ?? 0) - 24, height });
  const hands = gestures(open, {
    edit: (node, row) => onEdit(node.key as NodeId, row.input, boxOf(node, row)),
    refused: options.onRefused,
  });
  const shown = projection(open.specs, hands);
  const areaOn = ({ pos, form, flags }: CanvasNode): Area => ({
    x: pos[0],
    y: pos[1] - titleHeight,
    width: form?.width ?? 0,
    height: (flags.collapsed ? 0 : (form?.height ?? 0)) + titleHeight,
  });
  const nodeArea = (id: NodeId): Area | null => {
    const on = shown.nodeOf(id);
    return on ? areaOn(on) : null;
  };
  const under = underHands(open, shown, nodeArea, () => canvas.ds.scale);
  const stepFor = (isShifted: boolean): number => (isSnapping || isShifted ? gridStep : restStep);

  const fits = (loose: Loose | null): Looks['fits'] => {
    if (!loose) return () => true;
    return (slot, isInput) =>
      slot === loose.slot ||
      (loose.isOutput ? isInput && fitsInto(loose.slot, slot) : !isInput && fitsInto(slot, loose.slot));
  };
  const isLocked: Looks['isLocked'] = (node, input) => {
    const exposed = offeredAs(open, node.id, input);
    return exposed === null ? null : open.form.get().locked[exposed] === true;
  };
  const titleOf = ({ title, type }: GraphNode): string =>
    (title && (words?.titles[title] ?? title)) || (words?.nodeOf(type)?.title ?? type);
  const hintAt = (at: PointerAt, node: CanvasNode | null): string => {
    const graph = open.graph.get();
    const named = (id: string) => {
      const found = graph.nodes[id as NodeId];
      return { title: found ? titleOf(found) : '', hasState: statuses.get(id as NodeId)?.here != null };
    };
    const isSmall = canvas.ds.scale < readableScale;
    return titleHint(at, node, graph, named, { ctx: canvas.ctx, theme: canvas.theme, isSmall });
  };
  canvas.hooks = {
    drawUnder: (ctx) =>
      drawGround(ctx, open.graph.get(), {
        theme: canvas.theme,
        marked: open.marked.get(),
        isSmall: canvas.ds.scale < readableScale,
        noteEmpty: words?.noteEmpty ?? '',
        areaOf: under.ground.areaOf,
      }),
    drawOver(ctx) {
      for (const id of previewing) {
        const [on, preview] = [shown.nodeOf(id), statuses.get(id)?.preview];
        if (!on?.form || !preview) continue;
        ctx.save();
        ctx.translate(on.pos[0], on.pos[1]);
        drawPreview(ctx, previewOf(preview), on.flags.collapsed ? 0 : on.form.height, canvas.theme);
        ctx.restore();
      }
      for (const listener of drawn) listener();
    },
    hovered(at, node) {
      const hasTrouble =
        node !== null && at.canvasY < node.pos[1] && (statuses.get(node.key as NodeId)?.problems.length ?? 0) > 0;
      const next = hasTrouble && canvas.loose === null ? node : null;
      const hint = next || canvas.loose ? '' : hintAt(at, node);
      if (element.title !== hint) element.title = hint;
      if (next === troubled) return;
      troubled = next;
      const box = next && boxOf(next, { y: -titleHeight, height: titleHeight });
      options.onTrouble(next && box && { node: next.key as NodeId, box });
    },
    draw(on, ctx) {
      const node = open.graph.get().nodes[on.key as NodeId];
      if (!node || !on.form) return;
      const spoken = words?.nodeOf(node.type) ?? null;
      drawNode(ctx, on, node, {
        theme: canvas.theme,
        words: spoken,
        title: titleOf(node),
        status: statuses.get(node.id) ?? null,
        isSelected: on.is_selected === true,
        isHovered: on.mouseOver === true || on === target,
        isLocked,
        isLinked: (input) => isFed(open.graph.get(), node.id, input),
        fits: fits(canvas.loose),
        pictures: shots,
        isSmall: canvas.ds.scale < readableScale,
        say: words?.say ?? { unknown: '', reused: '', seconds: (s) => `${s} s` },
      });
    },
    links: shown.links,
    routeOf: under.routeOf,
    dragged(lead, by, at) {
      carrying ??= carried(open, nodeArea);
      const step = stepFor(at.shiftKey);
      under.ground.along(carrying, hands.carry(nodesOf(carrying), lead, by, step, canvas.ds.scale));
    },
    moved() {
      const taken = carrying ?? nothingInside;
      carrying = null;
      under.ground.along(null, [0, 0]);
      hands.moved(nodesOf(taken), taken);
    },
    selected(ids, isAdding) {
      if (!isTaking) takeUp(open, ids as NodeId[], isAdding ? open.marked.get() : []);
    },
    clicked(node, isAdding) {
      const id = node.key as NodeId;
      if (isAdding)
        takeUp(
          open,
          [...open.selection.get()].filter((one) => one !== id),
          open.marked.get(),
        );
      else if (countTaken(open) > 1) takeUp(open, [id], []);
    },
    toggled(at, node) {
      if (!node) under.toggle(at);
      else {
        const [id, ids] = [node.key as NodeId, new Set(open.selection.get())];
        if (!ids.delete(id)) ids.add(id);
        takeUp(open, ids, open.marked.get());
      }
      takeSelection();
    },
    framed(area, isAdding) {
      const touched = [...shown.nodes()].filter((on) => isTouched(area, areaOn(on)));
      takeWithin(
        open,
        area,
        touched.map(({ key }) => key as NodeId),
        isAdding,
      );
      takeSelection();
    },
    press: under.press,
    get isHolding() {
      return under.isHolding;
    },
    drag: (at) => under.drag(at, stepFor(at.shiftKey)),
    release: under.release,
    cursorAt: under.cursorAt,
    doubled(at, node) {
      if (node) {
        if (enter(open, node.key as NodeId)) return;
        if (at.canvasY < node.pos[1]) options.onWrite({ kind: 'node', id: node.key as NodeId });
        return;
      }
      const found = under.doubled(at);
      if (found === null) onPalette([at.canvasX, at.canvasY], at, null);
      else if (found !== 'point') options.onWrite(found);
    },
    palette: (at, loose) =>
      onPalette(
        [at.canvasX, at.canvasY],
        at,
        loose && { node: loose.node.key as NodeId, slot: loose.slot.name, isOutput: loose.isOutput },
      ),
    menu: (at, node) => onMenu(node ? { kind: 'node', id: node.key as NodeId } : under.pointedAt(at), at),
    link: (at) => onMenu(under.pointedAt(at), at),
    released: hands.released,
  };
  const nodesOf = ({ nodes }: Inside): CanvasNode[] => nodes.flatMap((id) => shown.nodeOf(id) ?? []);

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
    dropGone(open);
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

  const frame = (ids: Iterable<NodeId> = [], marks: readonly Mark[] = []): void => {
    const ground = marks.flatMap((mark) => markedIn(open.graph.get(), mark) ?? []);
    const wanted = [...[...ids].flatMap((id) => nodeArea(id) ?? []), ...ground.map(areaOf)];
    const { groups, notes } = open.graph.get();
    const all = () => [
      ...[...shown.nodes()].map(areaOn),
      ...[...Object.values(groups), ...Object.values(notes)].map(areaOf),
    ];
    eye.frame(wanted.length > 0 ? wanted : all());
  };

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
  const stops = [
    open.graph.subscribe(project),
    open.selection.subscribe(takeSelection),
    open.marked.subscribe(redraw),
    open.form.subscribe(redraw), // locks of seeds
  ];

  return {
    setStatuses(next) {
      statuses = next;
      previewing = [...next].flatMap(([id, { preview }]) => (preview ? [id] : []));
      redraw();
    },
    setWords(next) {
      words = next;
      redraw();
    },
    setSnap(isOn) {
      isSnapping = isOn;
    },
    readTheme: () => canvas.takeTheme(themeOf(element.parentElement ?? element)),
    frame,
    reveal: (ids) => eye.reveal([...ids].flatMap((id) => nodeArea(id) ?? [])),
    zoom: eye.zoom,
    lookAt: eye.lookAt,
    middle: eye.middle,
    inSight: eye.inSight,
    onDrawn(listener) {
      drawn.add(listener);
      return () => drawn.delete(listener);
    },
    pointer: () => [Math.round(canvas.inner.graph_mouse[0]), Math.round(canvas.inner.graph_mouse[1])],
    areaOf: nodeArea,
    placeOf(what) {
      const area = what.kind === 'node' ? nodeArea(what.id) : wordsArea(open, what);
      if (!area) return null;
      const place = what.kind === 'node' ? { ...area, height: titleHeight } : area;
      return { box: eye.toPage(place), scale: canvas.ds.scale };
    },
    fileInputAt(page) {
      const before = target;
      const [x, y] = page ? eye.toGraph(page) : [0, 0];
      const on = page ? (shown.canvasGraph.getNodeOnPos(x, y, canvas.visible_nodes) as CanvasNode | null) : null;
      const row = on?.form?.rows.find(({ spec }) => spec.kind === 'file');
      target = row ? on : null;
      if (before !== target) redraw();
      return target && row ? { node: target.key as NodeId, input: row.input } : null;
    },
    escape() {
      const isBusy =
        canvas.loose !== null || canvas.inner.node_dragged !== null || canvas.inner.dragging_rectangle !== null;
      canvas.letGo();
      carrying = null;
      const wasHolding = under.cancel();
      if (!isBusy && !wasHolding) return false;
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
      canvas.inner.is_rendering = false;
      canvas.unbindEvents();
      canvas.setGraph(null as never, true);
    },
  };
}
