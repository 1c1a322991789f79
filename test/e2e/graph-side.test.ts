import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scratchFolder } from '../build/kiln-process.ts';
import { seriousFaults } from './accessible.ts';
import { launch, naturalWidth, noBrowser, openPage, screenshot } from './browser.ts';
import { canvas, draftOf, viewOf } from './graph-page.ts';
import { type KilnServer, startServer } from './kiln-server.ts';

/** Where nothing is on the page, as long as all of the template is in sight. */
const free: [number, number] = [340, 520];

describe.skipIf(noBrowser !== null)('beside the graph', () => {
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

  const side = (page: Page) => page.locator('.side');
  const tab = (page: Page, name: RegExp) => side(page).getByRole('tab', { name });
  const openGraph = async (some: Parameters<typeof openPage>[2] = {}) => {
    const opened = await openPage(browser, server.address, some);
    await opened.page.getByRole('radio', { name: /Graph|节点图/ }).click();
    await canvas(opened.page).focus();
    return opened;
  };

  test('its pictures are shown as they come, newest first, open whole, and are an input where one is dropped', async () => {
    const { page, complaints, close } = await openGraph();
    await tab(page, /Pictures/).click();
    await side(page).getByText('This graph has made no pictures yet.').waitFor();
    await canvas(page).focus();
    const pictures = side(page).locator('.pictures button');
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => pictures.count(), { timeout: 60_000 }).toBe(1);
    const older = await pictures.first().getAttribute('title');
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => pictures.count(), { timeout: 60_000 }).toBe(2);
    expect(await pictures.last().getAttribute('title')).toBe(older);
    await expect.poll(() => naturalWidth(pictures.first().locator('img')), { timeout: 10_000 }).toBeGreaterThan(0);
    await screenshot(page, 'side-pictures');
    await pictures.first().click();
    await page.locator('.picture-view .picture').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Escape');
    await page.locator('.picture-view').waitFor({ state: 'detached' });

    await page.mouse.dblclick(...free);
    await page
      .locator('.palette-item')
      .filter({ has: page.getByText('Load image', { exact: true }) })
      .click();
    await page.locator('.palette').waitFor({ state: 'detached' });
    const load = (await draftOf(page))!.graph!.nodes.load!;
    const fileOf = async () => (await draftOf(page))!.graph!.nodes.load!.values.file as { digest: string } | undefined;
    expect(load.values.file ?? null).toBeNull();
    const box = (await canvas(page).boundingBox())!;
    await side(page)
      .locator('.pictures li')
      .first()
      .dragTo(canvas(page), { targetPosition: { x: free[0] - box.x + 40, y: free[1] - box.y + 20 } });
    await expect.poll(async () => (await fileOf())?.digest).toBeTypeOf('string');
    const [picture] = (await server.call('images.list', {})).images;
    expect((await fileOf())!.digest).toBe(picture!.digest);
    await canvas(page).focus();
    await page.keyboard.press('Control+z');
    await expect.poll(async () => (await fileOf()) ?? null).toBeNull();
    expect(complaints).toEqual([]);
    await close();
  });

  test('a picture is dropped on a field of the form', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await page.getByRole('button', { name: /^Template/ }).click();
    await page.getByRole('menuitemradio', { name: 'Image to image', exact: true }).click();
    await page.locator('.gallery .pictures li').first().dragTo(page.locator('.file-field').first());
    await page.locator('.file-field img.file-thumb').first().waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  test('runs that wait are shown with their state, and cancelled; keys go from tab to tab, and the tab is kept', async () => {
    const { page, complaints, close } = await openGraph();
    await server.call('queue.pause', {});
    await page.keyboard.press('Control+Enter');
    await tab(page, /Inspector/).focus();
    await page.keyboard.press('ArrowRight');
    expect(await tab(page, /Queue/).getAttribute('aria-selected')).toBe('true');
    await side(page).locator('[role=tab]:focus', { hasText: 'Queue' }).waitFor();
    const rows = side(page).locator('.queue-row');
    await expect.poll(() => rows.count()).toBe(1);
    await side(page).locator('.paused-note').waitFor();
    await screenshot(page, 'side-queue');
    await page.reload();
    await tab(page, /Queue/).waitFor();
    expect(await tab(page, /Queue/).getAttribute('aria-selected')).toBe('true');
    await rows.first().hover();
    await rows.first().getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => rows.count()).toBe(0);
    await server.call('queue.resume', {});
    // Enter on the graph leads to what can be set, whatever was shown.
    const view = await viewOf(page);
    await page.mouse.click(...view.title('sample'));
    await page.keyboard.press('Enter');
    expect(await tab(page, /Inspector/).getAttribute('aria-selected')).toBe('true');
    await page.locator('.inspector :focus').waitFor();
    // What is wrong leads there, too.
    await tab(page, /Queue/).click();
    await page.mouse.click(...view.title('open'));
    await page.keyboard.press('Delete');
    await page.locator('.problems-button').click();
    await page.getByRole('menuitem').first().click();
    await page.locator('.inspector [aria-invalid=true]:focus').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  test.each(['light', 'dark'] as const)('nothing is wrong for readers of the page, %s', async (colorScheme) => {
    const { page, complaints, close } = await openGraph({ colorScheme, locale: 'zh-CN' });
    for (const name of [/检查器/, /队列/, /图片/]) {
      await tab(page, name).click();
      await page.waitForTimeout(300);
      expect(await seriousFaults(page)).toEqual([]);
    }
    await screenshot(page, `side-pictures-chinese-${colorScheme}`);
    expect(complaints).toEqual([]);
    await close();
  });
});
