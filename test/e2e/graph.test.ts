import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scratchFolder } from '../build/kiln-process.ts';
import { launch, noBrowser, openPage, screenshot } from './browser.ts';
import { type KilnServer, startServer } from './kiln-server.ts';

const canvas = (page: Page) => page.locator('.graph-canvas canvas');

describe.skipIf(noBrowser !== null)('the graph in the browser', () => {
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

  const openGraph = async (some = {}) => {
    const opened = await openPage(browser, server.address, some);
    await opened.page.getByRole('radio', { name: /Graph|节点图/ }).click();
    await canvas(opened.page).waitFor();
    await canvas(opened.page).focus();
    return opened;
  };

  test('the template is drawn, runs, and shows its picture in the node that saves it', async () => {
    const { page, complaints, close } = await openGraph();
    await screenshot(page, 'graph-light');
    await page.keyboard.press('Control+Enter');
    await expect.poll(async () => (await server.call('queue.status', {})).counts.done, { timeout: 20_000 }).toBe(1);
    await page.waitForTimeout(600);
    await screenshot(page, 'graph-light-done');
    expect(complaints).toEqual([]);
    await close();
  });

  test('dark and Chinese', async () => {
    const { page, complaints, close } = await openGraph({ locale: 'zh-CN', colorScheme: 'dark' });
    await page.keyboard.press('Tab');
    await page.waitForTimeout(300);
    await screenshot(page, 'graph-dark-chinese');
    expect(complaints).toEqual([]);
    await close();
  });
});
