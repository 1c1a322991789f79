import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scratchFolder } from '../build/kiln-process.ts';
import { seriousFaults } from './accessible.ts';
import { launch, noBrowser, openPage, screenshot } from './browser.ts';
import { canvas, draftOf, viewOf } from './graph-page.ts';
import { type KilnServer, startServer } from './kiln-server.ts';

/** Where nothing is on the page, as long as all of the template is in sight. */
const free: [number, number] = [340, 520];
const beyond: [number, number] = [640, 620];

const over = '.menu, .palette, .dialog, .command-palette, .choice-item';

const middle = ([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number]): [number, number] => [
  (x1 + x2) / 2,
  (y1 + y2) / 2,
];

describe.skipIf(noBrowser !== null)('what opens over the page', () => {
  const home = scratchFolder();
  let server: KilnServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(home.path), launch()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    home.remove();
  });

  const openGraph = async (theme: 'light' | 'dark') => {
    const opened = await openPage(browser, server.address, { colorScheme: theme });
    await opened.page.getByRole('radio', { name: 'Graph' }).click();
    await canvas(opened.page).focus();
    return { ...opened, view: await viewOf(opened.page) };
  };
  type Opened = Awaited<ReturnType<typeof openGraph>>;
  const item = (page: Page, name: string) => page.getByRole('menuitem', { name });
  const right = { button: 'right' } as const;

  /** What opens it, and a part of it that is there once it is open. */
  const overlays: Readonly<Record<string, readonly [(opened: Opened) => Promise<unknown>, string]>> = {
    node: [({ page, view }) => page.mouse.click(...view.title('decode'), right), '.menu-item'],
    nodes: [
      async ({ page, view }) => {
        await page.mouse.click(...view.title('decode'));
        await page.keyboard.press('Control+a');
        await page.mouse.click(...view.title('decode'), right);
      },
      '.menu-item',
    ],
    link: [
      ({ page, view }) =>
        page.mouse.click(...middle(view.slot('decode', 'image', false), view.slot('save', 'image', true)), right),
      '.menu-item',
    ],
    align: [
      async ({ page, view }) => {
        await page.keyboard.press('Control+a');
        await page.mouse.click(...view.title('decode'), right);
        await item(page, 'Align').click();
      },
      '.menu >> nth=1',
    ],
    'empty canvas': [({ page }) => page.mouse.click(...free, right), '.menu-item'],
    palette: [({ page }) => page.mouse.dblclick(...free), '.palette-item'],
    choices: [({ page, view }) => page.mouse.click(...view.row('sample', 'scheduler')), '.choice-item'],
    note: [
      async ({ page, view }) => {
        await page.mouse.click(...free, right);
        await item(page, 'Add a note').click();
        await page.getByLabel('Note', { exact: true }).fill('A fox.');
        await page.keyboard.press('Escape');
        const { at } = (await draftOf(page))!.graph!.notes!.note!;
        await page.mouse.click(...view.at(at[0] + 40, at[1] + 40), right);
      },
      '.menu-item',
    ],
    'note in writing': [
      async ({ page }) => {
        await page.mouse.click(...beyond, right);
        await item(page, 'Add a note').click();
      },
      'textarea:focus',
    ],
    group: [
      async ({ page, view }) => {
        await page.mouse.click(...view.title('decode'));
        await page.keyboard.press('Control+g');
        await page.getByLabel('Title of the group').fill('Pixels');
        await page.keyboard.press('Enter');
        const { at } = (await draftOf(page))!.graph!.groups!.group!;
        await page.mouse.click(...view.at(at[0] + 60, at[1] + 16), right);
      },
      '.menu-item',
    ],
    commands: [({ page }) => page.keyboard.press('Control+k'), '.command-item'],
    shortcuts: [({ page }) => page.keyboard.press('Shift+?'), '.shortcut-sheet'],
    connection: [({ page }) => page.getByRole('button', { name: 'Connection' }).click(), '.connection'],
    language: [({ page }) => page.getByRole('button', { name: 'Language' }).click(), '.menu-item'],
    templates: [({ page }) => page.getByRole('button', { name: /Template/ }).click(), '.menu-item'],
  };

  test.each(['light', 'dark'] as const)(
    'nothing of it has a serious fault for who cannot see or point, %s',
    async (theme) => {
      const faults: string[] = [];
      const opened = await openGraph(theme);
      const { page, complaints, close } = opened;
      for (const [name, [open, part]] of Object.entries(overlays)) {
        await open(opened);
        await page.locator(part).first().waitFor();
        await screenshot(page, `over-${name}-${theme}`);
        faults.push(...(await seriousFaults(page)).map((fault) => `${name}, ${theme}: ${fault}`));
        for (let i = 0; i < 3 && (await page.locator(over).count()) > 0; i++) await page.keyboard.press('Escape');
        await expect.poll(() => page.locator(over).count()).toBe(0);
        await canvas(page).focus();
      }
      expect(faults).toEqual([]);
      expect(complaints).toEqual([]);
      await close();
    },
    90_000,
  );

  test('dialogs have the focus as a whole, or in the field that is to be written in, and give it back by Escape', async () => {
    const { page, close } = await openGraph('light');
    const focused = () =>
      page.evaluate<string>('document.activeElement.placeholder || document.activeElement.getAttribute("role")');
    for (const [keys, focus] of [
      ['Shift+?', 'dialog'],
      ['Control+k', 'Search commands …'],
    ] as const) {
      await page.keyboard.press(keys);
      await page.getByRole('dialog').waitFor();
      expect(await focused()).toBe(focus);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('CANVAS');
    }
    await page.mouse.click(...free, right);
    await page.getByRole('menu', { name: 'What can be done here' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('CANVAS');
    await page.getByRole('button', { name: 'Connection' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await focused()).toBe('dialog');
    await page.keyboard.press('Escape');
    const label = () => page.evaluate('document.activeElement.getAttribute("aria-label")');
    await expect.poll(label).toBe('Connection');
    await close();
  });
});
