import type { Browser } from 'playwright-core';
import type { Graph } from '../src-main/model/graph.ts';
import { newPage, openInKiln, showGraphView } from './editor-pages.ts';

/** Seconds from choosing the file until the frame after the one that draws it. */
export async function openSeconds(browser: Browser, address: string, graph: Graph): Promise<number> {
  const { page, context } = await newPage(browser);
  await page.addInitScript(`
    addEventListener('change', ({ target }) => {
      if (target.type !== 'file') return;
      const chosen = performance.now();
      const watch = new MutationObserver(() => {
        if (!document.querySelector('[role=tab][aria-selected=true]')?.textContent.includes(${JSON.stringify(graph.title)})) return;
        watch.disconnect();
        requestAnimationFrame(() => requestAnimationFrame(() => { globalThis.openedMs = performance.now() - chosen; }));
      });
      watch.observe(document.body, { subtree: true, childList: true, characterData: true });
    }, true);`);
  await showGraphView(page, address);
  await openInKiln(page, graph);
  const handle = await page.waitForFunction('globalThis.openedMs');
  const ms = (await handle.jsonValue()) as number;
  await context.close();
  return ms / 1000;
}

export interface FirstUse {
  readonly seconds: number;
  /** JavaScript before the first paint, as it was transferred. */
  readonly bytes: number;
}

/** A page that was never here before, until the form takes a key. */
export async function firstUses(browser: Browser, address: string): Promise<FirstUse> {
  const { page, context } = await newPage(browser);
  await page.addInitScript(`
    addEventListener('input', () => { globalThis.usableMs ??= performance.now(); }, true);
    new MutationObserver((_, watch) => {
      const field = document.querySelector('.form textarea');
      if (!field || field.disabled) return;
      watch.disconnect();
      field.focus();
    }).observe(document, { subtree: true, childList: true });`);
  await page.goto(address, { waitUntil: 'commit' });
  await page.locator('.form textarea:focus').waitFor();
  await page.keyboard.press('x');
  const { ms, bytes } = (await (
    await page.waitForFunction(`
      globalThis.usableMs && {
        ms: usableMs,
        bytes: performance.getEntriesByType('resource')
          .filter(({ name, startTime }) => /\\.js$/.test(name) && startTime < performance.getEntriesByName('first-contentful-paint')[0].startTime)
          .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
      }`)
  ).jsonValue()) as { ms: number; bytes: number };
  await context.close();
  return { seconds: ms / 1000, bytes };
}
