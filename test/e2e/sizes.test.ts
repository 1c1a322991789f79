import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scratchFolder } from '../build/kiln-process.ts';
import { launch, noBrowser, openPage, screenshot } from './browser.ts';
import { type KilnServer, startServer } from './kiln-server.ts';

/** In the page's pixels, and the screen's for each of them. */
const screens = [
  { name: 'laptop', width: 1280, height: 720, scale: 1 },
  { name: '4k', width: 1920, height: 1080, scale: 2 },
  { name: '4k-unscaled', width: 3840, height: 2160, scale: 1 },
] as const;

/** What is wider than its place, a line for each: the page itself, and words that are cut off. */
const cutOff = (page: Page) =>
  page.evaluate<string[]>(`(() => {
    const found = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) found.push('the page is ' + root.scrollWidth + ' wide');
    for (const one of document.querySelectorAll('button, a, h1, h2, h3, h4, label, legend, dt, th, [role="tab"], [role="radio"]')) {
      const style = getComputedStyle(one);
      const { width, left, right } = one.getBoundingClientRect();
      // What is for readers aloud, what ends in three dots on purpose, and what scrolls.
      if (width <= 1 || style.visibility === 'hidden' || style.textOverflow === 'ellipsis') continue;
      const what = one.tagName.toLowerCase() + '.' + one.className + ' “' + (one.textContent || one.ariaLabel) + '”';
      if (one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1) found.push(what + ' holds ' + one.scrollWidth + ' in ' + one.clientWidth);
      const scrolls = one.closest('.tab-strip, .gallery-scroll, .queue-table, .grid-table');
      if (!scrolls && (left < -1 || right > root.clientWidth + 1)) found.push(what + ' ends at ' + Math.round(right));
    }
    return found;
  })()`);

describe.skipIf(noBrowser !== null)('on every screen', () => {
  const [home, empty] = [scratchFolder(), scratchFolder()];
  let server: KilnServer;
  let bare: KilnServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, bare, browser] = await Promise.all([startServer(home.path), startServer(empty.path), launch()]);
    const { page, close } = await openPage(browser, server.address);
    await page.keyboard.press('Control+Enter');
    await page.locator('.stage-image').waitFor();
    await close();
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([server?.stop(), bare?.stop()]);
    for (const folder of [home, empty]) folder.remove();
  });

  const lookAt = async (at: string, name: string, options: object): Promise<string[]> => {
    const { page, close } = await openPage(browser, at, options);
    const found: string[] = [];
    const look = async (part: string): Promise<void> => {
      if (process.env.KILN_SCREENSHOTS) await screenshot(page, `${name}-${part}`); // seconds each, at this size
      found.push(...(await cutOff(page)).map((fault) => `${part}: ${fault}`));
    };
    const parts = page.locator('.rail-button');
    for (let i = 0; i < (await parts.count()); i++) {
      const part = (await parts.nth(i).getAttribute('data-panel'))!;
      await parts.nth(i).click();
      await page.locator(`.panel-area[data-panel="${part}"] > *`).first().waitFor();
      await page.mouse.move(1, 1);
      await page.waitForLoadState('networkidle');
      await look(part);
    }
    await parts.first().click();
    await page.getByRole('radio', { name: /Graph|节点图/ }).click();
    await page.locator('.graph-canvas canvas').waitFor();
    await look('graph');
    await close();
    return found;
  };

  test('a button that is too narrow for its words, and one beyond the edge, are found', async () => {
    const { page, close } = await openPage(browser, bare.address);
    expect(await cutOff(page)).toEqual([]);
    await page.evaluate(`(() => {
      const [one, other] = ['first', 'second'].map((name) => {
        const button = document.body.appendChild(document.createElement('button'));
        button.textContent = name + ' and many more words';
        Object.assign(button.style, { position: 'fixed', top: 0, whiteSpace: 'nowrap', overflow: 'hidden' });
        return button;
      });
      one.style.width = '40px';
      other.style.left = 'calc(100vw - 20px)';
    })()`);
    const found = await cutOff(page);
    expect(found.some((fault) => /first and .* holds \d+ in \d+/.test(fault))).toBe(true);
    expect(found.some((fault) => /second and .* ends at/.test(fault))).toBe(true);
    await close();
  });

  describe.each(screens)('$name, $width × $height at $scale', ({ name, width, height, scale }) => {
    const screen = { viewport: { width, height }, deviceScaleFactor: scale };

    test.each(['light', 'dark'] as const)('nothing is cut off or beyond the edge, %s', async (colorScheme) => {
      const options = { ...screen, colorScheme };
      expect(await lookAt(server.address, `${name}-${colorScheme}`, options)).toEqual([]);
    });

    test('nor in Chinese, nor where there is nothing yet', async () => {
      const options = { ...screen, colorScheme: 'light', locale: 'zh-CN' };
      expect(await lookAt(bare.address, `${name}-empty`, options)).toEqual([]);
    });
  });
});
