import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openStore } from '../../src-main/store/store.ts';
import { scratchFolder } from '../build/kiln-process.ts';
import { rawPng } from '../build/png.ts';
import { newImage } from '../store/fixtures.ts';
import { seriousFaults } from './accessible.ts';
import { launch, naturalWidth, noBrowser, openPage, screenshot } from './browser.ts';
import { type KilnServer, startServer } from './kiln-server.ts';

const graph = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../graphs/text-to-image.kiln.json'), 'utf8'));
const chineseDark = { locale: 'zh-CN', colorScheme: 'dark', viewport: { width: 1920, height: 1080 } } as const;
const cells = (page: Page) => page.locator('.gallery-cell');
const chosen = (page: Page) => page.locator('.gallery-cell[aria-selected="true"]');
const toGallery = (page: Page) => page.locator('.rail-button[data-panel="gallery"]').click();
const words = (page: Page) => page.locator('.gallery-words').allTextContents();

const openTemplate = async (page: Page, name: string) => {
  await page
    .getByRole('button', { name: /Template/ })
    .first()
    .click();
  await page.getByRole('menuitemradio', { name }).click();
};
const grey = (color: number) =>
  rawPng({ width: 8, height: 8, depth: 8, color: 2, samples: new Uint8Array(8 * 8 * 3).fill(color) });

describe.skipIf(noBrowser !== null)('the gallery', () => {
  const home = scratchFolder();
  let server: KilnServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(home.path), launch()]);
    // One after the other, so that their order is known.
    for (const [prompt, seed] of [
      ['a red fox', '1'],
      ['a blue bird', '2'],
      ['a green tree', '31'],
    ] as const) {
      await server.call('runs.submit', { graph, runs: [{ overrides: { prompt, seed, steps: 4 } }] });
      await vi.waitUntil(async () => (await server.call('images.list', { text: prompt })).total === 1, 20_000);
    }
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    home.remove();
  });

  test('pictures are found by words and by seed, and what is not found is said', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await toGallery(page);
    await expect.poll(() => words(page)).toEqual(['a green tree', 'a blue bird', 'a red fox']);
    await expect.poll(() => naturalWidth(cells(page).first().locator('img'))).toBe(256);
    const search = page.getByRole('searchbox');
    await search.fill('BIRD');
    await expect.poll(() => words(page)).toEqual(['a blue bird']);
    await search.fill('31');
    await expect.poll(() => words(page)).toEqual(['a green tree']);
    await search.fill('a house');
    await page.getByText('No picture is like that.').waitFor();
    await screenshot(page, 'gallery-nothing-found');
    await page.getByRole('button', { name: 'Show all pictures' }).click();
    await expect.poll(() => cells(page).count()).toBe(3);
    const filter = page.getByLabel('Pack', { exact: true });
    await expect.poll(() => filter.locator('option').count()).toBe(2);
    await filter.selectOption({ index: 1 });
    await expect.poll(() => cells(page).count()).toBe(3);
    expect(complaints).toEqual([]);
    await close();
  });

  test('two are compared under a slider that keys move, and side by side', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await toGallery(page);
    await cells(page).first().click();
    await cells(page)
      .nth(2)
      .click({ modifiers: ['Control'] });
    await expect.poll(() => chosen(page).count()).toBe(2);
    await screenshot(page, 'gallery-selected');
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    const slider = page.getByRole('slider', { name: 'Where the first picture ends' });
    await slider.press('ArrowRight');
    expect(await slider.getAttribute('aria-valuenow')).toBe('52');
    await expect.poll(() => naturalWidth(page.locator('.compare-layer img').first())).toBe(256);
    await screenshot(page, 'gallery-compare');
    expect(await seriousFaults(page)).toEqual([]);
    const captions = () => page.locator('figcaption').allTextContents();
    expect((await captions())[0]).toContain('31');
    await page.getByRole('button', { name: 'Swap' }).click();
    expect((await captions())[0]).not.toContain('31');
    await page.getByRole('button', { name: 'Side by side' }).click();
    await expect.poll(() => page.locator('.compare-side').count()).toBe(2);
    await screenshot(page, 'gallery-side-by-side');
    await page.keyboard.press('Escape');
    await page.locator('.picture-view').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
    await close();
  });

  test('by keys alone: arrows select, Enter opens, the picture zooms, the next one comes', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await toGallery(page);
    await expect.poll(() => cells(page).count()).toBe(3);
    const list = page.getByRole('listbox');
    await list.focus();
    await list.press('ArrowRight');
    await expect.poll(() => chosen(page).getAttribute('aria-label')).toContain('a blue bird');
    await list.press('Shift+ArrowRight');
    await expect.poll(() => chosen(page).count()).toBe(2);
    await list.press('Control+a');
    await expect.poll(() => chosen(page).count()).toBe(3);
    await list.press('Escape');
    await expect.poll(() => chosen(page).count()).toBe(0);
    await list.press('Home');
    await list.press('Enter');
    const view = page.getByRole('dialog');
    await view.locator('.picture').waitFor();
    const percent = view.locator('.zoom-percent');
    await expect.poll(() => percent.textContent()).not.toBe('100%');
    await page.keyboard.press('1');
    await expect.poll(() => percent.textContent()).toBe('100%');
    for (let i = 0; i < 12; i++) await page.keyboard.press('+');
    await expect.poll(() => percent.textContent()).toBe('800%');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => view.locator('dd').first().textContent()).toBe('2');
    expect(await percent.textContent()).not.toBe('800%');
    await view.getByRole('button', { name: 'Details' }).click();
    await view.locator('.picture-details').getByText('a blue bird').waitFor();
    await view.locator('.picture-details').getByText('Time taken').waitFor();
    await screenshot(page, 'gallery-details');
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
    await close();
  });

  test('a deleted picture leaves every window, and Undo brings it back to its place', async () => {
    const [here, there] = [await openPage(browser, server.address), await openPage(browser, server.address)];
    await toGallery(here.page);
    const strip = there.page.locator('.pictures li');
    await expect.poll(() => strip.count()).toBe(3);
    await cells(here.page).nth(1).click();
    await here.page.keyboard.press('Delete');
    await expect.poll(() => words(here.page)).toEqual(['a green tree', 'a red fox']);
    await expect.poll(() => strip.count()).toBe(2);
    await screenshot(here.page, 'gallery-deleted');
    await here.page.getByRole('button', { name: 'Undo', exact: true }).last().click();
    await expect.poll(() => words(here.page)).toEqual(['a green tree', 'a blue bird', 'a red fox']);
    await expect.poll(() => strip.count()).toBe(3);
    await here.page.keyboard.press('Delete');
    await expect.poll(() => cells(here.page).count()).toBe(3);
    await cells(here.page).first().click();
    await here.page.keyboard.press('Delete');
    await expect.poll(() => words(here.page)).toEqual(['a blue bird', 'a red fox']);
    await here.page.keyboard.press('Control+z');
    await expect.poll(() => cells(here.page).count()).toBe(3);
    // From the full-size view, which goes on to the next one; what is told can be answered without leaving it.
    await cells(here.page).nth(1).dblclick();
    const seed = here.page.getByRole('dialog').locator('dd').first();
    await expect.poll(() => seed.textContent()).toBe('2');
    await here.page.keyboard.press('Delete');
    await expect.poll(() => seed.textContent()).toBe('1');
    await here.page.locator('.toast-action').last().click();
    await expect.poll(() => seed.textContent()).toBe('2');
    expect([...here.complaints, ...there.complaints]).toEqual([]);
    await Promise.all([here.close(), there.close()]);
  });

  test('a picture is copied into the clipboard, and downloaded under its name', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await toGallery(page);
    await cells(page).nth(2).click();
    await page.getByRole('button', { name: 'Copy the picture' }).click();
    await page.getByText('The picture is in the clipboard.').waitFor();
    const copied = await page.evaluate<string[]>(
      'navigator.clipboard.read().then((items) => items.flatMap(({ types }) => [...types]))',
    );
    expect(copied).toContain('image/png');
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    expect((await saving).suggestedFilename()).toMatch(/^text-to-image-1-[0-9a-f]{8}\.png$/);
    expect(complaints).toEqual([]);
    await close();
  });

  test('the graph that made a picture opens with its values', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await toGallery(page);
    await cells(page).nth(2).click();
    await page.getByRole('button', { name: 'Open its graph' }).click();
    await expect.poll(() => page.getByLabel('Seed', { exact: true }).inputValue()).toBe('1');
    expect(await page.getByLabel('Prompt', { exact: true }).inputValue()).toBe('a red fox');
    expect(complaints).toEqual([]);
    await close();
  });

  test('a picture becomes the input of the open graph, from the gallery and from a drop', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await openTemplate(page, 'Image to image');
    const field = page.locator('.file-field');
    await toGallery(page);
    await cells(page).first().click();
    await page.getByRole('button', { name: 'Use as input' }).click();
    await field.locator('img').waitFor();
    expect(await field.locator('.file-name').textContent()).toContain('-31-');

    // As text: the page's types are not those of this file.
    const dropped = await page.evaluateHandle(`(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array([${[...grey(90)].join()}])], 'cat.png', { type: 'image/png' }));
      return transfer;
    })()`);
    await page.dispatchEvent('.top-bar', 'drop', { dataTransfer: dropped });
    await page.getByRole('dialog').getByText('cat.png').waitFor();
    await expect.poll(() => naturalWidth(page.getByRole('dialog').locator('img'))).toBe(8);
    await screenshot(page, 'gallery-offered');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Use as/ })
      .click();
    await expect.poll(() => field.locator('.file-name').textContent()).toBe('cat.png');
    expect(complaints).toEqual([]);
    await close();
  });

  test('a grid of two inputs fills, is there after a reload, and is saved as one picture', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await page.getByRole('button', { name: 'Grid: one picture for each value' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Across').selectOption({ label: 'Steps' });
    await dialog.getByLabel('Values of Steps').fill('2..3, oops');
    await dialog.getByText('“oops” is not a number').waitFor();
    await screenshot(page, 'grid-mistake');
    await dialog.getByLabel('Values of Steps').fill('2..3');
    await dialog.getByLabel('Down').selectOption({ label: 'Prompt' });
    await dialog.getByLabel('Values of Prompt').fill('a red fox\na blue bird');
    await screenshot(page, 'grid-setup');
    expect(await seriousFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Make 4 pictures' }).click();
    await expect.poll(() => dialog.locator('.grid-cell img').count(), { timeout: 60_000 }).toBe(4);
    await dialog.getByText('4 of 4 done').waitFor();
    await screenshot(page, 'grid-done');
    expect(await seriousFaults(page)).toEqual([]);

    await page.reload();
    await page.getByRole('button', { name: 'Grid: one picture for each value' }).click();
    await expect.poll(() => dialog.locator('.grid-cell img').count()).toBe(4);
    const saving = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Save as PNG' }).click();
    const saved = readFileSync((await (await saving).path())!);
    // Two pictures of 256 pixels each way, with gaps and labels.
    expect([saved.readUInt32BE(16), saved.readUInt32BE(20)].every((side) => side > 512 && side < 900)).toBe(true);
    expect(complaints).toEqual([]);
    await close();
  });

  test('a cell that failed says why, and is filled when it is tried again', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    const { images } = await server.call('images.list', { text: 'a red fox', count: 1 });
    const cell = {
      runId: images[0]!.runId,
      state: 'failed',
      problems: [{ code: 'disk.full', values: { path: 'home' } }],
    };
    const columns = { name: 'steps', label: 'Steps', values: [4] };
    const grid = { graphId: graph.id, title: graph.title, columns, rows: null, cells: [{ ...cell, image: null }] };
    await page.evaluate(
      ([name, value]) => localStorage.setItem(name!, value!),
      [`kiln.grid.${graph.id}`, JSON.stringify(grid)],
    );
    await page.reload();
    await page.getByRole('button', { name: 'Grid: one picture for each value' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('.grid-cell.failed').waitFor();
    await screenshot(page, 'grid-failed');
    await dialog.getByRole('button', { name: 'Try failed ones again' }).click();
    await dialog.locator('.grid-cell img').waitFor();
    await dialog.getByRole('button', { name: 'New grid' }).click();
    await dialog.getByRole('button', { name: 'Back to the table' }).click();
    await dialog.locator('.grid-cell img').click();
    await page.locator('.picture-view .picture').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  test('pictures that are pasted are offered too, and a graph that takes none says so', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    const paste = (colors: readonly number[]) =>
      page.evaluate(`(() => {
        const clipboardData = new DataTransfer();
        for (const [i, bytes] of ${JSON.stringify(colors.map((color) => [...grey(color)]))}.entries())
          clipboardData.items.add(new File([new Uint8Array(bytes)], 'cat ' + (i + 1) + '.png', { type: 'image/png' }));
        document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
      })()`);
    await paste([40]);
    const dialog = page.getByRole('dialog');
    await dialog.getByText('The open graph takes no picture.').waitFor();
    await screenshot(page, 'gallery-offered-nowhere');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await openTemplate(page, 'Image to image');
    await paste([40, 200]);
    await dialog.getByRole('button', { name: 'cat 2.png' }).click();
    await screenshot(page, 'gallery-offered-two');
    await dialog.getByRole('button', { name: /^Use as/ }).click();
    await expect.poll(() => page.locator('.file-field .file-name').textContent()).toBe('cat 2.png');
    expect(complaints).toEqual([]);
    await close();
  });

  test('in Chinese and dark, everything is there too', async () => {
    const { page, complaints, close } = await openPage(browser, server.address, chineseDark);
    await toGallery(page);
    await cells(page).first().click();
    await cells(page)
      .nth(1)
      .click({ modifiers: ['Shift'] });
    await expect.poll(() => chosen(page).count()).toBe(2);
    await screenshot(page, 'gallery-chinese-dark');
    await page.getByRole('button', { name: '对比', exact: true }).click();
    await page.getByRole('slider', { name: '两张图片的分界线' }).waitFor();
    await screenshot(page, 'gallery-compare-chinese-dark');
    await page.keyboard.press('Escape');
    await page.locator('.picture-view').waitFor({ state: 'detached' });
    await page.keyboard.press('Alt+g');
    await page.getByRole('dialog').getByRole('combobox', { name: '横向' }).waitFor();
    await screenshot(page, 'grid-setup-chinese-dark');
    await page.getByLabel('“步数”的值').fill('2, 3, 4');
    await page.getByRole('button', { name: '生成 3 张图片' }).click();
    await expect.poll(() => page.locator('.grid-cell img').count(), { timeout: 60_000 }).toBe(3);
    await screenshot(page, 'grid-chinese-dark');
    await page.keyboard.press('Escape');
    await page.locator('.grid-dialog').waitFor({ state: 'detached' });
    await cells(page).first().dblclick();
    await page.getByRole('button', { name: '详情' }).click();
    await page.locator('.picture-details dd').first().waitFor();
    await screenshot(page, 'gallery-details-chinese-dark');
    expect(complaints).toEqual([]);
    await close();
  });
});

test.skipIf(noBrowser !== null)(
  'of ten thousand pictures only those in sight are drawn, and the oldest is one key away',
  async () => {
    const home = scratchFolder();
    const store = await openStore({ home: home.path });
    const bytes = grey(120);
    await Promise.all(
      Array.from({ length: 10_000 }, (_, i) =>
        store.images.add(bytes, newImage('run', i, { prompt: `picture ${i}`, width: 8, height: 8 })),
      ),
    );
    await store.close();
    const [server, browser] = await Promise.all([startServer(home.path), launch()]);
    try {
      const { page, complaints, close } = await openPage(browser, server.address);
      await toGallery(page);
      await page.getByText('10000 pictures').waitFor();
      await expect.poll(async () => (await words(page))[0]).toBe('picture 9999');
      expect(await cells(page).count()).toBeLessThan(100);
      await page.getByRole('listbox').press('End');
      await expect.poll(() => chosen(page).getAttribute('aria-label')).toContain('picture 0');
      expect(await cells(page).count()).toBeLessThan(100);
      await page.getByRole('listbox').press('Shift+Home');
      await page.getByText('10000 selected').waitFor();
      await screenshot(page, 'gallery-ten-thousand');
      expect(complaints).toEqual([]);
      await close();
    } finally {
      await browser.close();
      await server.stop();
      home.remove();
    }
  },
  90_000,
);
