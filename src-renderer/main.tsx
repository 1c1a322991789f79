import './bridge/no-eval.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { api } from './bridge/api.ts';
import { fanOut } from './bridge/events.ts';
import { filesAt } from './bridge/files.ts';
import { graphFiles } from './bridge/graph-files.ts';
import { kilnWindow, windowSocket } from './bridge/over-electron.ts';
import { overSocket, type Socket } from './bridge/over-socket.ts';
import { whereInBrowser, whereInWindow } from './bridge/where.ts';
import { Page } from './panels/page.tsx';
import { PlaceProvider } from './panels/place.tsx';
import { savedFiles } from './session/graph-files.ts';
import { preferences } from './session/preferences.ts';
import type { Storage } from './session/storage.ts';
import { studio } from './session/studio.ts';

/** Storage may be blocked, and then even looking at it throws. */
function browserStorage(): Storage {
  try {
    return window.localStorage;
  } catch {
    return { getItem: () => null, setItem: () => {}, removeItem: () => {} };
  }
}

const timers = {
  now: () => performance.now(),
  setTimer: (then: () => void, ms: number): unknown => window.setTimeout(then, ms),
  clearTimer: (timer: unknown): void => window.clearTimeout(timer as number),
};
const storage = browserStorage();
/** The same page in the desktop app and in a browser; what carries its calls is the difference. */
const kiln = kilnWindow();

function webSocket(): Socket {
  const address = new URL('ws', window.location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return new WebSocket(address) as Socket;
}

const client = overSocket({ ...timers, open: () => (kiln ? windowSocket(kiln) : webSocket()) });
const kept = preferences(storage, navigator.language);
const session = studio({ calls: api(client), storage, timers, preferences: kept });
fanOut(client).all(session.hear);
const onConnection = (): void => {
  if (client.connection().state === 'open') void session.connected();
};
client.onConnection(onConnection);
const watchOpen = (): void => {
  const open = session.template.get();
  client.watch(open ? [open.open.base.id] : []);
};
session.template.subscribe(watchOpen);
window.addEventListener('storage', ({ key, newValue }) => key && session.hearDraft(key, newValue));
window.addEventListener('pagehide', session.keepDrafts);
window.addEventListener('online', () => client.hurry());
document.addEventListener('visibilitychange', () => document.hidden || client.hurry());

const saved = savedFiles(graphFiles(window as never), session, session.notices);
const lookAtFile = (): void => {
  const shown = session.template.get();
  if (shown) void saved.look(shown);
};
window.addEventListener('focus', lookAtFile);
session.template.subscribe(lookAtFile);

const fetchIt: typeof fetch = (input, init) => fetch(input, init);
const place = {
  studio: session,
  savedFiles: saved,
  files: filesAt('', fetchIt),
  connection: { get: client.connection, subscribe: client.onConnection },
  hurry: client.hurry,
  where: kiln
    ? whereInWindow(kiln, fetchIt, () => session.connecting.set({ address: '' }))
    : whereInBrowser(fetchIt, () => window.location.reload()),
  isMac: /Mac|iP(hone|ad)/.test(navigator.platform),
};
createRoot(document.getElementById('page')!).render(
  <StrictMode>
    <PlaceProvider place={place}>
      <Page />
    </PlaceProvider>
  </StrictMode>,
);
