import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shapeOf, titleHeight } from '../../src-renderer/canvas/shape.ts';
import { scratchFolder } from '../build/kiln-process.ts';
import { specs, templateFile } from '../renderer/fake-core-calls.ts';
import { launch, noBrowser, openPage, screenshot } from './browser.ts';
import { type KilnServer, startServer } from './kiln-server.ts';

interface FileBody {
  nodes: Record<string, { type: string; at: [number, number]; values: Record<string, unknown> }>;
  links: Record<string, { from: string }>;
  exposed?: { name: string; node: string; label?: string }[];
}
interface File extends FileBody {
  subgraphs?: Record<string, FileBody & { title: string; outputs: { name: string }[] }>;
}

const canvas = (page: Page) => page.locator('.graph-canvas canvas');
const heading = (page: Page) => page.locator('.inspector h2');

const draftOf = (page: Page) =>
  page.evaluate<{ graph?: File; values: Record<string, unknown> } | null>(
    `JSON.parse(localStorage.getItem('kiln.draft.text-to-image'))`,
  );
const insideOf = async (page: Page) => Object.values((await draftOf(page))?.graph?.subgraphs ?? {});

/** Where titles of the template's nodes are on the page, as long as the view shows all of it. */
async function titlesOn(page: Page) {
  const box = (await canvas(page).boundingBox())!;
  const nodes = Object.values((templateFile('text-to-image') as unknown as File).nodes);
  const size = (type: string) => shapeOf(specs.get(type)!);
  const [left, right] = [
    Math.min(...nodes.map(({ at }) => at[0])),
    Math.max(...nodes.map(({ at, type }) => at[0] + size(type).width)),
  ];
  const [top, bottom] = [
    Math.min(...nodes.map(({ at }) => at[1] - titleHeight)),
    Math.max(...nodes.map(({ at, type }) => at[1] + size(type).height)),
  ];
  const scale = Math.min((box.width - 96) / (right - left), (box.height - 96) / (bottom - top), 1.25);
  return (id: string): [number, number] => {
    const [x, y] = (templateFile('text-to-image') as unknown as File).nodes[id]!.at;
    return [
      box.x + box.width / 2 + (x + 120 - (left + right) / 2) * scale,
      box.y + box.height / 2 + (y - titleHeight / 2 - (top + bottom) / 2) * scale,
    ];
  };
}

describe.skipIf(noBrowser !== null)('subgraphs in the browser', () => {
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

  const openGraph = async (some: BrowserContextOptions = {}) => {
    const opened = await openPage(browser, server.address, some);
    await opened.page.getByRole('radio', { name: /Graph|节点图/ }).click();
    await canvas(opened.page).focus();
    return opened;
  };
  /** The pixels alone: what a picture says about its graph is another one afterwards. */
  const pixelsAfter = async (page: Page, runs: number): Promise<string> => {
    await page.keyboard.press('Control+Enter');
    await expect.poll(async () => (await server.call('queue.status', {})).counts.done, { timeout: 60_000 }).toBe(runs);
    const { digest } = (await server.call('images.list', {})).images[0]!;
    return page.evaluate<string>(`(async () => {
      const bitmap = await createImageBitmap(await (await fetch('/images/${digest}')).blob());
      const drawn = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      drawn.drawImage(bitmap, 0, 0);
      const { data } = drawn.getImageData(0, 0, bitmap.width, bitmap.height);
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
      return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    })()`);
  };
  /** Goes from node to node, as one reads, until that one is selected; with Control all on the way are kept. */
  const selectByKeys = async (page: Page, title: string) => {
    for (let i = 0; i < 20; i++) {
      if ((await heading(page).count()) > 0 && (await heading(page).textContent()) === title) return;
      await page.keyboard.press('Alt+ArrowRight');
    }
    throw new Error(`no node is called ${title}`);
  };

  test('three nodes become a subgraph that draws the same picture; it is opened, changed, left, unpacked and undone', async () => {
    const { page, complaints, close } = await openGraph();
    const seed = page.getByRole('button', { name: /Keep this seed/ }).first();
    await seed.click();
    await canvas(page).focus();
    const before = await pixelsAfter(page, 1);

    const at = await titlesOn(page);
    await page.mouse.click(...at('sample'));
    await page.keyboard.down('Shift');
    await page.mouse.click(...at('decode'));
    await page.mouse.click(...at('upscale'));
    await page.keyboard.up('Shift');
    await page.getByText('3 nodes selected').waitFor();
    await page.keyboard.press('Control+Shift+e');
    expect(await heading(page).textContent()).toBe('Subgraph');
    const [made] = await insideOf(page);
    expect(Object.keys(made!.nodes)).toEqual(['decode', 'sample', 'upscale']);
    expect(made!.outputs).toEqual([{ name: 'image', node: 'upscale', output: 'image' }]);
    await screenshot(page, 'subgraph-outside');
    expect(await pixelsAfter(page, 2)).toBe(before);

    await page.keyboard.press('Enter');
    const where = page.getByRole('navigation', { name: 'Where this is in the graph' });
    await where.waitFor();
    expect(await where.locator('[aria-current]').textContent()).toBe('Subgraph');
    await page.locator('canvas:focus').waitFor();
    await screenshot(page, 'subgraph-inside');
    await selectByKeys(page, 'Sample');
    await page.locator('.inspector').getByLabel('Denoise', { exact: true }).last().fill('0.5');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await insideOf(page))[0]!.nodes.sample!.values.denoise).toBe(0.5);
    await where.getByRole('button', { name: 'Text to image' }).click();
    await where.waitFor({ state: 'detached' });
    expect(await heading(page).textContent()).toBe('Subgraph');

    await page.locator('canvas:focus').waitFor();
    await page.keyboard.press('Control+Shift+u');
    expect(await insideOf(page)).toEqual([]);
    expect((await draftOf(page))!.graph!.nodes.sample!.values.denoise).toBe(0.5);
    const undo = page.getByRole('button', { name: 'Undo' });
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await where.waitFor(); // undo leads to where the change was
    await screenshot(page, 'subgraph-undo');
    for (let i = 0; i < 20 && (await undo.isEnabled()); i++) await page.keyboard.press('Control+z');
    await expect.poll(async () => (await draftOf(page))?.graph).toBeUndefined();
    expect(complaints).toEqual([]);
    await close();
  }, 240_000);

  test('the boundary: offered, named and set outside; another node of it is added and made independent', async () => {
    const { page, complaints, close } = await openGraph();
    const at = await titlesOn(page);
    await page.mouse.click(...at('sample'));
    await page.keyboard.press('Control+Shift+e');
    await page.mouse.dblclick(...at('sample'));
    const where = page.getByRole('navigation', { name: 'Where this is in the graph' });
    await where.waitFor();
    await page.locator('canvas:focus').waitFor();
    await selectByKeys(page, 'Sample');
    const field = page.locator('.inspector .field', { hasText: 'Denoise' });
    await field.getByRole('button', { name: 'Offer as an input of the subgraph' }).click();
    await expect.poll(async () => (await insideOf(page))[0]!.exposed!.at(-1)!.name).toBe('denoise');
    await canvas(page).focus();
    await page.keyboard.press('Escape');
    await page.getByLabel('Name of Denoise', { exact: true }).fill('Strength');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await insideOf(page))[0]!.exposed!.at(-1)!.label).toBe('Strength');
    await page.getByRole('button', { name: 'Move Strength up' }).click();
    await page.getByRole('button', { name: 'Remove Guidance' }).click();
    expect((await insideOf(page))[0]!.exposed!.map(({ name }) => name)).not.toContain('cfg');
    expect((await draftOf(page))!.graph!.exposed!.map(({ name }) => name)).not.toContain('cfg');
    await canvas(page).focus();
    await page.keyboard.press('Control+z');
    await where.waitFor();
    await page.getByRole('button', { name: 'Remove Guidance' }).waitFor();
    await screenshot(page, 'subgraph-boundary');
    await canvas(page).focus();
    await page.keyboard.press('Escape');
    await where.waitFor({ state: 'detached' });
    await page.locator('.inspector').getByLabel('Strength', { exact: true }).last().fill('0.5');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await draftOf(page))!.graph!.nodes.subgraph!.values.denoise).toBe(0.5);

    await canvas(page).focus();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    await page.keyboard.type('subgraph');
    await screenshot(page, 'subgraph-palette');
    await page.keyboard.press('Enter');
    const { nodes } = (await draftOf(page))!.graph!;
    expect(nodes['subgraph-2']!.type).toBe(nodes.subgraph!.type);
    await page.getByRole('button', { name: 'Make independent' }).click();
    await expect.poll(async () => (await insideOf(page)).length).toBe(2);
    await canvas(page).focus();
    await page.keyboard.press('Delete');
    await expect.poll(async () => (await insideOf(page)).length).toBe(1);
    expect(complaints).toEqual([]);
    await close();
  }, 240_000);

  test('what is wrong inside is seen outside, and leads there; in Chinese and dark', async () => {
    const { page, complaints, close } = await openGraph({ locale: 'zh-CN', colorScheme: 'dark' });
    const at = await titlesOn(page);
    await page.mouse.click(...at('decode'));
    await page.keyboard.press('Control+Shift+e');
    await page.keyboard.press('Control+ArrowDown');
    const where = page.getByRole('navigation', { name: '在节点图中的位置' });
    await where.waitFor();
    await page.locator('canvas:focus').waitFor();
    await selectByKeys(page, '潜空间解码');
    await page.locator('.inspector select').first().selectOption('');
    await page.locator('.inspector [aria-invalid="true"]').waitFor();
    await screenshot(page, 'subgraph-inside-chinese-dark');
    await canvas(page).focus();
    await page.keyboard.press('Control+ArrowUp');
    await where.waitFor({ state: 'detached' });
    await screenshot(page, 'subgraph-problem-outside');
    await page.locator('.problems-button').click();
    await page.getByRole('menuitem').first().click();
    await where.waitFor();
    await page.locator('.inspector [aria-invalid="true"]').waitFor();
    expect(complaints).toEqual([]);
    await close();
  }, 240_000);
});
