import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NodeId } from '../../src-main/model/ids.ts';
import { scratchFolder } from '../build/kiln-process.ts';
import { randomOf } from '../build/random.ts';
import { launch, noBrowser, openPage, screenshot } from './browser.ts';
import { canvas, draftOf, drag, inTemplate, viewOf } from './graph-page.ts';
import { type KilnServer, startServer } from './kiln-server.ts';

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

  const openGraph = async (some: BrowserContextOptions = {}) => {
    const opened = await openPage(browser, server.address, some);
    await opened.page.getByRole('radio', { name: /Graph|节点图/ }).click();
    await canvas(opened.page).focus();
    return { ...opened, view: await viewOf(opened.page) };
  };
  const done = async () => (await server.call('queue.status', {})).counts.done;
  const pictures = async () => (await server.call('images.list', {})).images;

  test('the template runs, and the node that saves shows its picture', async () => {
    const { page, complaints, close } = await openGraph();
    const shown = page.waitForResponse(/\/images\//);
    await page.keyboard.press('Control+Enter');
    await expect.poll(done, { timeout: 60_000 }).toBe(1);
    await shown;
    await screenshot(page, 'graph-light-done');
    expect(complaints).toEqual([]);
    await close();
  });

  test('a dragged node stays where it was left, and one undo brings it back', async () => {
    const { page, complaints, view, close } = await openGraph();
    const from = view.title('decode');
    await drag(page, from, [from[0] + 40, from[1] + 90]);
    const moved = (await draftOf(page))!.graph!.nodes.decode!.at;
    expect(moved[0]).toBeGreaterThan(inTemplate.nodes.decode!.at[0]);
    expect(moved[1] % 8).toBe(0);
    await page.keyboard.press('Control+z');
    expect(await draftOf(page)).toBeNull();
    await page.keyboard.press('Control+Shift+z');
    expect((await draftOf(page))!.graph!.nodes.decode!.at).toEqual(moved);
    await page.reload();
    await canvas(page).waitFor();
    expect((await draftOf(page))!.graph!.nodes.decode!.at).toEqual(moved);
    expect(complaints).toEqual([]);
    await close();
  });

  test('Escape in the middle of a drag leaves everything as it was', async () => {
    const { page, view, close } = await openGraph();
    const from = view.title('decode');
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move(from[0] + 80, from[1] + 80, { steps: 4 });
    await page.keyboard.press('Escape');
    await page.mouse.up();
    expect(await draftOf(page)).toBeNull();
    await close();
  });

  test('a link is taken off its input, which is a problem at the node, and drawn again', async () => {
    const { page, view, close } = await openGraph();
    await drag(page, view.slot('decode', 'latent', true), view.at(1100, 700));
    await page.keyboard.press('Escape'); // the palette that offers what fits
    const linksOf = async () => Object.keys((await draftOf(page))?.graph?.nodes.decode ?? {});
    expect(JSON.stringify(await draftOf(page))).not.toContain('"latent":{"from"');
    expect(await linksOf()).toContain('type');
    await drag(page, view.slot('sample', 'latent', false), view.slot('decode', 'latent', true));
    await expect.poll(() => draftOf(page)).toBeNull();
    await close();
  });

  test('a link that is let go in empty space offers what fits, and the choice is linked', async () => {
    const { page, complaints, view, close } = await openGraph();
    await drag(page, view.slot('upscale', 'image', false), view.at(480, 560));
    await page.getByPlaceholder('Search node types').waitFor();
    const offered = await page.locator('.palette-item > span').allTextContents();
    expect(offered).toEqual(expect.arrayContaining(['Encode image', 'Preview image', 'Resize image', 'Upscale image']));
    expect(offered).not.toContain('Encode text');
    await page.getByPlaceholder('Search node types').fill('preview');
    await screenshot(page, 'graph-palette');
    await page.keyboard.press('Enter');
    const { nodes } = (await draftOf(page))!.graph!;
    expect(nodes.preview).toMatchObject({ type: 'image.preview' });
    expect(JSON.stringify((await draftOf(page))!.graph)).toContain('upscale.image');
    expect(complaints).toEqual([]);
    await close();
  });

  test('values are edited where they are shown: dragged, typed, and taken back by Escape', async () => {
    const { page, view, close } = await openGraph();
    const steps = view.row('sample', 'steps');
    await drag(page, steps, [steps[0] + 30, steps[1]]);
    const dragged = Number((await draftOf(page))!.values.steps);
    expect(dragged).toBeGreaterThan(8);
    await page.mouse.click(...view.row('sample', 'steps'));
    const box = page.locator('.value-popover input:not([type=range])');
    await box.fill('12');
    await page.keyboard.press('Enter');
    expect((await draftOf(page))!.values.steps).toBe(12);
    await page.mouse.click(...view.row('positive', 'text'));
    const area = page.locator('.value-popover textarea');
    await area.fill('a blue whale');
    await page.keyboard.press('Escape');
    expect((await draftOf(page))!.values).toEqual({ steps: 12 });
    await page.mouse.click(...view.row('positive', 'text'));
    await area.fill('a panda');
    await page.mouse.click(...view.at(-30, 560));
    expect((await draftOf(page))!.values).toEqual({ prompt: 'a panda', steps: 12 });
    await canvas(page).focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('Control+z');
    await expect.poll(() => draftOf(page)).toBeNull();
    await close();
  });

  test('text to image is built from an empty graph with the keyboard alone, and draws a picture', async () => {
    const { page, complaints, close } = await openGraph();
    const before = await done();
    await page.getByRole('button', { name: /Template/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'New graph' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.menu').waitFor({ state: 'detached' });
    await page.getByRole('tab', { name: 'Untitled graph' }).waitFor();
    await page.locator('canvas:focus').waitFor(); // where the menu leads back to
    const add = async (words: string) => {
      await page.keyboard.press('Tab');
      await page.keyboard.type(words);
      await page.keyboard.press('Enter');
    };
    // Each one is linked to the node that is selected as far as its outputs fit.
    await add('open pack');
    await add('encode text');
    await page.keyboard.press('Enter'); // to its fields
    const source = (label: string) => page.locator('.inspector').getByLabel(label, { exact: true });
    await source('Text').focus();
    await page.keyboard.type('a red apple');
    await page.keyboard.press('Escape');
    await add('sample');
    await source('Denoiser').focus();
    await page.keyboard.press('o'); // Open pack · Denoiser, by its first letter
    await source('Seed').focus();
    await page.keyboard.press('Escape');
    await add('decode');
    await source('VAE').focus();
    await page.keyboard.press('o');
    await page.keyboard.press('Escape');
    await add('save');
    // Back to the pack, for the empty latent, which the sampler then chooses.
    for (let i = 0; i < 4; i++) await page.keyboard.press('Alt+ArrowLeft');
    await add('empty');
    await page.keyboard.press('Alt+ArrowRight');
    expect(await page.locator('.inspector h2').textContent()).toBe('Sample');
    await source('Latent').focus();
    await page.keyboard.press('e'); // Empty latent · Latent
    await screenshot(page, 'graph-keyboard');
    await page.keyboard.press('Control+Enter');
    await expect.poll(done, { timeout: 60_000 }).toBe(before + 1);
    expect((await pictures())[0]!.nodeId).toBe('save');
    expect(complaints).toEqual([]);
    await close();
  });

  test('sixty random gestures and as many undos give the very graph', async () => {
    const { page, complaints, view, close } = await openGraph();
    const random = randomOf(20261128);
    const ids = Object.keys(inTemplate.nodes) as NodeId[];
    const gestures: (() => Promise<unknown>)[] = [
      async () => {
        const from = view.title(random.pick(ids));
        await drag(page, from, [from[0] + random.below(60) - 30, from[1] + random.below(60) - 30]);
      },
      async () => {
        await page.mouse.click(...view.title(random.pick(ids)));
        await page.keyboard.press(
          random.pick(['Delete', 'Control+d', 'Control+m', 'Control+b', 'Alt+c', 'ArrowRight']),
        );
      },
      async () => {
        await page.keyboard.press('Tab');
        await page.keyboard.type(random.pick(['sample', 'text', 'image', 'number']));
        await page.keyboard.press('Enter');
      },
      async () => {
        const from = view.slot('open', random.pick(['denoiser', 'vae', 'upscaler']), false);
        await drag(page, from, view.title(random.pick(ids)));
        await page.keyboard.press('Escape');
      },
      async () => {
        await page.keyboard.press('Control+a');
        await page.keyboard.press(random.pick(['ArrowDown', 'Alt+c', 'Control+m']));
        await page.keyboard.press('Escape');
      },
    ];
    await canvas(page).focus();
    for (let i = 0; i < 60; i++) {
      await random.pick(gestures)();
      if ((await page.locator('.palette, .value-popover, .menu').count()) > 0) await page.keyboard.press('Escape');
      await canvas(page).focus();
    }
    expect(await draftOf(page)).not.toBeNull();
    await screenshot(page, 'graph-random');
    const undo = page.getByRole('button', { name: 'Undo' });
    for (let i = 0; i < 200 && (await undo.isEnabled()); i++) await page.keyboard.press('Control+z');
    await expect.poll(() => draftOf(page)).toBeNull();
    expect(complaints).toEqual([]);
    await close();
  }, 240_000);

  test('a picture brings its graph back, a broken file says what is wrong with it, and both leave the open graph alone', async () => {
    const { page, close } = await openGraph();
    const [first] = await pictures();
    const bytes = Buffer.from(await (await fetch(`${server.address}/images/${first!.digest}`)).arrayBuffer());
    const picker = page.locator('.top-bar input[type=file]');
    await picker.setInputFiles({ name: 'broken.kiln.json', mimeType: 'application/json', buffer: Buffer.from('{"no') });
    await page
      .locator('.toast')
      .getByText(/broken\.kiln\.json/)
      .waitFor();
    expect(await page.getByRole('tab', { selected: true, name: 'Text to image' }).textContent()).toContain(
      'Text to image',
    );
    await picker.setInputFiles({ name: 'mine.png', mimeType: 'image/png', buffer: bytes });
    await expect
      .poll(() => page.evaluate<number>(`JSON.parse(localStorage.getItem('kiln.graphs') ?? '[]').length`))
      .toBe(1);
    await screenshot(page, 'graph-from-picture');
    await page.reload();
    await page.getByRole('button', { name: /Template/ }).click();
    await page.getByText('My graphs').waitFor();
    await close();
  });

  test('dark and Chinese, small and large', async () => {
    const some = { locale: 'zh-CN', colorScheme: 'dark' } as const;
    const { page, complaints, close } = await openGraph(some);
    await page.keyboard.press('Tab');
    await page.locator('.palette').waitFor();
    await screenshot(page, 'graph-dark-chinese');
    await page.locator('.palette-input').fill('采样');
    expect(await page.locator('.palette-item > span').first().textContent()).toBe('采样');
    await close();
    const large = await openGraph({ viewport: { width: 3840, height: 2160 }, deviceScaleFactor: 1 });
    await screenshot(large.page, 'graph-4k');
    expect([...complaints, ...large.complaints]).toEqual([]);
    await large.close();
  });
});
