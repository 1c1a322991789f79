import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { colors } from '../../src-main/model/colors.ts';
import { nodeWidth, shapeOf, titleHeight } from '../../src-renderer/canvas/shape.ts';
import { scratchFolder } from '../build/kiln-process.ts';
import { specs } from '../renderer/fake-core-calls.ts';
import { launch, noBrowser, openPage, screenshot } from './browser.ts';
import { canvas, draftOf, drag, inTemplate, viewOf } from './graph-page.ts';
import { type KilnServer, startServer } from './kiln-server.ts';

/** Where nothing is on the page, as long as all of the template is in sight. */
const free: [number, number] = [340, 520];
const beyond: [number, number] = [640, 620];

describe.skipIf(noBrowser !== null)('the canvas in the browser', () => {
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
    return { ...opened, view: await viewOf(opened.page) };
  };
  const done = async () => (await server.call('queue.status', {})).counts.done;
  const graphOf = async (page: Page) => (await draftOf(page))?.graph ?? null;

  test('text to image is built from an empty graph with the mouse alone, and draws a picture', async () => {
    const { page, complaints, close } = await openGraph();
    const before = await done();
    await page.getByRole('button', { name: /Template/ }).click();
    await page.getByRole('menuitem', { name: 'New graph' }).click();
    await page.getByRole('button', { name: 'Template: Untitled graph' }).waitFor();
    const box = (await canvas(page).boundingBox())!;
    const zoomOut = page.getByRole('button', { name: 'Zoom out' });
    for (let i = 0; i < 4; i++) await zoomOut.click();
    const scale = 1.2 ** -4;
    const [width, height] = [box.width, box.height];
    const onPage = ([x, y]: readonly [number, number]): [number, number] => [
      box.x + width / 2 + (x - width / 2) * scale,
      box.y + height / 2 + (y - height / 2) * scale,
    ];
    const places = {
      open: ['Open pack', 'pack.open', [-300, -100]],
      positive: ['Encode text', 'text.encode', [60, -100]],
      empty: ['Empty latent', 'latent.empty', [60, 220]],
      sample: ['Sample', 'latent.sample', [420, -100]],
      decode: ['Decode latent', 'latent.decode', [780, -100]],
      save: ['Save image', 'image.save', [1000, 180]],
    } as const satisfies Record<string, readonly [string, string, readonly [number, number]]>;
    type Name = keyof typeof places;
    for (const [title, , at] of Object.values(places)) {
      await page.mouse.dblclick(...onPage(at));
      await page
        .locator('.palette-item')
        .filter({ has: page.getByText(title, { exact: true }) })
        .click();
      await page.locator('.palette').waitFor({ state: 'detached' });
      // Nothing is selected, so that only what the mouse links is linked.
      await page.mouse.click(...onPage([-300, 1000]));
    }
    const slot = (name: Name, of: string, isInput: boolean): [number, number] => {
      const [, type, [x, y]] = places[name];
      const shape = shapeOf(specs.get(type)!);
      const found = (isInput ? shape.inputs : shape.outputs).find((one) => one.name === of)!;
      return onPage([x + (isInput ? 0 : nodeWidth), y + found.y]);
    };
    const link = (from: Name, output: string, to: Name, input: string) =>
      drag(page, slot(from, output, false), slot(to, input, true));
    await link('open', 'text-encoder', 'positive', 'encoder');
    await link('open', 'denoiser', 'empty', 'denoiser');
    await link('open', 'denoiser', 'sample', 'denoiser');
    await link('positive', 'conditioning', 'sample', 'positive');
    await link('empty', 'latent', 'sample', 'latent');
    await link('sample', 'latent', 'decode', 'latent');
    await link('open', 'vae', 'decode', 'vae');
    // Dropped on the body of a node: its first input that fits.
    const [sx, sy] = places.save[2];
    await drag(page, slot('decode', 'image', false), onPage([sx + nodeWidth / 2, sy - titleHeight / 2]));
    await screenshot(page, 'canvas-mouse-alone');
    await page.locator('.run-button').click();
    await expect.poll(done, { timeout: 60_000 }).toBe(before + 1);
    const [picture] = (await server.call('images.list', {})).images;
    expect(picture!.nodeId).toBe('save');
    expect(complaints).toEqual([]);
    await close();
  });

  test('a link that fits nowhere says why and changes nothing', async () => {
    const { page, complaints, view, close } = await openGraph();
    await drag(page, view.slot('open', 'vae', false), view.title('positive'));
    await page.locator('.toast').getByText('No input of “Prompt” takes “VAE”.').waitFor();
    await drag(page, view.slot('sample', 'latent', false), view.slot('open', 'denoiser', false));
    await drag(page, view.slot('upscale', 'image', false), view.slot('decode', 'latent', true));
    await page.locator('.toast').getByText('“Latent” does not take “Image”.').waitFor();
    expect(await draftOf(page)).toBeNull();
    expect(complaints).toEqual([]);
    await close();
  });

  test('a group is made with a key and named, carries its nodes, and each of these is one undo', async () => {
    const { page, complaints, view, close } = await openGraph();
    await page.mouse.click(...view.title('decode'));
    await page.keyboard.down('Shift');
    await page.mouse.click(...view.title('upscale'));
    await page.keyboard.up('Shift');
    await page.keyboard.press('Control+g');
    await page.getByLabel('Title of the group').fill('Pixels');
    await page.keyboard.press('Enter');
    const { groups, nodes: before } = (await graphOf(page))!;
    expect(groups!.group!.title).toBe('Pixels');
    const [x, y] = groups!.group!.at;
    await screenshot(page, 'canvas-group');
    await drag(page, view.at(x + 60, y + 16), view.at(x + 60 - 80, y + 16 + 64));
    const moved = (await graphOf(page))!;
    const by = [0, 1].map((axis) => moved.groups!.group!.at[axis]! - [x, y][axis]!);
    expect(by[0]).toBeLessThan(-40);
    for (const id of ['decode', 'upscale'])
      expect(moved.nodes[id]!.at).toEqual([before[id]!.at[0] + by[0]!, before[id]!.at[1] + by[1]!]);
    expect(moved.nodes.save!.at).toEqual(before.save!.at);
    await page.keyboard.press('Control+z');
    expect((await graphOf(page))!.groups!.group!.at).toEqual([x, y]);
    const [width, height] = groups!.group!.size;
    await drag(page, view.at(x + width - 4, y + height - 4), view.at(x + width + 76, y + height + 44));
    expect((await graphOf(page))!.groups!.group!.size[0]).toBeGreaterThan(width + 40);
    await page.mouse.click(...view.at(x + 60, y + 16), { button: 'right' });
    await page.getByRole('menuitemradio', { name: 'Green' }).click();
    expect((await graphOf(page))!.groups!.group!.color).toBe(colors.green);
    await page.mouse.click(...view.at(x + 60, y + 16), { button: 'right' });
    await page.getByRole('menuitem', { name: 'Ungroup' }).click();
    expect(await draftOf(page)).toBeNull();
    for (let i = 0; i < 4; i++) await page.keyboard.press('Control+z');
    await expect.poll(() => draftOf(page)).toBeNull();
    expect(complaints).toEqual([]);
    await close();
  });

  test('a note is written where it stands, and a note that says nothing is gone again', async () => {
    const { page, complaints, view, close } = await openGraph();
    await page.mouse.click(...free, { button: 'right' });
    await page.getByRole('menuitem', { name: 'Add a note' }).click();
    await page.getByLabel('Note', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    expect(await draftOf(page)).toBeNull();
    await page.mouse.click(...free, { button: 'right' });
    await page.getByRole('menuitem', { name: 'Add a note' }).click();
    await page.getByLabel('Note', { exact: true }).fill('The seed makes the picture.\nKeep it to compare.');
    await page.keyboard.press('Escape');
    const { notes } = (await graphOf(page))!;
    expect(notes!.note!.text).toContain('Keep it');
    const [x, y] = notes!.note!.at;
    await page.mouse.dblclick(...view.at(x + 60, y + 60));
    await page.getByLabel('Note', { exact: true }).fill('Short.');
    await page.mouse.click(...beyond);
    expect((await graphOf(page))!.notes!.note!.text).toBe('Short.');
    await screenshot(page, 'canvas-note');
    await drag(page, view.at(x + 40, y + 40), view.at(x + 120, y + 72));
    expect((await graphOf(page))!.notes!.note!.at[0]).toBeGreaterThan(x + 40);
    await page.keyboard.press('Delete');
    await expect.poll(() => draftOf(page)).toBeNull();
    expect(complaints).toEqual([]);
    await close();
  });

  test('a title is written in place, and a colour comes from the menu', async () => {
    const { page, complaints, view, close } = await openGraph();
    await page.mouse.dblclick(...view.title('decode'));
    await page.getByLabel('Title of the node').fill('Into pixels');
    await page.keyboard.press('Enter');
    await page.mouse.click(...view.title('upscale'));
    await page.keyboard.press('F2');
    await page.getByLabel('Title of the node').fill('nobody');
    await page.keyboard.press('Escape');
    await page.mouse.click(...view.title('decode'), { button: 'right' });
    await page.getByRole('menuitemradio', { name: 'Purple' }).click();
    const { nodes } = (await graphOf(page))!;
    expect(nodes.decode).toMatchObject({ title: 'Into pixels', color: colors.purple });
    expect(nodes.upscale!.title).toBe(inTemplate.nodes.upscale!.title);
    await screenshot(page, 'canvas-color');
    for (let i = 0; i < 2; i++) await page.keyboard.press('Control+z');
    await expect.poll(() => draftOf(page)).toBeNull();
    expect(complaints).toEqual([]);
    await close();
  });

  test('a link gets points by Alt and drag and by a double click, and loses them by its menu', async () => {
    const { page, complaints, view, close } = await openGraph();
    const [from, to] = [view.slot('open', 'denoiser', false), view.slot('sample', 'denoiser', true)];
    const at: [number, number] = [(from[0] + view.slot('positive', 'encoder', true)[0]) / 2, from[1]];
    expect(to[1]).toBeCloseTo(from[1], 0);
    const viaOf = async () => (await graphOf(page))?.links['sample.denoiser']?.via ?? [];
    await page.keyboard.down('Alt');
    await drag(page, at, [at[0], at[1] - 60]);
    await page.keyboard.up('Alt');
    expect(await viaOf()).toHaveLength(1);
    const [point] = await viaOf();
    await drag(page, view.at(...point!), view.at(point![0] + 160, point![1] - 40));
    const [moved] = await viaOf();
    expect(moved![0]).toBeGreaterThan(point![0] + 100);
    await screenshot(page, 'canvas-route');
    await page.mouse.click(...view.at(...moved!), { button: 'right' });
    await page.getByRole('menuitem', { name: 'Remove the point' }).click();
    await expect.poll(() => draftOf(page)).toBeNull();
    for (let i = 0; i < 3; i++) await page.keyboard.press('Control+z');
    expect(complaints).toEqual([]);
    await close();
  });

  test('selected nodes are brought into line; snapping goes by the grid', async () => {
    const { page, complaints, view, close } = await openGraph();
    await page.mouse.click(...view.title('decode'));
    await page.keyboard.down('Shift');
    await page.mouse.click(...view.title('sample'));
    await page.mouse.click(...view.title('positive'));
    await page.keyboard.up('Shift');
    await screenshot(page, 'canvas-selection');
    await page.getByRole('button', { name: 'Lower edges' }).click();
    const { nodes } = (await graphOf(page))!;
    const bottom = (id: string) => nodes[id]!.at[1] + shapeOf(specs.get(nodes[id]!.type)!).height;
    expect(Math.abs(bottom('decode') - bottom('sample'))).toBeLessThanOrEqual(1);
    expect(Math.abs(bottom('positive') - bottom('sample'))).toBeLessThanOrEqual(1);
    await canvas(page).focus();
    await page.keyboard.press('Control+z');
    await expect.poll(() => draftOf(page)).toBeNull();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /Snap to the grid/ }).click();
    const title = view.title('save');
    await drag(page, title, [title[0] - 37, title[1] + 31]);
    const { at } = (await graphOf(page))!.nodes.save!;
    expect([at[0] % 24, at[1] % 24].map(Math.abs)).toEqual([0, 0]);
    await page.reload();
    await page.locator('.graph-tools').waitFor();
    expect(await page.getByRole('button', { name: /Snap to the grid/ }).getAttribute('aria-pressed')).toBe('true');
    expect(complaints).toEqual([]);
    await close();
  });

  test('the map shows what is in sight, and leads there', async () => {
    const { page, complaints, close } = await openGraph();
    await page.getByRole('button', { name: 'Overview map' }).click();
    const map = page.locator('.minimap');
    const sight = () => map.locator('> div').getAttribute('style');
    await expect.poll(sight).toContain('translate');
    for (let i = 0; i < 4; i++) await page.getByRole('button', { name: 'Zoom in' }).click();
    const before = await sight();
    const box = (await map.boundingBox())!;
    await page.mouse.click(box.x + 30, box.y + 30);
    await expect.poll(sight).not.toBe(before);
    await screenshot(page, 'canvas-map');
    expect(complaints).toEqual([]);
    await close();
  });

  test('a sampling node shows what it has come to while it draws; the dice draws a seed', async () => {
    const { page, complaints, view, close } = await openGraph();
    const before = await done();
    const sample = inTemplate.nodes.sample!;
    const shape = shapeOf(specs.get(sample.type)!);
    const seed = shape.rows.find(({ input }) => input === 'seed')!;
    const middle = sample.at[1] + seed.y + seed.height / 2;
    await page.mouse.click(...view.at(sample.at[0] + nodeWidth - 12 - 36, middle));
    await expect.poll(async () => (await draftOf(page))?.values.seed).toBeTypeOf('string');
    await page.mouse.click(...view.at(sample.at[0] + nodeWidth - 12 - 14, middle));
    await expect.poll(async () => (await draftOf(page))?.locked).toEqual({ seed: true });
    await page.mouse.click(...view.row('sample', 'steps'));
    await page.locator('.value-popover input:not([type=range])').fill('600');
    await page.keyboard.press('Enter');
    const [x, y] = view.at(sample.at[0] + nodeWidth / 2, sample.at[1] + shape.height + 60);
    const pixel = async () =>
      (await page.screenshot({ clip: { x: Math.round(x), y: Math.round(y), width: 4, height: 4 } })).toString('base64');
    const paper = await pixel();
    await page.keyboard.press('Control+Enter');
    await expect.poll(pixel, { timeout: 60_000 }).not.toEqual(paper);
    await screenshot(page, 'canvas-preview');
    await expect.poll(done, { timeout: 40_000 }).toBe(before + 1);
    await expect.poll(pixel, { timeout: 60_000 }).toEqual(paper);
    expect(complaints).toEqual([]);
    await close();
  }, 240_000);

  test('many choices are searched; a picture that is dropped on a node becomes its file', async () => {
    const { page, complaints, view, close } = await openGraph();
    await page.mouse.click(...view.row('sample', 'scheduler'));
    await page.locator('.choice-item').first().waitFor();
    await screenshot(page, 'canvas-choices');
    await page.keyboard.type('karras');
    await page.keyboard.press('Enter');
    expect((await graphOf(page))!.nodes.sample!.values.scheduler).toBe('karras');
    await page.keyboard.press('Control+z');
    await page.mouse.dblclick(...free);
    await page
      .locator('.palette-item')
      .filter({ has: page.getByText('Load image', { exact: true }) })
      .click();
    const [picture] = (await server.call('images.list', {})).images;
    const bytes = Buffer.from(await (await fetch(`${server.address}/images/${picture!.digest}`)).arrayBuffer());
    const [x, y] = [free[0] + 40, free[1] + 20];
    await page.evaluate(
      `(() => {
        const bytes = Uint8Array.from(atob('${bytes.toString('base64')}'), (c) => c.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([bytes], 'fox.png', { type: 'image/png' }));
        const target = document.querySelector('.graph-canvas canvas');
        const at = { clientX: ${x}, clientY: ${y}, bubbles: true, cancelable: true, dataTransfer };
        target.dispatchEvent(new DragEvent('dragover', at));
        target.dispatchEvent(new DragEvent('drop', at));
      })()`,
    );
    await expect.poll(async () => (await graphOf(page))?.nodes.load?.values.file).toMatchObject({ name: 'fox.png' });
    await screenshot(page, 'canvas-file');
    expect(complaints).toEqual([]);
    await close();
  });

  test('what is wrong with a node is told where it is pointed at, in Chinese and in the dark', async () => {
    const { page, view, close } = await openGraph({ locale: 'zh-CN', colorScheme: 'dark' });
    await page.mouse.click(...view.title('open'));
    await page.keyboard.press('Delete');
    await page.locator('.problems-button').waitFor();
    await page.mouse.move(...view.title('sample'));
    const card = page.locator('.trouble-card');
    await card.getByText('节点“采样”的输入“去噪模型”没有连接。').waitFor();
    expect(await card.innerText()).not.toMatch(/[a-z]-|denoiser|sample/);
    await screenshot(page, 'canvas-trouble-dark-chinese');
    await page.mouse.move(...beyond);
    await page.locator('.trouble-card').waitFor({ state: 'detached' });
    await page.mouse.click(...view.title('decode'), { button: 'right' });
    await page.getByRole('menuitemradio', { name: '蓝色' }).waitFor();
    await screenshot(page, 'canvas-menu-dark-chinese');
    await close();
  });
});
