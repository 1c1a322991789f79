import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { scratchFolder } from '../build/kiln-process.ts';
import {
  callsContract,
  callsOver,
  type FramedCore,
  framesContract,
  inbox,
  type LookedCore,
} from '../contracts/core.contract.ts';
import { served } from '../serve/served.ts';
import { bundled, type Desktop, electronVersion, noElectron, openDesktop, openDisplay } from './electron.ts';

/** Of a page, what the tests put there and what the preload did. */
interface PageSide {
  readonly kiln: {
    connect(events: object): { send(text: string): void; close(): void };
    call(name: string, args: object): Promise<{ readonly problems: readonly unknown[] }>;
  };
  readonly hearFrame: (text: string) => Promise<void>;
  frames?: { send(text: string): void; close(): void };
}

/** One app for a group of cases: each has a core of its own, and a page that began anew. */
function oneDesktop(open: (folder: string, display: string | undefined) => Promise<Desktop>) {
  let display: Awaited<ReturnType<typeof openDisplay>>;
  let desktop: Desktop;
  let hear = (_text: string): void => {};
  const folder = scratchFolder();
  beforeAll(async () => {
    if (noElectron) return;
    display = await openDisplay();
    desktop = await open(folder.path, display.name);
    await desktop.page.exposeFunction('hearFrame', (text: string) => hear(text));
  });
  afterAll(async () => {
    await desktop?.kill();
    display?.close();
    folder.remove();
  });
  return {
    desktop: () => desktop,
    /** A wire of the test's own through the preload, beside that of the page. */
    async connect(): Promise<Omit<FramedCore, 'look'>> {
      const { page } = desktop;
      const { take, got, messages } = inbox();
      hear = take;
      await page.evaluate(
        () =>
          new Promise<void>((resolve) => {
            const here = globalThis as unknown as PageSide;
            here.frames = here.kiln.connect({
              onopen: resolve,
              onmessage: (text: string) => void here.hearFrame(text),
              onclose: () => {},
            });
          }),
      );
      const last: { sent: Promise<unknown> } = { sent: Promise.resolve() };
      const then = (work: () => Promise<unknown>): void => {
        last.sent = last.sent.then(work);
      };
      return {
        got,
        messages,
        send: (message) =>
          then(() =>
            page.evaluate((text) => (globalThis as unknown as PageSide).frames?.send(text), JSON.stringify(message)),
          ),
        close: () => then(() => page.evaluate(() => (globalThis as unknown as PageSide).frames?.close())),
      };
    },
  };
}

const begunAnew = (page: Page) => page.waitForEvent('load');

describe('the core in a process of the project’s Node', () => {
  const { desktop, connect } = oneDesktop((folder, display) =>
    openDesktop({ display, home: path.join(folder, 'home'), words: ['--on', 'http://127.0.0.1:9'] }),
  );
  const reach = async (): Promise<FramedCore> => {
    const { page } = desktop();
    const { core, bugs, at } = await served();
    const anew = begunAnew(page);
    const { problems } = await page.evaluate(
      (address) => (globalThis as unknown as PageSide).kiln.call('core.choose', { kind: 'remote', address, token: '' }),
      at,
    );
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
    await anew;
    const seen: LookedCore = Object.assign(core, { bugs });
    return { ...(await connect()), look: async (read, arg) => read(seen, arg as never) };
  };
  const name = `Electron ${electronVersion}`;
  callsContract(name, { reach: callsOver(reach), skip: noElectron });
  framesContract(name, { reach, skip: noElectron });
});

describe('the core in the main process', () => {
  const { desktop, connect } = oneDesktop(async (folder, display) => {
    const program = await bundled(path.join(import.meta.dirname, 'core-desktop.ts'), folder);
    const home = path.join(folder, 'home');
    mkdirSync(home);
    return openDesktop({ display, home, program });
  });
  const reach = async (): Promise<FramedCore> => {
    const { app, page } = desktop();
    await app.evaluate(() => (globalThis as unknown as { freshCore(): void }).freshCore());
    const anew = begunAnew(page);
    await page.reload();
    await anew;
    return {
      ...(await connect()),
      look: (read, arg) =>
        app.evaluate(
          // The test's own function, in the process that has the core.
          (_electron, [text, given]) =>
            new Function(`return (${text})`)()((globalThis as unknown as { core: object }).core, given),
          [String(read), arg] as const,
        ),
    };
  };
  const name = `Electron ${electronVersion}`;
  callsContract(name, { reach: callsOver(reach), skip: noElectron });
  framesContract(name, { reach, skip: noElectron });
});
