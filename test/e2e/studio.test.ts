import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scratchFolder } from '../build/kiln-process.ts';
import { seriousFaults } from './accessible.ts';
import { launch, noBrowser, openPage, screenshot } from './browser.ts';
import { type KilnServer, startServer } from './kiln-server.ts';

describe.skipIf(noBrowser !== null)('the studio around its parts', () => {
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

  test('commands are found by name in either language, and run', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await page.keyboard.press('Control+Shift+P');
    await page.getByPlaceholder('Search commands').fill('设置');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    await page.keyboard.press('1');
    await page.getByLabel('Prompt', { exact: true }).waitFor();
    await page.keyboard.press('Control+k');
    await screenshot(page, 'studio-commands');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Shift+?');
    await page.getByRole('dialog', { name: 'Shortcuts' }).waitFor();
    await screenshot(page, 'studio-shortcuts');
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
    await close();
  });

  test('the library opens graphs and adds node types, found in either language', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await page.keyboard.press('n');
    await page.getByPlaceholder('Search graphs and node types').fill('KSampler');
    await page.getByRole('button', { name: 'Add “Sample” to the open graph' }).click();
    await page.getByText('Added “Sample” to the open graph').waitFor();
    await page.getByPlaceholder('Search graphs and node types').fill('');
    await screenshot(page, 'studio-library');
    await page.getByRole('button', { name: /^Upscale 4 nodes/ }).click();
    await page.getByRole('tab', { name: 'Upscale', selected: true }).waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  test('a shortcut is changed, clashes are shown, and the new keys work after a reload', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await page.keyboard.press('7');
    await page.getByPlaceholder('Search settings').fill('form or graph');
    await page.getByRole('button', { name: 'Add keys to “Form or graph”' }).click();
    await page.keyboard.press('Control+z');
    await page.getByText('Also: Undo').waitFor();
    await screenshot(page, 'studio-settings-clash');
    await page.getByRole('button', { name: 'Take Ctrl Z from “Form or graph”' }).click();
    await page.getByRole('button', { name: 'Add keys to “Form or graph”' }).click();
    await page.keyboard.press('F8');
    await expect.poll(() => page.locator('.key kbd').allTextContents()).toEqual(['Ctrl E', 'F8']);
    await page.reload();
    await page.getByPlaceholder('Search settings').waitFor();
    await page.keyboard.press('F8');
    await page.keyboard.press('F8');
    await page.locator('.graph-canvas canvas').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  test('graphs open in tabs, which are reached by keys, dragged, closed, and there again after a reload', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    const tabs = () => page.locator('.tab-strip [role=tab]').allTextContents();
    const open = async (title: string): Promise<void> => {
      await page.getByRole('button', { name: /Template/ }).click();
      await page.getByRole('menuitemradio', { name: title, exact: true }).click();
      await page.getByRole('tab', { name: title, exact: true, selected: true }).waitFor();
    };
    await open('Upscale');
    await open('Image to image');
    expect(await tabs()).toEqual(['Text to image', 'Upscale', 'Image to image']);
    await page.keyboard.press('Alt+PageDown');
    await page.getByRole('tab', { name: 'Text to image', selected: true }).waitFor();
    await page.getByRole('tab', { name: 'Image to image' }).dragTo(page.getByRole('tab', { name: 'Text to image' }));
    await expect.poll(tabs).toEqual(['Image to image', 'Text to image', 'Upscale']);
    await screenshot(page, 'studio-tabs');
    await page.keyboard.press('Alt+w');
    await expect.poll(tabs).toEqual(['Image to image', 'Upscale']);
    await page.reload();
    await expect.poll(tabs).toEqual(['Image to image', 'Upscale']);
    expect(complaints).toEqual([]);
    await close();
  });

  test('a graph is saved into a file of the disk, again without asking, and another hand in it is noticed', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    // The browser's own dialogs cannot be driven; its private files behave as those of the disk do.
    await page.evaluate(`window.showSaveFilePicker = async ({ suggestedName }) =>
      (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true })`);
    const file = `navigator.storage.getDirectory().then((folder) => folder.getFileHandle('Text to image.kiln.json'))`;
    const text = () => page.evaluate<string>(`${file}.then((file) => file.getFile()).then((file) => file.text())`);
    await page.keyboard.press('Control+s');
    await page.getByText('Saved Text to image.kiln.json').waitFor();
    await page.getByLabel('Prompt', { exact: true }).fill('a blue fox');
    await page.getByRole('img', { name: /does not have the latest changes/ }).waitFor();
    await page.keyboard.press('Control+s');
    await expect.poll(text).toContain('a blue fox');
    await page.getByLabel('Prompt', { exact: true }).fill('mine');
    await page.evaluate(`${file}.then(async (file) => {
      const said = await (await file.getFile()).text();
      const stream = await file.createWritable();
      await stream.write(said.replace('a blue fox', 'theirs'));
      await stream.close();
    })`);
    await page.keyboard.press('Control+s');
    await page.getByText('was changed by another program').waitFor();
    await screenshot(page, 'studio-file-changed');
    await page.getByRole('button', { name: 'Show the other version' }).click();
    await expect.poll(() => page.getByLabel('Prompt', { exact: true }).inputValue()).toBe('theirs');
    expect(complaints).toEqual([]);
    await close();
  });

  test('two windows with one graph: an untouched one follows, and of two versions both are kept', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    const other = await page.context().newPage();
    await other.goto(server.address);
    const [mine, theirs] = [page, other].map((one) => one.getByLabel('Prompt', { exact: true }));
    await theirs!.waitFor();
    await mine!.fill('from here');
    await expect.poll(() => theirs!.inputValue()).toBe('from here');
    await theirs!.fill('from there');
    await page.getByText('changed here and in another window').waitFor();
    await screenshot(page, 'studio-two-windows');
    await page.getByRole('button', { name: 'Keep both' }).click();
    await expect.poll(() => mine!.inputValue()).toBe('from here');
    await page.getByRole('tab', { name: 'Text to image' }).first().click();
    await expect.poll(() => mine!.inputValue()).toBe('from there');
    expect(complaints).toEqual([]);
    await close();
  });

  test('all that is wrong is listed on the graph, and leads to the node and the input', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await page.keyboard.press('Control+e');
    const canvas = page.locator('.graph-canvas canvas');
    await canvas.focus();
    await page.keyboard.press('Control+Alt+n');
    await page.getByRole('tab', { name: 'Untitled graph' }).waitFor();
    await canvas.focus();
    await page.keyboard.press('Tab');
    await page.getByPlaceholder('Search node types').fill('save');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: /to mend before it can run/ }).click();
    await screenshot(page, 'studio-problems');
    await page.getByRole('menuitem').last().click();
    await expect.poll(() => page.evaluate('document.activeElement?.getAttribute("aria-invalid")')).toBe('true');
    expect(complaints).toEqual([]);
    await close();
  });

  test.each(['light', 'dark'] as const)(
    'no part has a serious fault for who cannot see or point, %s',
    async (theme) => {
      const { page, close } = await openPage(browser, server.address, { colorScheme: theme });
      const faults: string[] = [];
      const look = async (name: string): Promise<void> => {
        await screenshot(page, `part-${name}-${theme}`);
        faults.push(...(await seriousFaults(page)).map((fault) => `${name}, ${theme}: ${fault}`));
      };
      await page.keyboard.press('Control+Enter');
      await page.locator('.stage-image').waitFor();
      const parts = page.locator('.rail-button');
      for (let i = 0; i < (await parts.count()); i++) {
        await parts.nth(i).click();
        await page
          .locator(`.panel-area[data-panel="${await parts.nth(i).getAttribute('data-panel')}"] > *`)
          .first()
          .waitFor();
        await look((await parts.nth(i).getAttribute('data-panel'))!);
      }
      await page.getByRole('radio', { name: 'Graph' }).click();
      await page.locator('.graph-canvas canvas').waitFor();
      await look('graph');
      await page.keyboard.press('Control+k');
      await page.getByPlaceholder('Search commands').waitFor();
      await look('commands');
      expect(faults).toEqual([]);
      await close();
    },
  );
});
