import type { Answer } from '../../src-main/contract/calls.ts';
import { type Problem, unwrap } from '../../src-main/model/errors.ts';
import type { Graph } from '../../src-main/model/graph.ts';
import { readGraph } from '../../src-main/model/graph-file.ts';
import { toFile } from '../../src-main/model/graph-schema.ts';
import { type Digest, type GraphId, newId } from '../../src-main/model/ids.ts';
import type { JsonObject } from '../../src-main/model/json.ts';
import type { NodeSpecs } from '../../src-main/model/node-spec.ts';
import { type Cell, cell } from './cell.ts';
import type { Notices } from './notices.ts';
import { draftKey, type OpenGraph, openGraph } from './open-graph.ts';
import { blankGraph, ownGraphs } from './own-graphs.ts';
import type { KeptPreferences } from './preferences.ts';
import type { Storage } from './storage.ts';
import { sameGraph } from './structure.ts';
import type { StudioCalls, Timers } from './studio-calls.ts';
import { withTab } from './tabs.ts';

/** A graph that can be opened, as the core has it. */
export interface OpenTemplate {
  readonly name: string;
  /** A graph of a person's own, not one that comes with Kiln. */
  readonly isOwn: boolean;
  readonly file: JsonObject;
  readonly open: OpenGraph;
}

/** All graphs that can be worked on, and the one that is shown. */
export interface OpenGraphs {
  readonly templates: Cell<readonly OpenTemplate[]>;
  readonly template: Cell<OpenTemplate | null>;
  /** Why nothing could be opened. */
  readonly problems: Cell<readonly Problem[]>;
  /** The shown graph as another window left it, until one of both is chosen. */
  readonly elsewhere: Cell<{ readonly name: string; readonly draft: unknown } | null>;
  /** Templates that are open already stay so: a form is never replaced under somebody's hands. */
  take(found: Answer<'graphs.templates'>, specs: NodeSpecs): void;
  show(one: OpenTemplate): void;
  /** There are no templates to be had. */
  failed(problems: readonly Problem[]): void;
  openTemplate(name: string): void;
  /** Begins an empty graph. */
  newGraph(): void;
  /** Opens the text of a graph file. What is wrong with it is told. */
  openText(text: string, name: string): void;
  /** Opens the graph in a picture, or in a file that was uploaded. */
  openDigest(digest: Digest, name: string): Promise<void>;
  /** Takes an own graph off the list; its pictures stay. */
  forget(name: string): void;
  /** Another window wrote this to the storage they share. */
  hearDraft(key: string, text: string | null): void;
  /** Of a graph that two windows changed: theirs instead, or this one as a graph of its own beside it. */
  settle(choice: 'theirs' | 'both'): void;
  /** Writes every draft that waits to be written: the page may be gone in a moment. */
  keepDrafts(): void;
}

export interface OpenGraphsOptions {
  readonly storage: Storage;
  readonly preferences: KeptPreferences;
  readonly notices: Notices;
  readonly readGraph: StudioCalls['readGraph'];
  readonly timers: Timers;
}

/** Of the templates, the one to begin with. */
const first = 'text-to-image';

export function openGraphs({ storage, preferences, notices, timers, ...calls }: OpenGraphsOptions): OpenGraphs {
  const templates = cell<readonly OpenTemplate[]>([]);
  const template = cell<OpenTemplate | null>(null);
  const problems = cell<readonly Problem[]>([]);
  const elsewhere = cell<{ readonly name: string; readonly draft: unknown } | null>(null);
  const own = ownGraphs(storage);
  const named = (name: string | null) => templates.get().find((one) => one.name === name);

  const show = (next: OpenTemplate): void => {
    template.set(next);
    const { template: was, tabs } = preferences.state.get();
    if (was === next.name && tabs.includes(next.name)) return;
    preferences.change({ template: next.name, tabs: withTab(tabs, next.name) });
  };
  const ownOf = (graph: Graph, specs: NodeSpecs): OpenTemplate => ({
    name: graph.id,
    isOwn: true,
    file: toFile(graph) as JsonObject,
    open: openGraph({ graph, specs, storage, timers }),
  });
  const openOwn = (given: Graph): void => {
    const specs = templates.get()[0]?.open.types;
    if (!specs) return;
    const known = templates.get().find(({ open }) => open.base.id === given.id);
    if (known && sameGraph(known.open.base, given)) {
      show(known);
      return;
    }
    // A file that was made from one that is open has its id: two graphs of one id would share a draft.
    const graph = known ? { ...given, id: newId<GraphId>('graph') } : given;
    own.keep(graph);
    const next = ownOf(graph, specs);
    templates.set([...templates.get(), next]);
    show(next);
  };

  return {
    templates,
    template,
    problems,
    elsewhere,
    show,
    failed: problems.set,

    take(found, specs) {
      const open = new Map(templates.get().map((one) => [JSON.stringify(one.file), one]));
      const unreadable: Problem[] = [];
      const list = found.flatMap(({ name, graph }): OpenTemplate[] => {
        const text = JSON.stringify(graph);
        const known = open.get(text);
        if (known) return [known];
        const read = readGraph(text, { name });
        if (!read.ok) unreadable.push(...read.problems);
        return read.ok
          ? [
              {
                name,
                isOwn: false,
                file: graph as JsonObject,
                open: openGraph({ graph: read.value, specs, storage, timers }),
              },
            ]
          : [];
      });
      const mine = templates.get().filter(({ isOwn }) => isOwn);
      list.push(...(mine.length > 0 ? mine : own.read().map((graph) => ownOf(graph, specs))));
      templates.set(list);
      problems.set(list.length > 0 ? [] : unreadable);
      const next = named(template.get()?.name ?? preferences.state.get().template) ?? named(first) ?? list[0];
      const tabs = preferences.state.get().tabs.filter((name) => named(name) !== undefined);
      if (tabs.length < preferences.state.get().tabs.length) preferences.change({ tabs });
      if (next) show(next);
    },

    openTemplate(name) {
      const next = named(name);
      if (next) show(next);
    },

    newGraph: () => openOwn(blankGraph()),

    openText(text, name) {
      const read = readGraph(text, { name });
      if (read.ok) openOwn(read.value);
      else notices.problems(read.problems);
    },

    async openDigest(digest, name) {
      await notices.attempt(async () => {
        const { graph } = await calls.readGraph({ digest, name });
        openOwn(unwrap(readGraph(JSON.stringify(graph), { name })));
      });
    },

    forget(name) {
      const gone = named(name);
      if (!gone?.isOwn) return;
      gone.open.keep(); // a draft that is written later would come back
      own.forget(gone.open.base);
      templates.set(templates.get().filter((one) => one !== gone));
      preferences.change({ tabs: preferences.state.get().tabs.filter((tab) => tab !== name) });
      const next = named(preferences.state.get().tabs.at(-1) ?? first) ?? named(first) ?? templates.get()[0];
      if (template.get() === gone && next) show(next);
    },

    hearDraft(key, text) {
      const one = templates.get().find(({ open }) => draftKey(open.base) === key);
      if (!one) return;
      let draft: unknown = null;
      try {
        draft = JSON.parse(text ?? 'null');
      } catch {
        return;
      }
      // What this window has not touched just follows the other one.
      if (one.open.history.undoable.get().undo === null) one.open.takeDraft(draft);
      else elsewhere.set({ name: one.name, draft });
    },

    settle(choice) {
      const found = elsewhere.get();
      const one = found && named(found.name);
      elsewhere.set(null);
      if (!found || !one) return;
      const mine = one.open.graph.get();
      one.open.takeDraft(found.draft);
      if (choice === 'both') openOwn({ ...mine, id: newId<GraphId>('graph'), title: mine.title });
      else show(one);
    },

    keepDrafts() {
      for (const { open } of templates.get()) open.keep();
    },
  };
}
