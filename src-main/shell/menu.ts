import type { MenuItemConstructorOptions } from 'electron';
import type { CommandName } from '../texts/page-command-texts.ts';
import type { ShellTexts } from '../texts/shell-texts.ts';

type Name = keyof ShellTexts['menus'];
/** Of the roles that the system fills with life, those that Kiln uses. */
type Role =
  | 'cut'
  | 'copy'
  | 'paste'
  | 'reload'
  | 'zoomIn'
  | 'zoomOut'
  | 'resetZoom'
  | 'togglefullscreen'
  | 'toggleDevTools'
  | 'about'
  | 'services'
  | 'hide'
  | 'minimize';

/** What a chosen entry does: a command of the page, or something of the app. */
export type Chosen = CommandName | 'app.open' | 'app.connection' | 'app.quit';

export type Entry =
  | '-'
  | { readonly name: Name; readonly role: Role }
  /** Keys are shown, and left to the page, which knows those that a person chose. */
  | { readonly name: Name; readonly does: Chosen; readonly keys?: string };

export interface Submenu {
  readonly name: Name | null;
  readonly entries: readonly Entry[];
}

/** The menu bar as data. A Mac has the app's own menu first. */
export function menuBar(platform: string): readonly Submenu[] {
  const isMac = platform === 'darwin';
  const quit = { name: 'quit', does: 'app.quit', keys: 'CmdOrCtrl+Q' } as const;
  const app: Submenu = {
    name: null,
    entries: [
      { name: 'about', role: 'about' },
      '-',
      { name: 'services', role: 'services' },
      { name: 'hide', role: 'hide' },
      '-',
      quit,
    ],
  };
  return [
    ...(isMac ? [app] : []),
    {
      name: 'file',
      entries: [
        { name: 'newGraph', does: 'file.new', keys: 'CmdOrCtrl+Alt+N' },
        { name: 'open', does: 'app.open', keys: 'CmdOrCtrl+O' },
        { name: 'save', does: 'file.save', keys: 'CmdOrCtrl+S' },
        '-',
        { name: 'connection', does: 'app.connection' },
        ...(isMac ? [] : (['-', quit] as const)),
      ],
    },
    {
      name: 'edit',
      entries: [
        { name: 'undo', does: 'graph.undo', keys: 'CmdOrCtrl+Z' },
        { name: 'redo', does: 'graph.redo', keys: 'CmdOrCtrl+Shift+Z' },
        '-',
        { name: 'cut', role: 'cut' },
        { name: 'copy', role: 'copy' },
        { name: 'paste', role: 'paste' },
        { name: 'selectAll', does: 'graph.selectAll', keys: 'CmdOrCtrl+A' },
      ],
    },
    {
      name: 'run',
      entries: [
        { name: 'runNow', does: 'run.start', keys: 'CmdOrCtrl+Enter' },
        { name: 'live', does: 'run.live' },
        { name: 'pauseQueue', does: 'queue.togglePause' },
      ],
    },
    {
      name: 'view',
      entries: [
        { name: 'toggleView', does: 'view.toggle', keys: 'CmdOrCtrl+E' },
        { name: 'palette', does: 'palette.open', keys: 'CmdOrCtrl+Shift+P' },
        '-',
        { name: 'zoomIn', role: 'zoomIn' },
        { name: 'zoomOut', role: 'zoomOut' },
        { name: 'actualSize', role: 'resetZoom' },
        { name: 'fullScreen', role: 'togglefullscreen' },
        '-',
        { name: 'reload', role: 'reload' },
        { name: 'devTools', role: 'toggleDevTools' },
      ],
    },
    ...(isMac ? [{ name: 'window', entries: [{ name: 'minimize', role: 'minimize' }] } as const] : []),
    {
      name: 'help',
      entries: [
        { name: 'shortcuts', does: 'shortcuts.show' },
        ...(isMac ? [] : ([{ name: 'about', role: 'about' }] as const)),
      ],
    },
  ];
}

/** The same for Electron's `Menu.buildFromTemplate`. */
export function menuTemplate(
  bar: readonly Submenu[],
  texts: ShellTexts,
  choose: (does: Chosen) => void,
): MenuItemConstructorOptions[] {
  const entryOf = (entry: Entry): MenuItemConstructorOptions => {
    if (entry === '-') return { type: 'separator' };
    const label = texts.menus[entry.name];
    if ('role' in entry) return { label, role: entry.role };
    return {
      label,
      click: () => choose(entry.does),
      ...(entry.keys === undefined ? {} : { accelerator: entry.keys, registerAccelerator: false }),
    };
  };
  return bar.map(({ name, entries }) => ({
    label: name === null ? 'Kiln' : texts.menus[name],
    submenu: entries.map(entryOf),
  }));
}
