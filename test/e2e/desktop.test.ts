import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { scratchFolder, template } from '../build/kiln-process.ts';
import { write } from '../packs/folders.ts';
import { packFiles } from '../packs/onnx-models.ts';
import { naturalWidth, screenshot } from './browser.ts';
import { type Desktop, electronVersion, noElectron, openDesktop, openDisplay, startAgain } from './electron.ts';
import { type Serving, serving } from './serving.ts';

const prompt = (page: Page) => page.getByLabel('Prompt', { exact: true });
const ready = (page: Page) => prompt(page).waitFor();

function freshHome(): string {
  const folder = scratchFolder();
  onTestFinished(folder.remove);
  return path.join(folder.path, 'home');
}

describe(`the desktop app on Electron ${electronVersion}`, () => {
  beforeEach((context) => {
    if (noElectron) context.skip(noElectron);
  });
  let display: Awaited<ReturnType<typeof openDisplay>>;
  const open: Desktop[] = [];
  beforeAll(async () => {
    if (!noElectron) display = await openDisplay();
  });
  afterAll(() => display?.close());
  afterEach(async () => {
    await Promise.all(open.splice(0).map((desktop) => desktop.kill()));
  });
  const start = async (home: string, words: readonly string[] = []): Promise<Desktop> => {
    const desktop = await openDesktop({ display: display.name, home, words });
    open.push(desktop);
    return desktop;
  };

  describe('with a core elsewhere', () => {
    const served = scratchFolder();
    let server: Serving;
    beforeAll(async () => {
      if (noElectron) return;
      server = serving(served.path, ['--token', 'a-good-token']);
      await server.address;
    });
    afterAll(async () => {
      await server?.end('SIGTERM');
      served.remove();
    });
    const startRemote = async (home = freshHome(), words: readonly string[] = []) => {
      const desktop = await start(home, ['--on', await server.address, '--token', 'a-good-token', ...words]);
      await ready(desktop.page);
      return desktop;
    };

    test('a key press makes the red fox, and the page complains of nothing', async () => {
      const { page, complaints } = await startRemote();
      await page.keyboard.press('Control+Enter');
      const picture = page.locator('.stage-image');
      await picture.waitFor({ timeout: 60_000 });
      await expect.poll(() => naturalWidth(picture), { timeout: 60_000 }).toBe(256);
      await screenshot(page, 'desktop');
      expect(complaints).toEqual([]);
    });

    test('a page has one narrow way out, is alone in its process, and keeps the token out of sight', async () => {
      const { page } = await startRemote();
      const found = await page.evaluate(() => {
        const here = globalThis as unknown as Record<string, unknown> & { kiln: object; crossOriginIsolated: boolean };
        return {
          at: (here.location as { href: string }).href,
          kiln: Object.keys(here.kiln).sort(),
          node: [typeof here.require, typeof here.process, typeof here.module],
          isolated: here.crossOriginIsolated,
        };
      });
      expect(found).toEqual({
        at: 'app://kiln/',
        kiln: ['call', 'connect', 'onTold', 'platform'],
        node: ['undefined', 'undefined', 'undefined'],
        isolated: true,
      });
      const kept = await page.evaluate(`JSON.stringify({ ...localStorage }) + document.cookie`);
      expect(kept).not.toContain('a-good-token');
    });

    test('nothing is run from text, fetched from elsewhere, or read outside of the page’s folder', async () => {
      const { page } = await startRemote();
      const found = await page.evaluate(async (): Promise<unknown[]> => {
        const status = (at: string) =>
          fetch(at).then(
            (answer) => answer.status,
            () => 'blocked',
          );
        // Text as code, in a task of its own: what the debugger runs is above the rules of a page.
        setTimeout('globalThis.ran = true' as never);
        return [
          await status('https://example.com/'),
          (globalThis as unknown as Record<string, unknown>).ran ?? 'never ran',
          await status('app://kiln/..%2f..%2fpackage.json'),
          await status('app://kiln/../../package.json'),
          await status(`app://kiln/images/${'0'.repeat(64)}`),
        ];
      });
      expect(found).toEqual(['blocked', 'never ran', 403, 404, 404]);
    });

    test('it goes nowhere, opens nothing, and gets no rights', async () => {
      const { app, page } = await startRemote();
      const opened = await page.evaluate(() => {
        const here = globalThis as unknown as { open(at: string): unknown; location: { href: string } };
        const made = here.open('https://example.com/');
        here.location.href = 'https://example.com/';
        return made === null;
      });
      expect(opened).toBe(true);
      const right = await page.evaluate(
        () =>
          new Promise((resolve) => {
            (
              navigator as unknown as {
                geolocation: { getCurrentPosition(a: () => void, b: (e: { code: number }) => void): void };
              }
            ).geolocation.getCurrentPosition(
              () => resolve('granted'),
              ({ code }) => resolve(code),
            );
          }),
      );
      expect(right).toBe(1);
      expect(page.url()).toBe('app://kiln/');
      expect(app.windows()).toHaveLength(1);
    });

    test('a file chosen in the menu’s dialog is opened, and its path stays outside', async () => {
      const { app, page } = await startRemote();
      const file = template('upscale');
      await app.evaluate(({ dialog }, chosen) => {
        dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
      }, file);
      await app.evaluate(({ Menu }) => {
        const items = Menu.getApplicationMenu()!.items.find(({ label }) => label === 'File')!.submenu!.items;
        items.find(({ label }) => label === 'Open …')!.click();
      });
      await page.locator('.stage, .create, main').first().waitFor();
      await expect.poll(() => page.locator('header').first().innerText()).toContain('Upscale');
      expect(await page.content()).not.toContain(path.dirname(file));
    });

    test('what lies on the other computer cannot be shown or added here, and is not offered', async () => {
      const { page } = await startRemote();
      await page.getByRole('button', { name: 'Models' }).click();
      await page.locator('.pack-where').waitFor();
      expect(await page.getByRole('button', { name: 'Add a folder …' }).count()).toBe(0);
      const refused = await page.evaluate((digest) => {
        const { kiln } = globalThis as unknown as { kiln: { call(name: string, args: object): Promise<unknown> } };
        return kiln.call('picture.show', { digest });
      }, 'a'.repeat(64));
      expect(refused).toMatchObject({ ok: false, problems: [{ code: 'remote.elsewhere' }] });
    });

    test('a second start hands its file and its link to the first, and ends', async () => {
      const home = freshHome();
      const { page } = await startRemote(home);
      const folder = scratchFolder();
      onTestFinished(folder.remove);
      const file = path.join(folder.path, 'image.kiln.json');
      copyFileSync(template('image-to-image'), file);
      expect(await startAgain({ display: display.name, home, words: [file] })).toBe(0);
      await expect.poll(() => page.locator('header').first().innerText()).toContain('Image to image');
      expect(await startAgain({ display: display.name, home, words: ['kiln://template/upscale'] })).toBe(0);
      await expect.poll(() => page.locator('header').first().innerText()).toContain('Upscale');
    });

    test('the menu is in the page’s language', async () => {
      const { app, page } = await startRemote();
      const labels = () => app.evaluate(({ Menu }) => Menu.getApplicationMenu()!.items.map(({ label }) => label));
      expect(await labels()).toContain('File');
      await page.getByRole('button', { name: 'Language' }).click();
      await page.getByText('简体中文').click();
      await expect.poll(labels).toEqual(['文件', '编辑', '运行', '视图', '帮助']);
    });

    test('a page that crashes comes back with what was written in it', async () => {
      const { app, page } = await startRemote();
      await prompt(page).fill('a panda of mine');
      await expect.poll(() => page.evaluate('JSON.stringify({ ...localStorage })')).toContain('a panda of mine');
      await app.evaluate(({ BrowserWindow, dialog }) => {
        dialog.showMessageBox = (async () => ({ response: 0, checkboxChecked: false })) as never;
        const { webContents } = BrowserWindow.getAllWindows()[0]!;
        const loaded = new Promise<void>((resolve) => webContents.once('did-finish-load', () => resolve()));
        webContents.forcefullyCrashRenderer();
        return loaded;
      });
      const read = () =>
        app.evaluate(({ BrowserWindow }) =>
          BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(
            `[...document.querySelectorAll('textarea')].map(({ value }) => value).join('|')`,
          ),
        );
      await expect.poll(read, { timeout: 60_000 }).toContain('a panda of mine');
    });

    test('another core is chosen in the connection panel: what is wrong is said, what is right is kept', async () => {
      const home = freshHome();
      const { page } = await start(home, ['--on', 'http://127.0.0.1:9']);
      await page.getByText('The connection to Kiln is lost.').waitFor();
      await page.getByRole('button', { name: 'Connection' }).click();
      const panel = page.getByRole('dialog');
      const connect = async (address: string, token: string) => {
        await panel.getByLabel('Address').fill(address);
        await panel.getByLabel('Token').fill(token);
        await panel.getByRole('button', { name: 'Connect', exact: true }).click();
      };
      await connect('http://127.0.0.1:9', '');
      await panel.getByRole('alert').getByText('127.0.0.1:9').waitFor();
      await connect(await server.address, 'a-wrong-token');
      await panel.getByRole('alert').getByText('Kiln asks for its token').waitFor();
      await screenshot(page, 'desktop-connection');
      await connect(await server.address, 'a-good-token');
      await ready(page);
      await open.at(-1)!.kill();
      const again = await start(home);
      await ready(again.page);
      expect(again.complaints).toEqual([]);
    });

    test('a core that dies is told of, and healed when it is back', async () => {
      const other = scratchFolder();
      onTestFinished(other.remove);
      let core = serving(other.path);
      const at = await core.address;
      const { page } = await start(freshHome(), ['--on', at]);
      await ready(page);
      await prompt(page).fill('a fox that waits');
      await core.end('SIGKILL');
      await page.getByText('The connection to Kiln is lost.').waitFor();
      core = serving(other.path, ['--port', new URL(at).port]);
      onTestFinished(() => core.end('SIGTERM'));
      await core.address;
      await page.getByText('Connected again').waitFor();
      expect(await prompt(page).inputValue()).toBe('a fox that waits');
    });

    test('the window opens where it was closed', async () => {
      const home = freshHome();
      const first = await startRemote(home);
      const bounds = { x: 120, y: 80, width: 1100, height: 700 };
      await first.app.evaluate(({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]!.setBounds(to), bounds);
      const gone = new Promise((resolve) => first.app.process().once('exit', resolve));
      await first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close());
      await gone;
      const second = await startRemote(home);
      const size = await second.app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]!.getNormalBounds(),
      );
      expect(size).toMatchObject({ width: 1100, height: 700 });
    });
  });

  describe('with the core in its own process', () => {
    const startOwn = async (home = freshHome()) => {
      const desktop = await start(home);
      await ready(desktop.page);
      return desktop;
    };
    const hosts = ({ app }: Desktop) =>
      app.evaluate(({ app: here }) =>
        here
          .getAppMetrics()
          .flatMap(({ type, name, pid }) => (type === 'Utility' && name === 'Kiln host' ? [pid] : [])),
      );
    const answerQuit = ({ app }: Desktop, response: number) =>
      app.evaluate(({ dialog }, chosen) => {
        dialog.showMessageBox = (async () => ({ response: chosen, checkboxChecked: false })) as never;
      }, response);
    const close = ({ app }: Desktop) =>
      app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close()).catch(() => {});
    const counts = ({ page }: Desktop) =>
      page.evaluate(
        () =>
          new Promise<Record<string, number>>((resolve) => {
            const { kiln } = globalThis as unknown as {
              kiln: { connect(events: object): { send(text: string): void; close(): void } };
            };
            const wire = kiln.connect({
              onopen: () => wire.send(JSON.stringify({ t: 'call', id: 1, name: 'queue.status', args: {} })),
              onmessage(text: string) {
                const message = JSON.parse(text);
                if (message.t !== 'answer') return;
                wire.close();
                resolve(message.result.value.counts);
              },
              onclose: () => {},
            });
          }),
      );
    const queueMany = async (desktop: Desktop, times: string): Promise<void> => {
      await desktop.page.getByLabel('Steps', { exact: true }).last().fill('50');
      await desktop.page.getByLabel('How often').first().fill(times);
      await desktop.page.keyboard.press('Control+Enter');
      await expect.poll(async () => (await counts(desktop)).running, { timeout: 60_000 }).toBeGreaterThan(0);
    };

    test('a home that cannot be used is told of, with a way to another core', async () => {
      const home = freshHome();
      mkdirSync(home);
      writeFileSync(path.join(home, 'blobs'), 'a file where a folder should be');
      const { page } = await start(home);
      await page.getByText('Kiln cannot compute on this computer now.').waitFor();
      await page.getByRole('alert').getByRole('button', { name: 'Connection' }).click();
      await page.getByRole('dialog').getByRole('alert').getByText('blobs').waitFor();
    });

    test('it makes the red fox; the device has a utility process', async () => {
      const desktop = await startOwn();
      await desktop.page.keyboard.press('Control+Enter');
      const picture = desktop.page.locator('.stage-image');
      await picture.waitFor({ timeout: 60_000 });
      await expect.poll(() => naturalWidth(picture), { timeout: 60_000 }).toBe(256);
      expect(await hosts(desktop)).toHaveLength(1);
      expect(desktop.complaints).toEqual([]);
    });

    test('a folder with packs is added through the desktop’s dialog, and is still there at the next start', async () => {
      const home = freshHome();
      const { app, page, complaints, kill } = await startOwn(home);
      const folder = scratchFolder();
      onTestFinished(folder.remove);
      const choose = (chosen: string) =>
        app.evaluate(({ dialog }, to) => {
          dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [to] });
        }, chosen);
      await page.getByRole('button', { name: 'Models' }).click();
      const add = page.getByRole('button', { name: 'Add a folder …' });
      await choose(folder.path);
      await add.click();
      await page.getByText(`There is no pack in the folder “${path.basename(folder.path)}”.`).waitFor();
      write(path.join(folder.path, 'a-pack-of-mine'), packFiles());
      await add.click();
      await page.getByText('Added: a-pack-of-mine').waitFor();
      await page.locator('[data-pack="a-pack-of-mine"]').waitFor();
      await screenshot(page, 'desktop-models');
      expect(await page.content()).not.toContain(folder.path);
      expect(complaints).toEqual([]);
      await kill();
      const again = await startOwn(home);
      await again.page.getByRole('button', { name: 'Models' }).click();
      await again.page.locator('[data-pack="a-pack-of-mine"]').waitFor();
    });

    test('a picture’s file is shown among the files of its folder', async () => {
      const home = freshHome();
      const { app, page, complaints } = await startOwn(home);
      await app.evaluate(({ shell }) => {
        const here = globalThis as unknown as { shown: string[] };
        here.shown = [];
        shell.showItemInFolder = (file) => void here.shown.push(file);
      });
      await page.keyboard.press('Control+Enter');
      await page.locator('.stage-image').waitFor({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Gallery' }).click();
      await page.locator('.gallery-cell').first().click();
      await page.getByRole('button', { name: 'Show in folder' }).first().click();
      const shown = () => app.evaluate(() => (globalThis as unknown as { shown: string[] }).shown);
      await expect.poll(shown).toHaveLength(1);
      const [file] = await shown();
      expect(path.dirname(path.dirname(file!))).toBe(path.join(home, 'images'));
      expect(existsSync(file!)).toBe(true);
      expect(complaints).toEqual([]);
    });

    test('a host that dies costs nothing: its work is done by the next one', async () => {
      const desktop = await startOwn();
      await queueMany(desktop, '3');
      const [first] = await hosts(desktop);
      process.kill(first!, 'SIGKILL');
      await expect.poll(async () => (await counts(desktop)).done, { timeout: 60_000 }).toBe(3);
      expect(await hosts(desktop)).not.toContain(first);
    });

    test('quitting while runs wait asks: cancelled it stays, paused they go on at the next start', async () => {
      const home = freshHome();
      const desktop = await startOwn(home);
      await queueMany(desktop, '6');
      await answerQuit(desktop, 2);
      await close(desktop);
      expect(desktop.app.windows()).toHaveLength(1);
      const gone = new Promise((resolve) => desktop.app.process().once('exit', resolve));
      await answerQuit(desktop, 1);
      await close(desktop);
      await gone;
      const again = await startOwn(home);
      await expect.poll(async () => (await counts(again)).done, { timeout: 60_000 }).toBe(6);
    });

    test('runs that go on in the background are all done when the app has ended by itself', async () => {
      const home = freshHome();
      const desktop = await startOwn(home);
      await queueMany(desktop, '3');
      const gone = new Promise((resolve) => desktop.app.process().once('exit', resolve));
      await answerQuit(desktop, 0);
      await close(desktop);
      await gone;
      const again = await startOwn(home);
      expect(await counts(again)).toMatchObject({ done: 3, running: 0, queued: 0 });
    });
  });
});
