import { nodeTypes } from '../nodes/index.ts';
import { connect } from '../src-main/model/edits.ts';
import { emptyGraph, type Graph, type GraphNode, linkIdOf } from '../src-main/model/graph.ts';
import type { GraphId, NodeId } from '../src-main/model/ids.ts';
import { defaultOf, valueTypeOf } from '../src-main/model/inputs.ts';
import type { Json } from '../src-main/model/json.ts';
import { formatVersion } from '../src-main/model/migrations.ts';
import { type NodeSpec, specOf } from '../src-main/model/node-spec.ts';
import { accepts } from '../src-main/model/value-types.ts';
import { shapeOf, titleHeight } from '../src-renderer/canvas/shape.ts';

export const specs: ReadonlyMap<string, NodeSpec> = new Map(nodeTypes.map((type) => [type.type, specOf(type)]));

/** What most graphs are made of; always the same, so that figures can be compared while the catalogue grows. */
const usualTypes: ReadonlySet<string> = new Set([
  'pack.open',
  'text.encode',
  'latent.empty',
  'latent.sample',
  'latent.decode',
  'latent.encode',
  'image.load',
  'image.resize',
  'image.upscale',
  'image.save',
  'image.preview',
  'value.seed',
  'value.number',
  'value.text',
]);

const columnStep = 344;
const rowGap = 40;
/** How far back, in columns and rows, a link comes from. */
const reach = { columns: 3, rows: 5 };

/** mulberry32: the same graph each time. */
function drawerOf(seed: number): <T>(from: readonly T[]) => T {
  let state = seed >>> 0;
  return (from) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return from[Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * from.length)]!;
  };
}

/** A graph of real node types in columns, wired from left to right, with exactly so many nodes and links. */
export function editorGraph(nodes: number, links: number, seed = 2026): Graph {
  const draw = drawerOf(seed);
  const types = [...specs.values()].filter(({ type }) => usualTypes.has(type));
  const graph = emptyGraph(`bench-${nodes}` as GraphId, formatVersion(), `Graph of ${nodes} nodes`);
  const rows = Math.round(Math.sqrt(nodes * 1.1));
  const placed = Array.from({ length: nodes }, (_, i) => ({
    id: `n${i}` as NodeId,
    spec: draw(types),
    column: Math.floor(i / rows),
    row: i % rows,
  }));
  let y = 0;
  for (const { id, spec, column, row } of placed) {
    if (row === 0) y = 0;
    graph.nodes[id] = nodeOf(id, spec, [column * columnStep, y]);
    y += shapeOf(spec).height + titleHeight + rowGap;
  }
  const slots = placed.flatMap(({ id, spec, column, row }) =>
    Object.entries(spec.inputs).map(([input, { kind }]) => ({ id, input, spec, column, row, isLink: kind === 'link' })),
  );
  // What a node needs first, then values that could be set by hand.
  for (const { id, input, spec, column, row } of [...slots].sort((a, b) => Number(b.isLink) - Number(a.isLink))) {
    if (Object.keys(graph.links).length === links) break;
    const type = valueTypeOf(spec.inputs[input]!);
    if (type === null || graph.links[linkIdOf({ node: id, input })]) continue;
    const sources = placed.flatMap((from) => {
      const isNear =
        from.column < column && from.column >= column - reach.columns && Math.abs(from.row - row) <= reach.rows;
      const fitting = isNear ? Object.entries(from.spec.outputs).filter(([, given]) => accepts(type, given)) : [];
      return fitting.map(([output]) => ({ node: from.id, output }));
    });
    if (sources.length > 0) connect(graph, draw(sources), { node: id, input });
  }
  const made = Object.keys(graph.links).length;
  if (made !== links) throw new Error(`${made} links instead of ${links}`);
  const first = placed.find(({ spec }) => spec.type === 'text.encode')!;
  graph.exposed.push({ name: 'prompt', node: first.id, input: 'text', label: 'Prompt' });
  return graph;
}

function nodeOf(id: NodeId, spec: NodeSpec, at: readonly [number, number]): GraphNode {
  const values = Object.entries(spec.inputs).flatMap(([name, input]): [string, Json][] => {
    if (input.kind === 'link' || input.kind === 'file') return [];
    const isProse = input.kind === 'text' && input.multiline === true;
    return [[name, isProse ? `a red fox in the snow, picture ${id}` : (defaultOf(input) as Json)]];
  });
  return { id, type: spec.type, version: spec.version, values: Object.fromEntries(values), at };
}
