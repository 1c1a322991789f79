import type { CommandName } from '../../src-main/texts/page-command-texts.ts';
import { type Cell, cell } from './cell.ts';
import type { KeptPreferences } from './preferences.ts';

/**
 * Where its keys count: `everywhere` also while a person writes, `page` when they do not, `canvas` while the graph
 * has the focus.
 */
export type Scope = 'everywhere' | 'page' | 'canvas';

interface Command {
  readonly scope: Scope;
  /** As tinykeys writes them; `$mod` is Cmd on a Mac and Ctrl elsewhere. */
  readonly keys: readonly string[];
}

/** Everything that can be done by a name. What it does is said by whoever can do it just now. */
export const commandTable = {
  'run.start': { scope: 'everywhere', keys: ['$mod+Enter'] },
  'run.grid': { scope: 'page', keys: ['Alt+KeyG'] },
  'run.live': { scope: 'page', keys: ['Alt+KeyL'] },
  'queue.togglePause': { scope: 'page', keys: [] },
  'file.new': { scope: 'everywhere', keys: ['$mod+Alt+KeyN'] },
  'file.open': { scope: 'everywhere', keys: ['$mod+o'] },
  'file.save': { scope: 'everywhere', keys: ['$mod+s'] },
  'file.saveAs': { scope: 'everywhere', keys: ['$mod+Shift+s'] },
  'file.close': { scope: 'page', keys: ['Alt+KeyW'] },
  'file.next': { scope: 'page', keys: ['Alt+PageDown'] },
  'file.previous': { scope: 'page', keys: ['Alt+PageUp'] },
  'graph.undo': { scope: 'page', keys: ['$mod+z'] },
  'graph.redo': { scope: 'page', keys: ['$mod+Shift+z', '$mod+y'] },
  'view.toggle': { scope: 'everywhere', keys: ['$mod+e'] },
  'palette.open': { scope: 'everywhere', keys: ['$mod+Shift+p', '$mod+k'] },
  'shortcuts.show': { scope: 'page', keys: ['Shift+?'] },
  'panel.create': { scope: 'page', keys: ['1'] },
  'panel.library': { scope: 'page', keys: ['n'] },
  'panel.queue': { scope: 'page', keys: ['2'] },
  'panel.gallery': { scope: 'page', keys: ['3'] },
  'panel.models': { scope: 'page', keys: ['4'] },
  'panel.devices': { scope: 'page', keys: ['5'] },
  'panel.monitor': { scope: 'page', keys: ['6'] },
  'panel.settings': { scope: 'page', keys: ['7', '$mod+,'] },
  'graph.add': { scope: 'canvas', keys: ['Tab', 'Space'] },
  'graph.inspect': { scope: 'canvas', keys: ['Enter'] },
  'graph.selectAll': { scope: 'canvas', keys: ['$mod+a'] },
  'graph.duplicate': { scope: 'canvas', keys: ['$mod+d'] },
  'graph.mute': { scope: 'canvas', keys: ['$mod+m'] },
  'graph.bypass': { scope: 'canvas', keys: ['$mod+b'] },
  'graph.collapse': { scope: 'canvas', keys: ['Alt+KeyC'] },
  'graph.remove': { scope: 'canvas', keys: ['Delete', 'Backspace'] },
  'graph.fit': { scope: 'canvas', keys: ['Home'] },
  'graph.fitSelection': { scope: 'canvas', keys: ['.'] },
  'graph.zoomIn': { scope: 'canvas', keys: ['Equal', 'Shift+Equal', 'NumpadAdd'] },
  'graph.zoomOut': { scope: 'canvas', keys: ['-', 'NumpadSubtract'] },
  'graph.rename': { scope: 'canvas', keys: ['F2'] },
  'graph.group': { scope: 'canvas', keys: ['$mod+g'] },
  'graph.ungroup': { scope: 'canvas', keys: ['$mod+Shift+g'] },
  'graph.note': { scope: 'canvas', keys: ['Shift+n'] },
  'graph.snap': { scope: 'canvas', keys: ['g'] },
  'graph.minimap': { scope: 'canvas', keys: ['m'] },
  'graph.alignLeft': { scope: 'canvas', keys: ['$mod+Shift+ArrowLeft'] },
  'graph.alignCentre': { scope: 'canvas', keys: [] },
  'graph.alignRight': { scope: 'canvas', keys: ['$mod+Shift+ArrowRight'] },
  'graph.alignTop': { scope: 'canvas', keys: ['$mod+Shift+ArrowUp'] },
  'graph.alignMiddle': { scope: 'canvas', keys: [] },
  'graph.alignBottom': { scope: 'canvas', keys: ['$mod+Shift+ArrowDown'] },
  'graph.spreadAcross': { scope: 'canvas', keys: [] },
  'graph.spreadDown': { scope: 'canvas', keys: [] },
  'graph.menu': { scope: 'canvas', keys: ['ContextMenu', 'Shift+F10'] },
  'graph.arrange': { scope: 'canvas', keys: ['l'] },
  'graph.makeSubgraph': { scope: 'canvas', keys: ['$mod+Shift+e'] },
  'graph.unpack': { scope: 'canvas', keys: ['$mod+Shift+u'] },
  'graph.enter': { scope: 'canvas', keys: ['$mod+ArrowDown'] },
  'graph.leave': { scope: 'canvas', keys: ['$mod+ArrowUp'] },
} as const satisfies Readonly<Record<CommandName, Command>>;

export type CommandId = keyof typeof commandTable;
export const commandIds = Object.keys(commandTable) as CommandId[];
export const scopeOf = (id: CommandId): Scope => commandTable[id].scope;

export type Handlers = { readonly [id in CommandId]?: () => void };
export type Bindings = Readonly<Record<CommandId, readonly string[]>>;

export interface Commands {
  /** Keys of every command: its own, or those that a person chose. */
  readonly bindings: Cell<Bindings>;
  /** What can be done now, in the table's order. */
  readonly available: Cell<readonly CommandId[]>;
  /** Says how commands are done until what it returns is called. Who spoke last is asked first. */
  handle(handlers: Handlers): () => void;
  /** Whether somebody did it. */
  run(id: CommandId): boolean;
  /** Null gives a command its own keys back. */
  bind(id: CommandId, keys: readonly string[] | null): void;
}

export function commands(preferences: KeptPreferences): Commands {
  const speakers: Handlers[] = [];
  const available = cell<readonly CommandId[]>([]);
  const lookAgain = (): void => {
    const now = commandIds.filter((id) => speakers.some((handlers) => handlers[id] !== undefined));
    if (now.join() !== available.get().join()) available.set(now);
  };
  const bindingsNow = (): Bindings => {
    const { shortcuts } = preferences.state.get();
    return Object.fromEntries(commandIds.map((id) => [id, shortcuts[id] ?? commandTable[id].keys])) as Bindings;
  };
  const bindings = cell(bindingsNow());
  let seen = preferences.state.get().shortcuts;
  preferences.state.subscribe(() => {
    const { shortcuts } = preferences.state.get();
    if (shortcuts === seen) return;
    seen = shortcuts;
    bindings.set(bindingsNow());
  });
  return {
    bindings,
    available,
    handle(handlers) {
      speakers.push(handlers);
      lookAgain();
      return () => {
        speakers.splice(speakers.indexOf(handlers), 1);
        lookAgain();
      };
    },
    run(id) {
      const work = speakers.findLast((handlers) => handlers[id] !== undefined)?.[id];
      work?.();
      return work !== undefined;
    },
    bind(id, keys) {
      const { [id]: _, ...others } = preferences.state.get().shortcuts;
      preferences.change({ shortcuts: keys === null ? others : { ...others, [id]: keys } });
    },
  };
}

/** Commands that would answer to the same keys: for each, the others. */
export function conflictsOf(bindings: Bindings): ReadonlyMap<CommandId, readonly CommandId[]> {
  const byKey = new Map<string, CommandId[]>();
  for (const id of commandIds)
    for (const keys of bindings[id]) byKey.set(normal(keys), [...(byKey.get(normal(keys)) ?? []), id]);
  const found = new Map<CommandId, CommandId[]>();
  for (const ids of byKey.values())
    for (const id of ids) {
      const others = ids.filter((other) => other !== id);
      if (others.length > 0) found.set(id, [...(found.get(id) ?? []), ...others]);
    }
  return found;
}

/** `Shift+$mod+Z` and `$mod+Shift+KeyZ` are one press. */
export function normal(keys: string): string {
  const parts = keys.split('+');
  const key = parts.pop()!.replace(/^(Key|Digit)(?=.$)/, '');
  return [...parts.sort(), key.toLowerCase()].join('+');
}
