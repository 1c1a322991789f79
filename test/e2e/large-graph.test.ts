import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { editorGraph } from '../../bench/editor-graph.ts';
import { openInKiln, placesIn, textNodeIn, viewsOf } from '../../bench/editor-pages.ts';
import { limits } from '../../src-main/model/limits.ts';
import { scratchFolder } from '../build/kiln-process.ts';
import { launch, noBrowser, openPage, screenshot } from './browser.ts';
import { canvas, draftOf, drag } from './graph-page.ts';
import { type KilnServer, startServer } from './kiln-server.ts';

/** From the drop of a file: nobody waits longer without wondering. */
const patienceMs = 10_000;
/** The page may not answer for so long, on a machine that does other things beside. */
const stillMs = 5_000;

/** The longest time that the page did not answer, from now until it is asked. */
async function watchTasks(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(`(() => {
    globalThis.longestMs = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) globalThis.longestMs = Math.max(globalThis.longestMs, duration);
    }).observe({ type: 'longtask' });
  })()`);
  return () => page.evaluate<number>('globalThis.longestMs');
}

/** Drops a graph of so many nodes; its text is made in the page. */
const dropGraph = (page: Page, nodes: number, title: string) =>
  page.evaluate(`(() => {
    const nodes = {};
    const links = {};
    const columns = Math.ceil(Math.sqrt(${nodes}));
    for (let i = 0; i < ${nodes}; i++) {
      nodes['n' + i] = { type: 'image.upscale', version: 1, values: {}, at: [(i % columns) * 340, Math.floor(i / columns) * 240] };
      if (i % columns > 0) links['n' + i + '.image'] = { from: 'n' + (i - 1) + '.image' };
    }
    const graph = { format: 'kiln', version: 1, id: 'large-${nodes}', title: ${JSON.stringify(title)}, nodes, links, exposed: [], groups: {}, notes: {}, subgraphs: {} };
    const data = new DataTransfer();
    data.items.add(new File([JSON.stringify(graph)], 'large.kiln.json', { type: 'application/json' }));
    dispatchEvent(new DragEvent('drop', { dataTransfer: data, cancelable: true, bubbles: true }));
  })()`);

describe.skipIf(noBrowser !== null)('large graphs in the browser', () => {
  const home = scratchFolder();
  let server: KilnServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(home.path), launch(['--disable-gpu'])]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    home.remove();
  });

  test('2,000 nodes open, are panned and zoomed, and a text of one is edited and undone', async () => {
    const graph = editorGraph(2000, 2800);
    const { page, complaints, close } = await openPage(browser, server.address);
    await page.getByRole('radio', { name: 'Graph' }).click();
    await canvas(page).waitFor();
    const longest = await watchTasks(page);
    const began = Date.now();
    await openInKiln(page, graph);
    await canvas(page).focus();
    expect(Date.now() - began).toBeLessThan(patienceMs);
    const box = (await canvas(page).boundingBox())!;
    const { close: near, closeSteps } = viewsOf(graph, box);
    await page.keyboard.press('Home');
    for (let i = 0; i < closeSteps; i++) await page.keyboard.press('Equal');
    const { empty } = placesIn(graph, box, near);
    const [x, y] = textNodeIn(graph, box, near);
    // Further than a press that moves nothing: what was there is elsewhere by as much.
    const by = [-64, 48] as const;
    await drag(page, empty, [empty[0] + by[0], empty[1] + by[1]]);
    await page.mouse.click(x + by[0], y + by[1]);
    const text = page.locator('.inspector textarea');
    const before = await text.inputValue();
    await text.fill('a blue whale');
    const id = 'bench-2000';
    const kept = async () => {
      const values = Object.values((await draftOf(page, id))?.graph?.nodes ?? {}).map((node) => node.values.text);
      return values.includes('a blue whale');
    };
    await expect.poll(kept, { timeout: patienceMs }).toBe(true);
    await canvas(page).focus();
    await page.keyboard.press('Control+z');
    await expect.poll(() => text.inputValue()).toBe(before);
    await expect.poll(kept, { timeout: patienceMs }).toBe(false);
    await screenshot(page, 'large-2000');
    expect(await longest()).toBeLessThan(stillMs);
    expect(complaints).toEqual([]);
    await close();
  });

  test('as many nodes as a graph may have can be opened and looked at', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await page.getByRole('radio', { name: 'Graph' }).click();
    const longest = await watchTasks(page);
    const began = Date.now();
    await dropGraph(page, limits.nodes, 'At the limit');
    await page.getByRole('tab', { name: 'At the limit', selected: true }).waitFor();
    expect(Date.now() - began).toBeLessThan(patienceMs);
    await canvas(page).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Equal');
    // The core's word comes after all else that is done when a graph is opened.
    await page.locator('.problems-button').waitFor();
    expect(await longest()).toBeLessThan(stillMs);
    await screenshot(page, 'large-limit');
    expect(complaints).toEqual([]);
    await close();
  });

  test.each([
    ['en-US', /100,000 nodes.*at most 20,000/],
    ['zh-CN', /100,000 个节点.*最多 20,000/],
  ] as const)('far too many nodes are refused with one message that says how many, %s', async (locale, said) => {
    const { page, complaints, close } = await openPage(browser, server.address, { locale });
    const longest = await watchTasks(page);
    await dropGraph(page, 100_000, 'Too large');
    const toast = page.locator('.toast');
    await toast.first().waitFor();
    expect(await toast.count()).toBe(1);
    expect(await toast.textContent()).toMatch(said);
    expect(await toast.textContent()).not.toMatch(/links|连线/);
    expect(await longest()).toBeLessThan(stillMs);
    await screenshot(page, `large-refused-${locale}`);
    expect(await page.getByRole('tab', { selected: true }).first().textContent()).toMatch(/Text to image|文生图/);
    expect(complaints).toEqual([]);
    await close();
  });
});
