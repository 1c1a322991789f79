import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunId } from '../../src-main/model/ids.ts';
import { scratchFolder } from '../build/kiln-process.ts';
import { launch, noBrowser, openPage, screenshot } from './browser.ts';
import { type KilnServer, startServer } from './kiln-server.ts';

const graph = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../graphs/text-to-image.kiln.json'), 'utf8'));
const openPanel = (page: Page, panel: string) => page.locator(`.rail-button[data-panel=${panel}]`).click();
const shown = {
  chinese: { locale: 'zh-CN', colorScheme: 'dark' },
  large: { viewport: { width: 1920, height: 1080 } },
} as const;

describe.skipIf(noBrowser !== null)('panels about the machine', () => {
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

  const counts = async () => (await server.call('queue.status', {})).counts;
  const submit = (runId: string, overrides: Record<string, string | number>) =>
    server.call('runs.submit', { graph, runs: [{ runId: runId as RunId, overrides }] });
  const settles = (state: 'done' | 'queued' | 'cancelled', count: number) =>
    expect.poll(async () => (await counts())[state], { timeout: 20_000 }).toBe(count);

  test('a device is shown busy while a run runs, and with the weights that lie on it afterwards', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await openPanel(page, 'devices');
    const card = page.locator('[data-device=cpu]');
    await card.getByText('Idle').waitFor();
    await card.getByText('None. They are loaded').waitFor();
    await screenshot(page, 'machine-devices-empty');
    await submit('long', { prompt: 'a red fox', steps: 1000 });
    await card.getByText('Busy', { exact: true }).waitFor();
    await expect.poll(() => card.locator('.device-chart strong').first().textContent()).not.toBe('0%');
    await card.locator('.resident-list', { hasText: 'Denoiser Starter (icons)' }).waitFor();
    await server.call('runs.cancel', { runIds: ['long' as RunId] });
    await settles('cancelled', 1);
    await submit('fox', { prompt: 'a red fox' });
    await settles('done', 1);
    for (const part of ['Denoiser', 'Text encoder', 'VAE decoder', 'Upscaler'])
      await card.locator('.resident-list li', { hasText: part }).waitFor();
    await card.getByText('nothing waits').waitFor();
    expect(await card.locator('.time-chart canvas').count()).toBe(2);
    await screenshot(page, 'machine-devices');
    expect(complaints).toEqual([]);
    await close();
    for (const [name, how] of Object.entries(shown)) {
      const other = await openPage(browser, server.address, how);
      await openPanel(other.page, 'devices');
      await other.page.locator('.resident-list li').first().waitFor();
      await screenshot(other.page, `machine-devices-${name}`);
      await other.close();
    }
  });

  test('the monitor shows the nodes of a run with their times, what was reused, and the same as a table', async () => {
    for (const seed of [1, 2]) {
      const before = (await counts()).done;
      await submit(`monitored-${seed}`, { prompt: 'a green apple', seed: String(seed) });
      await settles('done', before + 1);
    }
    const { page, complaints, close } = await openPage(browser, server.address);
    await openPanel(page, 'monitor');
    const rowOf = (node: string) => page.locator(`.timeline-row[data-name=${node}]`);
    await rowOf('sample').waitFor();
    expect(await rowOf('sample').locator('.timeline-name').textContent()).toMatch(/^Sample.*1 × · \d+(\.\d+)? m?s$/);
    const widthOf = async (node: string) => (await rowOf(node).locator('.timeline-bar').boundingBox())!.width;
    expect(await widthOf('sample')).toBeGreaterThan(20);
    // The second run has the prompt of the first.
    expect(await rowOf('positive').locator('.timeline-bar.reused').count()).toBe(1);
    await rowOf('sample').locator('.timeline-bar').hover();
    await page.locator('.timeline-tip', { hasText: 'a green apple' }).waitFor();
    await screenshot(page, 'machine-monitor');
    // By the keyboard alone: into the timeline, and from bar to bar.
    await page.getByRole('radio', { name: 'Table' }).press('Tab');
    await page.getByRole('radio', { name: 'Nodes' }).click();
    await page.mouse.move(0, 0);
    await page.locator('.timeline-bar').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.locator('.timeline-tip').waitFor();
    expect(await page.evaluate("document.activeElement.closest('.timeline-row').dataset.name")).not.toBe(
      await page.locator('.timeline-row').first().getAttribute('data-name'),
    );
    await page.getByRole('button', { name: /together/ }).click();
    await expect.poll(() => rowOf('sample').locator('.timeline-bar').count()).toBeGreaterThan(2);
    await screenshot(page, 'machine-monitor-all');
    await page.getByRole('radio', { name: 'Devices' }).click();
    await page.locator('.timeline-row[data-name=cpu] .timeline-bar.load').first().waitFor();
    await screenshot(page, 'machine-monitor-devices');
    await page.getByRole('radio', { name: 'Table' }).click();
    await page.getByRole('cell', { name: 'Sample' }).first().waitFor();
    await screenshot(page, 'machine-monitor-table');
    await page
      .locator('.tile', { hasText: 'Steps' })
      .getByText(/[1-9]\d* reused/)
      .waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: /Save the trace/ }).click();
    const { traceEvents } = JSON.parse(readFileSync(await (await download).path(), 'utf8'));
    expect(traceEvents.some(({ name }: { name: string }) => name === 'sample')).toBe(true);
    expect(complaints).toEqual([]);
    await close();
    for (const [name, how] of Object.entries(shown)) {
      const other = await openPage(browser, server.address, how);
      await openPanel(other.page, 'monitor');
      await other.page.locator('.timeline-bar').first().waitFor();
      await screenshot(other.page, `machine-monitor-${name}`);
      await other.close();
    }
  });

  test('models lists the packs with their parts and licences, a broken one with its remedy, and the graph uses one', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await openPanel(page, 'models');
    const starter = page.locator('[data-pack=starter]');
    await starter.getByText('Starter (icons)').waitFor();
    await starter.getByText('In the open graph').waitFor();
    expect(await starter.locator('.part-list li').count()).toBe(5);
    await starter.locator('.part-list li', { hasText: 'Denoiser' }).getByText('on cpu').waitFor();
    await starter.getByText('Licences, piece by piece').click();
    await starter.getByText('BSD-3-Clause').waitFor();
    const folder = path.join(home.path, 'models');
    await page.getByText(folder, { exact: true }).waitFor();
    cpSync(path.join(import.meta.dirname, '../../models/starter'), path.join(folder, 'second'), { recursive: true });
    mkdirSync(path.join(folder, 'torn'));
    writeFileSync(path.join(folder, 'torn', 'model_index.json'), '{ "half');
    await page.getByRole('button', { name: 'Look again' }).click();
    const torn = page.locator('[data-pack=torn]');
    await torn.getByText('Cannot be used').waitFor();
    await torn.locator('.problem-note').waitFor();
    await screenshot(page, 'machine-models');
    await page.locator('[data-pack=second]').getByRole('button', { name: 'Use in the open graph' }).click();
    await page.locator('[data-pack=second]').getByText('In the open graph').waitFor();
    await starter.getByRole('button', { name: 'Use in the open graph' }).waitFor();
    await page.getByRole('searchbox', { name: /Search packs/ }).fill('torn');
    await expect.poll(() => page.locator('.pack-card').count()).toBe(1);
    await openPanel(page, 'create');
    expect(await page.locator('.form select').first().inputValue()).toBe('second');
    expect(complaints).toEqual([]);
    await close();
    for (const [name, how] of Object.entries(shown)) {
      const other = await openPage(browser, server.address, how);
      await openPanel(other.page, 'models');
      await other.page.locator('.pack-card').first().waitFor();
      await screenshot(other.page, `machine-models-${name}`);
      await other.close();
    }
  });
});
