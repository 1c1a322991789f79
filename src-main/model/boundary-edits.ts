import { type Graph, type GraphBody, type GraphNode, type Subgraph, subgraphOf } from './graph.ts';
import type { SubgraphId } from './ids.ts';
import { own } from './json.ts';

// What a subgraph offers, changed wherever it is used.

function instancesOf(graph: Graph, id: SubgraphId): { body: GraphBody; node: GraphNode }[] {
  return [graph as GraphBody, ...Object.values(graph.subgraphs)].flatMap((body) =>
    Object.values(body.nodes)
      .filter((node) => subgraphOf(node) === id)
      .map((node) => ({ body, node })),
  );
}

/** Takes away what hangs on names that a subgraph no longer offers: links, values and offers of its nodes. */
export function tidyInstances(graph: Graph, id: SubgraphId): void {
  const subgraph = own(graph.subgraphs, id);
  if (!subgraph) return;
  const inputs = new Set(subgraph.exposed.map(({ name }) => name));
  const outputs = new Set(subgraph.outputs.map(({ name }) => name));
  for (const { body, node } of instancesOf(graph, id)) {
    for (const name of Object.keys(node.values)) if (!inputs.has(name)) delete node.values[name];
    for (const { id: link, from, to } of Object.values(body.links))
      if ((to.node === node.id && !inputs.has(to.input)) || (from.node === node.id && !outputs.has(from.output)))
        delete body.links[link];
    const exposed = body.exposed.filter((one) => one.node !== node.id || inputs.has(one.input));
    const around = 'outputs' in body ? (body as Subgraph) : null;
    const offered = around?.outputs.filter((one) => one.node !== node.id || outputs.has(one.output));
    const isLess = exposed.length < body.exposed.length || (around && offered!.length < around.outputs.length);
    if (!isLess) continue;
    body.exposed = exposed;
    if (!around) continue;
    around.outputs = offered!;
    tidyInstances(graph, around.id);
  }
}

export function removeInput(graph: Graph, id: SubgraphId, name: string): void {
  const subgraph = own(graph.subgraphs, id);
  if (!subgraph) return;
  subgraph.exposed = subgraph.exposed.filter((one) => one.name !== name);
  tidyInstances(graph, id);
}

export function removeOutput(graph: Graph, id: SubgraphId, name: string): void {
  const subgraph = own(graph.subgraphs, id);
  if (!subgraph) return;
  subgraph.outputs = subgraph.outputs.filter((one) => one.name !== name);
  tidyInstances(graph, id);
}

/** What people read at an input; its name stays, and so do links and values. */
export function labelInput(graph: Graph, id: SubgraphId, name: string, label: string): void {
  for (const one of own(graph.subgraphs, id)?.exposed ?? []) {
    if (one.name !== name) continue;
    if (label.trim() === '') delete one.label;
    else one.label = label.trim();
  }
}

/** Answers whether it has that name now: what is taken or no name is refused. */
export function renameOutput(graph: Graph, id: SubgraphId, name: string, wanted: string): boolean {
  const subgraph = own(graph.subgraphs, id);
  const next = wanted
    .trim()
    .replace(/[^\p{L}\p{N}_]+/gu, '-')
    .replace(/^[-_]+|-+$/g, '')
    .slice(0, 200);
  const output = subgraph?.outputs.find((one) => one.name === name);
  if (!subgraph || !output || next === '' || subgraph.outputs.some((one) => one.name === next)) return false;
  output.name = next;
  for (const { body, node } of instancesOf(graph, id)) {
    for (const link of Object.values(body.links))
      if (link.from.node === node.id && link.from.output === name) link.from = { node: node.id, output: next };
    for (const one of 'outputs' in body ? (body as Subgraph).outputs : [])
      if (one.node === node.id && one.output === name) one.output = next;
  }
  return true;
}

const moved = <T extends { readonly name: string }>(list: readonly T[], name: string, by: number): T[] => {
  const names = [...new Set(list.map((one) => one.name))];
  const at = names.indexOf(name);
  const to = Math.max(0, Math.min(names.length - 1, at + by));
  if (at < 0 || at === to) return [...list];
  names.splice(to, 0, ...names.splice(at, 1));
  return names.flatMap((one) => list.filter((entry) => entry.name === one));
};

export function moveInput(graph: Graph, id: SubgraphId, name: string, by: number): void {
  const subgraph = own(graph.subgraphs, id);
  if (subgraph) subgraph.exposed = moved(subgraph.exposed, name, by);
}

export function moveOutput(graph: Graph, id: SubgraphId, name: string, by: number): void {
  const subgraph = own(graph.subgraphs, id);
  if (subgraph) subgraph.outputs = moved(subgraph.outputs, name, by);
}

export function setSubgraphTitle(graph: Graph, id: SubgraphId, title: string): void {
  const subgraph = own(graph.subgraphs, id);
  if (subgraph) subgraph.title = title;
}
