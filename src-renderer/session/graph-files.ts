import { type Problem, problem } from '../../src-main/model/errors.ts';
import type { Graph } from '../../src-main/model/graph.ts';
import { readGraph, writeGraph } from '../../src-main/model/graph-file.ts';
import { toFile } from '../../src-main/model/graph-schema.ts';
import { limits } from '../../src-main/model/limits.ts';
import { type Cell, cell } from './cell.ts';
import type { Notices } from './notices.ts';
import type { OpenGraphs, OpenTemplate } from './open-graphs.ts';

/** A file on a person's disk that may be read and written where it lies. No path: whoever gave it knows where it is. */
export interface GraphFile {
  readonly name: string;
  readonly bytes: () => Promise<number>;
  /** When it was changed last, as ms since 1970. */
  readonly modified: () => Promise<number>;
  readonly read: () => Promise<string>;
  /** All or nothing. */
  readonly write: (text: string) => Promise<void>;
}

/** How files are chosen and written; null where a person thought better of it. */
export interface FilePort {
  /** Whether files can be written where they lie; else what is saved is a copy that is downloaded. */
  readonly canWrite: boolean;
  open(): Promise<readonly GraphFile[] | null>;
  chooseName(name: string): Promise<GraphFile | null>;
  download(text: string, name: string): void;
}

/** What is known of the file of a graph. */
interface Known {
  readonly file: GraphFile;
  /** As it was read or written last. */
  readonly text: string;
  /** The graph that this was. */
  readonly graph: Graph | null;
  readonly modified: number;
}

/** A file that somebody else has changed since it was read or written here. */
export interface ChangedFile {
  readonly name: string;
  readonly fileName: string;
  readonly text: string;
  readonly modified: number;
}

export interface SavedFiles {
  readonly canWrite: boolean;
  /** Names of graphs with a file, and whether the file has all that was done. */
  readonly saved: Cell<ReadonlyMap<string, { readonly fileName: string; readonly isCurrent: boolean }>>;
  readonly changed: Cell<ChangedFile | null>;
  open(): Promise<void>;
  /** Writes the graph to its file; without one, a name is asked for. What somebody else wrote is never overwritten unseen. */
  save(one: OpenTemplate): Promise<void>;
  saveAs(one: OpenTemplate): Promise<void>;
  /** Whether the shown graph's file is another one by now. */
  look(one: OpenTemplate): Promise<void>;
  /** Of a file that was changed elsewhere: what is in it instead, or this one, which the next save then writes. */
  settle(choice: 'theirs' | 'mine'): void;
}

export function savedFiles(
  port: FilePort,
  graphs: Pick<OpenGraphs, 'templates' | 'template' | 'openText'>,
  notices: Notices,
): SavedFiles {
  const known = new Map<string, Known>();
  const saved = cell<ReadonlyMap<string, { readonly fileName: string; readonly isCurrent: boolean }>>(new Map());
  const changed = cell<ChangedFile | null>(null);

  const tell = (): void => {
    const entries = graphs.templates.get().flatMap((one) => {
      const its = known.get(one.name);
      return its
        ? [[one.name, { fileName: its.file.name, isCurrent: its.graph === one.open.graph.get() }] as const]
        : [];
    });
    if (JSON.stringify(entries) !== JSON.stringify([...saved.get()])) saved.set(new Map(entries));
  };
  const watched = new Set<OpenTemplate>();
  const keep = (one: OpenTemplate, its: Known): void => {
    known.set(one.name, its);
    if (!watched.has(one)) one.open.graph.subscribe(tell);
    watched.add(one);
    tell();
  };
  const failed = (file: GraphFile, error: unknown, what: 'file.notWritten' | 'file.unreadable'): void => {
    const reason = error instanceof Error ? error.message : String(error);
    const problems: readonly Problem[] = [problem(what, { path: file.name, reason: reason.replace(/\.$/, '') })];
    notices.problems(problems);
  };

  /** Answers whether the file is still as it is known here. */
  const isAsKnown = async (name: string, its: Known): Promise<boolean> => {
    const modified = await its.file.modified();
    if (modified === its.modified) return true;
    const text = await its.file.read();
    if (text === its.text) {
      known.set(name, { ...its, modified });
      return true;
    }
    changed.set({ name, fileName: its.file.name, text, modified });
    return false;
  };
  const write = async (one: OpenTemplate, file: GraphFile): Promise<void> => {
    const graph = one.open.graph.get();
    const text = writeGraph(graph);
    try {
      await file.write(text);
      keep(one, { file, text, graph, modified: await file.modified() });
      notices.say(({ said }) => said.saved(file.name));
    } catch (error) {
      failed(file, error, 'file.notWritten');
    }
  };
  const saveAs = async (one: OpenTemplate): Promise<void> => {
    const name = fileName(one.open.base.title);
    if (!port.canWrite) return port.download(writeGraph(one.open.graph.get()), name);
    const file = await port.chooseName(name);
    if (file) await write(one, file);
  };

  return {
    canWrite: port.canWrite,
    saved,
    changed,

    async open() {
      for (const file of (await port.open()) ?? []) {
        try {
          const [bytes, modified] = [await file.bytes(), await file.modified()];
          if (bytes > limits.graphBytes) {
            notices.problems([problem('file.tooLarge', { path: file.name, bytes, limit: limits.graphBytes })]);
            continue;
          }
          const text = await file.read();
          const before = graphs.template.get();
          graphs.openText(text, file.name);
          const one = graphs.template.get();
          const isRead = readGraph(text, { name: file.name }).ok;
          if (one && isRead && (one !== before || one.isOwn))
            keep(one, { file, text, graph: one.open.graph.get(), modified });
        } catch (error) {
          failed(file, error, 'file.unreadable');
        }
      }
    },

    async save(one) {
      const its = known.get(one.name);
      if (!its) return saveAs(one);
      try {
        if (!(await isAsKnown(one.name, its))) return;
      } catch {
        // Gone, or moved away: writing makes it anew.
      }
      await write(one, its.file);
    },

    saveAs,

    async look(one) {
      const its = known.get(one.name);
      if (its) await isAsKnown(one.name, its).catch(() => true);
    },

    settle(choice) {
      const found = changed.get();
      changed.set(null);
      const one = found && graphs.templates.get().find(({ name }) => name === found.name);
      const its = found && known.get(found.name);
      if (!found || !one || !its) return;
      const now: Known = { ...its, text: found.text, graph: null, modified: found.modified };
      keep(one, now);
      if (choice === 'mine') return;
      const read = readGraph(found.text, { name: found.fileName });
      if (!read.ok) notices.problems(read.problems);
      else if (read.value.id !== one.open.base.id) graphs.openText(found.text, found.fileName);
      else {
        one.open.takeDraft({ graph: toFile(read.value) });
        keep(one, { ...now, graph: one.open.graph.get() });
      }
    },
  };
}

/** Of a file that a person takes away: its title, without what file systems dislike. */
export const fileName = (title: string): string =>
  `${
    title
      .replace(/[\\/:*?"<>|\p{Cc}\s]+/gu, ' ')
      .trim()
      .slice(0, 80) || 'graph'
  }.kiln.json`;
