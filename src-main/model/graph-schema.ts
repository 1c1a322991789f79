import { z } from 'zod';
import type { Exposed, Graph, GraphBody, GraphNode, Group, Link, Note, Subgraph } from './graph.ts';
import { linkIdOf } from './graph.ts';
import type { GraphId, GroupId, LinkId, NodeId, NoteId, SubgraphId } from './ids.ts';
import type { Json } from './json.ts';
import { limits } from './limits.ts';

// A graph as the file holds it. Links are keyed by where they arrive, `"sample.denoiser": { "from": "open.denoiser" }`,
// so that a file reads like a list of connections and an input cannot have two.

// A file is read once in most processes: compiling a reader for it takes longer than reading it.
z.config({ jitless: true });

const name = z.string().regex(/^(?!__)[\p{L}\p{N}_-]{1,200}$/u, 'a name has letters, digits, - and _');
const title = z.string().max(limits.titleChars);
const point = z.tuple([z.number().finite(), z.number().finite()]);
const end = z.string().regex(/^(?!__)[\p{L}\p{N}_-]+\.(?!__)[\p{L}\p{N}_-]+$/u, 'node.output');
const json = z.custom<Json>(() => true);

const nodeFields = {
  type: z.string().min(1).max(limits.nameChars),
  version: z.int().min(0).default(0),
  values: z.record(z.string(), json).default({}),
  at: point.default([0, 0]),
  title: title.optional(),
  color: z.string().max(64).optional(),
  collapsed: z.boolean().optional(),
  mode: z.enum(['muted', 'bypassed']).optional(),
};

const linkFields = { from: end, via: z.array(point).optional() };
const exposedFields = { name, node: name, input: name, label: title.optional() };
const groupFields = { title, color: z.string().max(64), at: point, size: point };
const noteFields = {
  text: z.string().max(limits.textChars),
  color: z.string().max(64).optional(),
  at: point,
  size: point,
};

const bodyFields = {
  nodes: z.record(name, z.looseObject(nodeFields)).default({}),
  links: z.record(end, z.looseObject(linkFields)).default({}),
  exposed: z.array(z.looseObject(exposedFields)).default([]),
  groups: z.record(name, z.looseObject(groupFields)).default({}),
  notes: z.record(name, z.looseObject(noteFields)).default({}),
};

const subgraphFields = {
  title: title.default(''),
  ...bodyFields,
  outputs: z.array(z.object({ name, node: name, output: name })).default([]),
  inputsAt: point.optional(),
  outputsAt: point.optional(),
};

const graphFields = {
  format: z.literal('kiln'),
  version: z.int().min(1),
  id: name.default('graph'),
  title: title.default(''),
  ...bodyFields,
  subgraphs: z.record(name, z.looseObject(subgraphFields)).default({}),
  affinity: z.array(z.string().max(1000)).default([]),
};

export const fileSchema = z.looseObject(graphFields);
type FileGraph = z.infer<typeof fileSchema>;
type FileBody = Pick<FileGraph, 'nodes' | 'links' | 'exposed' | 'groups' | 'notes'>;

/** Fields of a loose object that its schema does not name. */
function extraOf(value: Record<string, unknown>, known: object): { extra?: Record<string, Json> } {
  const extra = Object.entries(value).filter(([field]) => !(field in known));
  return extra.length > 0 ? { extra: Object.fromEntries(extra) as Record<string, Json> } : {};
}

const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as T;

/** The fields that a schema names, and beside them what it does not. */
const kept = (value: Record<string, unknown>, fields: object): object =>
  withoutUndefined({
    ...Object.fromEntries(Object.keys(fields).map((field) => [field, value[field]])),
    ...extraOf(value, fields),
  });

const mapRecord = <A, B>(record: Record<string, A>, map: (value: A, key: string) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));

function split(text: string): [string, string] {
  const dot = text.lastIndexOf('.');
  return [text.slice(0, dot), text.slice(dot + 1)];
}

function bodyFromFile(body: FileBody): GraphBody {
  const links: Record<LinkId, Link> = {};
  for (const [arrives, link] of Object.entries(body.links)) {
    const [toNode, input] = split(arrives);
    const [fromNode, output] = split(link.from);
    const to = { node: toNode as NodeId, input };
    const from = { node: fromNode as NodeId, output };
    links[linkIdOf(to)] = { ...kept(link, linkFields), id: linkIdOf(to), from, to };
  }
  const named = <T>(record: Record<string, Record<string, unknown>>, fields: object): T =>
    mapRecord(record, (value, id) => ({ id, ...kept(value, fields) })) as T;
  return {
    nodes: named<Record<NodeId, GraphNode>>(body.nodes, nodeFields),
    links,
    exposed: body.exposed.map((item) => kept(item, exposedFields) as Exposed),
    groups: named<Record<GroupId, Group>>(body.groups, groupFields),
    notes: named<Record<NoteId, Note>>(body.notes, noteFields),
  };
}

export function fromFile(file: FileGraph): Graph {
  return {
    format: 'kiln',
    version: file.version,
    id: file.id as GraphId,
    title: file.title,
    ...bodyFromFile(file),
    subgraphs: mapRecord(file.subgraphs, (subgraph, id) => ({
      id,
      title: subgraph.title,
      ...bodyFromFile(subgraph),
      outputs: subgraph.outputs,
      ...withoutUndefined({ inputsAt: subgraph.inputsAt, outputsAt: subgraph.outputsAt }),
      ...extraOf(subgraph, subgraphFields),
    })) as unknown as Record<SubgraphId, Subgraph>,
    affinity: file.affinity,
    ...extraOf(file, graphFields),
  };
}

const sorted = <T>(record: Record<string, T>): [string, T][] =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

function bodyToFile(body: GraphBody): Record<string, unknown> {
  const file: Record<string, unknown> = {};
  if (body.exposed.length > 0)
    file.exposed = body.exposed.map(({ name, label, node, input, extra }) =>
      withoutUndefined({ name, label, node, input, ...extra }),
    );
  file.nodes = Object.fromEntries(
    sorted(body.nodes).map(([id, { type, version, title, mode, values, at, color, collapsed, extra }]) => [
      id,
      withoutUndefined({
        type,
        version: version || undefined,
        title,
        mode,
        values: Object.fromEntries(sorted(values)),
        at,
        color,
        collapsed,
        ...extra,
      }),
    ]),
  );
  file.links = Object.fromEntries(
    sorted(body.links).map(([id, { from, via, extra }]) => [
      id,
      withoutUndefined({ from: `${from.node}.${from.output}`, via, ...extra }),
    ]),
  );
  const part = (name: string, record: Record<string, Group | Note>) => {
    if (Object.keys(record).length === 0) return;
    file[name] = Object.fromEntries(
      sorted(record).map(([key, { id: _, extra, ...value }]) => [key, { ...value, ...extra }]),
    );
  };
  part('groups', body.groups);
  part('notes', body.notes);
  return file;
}

/** The graph as the file holds it: keys in a stable order, nothing that is empty. */
export function toFile(graph: Graph): Record<string, unknown> {
  const file: Record<string, unknown> = {
    format: graph.format,
    version: graph.version,
    id: graph.id,
    title: graph.title,
    ...bodyToFile(graph),
  };
  if (Object.keys(graph.subgraphs).length > 0)
    file.subgraphs = Object.fromEntries(
      sorted(graph.subgraphs).map(([id, subgraph]) => [
        id,
        withoutUndefined({
          title: subgraph.title,
          ...bodyToFile(subgraph),
          outputs: subgraph.outputs,
          inputsAt: subgraph.inputsAt,
          outputsAt: subgraph.outputsAt,
          ...subgraph.extra,
        }),
      ]),
    );
  if (graph.affinity.length > 0) file.affinity = graph.affinity;
  return { ...file, ...graph.extra };
}
