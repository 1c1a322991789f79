import { mkdirSync } from 'node:fs';
import path from 'node:path';
import {
  app,
  type BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  Notification,
  protocol,
  safeStorage,
  session,
  shell,
} from 'electron';
import { writeLog } from './cli-complaints.ts';
import type { DesktopHandlers, Told } from './contract/desktop.ts';
import { channels } from './contract/desktop-channels.ts';
import { projectFolder } from './core-versions.ts';
import { openOwnCore } from './desktop-core.ts';
import { hostEntry } from './device/host-link.ts';
import { problem } from './model/errors.ts';
import type { CoreLink } from './shell/core-link.ts';
import { deepLink, linkScheme } from './shell/deep-link.ts';
import { askQuit, chooseFiles, chooseFolder } from './shell/dialogs.ts';
import { diskHandlers } from './shell/disk-handlers.ts';
import { utilityHost } from './shell/host-port.ts';
import { servePages } from './shell/ipc.ts';
import { keptState } from './shell/kept-state.ts';
import { type LaunchWords, launchWords } from './shell/launch-words.ts';
import { type Chosen, menuBar, menuTemplate } from './shell/menu.ts';
import { noCore } from './shell/no-core.ts';
import { openedFiles } from './shell/opened-files.ts';
import { pages } from './shell/protocol.ts';
import { type Remote, remoteAt, remoteCore } from './shell/remote-core.ts';
import { scheme } from './shell/sender.ts';
import { createWindow, guardSession } from './shell/window.ts';
import { homeFolder } from './store/home.ts';
import { type Language, languageOf } from './texts/language.ts';
import { shellTexts } from './texts/say-shell.ts';

// The desktop app: a window, and the core in this process or elsewhere.

const wordsOf = (argv: readonly string[]): readonly string[] => argv.slice(app.isPackaged ? 1 : 2);
const words = launchWords(wordsOf(process.argv), process.cwd());
const home = homeFolder(words.home ?? undefined);
const folder = path.join(home, 'desktop');

// Every page is in a sandbox; only where the whole program was started without one can that not be.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
app.setName('Kiln');
// Everything of a person lies in one folder, and a home has one app.
mkdirSync(folder, { recursive: true, mode: 0o700 });
app.setPath('userData', folder);
protocol.registerSchemesAsPrivileged([
  { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true, stream: true } },
]);

if (!app.requestSingleInstanceLock({ words: wordsOf(process.argv), cwd: process.cwd() })) app.exit(0);
else void start();

async function start(): Promise<void> {
  const kept = keptState(path.join(folder, 'window.json'));
  const opened = openedFiles();
  const root = projectFolder();
  const log = (message: string): void => void writeLog(home, `desktop: ${message}`);
  let language: Language = languageOf(words.language ?? undefined, app.getLocale());
  let window: BrowserWindow | null = null;
  let isReady = false;
  let mayQuit = false;
  let core: CoreLink = noCore([]);
  const waiting: Told[] = [];
  const texts = () => shellTexts(language);

  const tell = (told: Told): void => {
    if (window && isReady) window.webContents.send(channels.told, told);
    else waiting.push(told);
  };
  const take = ({ files, links }: Pick<LaunchWords, 'files' | 'links'>): void => {
    for (const file of files) tell({ t: 'file', file: opened.add(file) });
    for (const link of links) {
      const told = deepLink(link);
      if (told) tell(told);
    }
  };

  const openWindow = (): void => {
    if (window) {
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
      return;
    }
    isReady = false;
    const made = createWindow({ preload: path.join(root, 'out', 'preload', 'preload.cjs'), kept, icon: null });
    window = made;
    made.on('closed', () => {
      window = null;
      isReady = false;
    });
    made.on('close', (event) => {
      if (mayQuit) return;
      event.preventDefault();
      void leave();
    });
    made.webContents.on('did-navigate', () => {
      isReady = false;
    });
    made.webContents.on('render-process-gone', (_event, { reason }) => {
      log(`the page ended: ${reason}`);
      if (reason !== 'clean-exit') void healPage(made);
    });
  };

  const healPage = async (broken: BrowserWindow): Promise<void> => {
    const { message, detail, reload, quit } = texts().pageCrashed;
    const question = { type: 'error' as const, message, detail, buttons: [reload, quit], defaultId: 0, noLink: true };
    const { response } = await dialog.showMessageBox(broken, question);
    if (response === 0) broken.webContents.reload();
    else await leave();
  };

  const runsLeft = async (): Promise<number> => {
    if (core.chosen.kind === 'remote' || core.chosen.address !== null) return 0;
    const status = await core.queue();
    return status === null || status.paused ? 0 : status.counts.running + status.counts.queued;
  };

  /** Ends the app, or its window alone where runs shall go on without it. */
  const leave = async (): Promise<void> => {
    const runs = await runsLeft();
    const answer = runs === 0 ? 'pause' : await askQuit(dialog, window, runs, texts());
    if (answer === 'cancel') return;
    if (answer === 'pause') return end();
    window?.destroy();
    if (Notification.isSupported())
      new Notification({ title: texts().background.title, body: texts().background.body(runs) }).show();
    endWhenDone();
  };
  const end = async (): Promise<void> => {
    mayQuit = true;
    window?.destroy();
    await core.close().catch((error: unknown) => log(String(error)));
    app.exit(0);
  };
  const endWhenDone = (): void => {
    const timer = setInterval(async () => {
      if (window) return clearInterval(timer);
      if ((await runsLeft()) > 0 || window) return;
      clearInterval(timer);
      await end();
    }, 1000);
  };

  const choose = (does: Chosen): void => {
    if (does === 'app.quit') void leave();
    else if (does === 'app.connection') tell({ t: 'connect', address: '' });
    else if (does === 'app.open') void openFiles();
    else void command(does);
  };
  /** A chosen entry is as good as a click in the page, which some commands need. */
  const command = async (name: string): Promise<void> => {
    await window?.webContents.executeJavaScript('0', true);
    tell({ t: 'command', name });
  };
  const openFiles = async (): Promise<void> => {
    openWindow();
    if (window) take({ files: await chooseFiles(dialog, window, texts()), links: [] });
  };
  const showMenu = (): void =>
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(menuBar(process.platform), texts(), choose)));

  const sealed = (token: string | null) => {
    const isSealed = token !== null && safeStorage.isEncryptionAvailable();
    return {
      isSealed,
      token: token !== null && isSealed ? safeStorage.encryptString(token).toString('base64') : token,
    };
  };
  const openKept = (): Remote | null => {
    const { remote } = kept.get();
    if (remote === null) return null;
    const { address, token, isSealed } = remote;
    try {
      const plain = token !== null && isSealed ? safeStorage.decryptString(Buffer.from(token, 'base64')) : token;
      return { address, token: plain };
    } catch {
      return { address, token: null }; // sealed for somebody else: the core asks for it again
    }
  };
  const own = (): Promise<CoreLink> =>
    openOwnCore({
      home,
      openHost: () => utilityHost(hostEntry(), process.env),
      storeThread: app.isPackaged ? null : (process.env.KILN_STORE_THREAD ?? null),
    });
  /** Another core from now on; the page begins anew with it. */
  const change = async (next: CoreLink): Promise<void> => {
    const before = core;
    core = next;
    served.closeWires();
    window?.webContents.reload();
    await before.close();
  };

  const handlers: DesktopHandlers = {
    ...diskHandlers({
      core: () => core,
      chooseFolder: async () => (window ? chooseFolder(dialog, window, texts()) : null),
      show: (file) => shell.showItemInFolder(file),
    }),
    'core.where': async () => core.chosen,
    'core.probe': () => core.probe(),
    async 'core.choose'(choice) {
      if (choice.kind === 'own') {
        if (core.chosen.kind === 'own' && core.chosen.problems.length === 0) return { problems: [], info: null };
        const next = await own();
        if (next.chosen.problems.length > 0) return { problems: next.chosen.problems, info: null };
        kept.change({ remote: null });
        void change(next);
        return { problems: [], info: null };
      }
      const remote = remoteAt(choice.address, choice.token || null);
      if (!remote)
        return {
          problems: [problem('option.badValue', { option: '', value: choice.address, wanted: 'http://HOST:PORT' })],
          info: null,
        };
      const next = remoteCore(remote);
      const tried = await next.probe();
      if (tried.problems.length > 0) return tried;
      kept.change({ remote: { address: remote.address, ...sealed(remote.token) } });
      void change(next);
      return tried;
    },
    async 'window.ready'({ language: spoken }) {
      if (language !== spoken) {
        language = spoken;
        showMenu();
      }
      isReady = true;
      for (const told of waiting.splice(0)) tell(told);
      return null;
    },
    async 'window.progress'({ share }) {
      window?.setProgressBar(share ?? -1);
      return null;
    },
  };
  const served = servePages(ipcMain, { core: () => core, handlers, log });

  app.on('second-instance', (_event, _argv, _cwd, data) => {
    const given = data as { readonly words?: readonly string[]; readonly cwd?: string } | null;
    openWindow();
    take(launchWords(given?.words ?? [], given?.cwd ?? process.cwd()));
  });
  app.on('open-file', (event, file) => {
    event.preventDefault();
    take({ files: [file], links: [] });
  });
  app.on('open-url', (event, link) => {
    event.preventDefault();
    take({ files: [], links: [link] });
  });
  app.on('activate', openWindow);
  app.on('window-all-closed', () => {}); // `leave` decides
  app.on('before-quit', (event) => {
    if (mayQuit) return;
    event.preventDefault();
    void leave();
  });
  app.on('web-contents-created', (_event, contents) =>
    contents.on('will-attach-webview', (event) => event.preventDefault()),
  );
  process.on('uncaughtException', (error) => void saySorry(error));
  process.on('unhandledRejection', (error) => void saySorry(error));

  let isSorry = false;
  const saySorry = async (error: unknown): Promise<void> => {
    const file = writeLog(home, `bug: ${error instanceof Error ? error.stack : String(error)}`);
    if (isSorry) return;
    isSorry = true;
    const { message, detail, restart, quit } = texts().coreCrashed;
    const { response } = await dialog.showMessageBox({
      type: 'error',
      message,
      detail: detail(file ?? home),
      buttons: [restart, quit],
      defaultId: 0,
      noLink: true,
    });
    mayQuit = true;
    if (response === 0) app.relaunch();
    app.exit(1);
  };

  await app.whenReady();
  guardSession(session.defaultSession);
  protocol.handle(scheme, pages({ folder: path.join(root, 'out', 'renderer'), core: () => core, opened: opened.read }));
  if (app.isPackaged) app.setAsDefaultProtocolClient(linkScheme);
  showMenu();
  const asked = words.on === null ? openKept() : remoteAt(words.on, words.token ?? process.env.KILN_TOKEN ?? null);
  core = asked ? remoteCore(asked) : await own();
  take(words);
  openWindow();
}
