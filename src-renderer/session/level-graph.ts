import { tidyInstances } from '../../src-main/model/boundary-edits.ts';
import { type Graph, type GraphNode, type Link, linkIdOf, type Subgraph } from '../../src-main/model/graph.ts';
import type { LinkId, NodeId, SubgraphId } from '../../src-main/model/ids.ts';
import { freeName } from '../../src-main/model/subgraph-edits.ts';
import { inputsPrefix, outputsPrefix } from './live-specs.ts';

// A subgraph that is open, as a graph: what works on graphs works on it. Its boundary is two nodes that no file has
// (no name begins with two underscores there), and links from and to them are what it offers.

export const inputsNode = '__inputs' as NodeId;
export const outputsNode = '__outputs' as NodeId;
/** A link that is put here offers what is at its other end. */
export const newSlot = '__new';

export const isBoundary = (id: string): boolean => id === inputsNode || id === outputsNode;
const isBoundaryLink = ({ from, to }: Link): boolean => isBoundary(from.node) || isBoundary(to.node);

/** Whether a link brings the value of an input. One from the boundary only offers it: what is set inside still counts. */
export function isFed({ links }: Graph, node: NodeId, input: string): boolean {
  const link = links[linkIdOf({ node, input })];
  return link !== undefined && link.from.node !== inputsNode;
}

const room = 360;

function boundaryNodes({ id, nodes, inputsAt, outputsAt }: Subgraph): GraphNode[] {
  const at = Object.values(nodes).map((node) => node.at);
  const [xs, ys] = [at.map(([x]) => x), at.map(([, y]) => y)];
  const [left, right, top] = at.length === 0 ? [room, -room, 0] : [Math.min(...xs), Math.max(...xs), Math.min(...ys)];
  const node = (own: NodeId, type: string, title: string, place: readonly [number, number]): GraphNode => ({
    id: own,
    type,
    version: 0,
    values: {},
    at: place,
    title,
  });
  return [
    node(inputsNode, inputsPrefix + id, 'Inputs', inputsAt ?? [left - room, top]),
    node(outputsNode, outputsPrefix + id, 'Outputs', outputsAt ?? [right + room, top]),
  ];
}

/** `before` is what it was last: its boundary stays the same objects where it says the same. */
export function levelGraph(graph: Graph, subgraph: Subgraph, before: Graph | null): Graph {
  const nodes = { ...subgraph.nodes };
  for (const node of boundaryNodes(subgraph)) {
    const known = before?.nodes[node.id];
    const isSame = known?.type === node.type && known.at[0] === node.at[0] && known.at[1] === node.at[1];
    nodes[node.id] = isSame ? known : node;
  }
  const links = { ...subgraph.links };
  const put = (from: Link['from'], to: Link['to']): void => {
    const id = linkIdOf(to);
    links[id] =
      before?.links[id]?.from.node === from.node && before.links[id].from.output === from.output
        ? before.links[id]
        : { id, from, to };
  };
  for (const { name, node, input } of subgraph.exposed)
    if (subgraph.nodes[node] && !Object.hasOwn(subgraph.links, linkIdOf({ node, input })))
      put({ node: inputsNode, output: name }, { node, input });
  for (const { name, node, output } of subgraph.outputs)
    if (subgraph.nodes[node]) put({ node, output }, { node: outputsNode, input: name });
  const { exposed, groups, notes } = subgraph;
  return { ...graph, nodes, links, exposed, groups, notes };
}

/** Writes what was done to a level into its subgraph. */
export function writeLevel(draft: Graph, id: SubgraphId, before: Graph, next: Graph): void {
  const subgraph = draft.subgraphs[id];
  if (!subgraph || before === next) return;
  writeRecord(subgraph.nodes, before.nodes, next.nodes, ({ id: node }) => !isBoundary(node));
  writeRecord(subgraph.links, before.links, next.links, (link) => !isBoundaryLink(link));
  writeRecord(subgraph.groups, before.groups, next.groups);
  writeRecord(subgraph.notes, before.notes, next.notes);
  writeRecord(draft.subgraphs, before.subgraphs, next.subgraphs, (one) => one.id !== id);
  writePlaces(subgraph, before, next);
  const offered = subgraph.exposed.length + subgraph.outputs.length;
  writeInputs(subgraph, before, next);
  writeOutputs(subgraph, before, next);
  if (subgraph.exposed.length + subgraph.outputs.length < offered) tidyInstances(draft, id);
}

function writeRecord<T>(
  into: Record<string, T>,
  before: Readonly<Record<string, T>>,
  next: Readonly<Record<string, T>>,
  isKept: (value: T) => boolean = () => true,
): void {
  if (before === next) return;
  for (const [key, value] of Object.entries(next))
    if (before[key] !== value) {
      if (isKept(value)) into[key] = value;
      else if (Object.hasOwn(into, key) && before[key] !== undefined && isKept(before[key])) delete into[key];
    }
  for (const [key, value] of Object.entries(before)) if (!Object.hasOwn(next, key) && isKept(value)) delete into[key];
}

function writePlaces(subgraph: Subgraph, before: Graph, next: Graph): void {
  const [inputs, outputs] = [next.nodes[inputsNode]?.at, next.nodes[outputsNode]?.at];
  if (inputs && inputs !== before.nodes[inputsNode]?.at) subgraph.inputsAt = inputs;
  if (outputs && outputs !== before.nodes[outputsNode]?.at) subgraph.outputsAt = outputs;
}

const sameEnds = (a: Link | undefined, b: Link | undefined): boolean =>
  a?.from.node === b?.from.node && a?.from.output === b?.from.output;

/** Links that begin or end at the boundary, and are no longer or are new. The boundary itself cannot be removed. */
function changedLinks(before: Graph, next: Graph, boundary: NodeId): { gone: Link[]; come: Link[] } {
  if (!next.nodes[boundary]) return { gone: [], come: [] };
  const at = (link: Link) => link.from.node === boundary || link.to.node === boundary;
  const all = (graph: Graph, other: Graph) =>
    Object.values(graph.links).filter((link) => at(link) && !sameEnds(link, other.links[link.id]));
  return { gone: all(before, next), come: all(next, before) };
}

function writeInputs(subgraph: Subgraph, before: Graph, next: Graph): void {
  const { gone, come } = changedLinks(before, next, inputsNode);
  const isGone = new Set<LinkId>(gone.map(({ id }) => id));
  if (next.exposed === before.exposed && gone.length + come.length === 0 && next.nodes === before.nodes) return;
  const exposed = next.exposed.filter(
    (one) => !isGone.has(linkIdOf(one)) && Object.hasOwn(next.nodes, one.node) && !isBoundary(one.node),
  );
  for (const { from, to } of come) {
    if (from.node !== inputsNode || isBoundary(to.node)) continue;
    const name =
      from.output === newSlot ? freeName((one) => exposed.some((e) => e.name === one), to.input) : from.output;
    // Beside those of its name, so that the order of names stays.
    const last = exposed.findLastIndex((one) => one.name === name);
    exposed.splice(last < 0 ? exposed.length : last + 1, 0, { name, node: to.node, input: to.input });
  }
  if (exposed.length !== subgraph.exposed.length || exposed.some((one, i) => one !== before.exposed[i]))
    subgraph.exposed = exposed;
}

function writeOutputs(subgraph: Subgraph, before: Graph, next: Graph): void {
  const { gone, come } = changedLinks(before, next, outputsNode);
  const outputs = subgraph.outputs.map((one) => ({ ...one }));
  const isGone = new Set(gone.map(({ to }) => to.input));
  let left = outputs.filter((one) => !isGone.has(one.name) || come.some(({ to }) => to.input === one.name));
  for (const { from, to } of come) {
    if (to.node !== outputsNode || isBoundary(from.node)) continue;
    const known = left.find((one) => one.name === to.input);
    if (known) Object.assign(known, { node: from.node, output: from.output });
    else {
      const name =
        to.input === newSlot ? freeName((one) => left.some((output) => output.name === one), from.output) : to.input;
      left.push({ name, node: from.node, output: from.output });
    }
  }
  left = left.filter((one) => Object.hasOwn(next.nodes, one.node));
  if (gone.length + come.length > 0 || left.length < outputs.length) subgraph.outputs = left;
}
