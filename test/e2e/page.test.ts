import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunId } from '../../src-main/model/ids.ts';
import { scratchFolder } from '../build/kiln-process.ts';
import { rawPng } from '../build/png.ts';
import { launch, naturalWidth, noBrowser, openPage, screenshot } from './browser.ts';
import { type KilnServer, startServer } from './kiln-server.ts';

const graph = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../graphs/text-to-image.kiln.json'), 'utf8'));
const titles = (page: Page) => page.locator('.queue-title').allTextContents();
const pictures = (page: Page) => page.locator('.pictures li');
const prompt = (page: Page) => page.getByLabel('Prompt', { exact: true });
const rowOf = (page: Page, words: string) => page.locator('.queue-place', { hasText: words });

describe.skipIf(noBrowser !== null)('the web page', () => {
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

  /** Waits until so many runs are in a state, by the core's word. */
  const settles = async (state: 'done' | 'queued' | 'running', count: number) => {
    await expect
      .poll(async () => (await server.call('queue.status', {})).counts[state], { timeout: 60_000 })
      .toBe(count);
  };

  test('one key press makes the first picture, and the browser complains of nothing', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await page.getByText('No pictures yet.').waitFor();
    await screenshot(page, 'light-first');
    await page.keyboard.press('Control+Enter');
    const picture = page.locator('.stage-image');
    await picture.waitFor();
    await expect.poll(() => naturalWidth(picture)).toBe(256);
    await expect.poll(() => pictures(page).count()).toBe(1);
    await page.getByRole('tab', { name: /Ended/ }).click();
    await expect.poll(() => titles(page)).toEqual(['a red fox']);
    await screenshot(page, 'light-done');
    expect(complaints).toEqual([]);
    await close();
  });

  test('names that the pack knows are offered while a prompt is written, by keys and by the mouse', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    const options = page.locator('.suggestions [role=option]');
    await prompt(page).fill('');
    await prompt(page).pressSequentially('a pengu');
    await expect.poll(() => options.first().textContent()).toBe('penguin');
    await screenshot(page, 'light-suggestions');
    await page.keyboard.press('Enter');
    expect(await prompt(page).inputValue()).toBe('a penguin');
    await expect.poll(() => options.count()).toBe(0);
    await page.keyboard.type(' and 一只熊');
    await options.filter({ hasText: '熊猫' }).first().click();
    await expect.poll(() => prompt(page).inputValue()).toBe('a penguin and 一只熊猫');
    await page.keyboard.type(' and a fo');
    await expect.poll(() => options.count()).toBeGreaterThan(1);
    await page.keyboard.press('Escape');
    await expect.poll(() => options.count()).toBe(0);
    await page.keyboard.press('Enter');
    expect(await prompt(page).inputValue()).toContain('\n');
    expect(complaints).toEqual([]);
    await close();
  });

  test('while a picture is drawn, the stage shows what its steps see', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    const before = (await server.call('queue.status', {})).counts.cancelled;
    await page.getByLabel('Steps', { exact: true }).last().fill('1000');
    await page.keyboard.press('Control+Enter');
    const canvas = page.locator('canvas.preview');
    await canvas.waitFor();
    expect([await canvas.getAttribute('width'), await canvas.getAttribute('height')]).toEqual(['64', '64']);
    const drawn = () => canvas.evaluate((element) => (element as unknown as { toDataURL(): string }).toDataURL());
    const first = await drawn();
    // One colour is some hundred characters.
    expect(first.length).toBeGreaterThan(2_000);
    await expect.poll(drawn, { timeout: 60_000 }).not.toBe(first);
    await screenshot(page, 'light-preview');
    const { runs } = await server.call('runs.list', { states: ['running'] });
    await server.call('runs.cancel', { runIds: runs.map(({ runId }) => runId) });
    await expect
      .poll(async () => (await server.call('queue.status', {})).counts.cancelled, { timeout: 60_000 })
      .toBe(before + 1);
    await page.getByLabel('Steps', { exact: true }).last().fill('8');
    expect(complaints).toEqual([]);
    await close();
  });

  test('a picture opens full size, and gives its values back to the form', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await prompt(page).fill('something else');
    await pictures(page).first().getByRole('button').click();
    const view = page.getByRole('dialog');
    await view.getByText('256 × 256').waitFor();
    await screenshot(page, 'light-picture');
    const seed = await view.locator('dd').first().textContent();
    await view.getByRole('button', { name: 'Use these values' }).click();
    await expect.poll(() => prompt(page).inputValue()).toBe('a red fox');
    expect(await page.getByLabel('Seed', { exact: true }).inputValue()).toBe(seed);
    expect(await page.getByRole('button', { name: 'Keep this seed' }).getAttribute('aria-pressed')).toBe('true');
    expect(complaints).toEqual([]);
    await close();
  });

  test('what is typed is there again after a reload', async () => {
    const { page, close } = await openPage(browser, server.address);
    await prompt(page).fill('half a thought');
    await page.getByLabel('Steps', { exact: true }).last().fill('5');
    await page.reload();
    await expect.poll(() => prompt(page).inputValue()).toBe('half a thought');
    expect(await page.getByLabel('Steps', { exact: true }).last().inputValue()).toBe('5');
    await close();
  });

  test('a problem stands at its input with its remedy, in the language of the page, until it is mended', async () => {
    const { page, close } = await openPage(browser, server.address, { locale: 'zh-CN', colorScheme: 'dark' });
    const steps = page.getByLabel('步数', { exact: true }).last();
    await steps.fill('2000');
    await page.locator('.field .problem-note').waitFor();
    expect(await page.locator('.field', { hasText: '步数' }).locator('.problem-note').textContent()).toContain('1000');
    expect(await steps.getAttribute('aria-invalid')).toBe('true');
    await screenshot(page, 'chinese-dark-problem');
    await steps.fill('4');
    await page.locator('.field .problem-note').waitFor({ state: 'detached' });
    await close();
  });

  test('a Chinese browser reads Chinese; a dark one is dark; both can be switched and stay so', async () => {
    const { page, complaints, close } = await openPage(browser, server.address, {
      locale: 'zh-CN',
      colorScheme: 'dark',
    });
    const paper = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
    expect(await paper()).toBe('rgb(21, 19, 17)');
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hans');
    await page.getByRole('button', { name: '运行', exact: true }).waitFor();
    await screenshot(page, 'chinese-dark');
    await page.getByRole('button', { name: '外观' }).click();
    await page.getByRole('menuitemradio', { name: '浅色' }).click();
    await page.getByRole('button', { name: '语言' }).click();
    await page.getByRole('menuitemradio', { name: 'English' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
    expect(await paper()).toBe('rgb(245, 244, 241)');
    expect(complaints).toEqual([]);
    await close();
  });

  test('a picture from the disk goes up, is shown, and is drawn anew', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await page.getByRole('button', { name: /Template/ }).click();
    await page.getByRole('menuitemradio', { name: 'Image to image' }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.locator('.field', { hasText: 'Picture' }).locator('.problem-note').waitFor();
    const samples = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7) & 255);
    const bytes = rawPng({ width: 64, height: 64, depth: 8, color: 2, samples });
    const picker = page.locator('.form input[type=file]');
    await picker.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no') });
    await page.getByText(/notes\.txt/).waitFor();
    await picker.setInputFiles({ name: 'stripes.png', mimeType: 'image/png', buffer: Buffer.from(bytes) });
    const thumb = page.getByAltText('stripes.png');
    await thumb.waitFor();
    await expect.poll(() => naturalWidth(thumb)).toBe(64);
    await page.keyboard.press('Control+Enter');
    await page.locator('.stage-image').waitFor();
    await screenshot(page, 'light-image-to-image');
    expect(complaints).toEqual([]);
    await close();
  });

  test('runs are paused, reordered, cancelled; the server dies and comes back; everything is there', async () => {
    const { page, close } = await openPage(browser, server.address);
    const before = (await server.call('queue.status', {})).counts.done;
    await page.getByRole('button', { name: 'Pause the queue' }).click();
    await page.getByText('nothing further starts').waitFor();
    for (const name of ['one', 'two', 'three', 'four', 'five', 'six']) {
      await prompt(page).fill(`a red ${name}`);
      await page.keyboard.press('Control+Enter');
      await rowOf(page, name).waitFor();
    }
    // By the menu, by the keyboard, by dragging.
    await rowOf(page, 'six').hover();
    await page.getByRole('button', { name: 'More for “a red six”' }).click();
    await page.getByRole('menuitem', { name: 'Move to the front' }).click();
    await expect.poll(() => titles(page).then((all) => all[0])).toBe('a red six');
    await page.getByRole('button', { name: 'Move: a red one' }).press('ArrowDown');
    const order = (...names: string[]) => names.map((name) => `a red ${name}`);
    await expect.poll(() => titles(page)).toEqual(order('six', 'two', 'one', 'three', 'four', 'five'));
    await rowOf(page, 'five').hover();
    const handle = await page.getByRole('button', { name: 'Move: a red five' }).boundingBox();
    const target = await rowOf(page, 'two').boundingBox();
    await page.mouse.move(handle!.x + 8, handle!.y + 20);
    await page.mouse.down();
    await page.mouse.move(handle!.x + 8, target!.y + 20, { steps: 5 });
    await page.locator('.drop-line').waitFor();
    await screenshot(page, 'light-dragging');
    await page.mouse.up();
    await expect.poll(() => titles(page)).toEqual(order('six', 'five', 'two', 'one', 'three', 'four'));
    for (const name of ['two', 'four']) {
      await rowOf(page, name).hover();
      await rowOf(page, name).getByRole('button', { name: 'Cancel' }).click();
      await rowOf(page, name).waitFor({ state: 'detached' });
    }
    await rowOf(page, 'one').hover();
    await rowOf(page, 'one').getByRole('button', { name: 'Pause' }).click();
    await rowOf(page, 'one').getByText('Paused').waitFor();
    await settles('queued', 3);

    await server.kill();
    await page.getByText('The connection to Kiln is lost.').waitFor();
    await screenshot(page, 'light-lost');
    await prompt(page).fill('written while it was away');
    server = await startServer(home.path, Number(new URL(server.address).port));
    await page.locator('.banner').waitFor({ state: 'detached' });
    expect(await prompt(page).inputValue()).toBe('written while it was away');
    await expect.poll(() => titles(page)).toEqual(order('six', 'five', 'one', 'three'));
    await page.getByText('nothing further starts').waitFor();

    await page.getByRole('button', { name: 'Resume the queue' }).click();
    await settles('done', before + 3);
    await expect.poll(() => titles(page)).toEqual(order('one'));
    await rowOf(page, 'one').hover();
    await rowOf(page, 'one').getByRole('button', { name: 'Resume' }).click();
    await settles('done', before + 4);
    await expect.poll(() => pictures(page).count()).toBe(before + 4);
    await page.getByRole('tab', { name: /Ended/ }).click();
    await rowOf(page, 'four').hover();
    await rowOf(page, 'four').getByRole('button', { name: 'Retry' }).click();
    await settles('done', before + 5);
    await expect.poll(() => pictures(page).count()).toBe(before + 5);
    await close();
  });

  test('what is submitted while the server is away is sent, once, when it is back', async () => {
    const { page, close } = await openPage(browser, server.address);
    const before = (await server.call('queue.status', {})).counts.done;
    await server.kill();
    await page.locator('.banner').waitFor();
    await prompt(page).fill('a red fox, later');
    await page.keyboard.press('Control+Enter');
    server = await startServer(home.path, Number(new URL(server.address).port));
    await settles('done', before + 1);
    await page.locator('.stage-image').waitFor();
    await close();
  });

  test('of thousands of waiting runs only those in sight are drawn, and the last can be reached', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await server.call('queue.pause', {});
    const runs = Array.from({ length: 3_000 }, (_, i) => ({
      runId: `many-${i}` as RunId,
      overrides: { prompt: `fox ${i}`, seed: String(i) },
    }));
    await server.call('runs.submit', { graph, tier: 'background', runs });
    await page.getByRole('tab', { name: /^Waiting\s*3000$/ }).waitFor();
    await expect.poll(() => titles(page).then((all) => all[0])).toBe('fox 0');
    expect(await page.locator('.queue-place').count()).toBeLessThan(40);
    await screenshot(page, 'light-thousands');
    await page.evaluate("document.querySelector('.queue-scroll').scrollTop = 1e9");
    await page.getByText('fox 2999').waitFor();
    await page.getByRole('button', { name: 'Move: fox 2999' }).press('ArrowUp');
    await expect.poll(() => titles(page).then((all) => all.slice(-2))).toEqual(['fox 2999', 'fox 2998']);
    expect(complaints).toEqual([]);
    await close();
  });
});
