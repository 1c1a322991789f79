import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Transformer } from '@napi-rs/image';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kiln, linesOf, scratchFolder } from '../build/kiln-process.ts';
import { launch, noBrowser, openPage } from './browser.ts';
import { type KilnServer, startServer } from './kiln-server.ts';

const pixelsOf = (file: Uint8Array): Promise<Buffer> => new Transformer(Buffer.from(file)).rawPixels();

describe.skipIf(noBrowser !== null)('what the studio runs', () => {
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

  test('a graph that the studio saved gives the same picture with kiln run', async () => {
    const { page, close } = await openPage(browser, server.address);
    await page.evaluate(`window.showSaveFilePicker = async () =>
      (await navigator.storage.getDirectory()).getFileHandle('saved.kiln.json', { create: true })`);
    await page.getByLabel('Prompt', { exact: true }).fill('a purple owl');
    await page.keyboard.press('Control+Enter');
    await page.locator('.stage-image').waitFor();
    await page.keyboard.press('Control+s');
    await page.getByText('Saved saved.kiln.json').waitFor();
    const text = await page.evaluate<string>(`navigator.storage.getDirectory()
      .then((folder) => folder.getFileHandle('saved.kiln.json')).then((file) => file.getFile()).then((file) => file.text())`);
    await close();

    const file = path.join(home.path, 'saved.kiln.json');
    writeFileSync(file, text);
    const other = path.join(home.path, 'other-home');
    const ended = await kiln(['run', file, '--json', '--home', other, '--out', path.join(home.path, 'out')]);
    expect(ended.code).toBe(0);
    const mine = await pixelsOf(readFileSync(linesOf(ended)[0]!.images[0]!.path!));
    const { images } = await server.call('images.list', { count: 1 });
    const theirs = await pixelsOf(
      new Uint8Array(await (await fetch(`${server.address}/images/${images[0]!.digest}`)).arrayBuffer()),
    );
    expect(theirs.length).toBe(mine.length);
    // Rows that were computed in other company may differ by their last bits.
    expect(mine.reduce((most, level, i) => Math.max(most, Math.abs(level - theirs[i]!)), 0)).toBeLessThanOrEqual(1);
  });

  test('a page that is gone in the middle of an edit and of a run finds both again', async () => {
    const { page, close } = await openPage(browser, server.address);
    await page.getByLabel('Prompt', { exact: true }).fill('a slow boat');
    await page.getByLabel('Steps', { exact: true }).last().fill('200');
    await page.keyboard.press('Control+Enter');
    await page.locator('canvas.preview').waitFor();
    await page.keyboard.press('Control+e');
    await page.locator('.graph-canvas canvas').focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('ArrowRight');
    const keptDraft = `Object.entries(localStorage).filter(([key]) => key.startsWith('kiln.draft.')).map(([, text]) => text).join()`;
    const before = await page.evaluate<string>(keptDraft);
    expect(before).toContain('a slow boat');

    // Another page of the same browser, as after a crash: nothing of the first one is asked.
    const context = page.context();
    await page.close({ runBeforeUnload: false });
    const again = await context.newPage();
    await again.goto(server.address);
    await again.locator('.graph-canvas canvas').waitFor();
    expect(await again.evaluate<string>(keptDraft)).toBe(before);
    await again.keyboard.press('Control+e');
    expect(await again.getByLabel('Prompt', { exact: true }).inputValue()).toBe('a slow boat');
    await again.locator('.stage-image').waitFor({ timeout: 40_000 });
    await close();
  }, 240_000);

  test('live: what is typed is drawn as it is typed, and the newest wins', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    const before = (await server.call('queue.status', {})).counts.done;
    await page.getByRole('button', { name: /Live/ }).click();
    await page.getByLabel('Prompt', { exact: true }).pressSequentially(' in the snow', { delay: 20 });
    const newest = async () => (await server.call('runs.list', { count: 1 })).runs[0];
    await expect
      .poll(async () => `${(await newest())?.overrides.prompt} ${(await newest())?.state}`, { timeout: 60_000 })
      .toMatch(/in the snow.* done$/);
    expect((await newest())!.tier).toBe('interactive');
    const { total } = await server.call('runs.list', { states: ['cancelled'] });
    // Twelve letters are not twelve pictures: most runs made way for the next.
    expect((await server.call('queue.status', {})).counts.done - before).toBeLessThan(12 - total + 2);
    expect(complaints).toEqual([]);
    await close();
  });
});
