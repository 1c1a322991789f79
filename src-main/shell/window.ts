import { BrowserWindow, type Session, screen, shell } from 'electron';
import type { Bounds, KeptState } from './kept-state.ts';
import { placeFor, zoomOn } from './kept-state.ts';
import { home, isOurs, mayOpenOutside } from './sender.ts';

export interface WindowOptions {
  readonly preload: string;
  readonly kept: { get(): KeptState; change(some: Partial<KeptState>): void };
  readonly icon: string | null;
}

/** The one place where windows are made. */
export function createWindow({ preload, kept, icon }: WindowOptions): BrowserWindow {
  const screens = screen.getAllDisplays();
  const place = placeFor(
    kept.get().bounds,
    screens.map(({ workArea }) => workArea),
  );
  const on = place.x === undefined ? screen.getPrimaryDisplay() : screen.getDisplayMatching(place as Bounds);
  const window = new BrowserWindow({
    ...place,
    minWidth: 960,
    minHeight: 600,
    show: false,
    title: 'Kiln',
    backgroundColor: '#151311',
    ...(icon === null ? {} : { icon }),
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      zoomFactor: zoomOn(on),
    },
  });
  if (kept.get().isMaximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  const remember = (): void => {
    const isMaximized = window.isMaximized();
    const bounds: Bounds = window.getNormalBounds();
    kept.change({ bounds, isMaximized });
  };
  window.on('close', remember);
  guardPage(window);
  void window.loadURL(home);
  return window;
}

/** A page stays ours: it goes nowhere, opens nothing and embeds nothing. */
function guardPage({ webContents }: BrowserWindow): void {
  const stay = (event: { preventDefault(): void }, url: string): void => {
    if (!isOurs(url)) event.preventDefault();
  };
  webContents.on('will-navigate', stay);
  webContents.on('will-redirect', stay);
  webContents.on('will-attach-webview', (event) => event.preventDefault());
  webContents.setWindowOpenHandler(({ url }) => {
    if (mayOpenOutside(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

/**
 * What a page may do beyond showing itself: put text on the clipboard, fill the screen, tell of long runs that ended, and
 * use the files that a person chose for it. Nothing else: no camera, no place, no devices.
 */
const permitted = ['clipboard-sanitized-write', 'fullscreen', 'notifications', 'fileSystem'];

export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) =>
    answer(permitted.includes(permission) && isOurs(contents.getURL())),
  );
  session.setPermissionCheckHandler((contents, permission) => {
    return permitted.includes(permission) && contents !== null && isOurs(contents.getURL());
  });
  session.setDevicePermissionHandler(() => false);
}
