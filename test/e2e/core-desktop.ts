import path from 'node:path';
import { app, ipcMain, protocol, session } from 'electron';
import type { DesktopHandlers } from '../../src-main/contract/desktop.ts';
import { servePages } from '../../src-main/shell/ipc.ts';
import { ownCore } from '../../src-main/shell/own-core.ts';
import { pages } from '../../src-main/shell/protocol.ts';
import { scheme } from '../../src-main/shell/sender.ts';
import { createWindow, guardSession } from '../../src-main/shell/window.ts';
import { calledCore } from '../build/called-core.ts';
import type { LookedCore } from '../contracts/core.contract.ts';

// The main process of the desktop app around a core that lives in its memory alone. KILN_TEST_ROOT is the project.

const here = globalThis as unknown as { freshCore: () => void; core: LookedCore };
const root = process.env.KILN_TEST_ROOT ?? '';

if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
app.setPath('userData', process.env.KILN_TEST_HOME ?? '');
protocol.registerSchemesAsPrivileged([
  { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true, stream: true } },
]);

const open = () => {
  const core = calledCore();
  const bugs: unknown[] = [];
  here.core = Object.assign(core, { bugs });
  return ownCore({ ...core, close: async () => {} }, null, (error) => bugs.push(error));
};
let link = open();
const handlers = new Proxy({} as DesktopHandlers, { get: () => async () => null });
const served = servePages(ipcMain, { core: () => link, handlers, log: () => {} });
here.freshCore = () => {
  link = open();
  served.closeWires();
};

void app.whenReady().then(() => {
  guardSession(session.defaultSession);
  const folder = path.join(root, 'out', 'renderer');
  protocol.handle(scheme, pages({ folder, core: () => link, opened: async () => null }));
  const kept = { get: () => ({ bounds: null, isMaximized: false, remote: null }), change: () => {} };
  createWindow({ preload: path.join(root, 'out', 'preload', 'preload.cjs'), kept, icon: null });
});
