import { clearValue, setValue } from '../../src-main/model/edits.ts';
import type { Problem } from '../../src-main/model/errors.ts';
import type { Graph, GraphBody } from '../../src-main/model/graph.ts';
import { readGraph } from '../../src-main/model/graph-file.ts';
import { toFile } from '../../src-main/model/graph-schema.ts';
import { type NodeId, newId, type RunId } from '../../src-main/model/ids.ts';
import { maxSeed, seedPlus } from '../../src-main/model/inputs.ts';
import type { Json, JsonObject } from '../../src-main/model/json.ts';
import type { NodeSpecs } from '../../src-main/model/node-spec.ts';
import type { Overrides } from '../../src-main/model/overrides.ts';
import { dropUnused, subgraphsIn } from '../../src-main/model/subgraph-edits.ts';
import { type Cell, cell, type WritableCell } from './cell.ts';
import { changedValues, type Field, fieldsOf, valueIn } from './fields.ts';
import { type History, history, type Patch } from './history.ts';
import { keepLater } from './keep-later.ts';
import { openLevel, type Place, scopeThatShows, subgraphsOn } from './levels.ts';
import { liveSpecs } from './live-specs.ts';
import { type Mark, nothingTaken } from './mark.ts';
import { problemsAt } from './problem-place.ts';
import { readJson, type Storage, writeJson } from './storage.ts';
import { sameGraph, structureOf } from './structure.ts';
import type { Timers } from './studio-calls.ts';

/** What a person set in the form of a graph. */
export interface FormState {
  /** Only what differs from the graph as it was opened. */
  readonly values: Overrides;
  /** Seeds that stay as they are from run to run. */
  readonly locked: Readonly<Record<string, true>>;
  /** What the core says about graph and values. */
  readonly problems: readonly Problem[];
}

/** What an undo would take back; `texts` has the words. */
export type Gesture =
  | 'set'
  | 'reset'
  | 'use'
  | 'add'
  | 'remove'
  | 'move'
  | 'connect'
  | 'disconnect'
  | 'paste'
  | 'look'
  | 'group'
  | 'note'
  | 'route'
  | 'expose'
  | 'subgraph'
  | 'unpack'
  | 'boundary';

/**
 * A graph that is open. The graph is the truth: form, canvas and inspector show it and edit it through its history,
 * and it is kept as a draft at every change.
 */
export interface OpenGraph {
  /** As it was opened. */
  readonly base: Graph;
  /** Node types as the core has them, and beside them the subgraphs of this graph as it is now. */
  readonly specs: NodeSpecs;
  readonly types: NodeSpecs;
  readonly history: History<Graph>;
  readonly graph: Cell<Graph>;
  readonly fields: Cell<readonly Field[]>;
  readonly form: Cell<FormState>;
  /** Nodes that are selected; not part of the graph. */
  readonly selection: WritableCell<ReadonlySet<NodeId>>;
  /** Groups and notes that are taken up beside them. */
  readonly marked: WritableCell<readonly Mark[]>;
  /** Where this is in the graph: a subgraph that is open is worked on like a graph. */
  readonly place: Place;
  /** The path of the level that is shown. */
  readonly scope: WritableCell<readonly NodeId[]>;
  /** What is worked on at a path. */
  level(path: readonly NodeId[]): OpenGraph;
  /** As the core said them, by their place in the expanded graph. */
  readonly problems: Cell<readonly Problem[]>;
  /** One step of undo; with a key, edits of the same key are one until the field is left. */
  change(gesture: Gesture, recipe: (draft: Graph) => void, key?: string): void;
  /** A change of the graph and of the body that is worked on, as they are in the file. */
  changeBody(gesture: Gesture, recipe: (draft: Graph, body: GraphBody) => void): void;
  set(name: string, value: Json): void;
  /** The value of any input. */
  setInput(node: NodeId, input: string, value: Json): void;
  /** Takes over the values of a run; what it did not set is as in the graph. */
  use(values: Overrides): void;
  /** The values of the form as they were when it was opened. */
  reset(): void;
  /** Takes over a draft of this graph from another window: as one step of undo, or unseen where nothing was done here. */
  takeDraft(kept: unknown): void;
  lock(name: string, locked: boolean): void;
  newSeed(name: string): void;
  drawSeed(): string;
  setProblems(problems: readonly Problem[]): void;
  /** Values and ids of the next runs. Unlocked seeds are drawn anew and shown; locked ones count up. */
  nextRuns(times: number): { readonly runId: RunId; readonly overrides: Overrides }[];
  /** Values and id of a run with every seed as it is shown. */
  sameRun(): { readonly runId: RunId; readonly overrides: Overrides };
  /** What to submit beside the values of the form. */
  file(): JsonObject;
  /** Writes a draft that waits to be written. */
  keep(): void;
}

export interface OpenGraphOptions {
  readonly graph: Graph;
  readonly specs: NodeSpecs;
  readonly storage: Storage;
  readonly newSeed?: () => string;
  /** Without them every draft is kept at once, however large it is. */
  readonly timers?: Timers;
}

/** Nodes of a graph that is written in a moment. */
const fewNodes = 200;

export const draftKey = (graph: Graph): string => `kiln.draft.${graph.id}`;

/** Short enough to be read out, and for other programs that read it as a number. */
const randomSeed = (): string => String(globalThis.crypto.getRandomValues(new Uint32Array(1))[0]);

/** Gestures after which a subgraph may be used by no node. */
const mayDrop: ReadonlySet<Gesture> = new Set(['remove', 'subgraph', 'unpack']);

const isSeedField = ({ spec }: Field): boolean => spec.kind === 'seed';

export function openGraph(options: OpenGraphOptions): OpenGraph {
  const { graph: base, specs: types, storage, newSeed = randomSeed, timers } = options;
  const draft = draftOf(readJson(storage, draftKey(base)), base, types);
  const past = history(draft.graph);
  const graph = past.value;
  const specs = liveSpecs(types, graph.get);
  const scope = cell<readonly NodeId[]>([]);
  const told = cell<readonly Problem[]>([]);
  const fields = cell(fieldsOf(draft.graph, specs, base));
  const form = cell<FormState>({
    values: changedValues(draft.graph, fields.get()),
    locked: draft.locked,
    problems: [],
  });

  const write = (): void => {
    const { values, locked } = form.get();
    const structure = structureOf(graph.get(), base, fields.get());
    const isChanged = !sameGraph(structure, base);
    const isEmpty = !isChanged && Object.keys(values).length + Object.keys(locked).length === 0;
    const kept = { values, locked, ...(isChanged ? { graph: toFile(structure) } : {}) };
    writeJson(storage, draftKey(base), isEmpty ? null : kept);
  };
  const draftKept = keepLater(write, () => Object.keys(graph.get().nodes).length <= fewNodes, timers);
  const save = draftKept.ask;
  let lastPatches: readonly Patch[] = [];
  past.onChange((next, patches) => {
    lastPatches = patches;
    // A subgraph that is gone leads back out.
    const left = subgraphsOn(next, scope.get()).length;
    if (left < scope.get().length) scope.set(scope.get().slice(0, left));
    const offered = fieldsOf(next, specs, base);
    if (JSON.stringify(offered) !== JSON.stringify(fields.get())) fields.set(offered);
    const values = changedValues(next, fields.get());
    if (JSON.stringify(values) !== JSON.stringify(form.get().values)) form.set({ ...form.get(), values });
    save();
  });

  const setLocked = (locked: FormState['locked']): void => {
    form.set({ ...form.get(), locked });
    save();
  };
  const lock = (name: string, isLocked: boolean): void => {
    const { [name]: had, ...others } = form.get().locked;
    if (isLocked !== (had === true)) setLocked(isLocked ? { ...others, [name]: true } : others);
  };
  const fieldOf = (name: string): Field | undefined => fields.get().find((field) => field.name === name);
  const put = (draft: Graph, name: string, value: Json): void => {
    const field = fieldOf(name);
    if (!field) return;
    const id = field.node as NodeId;
    const wasUnset = base.nodes[id]?.values[field.input] === undefined;
    if (wasUnset && JSON.stringify(value) === JSON.stringify(field.otherwise)) clearValue(draft, id, field.input);
    else setValue(draft, id, field.input, value);
  };
  const change: OpenGraph['change'] = (gesture, recipe, key) => {
    past.mark(gesture, key);
    const used = mayDrop.has(gesture) ? subgraphsIn(graph.get(), graph.get()) : null;
    past.edit((draft) => {
      recipe(draft);
      if (used && used.size > 0) dropUnused(draft, used);
    });
    if (key === undefined) past.close();
  };
  const set = (name: string, value: Json): void => {
    const field = fieldOf(name);
    if (field) change('set', (draft) => put(draft, name, value), `${field.node}.${field.input}`);
  };

  const followed = (step: () => boolean) => (): boolean => {
    const isDone = step();
    if (isDone) scope.set(scopeThatShows(graph.get(), scope.get(), lastPatches));
    return isDone;
  };
  const levels = new Map<string, OpenGraph>();
  const root: OpenGraph = {
    base,
    specs,
    types,
    history: { ...past, undo: followed(past.undo), redo: followed(past.redo) },
    graph,
    fields,
    form,
    ...nothingTaken(),
    place: { path: [], subgraph: null },
    scope,
    level(path) {
      const through = subgraphsOn(graph.get(), path);
      const key = path.map((id, i) => `${id}:${through[i]}`).join('/');
      const known = levels.get(key) ?? openLevel(root, path);
      levels.set(key, known);
      return known;
    },
    problems: told,
    change,
    changeBody: (gesture, recipe) => change(gesture, (draft) => recipe(draft, draft)),
    set,
    setInput: (node, input, value) => change('set', (draft) => setValue(draft, node, input, value), `${node}.${input}`),
    use(given) {
      change('use', (draft) => {
        for (const { name, otherwise } of fields.get())
          put(draft, name, Object.hasOwn(given, name) ? given[name]! : otherwise);
      });
      // A person who wants these values wants this picture, not another one.
      const seeds = fields.get().filter((field) => isSeedField(field) && Object.hasOwn(given, field.name));
      if (seeds.length > 0)
        setLocked({ ...form.get().locked, ...Object.fromEntries(seeds.map(({ name }) => [name, true as const])) });
    },
    reset() {
      change('reset', (draft) => {
        for (const { name, otherwise } of fields.get()) put(draft, name, otherwise);
      });
      setLocked({});
    },
    takeDraft(kept) {
      const theirs = draftOf(kept, base, specs);
      const take = (now: Graph): void => void Object.assign(now, theirs.graph);
      if (past.undoable.get().undo === null) past.amend(take);
      else change('use', take);
      setLocked(theirs.locked);
    },
    lock,
    newSeed: (name) => set(name, newSeed()),
    drawSeed: newSeed,
    setProblems(problems) {
      told.set(problems);
      form.set({ ...form.get(), problems: problemsAt(graph.get(), [], problems) });
    },
    nextRuns(times) {
      const seeds = fields.get().filter(isSeedField);
      const drawn = Array.from({ length: times }, () => Object.fromEntries(seeds.map(({ name }) => [name, newSeed()])));
      past.close();
      past.amend((draft) => {
        for (const { name } of seeds) if (!form.get().locked[name]) put(draft, name, drawn[0]![name]!);
      });
      const { values, locked } = form.get();
      return drawn.map((fresh, i) => {
        const own = seeds.map((field): [string, Json] => {
          const shown = String(valueIn(field, values));
          return [
            field.name,
            locked[field.name] && isSeed(shown) ? seedPlus(shown, i) : locked[field.name] ? shown : fresh[field.name]!,
          ];
        });
        return { runId: newId<RunId>('run'), overrides: { ...values, ...Object.fromEntries(own) } };
      });
    },
    sameRun: () => ({ runId: newId<RunId>('run'), overrides: form.get().values }),
    file: () => toFile(structureOf(graph.get(), base, fields.get())) as unknown as JsonObject,
    keep: draftKept.now,
  };
  return root;
}

export const isSeed = (text: string): boolean => /^\d{1,20}$/.test(text) && BigInt(text) <= maxSeed;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A draft as it was kept, without what its graph no longer offers. One that cannot be read is none. */
function draftOf(kept: unknown, base: Graph, specs: NodeSpecs): { graph: Graph; locked: FormState['locked'] } {
  const draft = isRecord(kept) ? kept : {};
  const read = isRecord(draft.graph) ? readGraph(JSON.stringify(draft.graph), { name: base.title }) : null;
  const structure = read?.ok && read.value.id === base.id ? read.value : base;
  const fields = new Map(fieldsOf(structure, specs, base).map((field) => [field.name, field]));
  const known = (part: unknown) => (isRecord(part) ? Object.entries(part).filter(([name]) => fields.has(name)) : []);
  const nodes = { ...structure.nodes };
  for (const [name, value] of known(draft.values)) {
    const { node: id, input } = fields.get(name)!;
    const node = nodes[id as NodeId]!;
    nodes[id as NodeId] = { ...node, values: { ...node.values, [input]: value as Json } };
  }
  return {
    graph: known(draft.values).length > 0 ? { ...structure, nodes } : structure,
    locked: Object.fromEntries(known(draft.locked).map(([name]) => [name, true as const])),
  };
}
