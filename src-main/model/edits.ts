import {
  type Exposed,
  type Graph,
  type GraphBody,
  type GraphNode,
  type Group,
  type Link,
  linkIdOf,
  type Note,
} from './graph.ts';
import type { GroupId, LinkId, NodeId, NoteId } from './ids.ts';
import { type Json, own } from './json.ts';

// Every change that a person can make, on a draft: the caller decides whether that is an immer draft with a history
// or a plain copy. An edit that names something that is not there changes nothing.

export function addNode(draft: GraphBody, node: GraphNode): void {
  draft.nodes[node.id] = node;
}

export function removeNodes(draft: GraphBody, ids: readonly NodeId[]): void {
  const gone = new Set<string>(ids);
  for (const link of Object.values(draft.links))
    if (gone.has(link.from.node) || gone.has(link.to.node)) delete draft.links[link.id];
  for (const id of ids) delete draft.nodes[id];
  draft.exposed = draft.exposed.filter(({ node }) => !gone.has(node));
}

/** Replaces what was linked into that input. */
export function connect(draft: GraphBody, from: Link['from'], to: Link['to']): void {
  if (!own(draft.nodes, from.node) || !own(draft.nodes, to.node)) return;
  const id = linkIdOf(to);
  draft.links[id] = { id, from, to };
}

export function disconnect(draft: GraphBody, id: LinkId): void {
  delete draft.links[id];
}

export function setVia(draft: GraphBody, id: LinkId, via: readonly (readonly [number, number])[]): void {
  const link = own(draft.links, id);
  if (!link) return;
  if (via.length > 0) link.via = via;
  else delete link.via;
}

export function setValue(draft: GraphBody, id: NodeId, input: string, value: Json): void {
  const node = own(draft.nodes, id);
  if (node) node.values[input] = value;
}

/** Back to the node type's default. */
export function clearValue(draft: GraphBody, id: NodeId, input: string): void {
  const node = own(draft.nodes, id);
  if (node) delete node.values[input];
}

export function moveNodes(draft: GraphBody, to: Readonly<Record<NodeId, readonly [number, number]>>): void {
  for (const [id, at] of Object.entries(to)) {
    const node = own(draft.nodes, id as NodeId);
    if (node) node.at = at;
  }
}

type Looks = Partial<{ [K in 'title' | 'color' | 'collapsed' | 'mode']: GraphNode[K] | null }>;

/** Title, colour, collapsed, muted or bypassed; null takes it away. */
export function setLooks(draft: GraphBody, ids: readonly NodeId[], looks: Looks): void {
  for (const id of ids) {
    const node = own(draft.nodes, id);
    if (!node) continue;
    for (const [name, value] of Object.entries(looks)) {
      if (value === null || value === undefined) delete node[name as keyof Looks];
      else Object.assign(node, { [name]: value });
    }
  }
}

export function setTitle(draft: Graph, title: string): void {
  draft.title = title;
}

/** Offers an input under a name; the name of another input is taken over. */
export function expose(draft: GraphBody, exposed: Exposed): void {
  draft.exposed = draft.exposed.filter(
    ({ name, node, input }) => name !== exposed.name && !(node === exposed.node && input === exposed.input),
  );
  draft.exposed.push(exposed);
}

export function unexpose(draft: GraphBody, name: string): void {
  draft.exposed = draft.exposed.filter((item) => item.name !== name);
}

export function moveExposed(draft: GraphBody, name: string, to: number): void {
  const index = draft.exposed.findIndex((item) => item.name === name);
  if (index < 0) return;
  const [item] = draft.exposed.splice(index, 1);
  draft.exposed.splice(Math.max(0, to), 0, item!);
}

export function putGroup(draft: GraphBody, group: Group): void {
  draft.groups[group.id] = group;
}

export function removeGroup(draft: GraphBody, id: GroupId): void {
  delete draft.groups[id];
}

export function putNote(draft: GraphBody, note: Note): void {
  draft.notes[note.id] = note;
}

export function removeNote(draft: GraphBody, id: NoteId): void {
  delete draft.notes[id];
}
