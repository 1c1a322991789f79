import { type Patch, produce } from 'immer';
import type { Problem } from '../../src-main/model/errors.ts';
import { type Graph, type GraphBody, subgraphOf } from '../../src-main/model/graph.ts';
import type { NodeId, SubgraphId } from '../../src-main/model/ids.ts';
import { type Json, own } from '../../src-main/model/json.ts';
import { type Cell, cell } from './cell.ts';
import { levelGraph, writeLevel } from './level-graph.ts';
import { nothingTaken, type TakenUp } from './mark.ts';
import { problemsAt } from './problem-place.ts';

// A graph is worked on one level at a time: the graph itself, or a subgraph, reached by the nodes that one opens on the
// way. A level is an open graph of its own to whoever shows and edits it; the truth and its history are the root's.

export interface Place {
  /** Nodes that were opened on the way. */
  readonly path: readonly NodeId[];
  /** Null in the graph itself. */
  readonly subgraph: SubgraphId | null;
}

/** The subgraphs that a path leads through, as far as there are any. */
export function subgraphsOn(graph: Graph, path: readonly NodeId[]): SubgraphId[] {
  const found: SubgraphId[] = [];
  let body: GraphBody = graph;
  for (const id of path) {
    const node = own(body.nodes, id);
    const inner = node && subgraphOf(node);
    const next = inner ? own(graph.subgraphs, inner) : undefined;
    if (!inner || !next || found.includes(inner)) break;
    found.push(inner);
    body = next;
  }
  return found;
}

/** A shortest path to a subgraph, or null where nothing shows it. */
function pathTo(graph: Graph, wanted: SubgraphId): readonly NodeId[] | null {
  const seen = new Set<SubgraphId>();
  let open: { readonly body: GraphBody; readonly path: readonly NodeId[] }[] = [{ body: graph, path: [] }];
  while (open.length > 0) {
    const next: typeof open = [];
    for (const { body, path } of open)
      for (const node of Object.values(body.nodes)) {
        const inner = subgraphOf(node);
        if (inner === wanted) return [...path, node.id];
        const subgraph = inner === null || seen.has(inner) ? undefined : own(graph.subgraphs, inner);
        if (!inner || !subgraph) continue;
        seen.add(inner);
        next.push({ body: subgraph, path: [...path, node.id] });
      }
    open = next;
  }
  return null;
}

const bodyFields = new Set([
  'nodes',
  'links',
  'exposed',
  'groups',
  'notes',
  'outputs',
  'inputsAt',
  'outputsAt',
  'title',
]);

/** Where one has to be to see what was changed: here, if some of it is here. */
export function scopeThatShows(graph: Graph, scope: readonly NodeId[], patches: readonly Patch[]): readonly NodeId[] {
  const touched = new Set(
    patches.flatMap(({ path }): (SubgraphId | null)[] => {
      if (path[0] === 'subgraphs') return path.length > 2 ? [path[1] as SubgraphId] : [];
      return bodyFields.has(String(path[0])) ? [null] : [];
    }),
  );
  const here = subgraphsOn(graph, scope).at(-1) ?? null;
  if (touched.size === 0 || touched.has(here)) return scope;
  for (const id of touched) {
    const path = id === null ? [] : pathTo(graph, id);
    if (path) return path;
  }
  return scope;
}

/** A cell that follows another one; the same answer is not told twice. */
function derived<A, B>(of: Cell<A>, from: (value: A, before: B | null) => B): Cell<B> {
  const made = cell(from(of.get(), null));
  of.subscribe(() => made.set(from(of.get(), made.get())));
  return made;
}

/** What a level is made of: what an open graph is to whoever edits it. */
interface Root extends TakenUp {
  readonly graph: Cell<Graph>;
  readonly form: Cell<{ readonly problems: readonly Problem[] }>;
  readonly problems: Cell<readonly Problem[]>;
  readonly place: Place;
  change(gesture: string, recipe: (draft: Graph) => void, key?: string): void;
  changeBody(gesture: string, recipe: (draft: Graph, body: GraphBody) => void): void;
  setInput(node: NodeId, input: string, value: Json): void;
}

/** The level at a path of an open graph; `root` is the graph itself. */
export function openLevel<T extends Root>(root: T, path: readonly NodeId[]): T {
  const id = subgraphsOn(root.graph.get(), path).at(-1);
  if (path.length === 0 || id === undefined) return root;
  let seen: Graph | null = null;
  const graph = derived<Graph, Graph>(root.graph, (next, before) => {
    const subgraph = next.subgraphs[id];
    // Gone: it stays as it was until one has left it.
    if (!subgraph) return before!;
    const isSame = before && seen?.subgraphs === next.subgraphs && seen.title === next.title;
    seen = next;
    return isSame ? before : levelGraph(next, subgraph, before);
  });
  const form = derived(root.form, (next) => ({
    ...next,
    problems: problemsAt(root.graph.get(), path, root.problems.get()),
  }));
  const change: Root['change'] = (gesture, recipe, key) =>
    root.change(
      gesture,
      (draft) => {
        const before = graph.get();
        writeLevel(draft, id, before, produce(before, recipe));
      },
      key,
    );
  const level: Root = {
    place: { path, subgraph: id },
    graph,
    form,
    ...nothingTaken(),
    change,
    problems: root.problems,
    setInput: (node, input, value) =>
      change(
        'set',
        (draft) => {
          const found = draft.nodes[node];
          if (found) found.values[input] = value;
        },
        `${path.join('/')}/${node}.${input}`,
      ),
    changeBody: (gesture, recipe) =>
      root.change(gesture, (draft) => {
        const body = draft.subgraphs[id];
        if (body) recipe(draft, body);
      }),
  };
  return { ...root, ...level };
}
