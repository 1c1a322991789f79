import type { GraphId, GroupId, LinkId, NodeId, NoteId, SubgraphId } from './ids.ts';
import type { Json } from './json.ts';

/** Fields of the file that this version does not know; kept and written back. */
interface Kept {
  extra?: Record<string, Json>;
}

/** What an artist saves. Names, never positions; no selection, no viewport, no results. */
export interface Graph extends GraphBody, Kept {
  format: 'kiln';
  version: number;
  id: GraphId;
  title: string;
  subgraphs: Record<SubgraphId, Subgraph>;
  /** Rules of placement, as text: `text-encoder=cpu`. */
  affinity: string[];
}

/** What a graph and a subgraph have in common. */
export interface GraphBody {
  nodes: Record<NodeId, GraphNode>;
  links: Record<LinkId, Link>;
  /** Inputs offered by name, in order: to the command line, the form, the HTTP API, the boundary of a subgraph. */
  exposed: Exposed[];
  groups: Record<GroupId, Group>;
  notes: Record<NoteId, Note>;
}

export interface GraphNode extends Kept {
  id: NodeId;
  /** A node type, or `subgraph:` and the subgraph's id. */
  type: string;
  /** Of the node type, when it was saved. */
  version: number;
  values: Record<string, Json>;
  at: readonly [x: number, y: number];
  title?: string;
  color?: string;
  collapsed?: boolean;
  mode?: 'muted' | 'bypassed';
}

export interface Link extends Kept {
  id: LinkId;
  from: { node: NodeId; output: string };
  to: { node: NodeId; input: string };
  /** Reroute points, in order. */
  via?: readonly (readonly [x: number, y: number])[];
}

export interface Exposed extends Kept {
  name: string;
  node: NodeId;
  input: string;
  label?: string;
}

export interface Group extends Kept {
  id: GroupId;
  title: string;
  color: string;
  at: readonly [x: number, y: number];
  size: readonly [width: number, height: number];
}

export interface Note extends Kept {
  id: NoteId;
  text: string;
  color?: string;
  at: readonly [x: number, y: number];
  size: readonly [width: number, height: number];
}

export interface Subgraph extends GraphBody, Kept {
  id: SubgraphId;
  title: string;
  /** Outputs offered by name. */
  outputs: { name: string; node: NodeId; output: string }[];
  /** Where its boundary stands on the canvas, when a person put it there. */
  inputsAt?: readonly [x: number, y: number];
  outputsAt?: readonly [x: number, y: number];
}

export const subgraphPrefix = 'subgraph:';

export const subgraphOf = (node: Pick<GraphNode, 'type'>): SubgraphId | null =>
  node.type.startsWith(subgraphPrefix) ? (node.type.slice(subgraphPrefix.length) as SubgraphId) : null;

export const linkIdOf = (to: { node: NodeId; input: string }): LinkId => `${to.node}.${to.input}` as LinkId;

export const emptyBody = (): GraphBody => ({ nodes: {}, links: {}, exposed: [], groups: {}, notes: {} });

export const emptyGraph = (id: GraphId, version: number, title = ''): Graph => ({
  format: 'kiln',
  version,
  id,
  title,
  ...emptyBody(),
  subgraphs: {},
  affinity: [],
});
