// The canvas shows the graph and is never asked what it is. `project` makes it equal to a graph: whatever is right
// already is not touched, so it can be called after every change, whoever made it, and twice.

import { LGraph, LiteGraph, type LLink } from 'litegraph.js/build/litegraph.core.js';
import { type Graph, type GraphNode, type Link, subgraphOf } from '../../src-main/model/graph.ts';
import type { NodeSpec, NodeSpecs } from '../../src-main/model/node-spec.ts';
import { isBoundary } from '../session/level-graph.ts';
import { CanvasNode, type CanvasSlot, type End, type NodeHooks } from './canvas-node.ts';
import { advancedIn, hasAdvanced, type Shape, shapeOf, shapeOfBoundary, shapeOfUnknown } from './shape.ts';

LiteGraph.MAX_NUMBER_OF_NODES = 100_000;
/** A link on the canvas, what it joins, and the points that it runs through. */
export type ShownLink = LLink & { from: End; to: End; via?: Link['via'] };

/** The library exports it under this name alone. */
const { LLink: CanvasLink } = LiteGraph as unknown as { LLink: typeof LLink };

export interface Projection {
  readonly canvasGraph: LGraph;
  project(graph: Graph): void;
  nodeOf(id: string): CanvasNode | undefined;
  nodes(): IterableIterator<CanvasNode>;
  /** Another list whenever one of them, or a node where one ends, is somewhere else. */
  links(): readonly ShownLink[];
}

/** Links by the graph's own ids: the library needs no numbers. */
type Links = Record<string, ShownLink>;

export function projection(specs: NodeSpecs, hooks: NodeHooks | null = null): Projection {
  const canvasGraph = new LGraph();
  canvasGraph.updateExecutionOrder = () => {}; // nothing is executed here
  const nodes = new Map<string, CanvasNode>();
  const shapes = new Map<NodeSpec, Map<string, Shape>>();
  const links = canvasGraph.links as unknown as Links;
  /** Those of `links`, in a row. */
  let row: readonly ShownLink[] = [];
  let shown: Graph | null = null;
  /** A node is new or has other slots: links may end elsewhere. */
  let isReshaped = true;
  /** A node is somewhere else, or is shown as its title alone. */
  let isPlaced = false;

  const shapeFor = (node: GraphNode, graph: Graph): Shape => {
    const spec = specs.get(node.type);
    if (!spec) return shapeOfUnknown(node, graph);
    if (isBoundary(node.id)) return sameAsBefore(nodes.get(node.id)?.form, shapeOfBoundary(spec, graph));
    const advanced = hasAdvanced(spec) ? advancedIn(spec, node, graph) : [];
    const known = shapes.get(spec) ?? new Map<string, Shape>();
    shapes.set(spec, known);
    const key = advanced.join(' ');
    const shape = known.get(key) ?? shapeOf(spec, advanced);
    known.set(key, shape);
    return shape;
  };

  const unlink = (id: string): void => {
    const link = links[id];
    if (!link) return;
    const output = nodes.get(String(link.origin_id))?.outputSlots[link.origin_slot];
    if (output) output.links = (output.links ?? []).filter((other) => other !== id);
    const input = nodes.get(String(link.target_id))?.inputSlots[link.target_slot];
    if (input && input.link === id) input.link = null;
    delete links[id];
  };

  const slotIndex = (slots: readonly CanvasSlot[], name: string): number =>
    slots.findIndex((slot) => slot.name === name);

  const linkUp = ({ id, from, to, via }: Link): void => {
    const [origin, target] = [nodes.get(from.node), nodes.get(to.node)];
    if (!origin || !target) {
      unlink(id);
      return;
    }
    const [out, into] = [slotIndex(origin.outputSlots, from.output), slotIndex(target.inputSlots, to.input)];
    const known = links[id];
    const isRight =
      known &&
      String(known.origin_id) === from.node &&
      known.origin_slot === out &&
      String(known.target_id) === to.node &&
      known.target_slot === into &&
      origin.outputSlots[out]?.links?.includes(id) &&
      target.inputSlots[into]?.link === id;
    const [output, input] = [origin.outputSlots[out], target.inputSlots[into]];
    if (isRight && output && input) {
      // A node that took another shape has other slots.
      Object.assign(known, { from: { node: origin, slot: output }, to: { node: target, slot: input }, via });
      return;
    }
    unlink(id);
    if (!output || !input) return;
    const made = new CanvasLink(id as never, output.type as string, from.node as never, out, to.node as never, into);
    links[id] = Object.assign(made, { from: { node: origin, slot: output }, to: { node: target, slot: input }, via });
    output.links = [...(output.links ?? []), id];
    input.link = id;
  };

  const show = (node: GraphNode, graph: Graph): void => {
    let on = nodes.get(node.id);
    if (!on) {
      on = new CanvasNode(node.id, hooks);
      nodes.set(node.id, on);
      on.spec = specs.get(node.type) ?? null;
      on.takeShape(shapeFor(node, graph));
      on.pos = [...node.at];
      canvasGraph.add(on, true);
      isReshaped = true;
    }
    const before = on.form;
    if (mayChange(node) || on.shown?.type !== node.type || (on.spec && hasAdvanced(on.spec))) {
      on.spec = specs.get(node.type) ?? null;
      on.takeShape(shapeFor(node, graph));
    } else if (!on.spec) on.takeShape(shapeFor(node, graph));
    if (on.form !== before) isReshaped = true;
    if (on.shown?.at !== node.at || on.shown?.collapsed !== node.collapsed || isMoved(on, node)) isPlaced = true;
    on.shown = node;
    if (on.pos[0] !== Math.fround(node.at[0]) || on.pos[1] !== Math.fround(node.at[1])) on.pos = [...node.at];
    on.flags.collapsed = node.collapsed === true;
  };

  return {
    canvasGraph,
    nodeOf: (id) => nodes.get(id),
    nodes: () => nodes.values(),
    links: () => row,
    project(graph) {
      const wanted = Object.values(graph.nodes);
      const isSame = wanted.length === nodes.size && wanted.every(({ id }) => nodes.has(id));
      for (const id of isSame ? [] : [...nodes.keys()]) {
        if (Object.hasOwn(graph.nodes, id)) continue;
        const gone = nodes.get(id)!;
        for (const link of [...gone.inputSlots.map((slot) => slot.link), ...gone.outputSlots.flatMap((s) => s.links)])
          if (link) unlink(link);
        canvasGraph.remove(gone);
        nodes.delete(id);
        isReshaped = true;
      }
      const isRewired = shown?.links !== graph.links || shown?.exposed !== graph.exposed;
      for (const node of wanted) {
        const on = nodes.get(node.id);
        if (
          on?.shown !== node ||
          (isRewired && (!on.spec || hasAdvanced(on.spec))) ||
          mayChange(node) ||
          isMoved(on, node)
        )
          show(node, graph);
      }
      if (isReshaped || shown?.links !== graph.links) {
        for (const id of Object.keys(links)) if (!Object.hasOwn(graph.links, id)) unlink(id);
        for (const link of Object.values(graph.links)) linkUp(link);
        row = Object.values(links);
      } else if (isPlaced) row = [...row];
      isReshaped = false;
      isPlaced = false;
      shown = graph;
      canvasGraph.setDirtyCanvas(true, true);
    },
  };
}

/** What a subgraph and its boundary are changes with the graph. */
const mayChange = (node: GraphNode): boolean => isBoundary(node.id) || subgraphOf(node) !== null;

const sameAsBefore = (before: Shape | null | undefined, now: Shape): Shape =>
  before && JSON.stringify(before) === JSON.stringify(now) ? before : now;

function isMoved({ pos }: CanvasNode, { at }: GraphNode): boolean {
  return pos[0] !== Math.fround(at[0]) || pos[1] !== Math.fround(at[1]);
}
