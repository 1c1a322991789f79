import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scratchFolder } from '../build/kiln-process.ts';
import { templateFile } from '../renderer/fake-core-calls.ts';
import { launch, noBrowser, openPage, screenshot } from './browser.ts';
import { canvas, viewOf } from './graph-page.ts';
import { type KilnServer, startServer } from './kiln-server.ts';

const titles = {
  english: `A title that nobody would read to its end ${'and goes on '.repeat(24)}`.slice(0, 299).padEnd(300, '.'),
  chinese: '雪地里的一只红狐狸在月光下慢慢走过结冰的河'.repeat(15).slice(0, 300),
  word: 'Unbrokenword'.repeat(25),
} as const;

interface Overflow {
  readonly text: string;
  readonly element: string;
  readonly fault: string;
}

/** Texts on the page that hold so much of a title and are cut without saying so, or run out of what they lie in. */
const faults = (page: Page, title: string) =>
  page.evaluate<Overflow[]>(`(() => {
    const title = ${JSON.stringify(title)};
    const found = [];
    for (const element of document.querySelectorAll('body *')) {
      if (['SCRIPT', 'STYLE', 'OPTION', 'TEXTAREA', 'INPUT', 'SELECT'].includes(element.tagName)) continue;
      const own = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join('');
      if (!own.includes(title.slice(0, 60))) continue;
      if (element.closest('.visually-hidden')) continue;
      const box = element.getBoundingClientRect();
      if (box.width < 2 || box.height < 2) continue; // for readers of the page alone
      const style = getComputedStyle(element);
      const say = (fault) => found.push({ text: own.slice(0, 20), element: element.outerHTML.slice(0, 160), fault });
      if (box.right > innerWidth + 1 || box.left < -1) say('out of the window');
      const isCut = element.scrollWidth > element.clientWidth + 1 && style.display !== 'inline';
      if (isCut && style.textOverflow !== 'ellipsis') say('cut without an ellipsis');
      if (isCut && !element.closest('[title]')?.title.includes(own.trim())) say('no tooltip');
      for (let around = element.parentElement; around && around !== document.body; around = around.parentElement) {
        const outer = around.getBoundingClientRect();
        const clips = getComputedStyle(around).overflowX !== 'visible';
        if (outer.width > 2 && clips && box.right > outer.right + 1 && !['auto', 'scroll'].includes(getComputedStyle(around).overflowX)) say('cut by ' + around.className);
        if (clips) break;
      }
    }
    return found;
  })()`);

describe.skipIf(noBrowser !== null)('long titles', () => {
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

  test.each(Object.entries(titles))('%s: an ellipsis, and all of it when it is pointed at', async (name, title) => {
    const file = templateFile('text-to-image') as Record<string, unknown>;
    const nodes = file.nodes as Record<string, { at: [number, number]; title?: string; values: object }>;
    const long = {
      ...file,
      id: `long-${name}`,
      title,
      nodes: {
        ...nodes,
        decode: { ...nodes.decode, title },
        save: { ...nodes.save, values: { title: title.slice(0, 80) } },
        positive: { ...nodes.positive, values: { text: title } },
      },
      groups: { group: { title, color: '#5b8def', at: [256, 424], size: [240, 100] } },
    };
    const { page, complaints, close } = await openPage(browser, server.address);
    await page.locator('.top-bar input[type=file]').setInputFiles({
      name: 'long.kiln.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(long)),
    });
    const tab = page.getByRole('tab', { name: title.trim(), selected: true });
    await tab.waitFor();
    expect(await tab.getAttribute('title')).toBe(title);
    const check = async (where: string) => {
      await screenshot(page, `long-${name}-${where}`);
      expect(await faults(page, title), where).toEqual([]);
    };
    await page.keyboard.press('Control+Enter');
    await page.locator('.stage-image').waitFor();
    await check('form');
    await page.locator('.gallery .pictures button').first().click();
    await page.locator('.picture-view').waitFor();
    await check('picture');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Template/ }).click();
    await page.getByRole('menu').waitFor();
    await check('menu');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    for (const panel of ['queue', 'gallery', 'library', 'monitor']) {
      await page.locator(`.rail-button[data-panel=${panel}]`).click();
      await page.waitForTimeout(500);
      await check(panel);
    }
    await page.getByRole('radio', { name: 'Graph' }).click();
    await canvas(page).focus();
    await page.keyboard.press('Home');
    const view = await viewOf(page);
    const hint = () => canvas(page).getAttribute('title');
    for (const at of [view.title('decode'), view.at(256 + 60, 424 + 16)]) {
      await page.mouse.move(...at);
      await expect.poll(hint).toBe(title);
      await page.mouse.move(...view.title('open'));
      await expect.poll(hint).toBe('');
    }
    await page.mouse.click(...view.title('decode'));
    await page.locator('.inspector h2').waitFor();
    await check('inspector');
    await page.keyboard.press('Control+Shift+e');
    await page.keyboard.press('Control+ArrowDown');
    await page.locator('.breadcrumb').waitFor();
    await check('subgraph');
    expect(complaints).toEqual([]);
    await close();
  });
});
