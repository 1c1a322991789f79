import { type Graph, type GraphBody, linkIdOf, type Subgraph, subgraphOf, subgraphPrefix } from './graph.ts';
import type { GroupId, NodeId, NoteId, SubgraphId } from './ids.ts';
import { type Json, own } from './json.ts';

// Nodes into a subgraph and out of it again. The expanded graph is the same before and after, up to the names of its
// nodes, so that no content key changes. `body` is the graph itself or one of its subgraphs.

export interface SubgraphNames {
  readonly subgraph: SubgraphId;
  /** Of the node that takes the place of those that go in. */
  readonly node: NodeId;
  readonly title: string;
  /** Inputs of a node type in their order, which those of the boundary take over. */
  readonly inputsOf?: (type: string) => readonly string[];
  /** Groups and notes that go in with the nodes. */
  readonly groups?: readonly GroupId[];
  readonly notes?: readonly NoteId[];
}

export const outputsOf = (body: GraphBody): Subgraph['outputs'] => (body as Partial<Subgraph>).outputs ?? [];

/** `wanted`, or with the first number behind it that makes it another name. */
export function freeName(isTaken: (name: string) => boolean, wanted: string): string {
  let name = wanted;
  for (let n = 2; isTaken(name); n++) name = `${wanted}-${n}`;
  return name;
}

const plainCopy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

type Point = readonly [number, number];

/** The upper left corner of nodes: where they were, a subgraph's node has room. */
const cornerOf = (points: readonly Point[]): Point =>
  points.length === 0 ? [0, 0] : [Math.min(...points.map(([x]) => x)), Math.min(...points.map(([, y]) => y))];

/** Puts nodes into a subgraph of their own, with one node in their place. Links that cross become its boundary. */
export function makeSubgraph(graph: Graph, body: GraphBody, ids: readonly NodeId[], names: SubgraphNames): boolean {
  const inside = new Set(ids.filter((id) => own(body.nodes, id)));
  if (inside.size === 0) return false;
  const subgraph: Subgraph = {
    id: names.subgraph,
    title: names.title,
    nodes: {},
    links: {},
    exposed: [],
    groups: {},
    notes: {},
    outputs: [],
  };
  const at = cornerOf([...inside].map((id) => body.nodes[id]!.at));
  takeInputs(body, subgraph, inside, names);
  takeOutputs(body, subgraph, inside, names.node);
  for (const link of Object.values(body.links)) {
    if (!inside.has(link.from.node) || !inside.has(link.to.node)) continue;
    subgraph.links[link.id] = link;
    delete body.links[link.id];
  }
  for (const id of inside) {
    subgraph.nodes[id] = body.nodes[id]!;
    delete body.nodes[id];
  }
  takeGround(body, subgraph, names);
  graph.subgraphs[names.subgraph] = subgraph;
  body.nodes[names.node] = { id: names.node, type: subgraphPrefix + names.subgraph, version: 0, values: {}, at };
  return true;
}

function takeGround(body: GraphBody, subgraph: Subgraph, { groups = [], notes = [] }: SubgraphNames): void {
  for (const id of groups) {
    const group = own(body.groups, id);
    if (!group) continue;
    subgraph.groups[id] = group;
    delete body.groups[id];
  }
  for (const id of notes) {
    const note = own(body.notes, id);
    if (!note) continue;
    subgraph.notes[id] = note;
    delete body.notes[id];
  }
}

/** Links and offers from outside that reach a node inside, through the boundary. Links of one source share an input. */
function takeInputs(
  body: GraphBody,
  subgraph: Subgraph,
  inside: ReadonlySet<NodeId>,
  { node, inputsOf = () => [] }: SubgraphNames,
): void {
  const taken = new Set<string>();
  const nameFor = (wanted: string): string => {
    const name = freeName((one) => taken.has(one), wanted);
    taken.add(name);
    return name;
  };
  const offered = body.exposed.filter((one) => inside.has(one.node));
  const offeredEnds = new Set<string>(offered.map(linkIdOf));
  const placeOf = (id: NodeId): Point => body.nodes[id]!.at;
  const crossing = Object.values(body.links)
    .filter(({ from, to }) => inside.has(to.node) && !inside.has(from.node))
    .sort((a, b) => {
      const [one, other] = [placeOf(a.to.node), placeOf(b.to.node)];
      const order = inputsOf(body.nodes[a.to.node]!.type);
      return one[0] - other[0] || one[1] - other[1] || order.indexOf(a.to.input) - order.indexOf(b.to.input);
    });
  const bySource = new Map<string, string>();
  const byEnd = new Map<string, string>();
  for (const link of crossing) {
    const { from, to, id } = link;
    // What is also offered under a name may be set by itself: it shares with no other.
    const source = `${from.node}.${from.output}${offeredEnds.has(id) ? `>${id}` : ''}`;
    const known = bySource.get(source);
    const name = known ?? nameFor(to.input);
    bySource.set(source, name);
    byEnd.set(id, name);
    subgraph.exposed.push({ name, node: to.node, input: to.input });
    delete body.links[id];
    if (known !== undefined) continue;
    const end = { node, input: name };
    body.links[linkIdOf(end)] = { ...link, id: linkIdOf(end), to: end };
  }
  const byOffer = new Map<string, string>();
  const outside = new Set<string>();
  body.exposed = body.exposed.flatMap((one) => {
    if (!inside.has(one.node)) return [one];
    const end = linkIdOf(one);
    let name = byEnd.get(end);
    if (name === undefined) {
      name = byOffer.get(one.name) ?? nameFor(one.name);
      byOffer.set(one.name, name);
      byEnd.set(end, name);
      const label = one.label === undefined ? {} : { label: one.label };
      subgraph.exposed.push({ name, node: one.node, input: one.input, ...label });
    }
    const key = `${one.name}>${name}`;
    if (outside.has(key)) return [];
    outside.add(key);
    return [{ ...one, node, input: name }];
  });
}

function takeOutputs(body: GraphBody, subgraph: Subgraph, inside: ReadonlySet<NodeId>, node: NodeId): void {
  const byEnd = new Map<string, string>();
  const nameOf = (from: { readonly node: NodeId; readonly output: string }): string => {
    const key = `${from.node}.${from.output}`;
    const known = byEnd.get(key);
    if (known !== undefined) return known;
    const name = freeName((one) => subgraph.outputs.some((output) => output.name === one), from.output);
    byEnd.set(key, name);
    subgraph.outputs.push({ name, node: from.node, output: from.output });
    return name;
  };
  for (const link of Object.values(body.links))
    if (inside.has(link.from.node) && !inside.has(link.to.node))
      body.links[link.id] = { ...link, from: { node, output: nameOf(link.from) } };
  const outputs = outputsOf(body);
  outputs.forEach((one, i) => {
    if (inside.has(one.node)) outputs[i] = { name: one.name, node, output: nameOf(one) };
  });
}

/** What is in a subgraph, laid out in its node's place. Answers the nodes that came. */
export function unpackNode(graph: Graph, body: GraphBody, id: NodeId): NodeId[] {
  const node = own(body.nodes, id);
  const inner = node && subgraphOf(node);
  const found = inner ? own(graph.subgraphs, inner) : undefined;
  if (!node || !found) return [];
  const subgraph = plainCopy(found);
  const corner = cornerOf(Object.values(subgraph.nodes).map(({ at }) => at));
  const moved = (at: Point): Point => [at[0] + node.at[0] - corner[0], at[1] + node.at[1] - corner[1]];
  const { values, mode } = plainCopy(node);
  delete body.nodes[id];

  const renamed = new Map<NodeId, NodeId>();
  for (const one of Object.values(subgraph.nodes)) {
    const free = freeName((name) => name === id || Object.hasOwn(body.nodes, name), one.id) as NodeId;
    renamed.set(one.id, free);
    body.nodes[free] = { ...one, id: free, at: moved(one.at), ...(mode === 'muted' ? { mode } : {}) };
  }
  const nameOf = (inner: NodeId): NodeId => renamed.get(inner) ?? inner;
  const targetsOf = (name: string) =>
    subgraph.exposed
      .filter((one) => one.name === name && renamed.has(one.node))
      .map((one) => ({ node: nameOf(one.node), input: one.input }));
  const sourceOf = (name: string) => {
    const offered = subgraph.outputs.find((one) => one.name === name);
    return offered && { node: nameOf(offered.node), output: offered.output };
  };
  for (const [name, value] of Object.entries(values))
    for (const target of targetsOf(name)) body.nodes[target.node]!.values[target.input] = value as Json;
  const outer = Object.values(body.links).filter(({ from, to }) => from.node === id || to.node === id);
  for (const { id: link } of outer) delete body.links[link];
  for (const link of Object.values(subgraph.links)) {
    const to = { node: nameOf(link.to.node), input: link.to.input };
    const from = { node: nameOf(link.from.node), output: link.from.output };
    const via = link.via && { via: link.via.map(moved) };
    body.links[linkIdOf(to)] = { ...link, id: linkIdOf(to), from, to, ...via };
  }
  for (const link of outer) {
    const from = link.from.node === id ? sourceOf(link.from.output) : link.from;
    const targets = link.to.node === id ? targetsOf(link.to.input) : [link.to];
    if (from) for (const to of targets) body.links[linkIdOf(to)] = { ...link, id: linkIdOf(to), from, to };
  }
  putOffersIn(body, id, targetsOf);
  const outputs = outputsOf(body);
  outputs.forEach((one, i) => {
    const from = one.node === id ? sourceOf(one.output) : undefined;
    if (from) outputs[i] = { name: one.name, ...from };
  });
  if ('outputs' in body) (body as Subgraph).outputs = outputs.filter((one) => one.node !== id);
  for (const group of Object.values(subgraph.groups)) {
    const free = freeName((name) => Object.hasOwn(body.groups, name), group.id) as GroupId;
    body.groups[free] = { ...group, id: free, at: moved(group.at) };
  }
  for (const note of Object.values(subgraph.notes)) {
    const free = freeName((name) => Object.hasOwn(body.notes, name), note.id) as NoteId;
    body.notes[free] = { ...note, id: free, at: moved(note.at) };
  }
  return [...renamed.values()];
}

function putOffersIn(
  body: GraphBody,
  id: NodeId,
  targetsOf: (name: string) => readonly { readonly node: NodeId; readonly input: string }[],
): void {
  const isSubgraph = 'outputs' in body;
  const taken = new Set(body.exposed.map(({ name }) => name));
  body.exposed = body.exposed.flatMap((one) => {
    if (one.node !== id) return [one];
    return targetsOf(one.input).map((target, i) => {
      // Outside of subgraphs a name stands for one input.
      const name = i === 0 || isSubgraph ? one.name : freeName((other) => taken.has(other), one.name);
      taken.add(name);
      return { ...one, name, ...target };
    });
  });
}

/** Gives one node a subgraph of its own, so that it can be changed alone. */
export function makeIndependent(graph: Graph, body: GraphBody, id: NodeId, subgraph: SubgraphId): boolean {
  const node = own(body.nodes, id);
  const inner = node && subgraphOf(node);
  const found = inner ? own(graph.subgraphs, inner) : undefined;
  if (!node || !found) return false;
  graph.subgraphs[subgraph] = { ...plainCopy(found), id: subgraph };
  node.type = subgraphPrefix + subgraph;
  return true;
}

const innerOf = (body: GraphBody): SubgraphId[] => Object.values(body.nodes).flatMap((node) => subgraphOf(node) ?? []);

/** Every subgraph that a body holds, however deep. */
export function subgraphsIn(graph: Graph, body: GraphBody): ReadonlySet<SubgraphId> {
  const found = new Set<SubgraphId>();
  const open = innerOf(body);
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    const subgraph = own(graph.subgraphs, id);
    if (subgraph) open.push(...innerOf(subgraph));
  }
  return found;
}

/** Whether a subgraph would hold itself if another one were put into it. */
export const wouldHoldItself = (graph: Graph, into: SubgraphId, put: SubgraphId): boolean => {
  const subgraph = own(graph.subgraphs, put);
  return into === put || (subgraph !== undefined && subgraphsIn(graph, subgraph).has(into));
};

/** Takes away those that were used before and are no longer. */
export function dropUnused(graph: Graph, usedBefore: ReadonlySet<SubgraphId>): void {
  const used = subgraphsIn(graph, graph);
  for (const id of usedBefore) if (!used.has(id)) delete graph.subgraphs[id];
}

/** How many nodes show a subgraph. */
export const usesOf = (graph: Graph, id: SubgraphId): number =>
  [graph as GraphBody, ...Object.values(graph.subgraphs)]
    .flatMap((body) => innerOf(body))
    .filter((inner) => inner === id).length;
