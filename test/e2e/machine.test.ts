import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunId } from '../../src-main/model/ids.ts';
import { scratchFolder } from '../build/kiln-process.ts';
import { seriousFaults } from './accessible.ts';
import { launch, noBrowser, openPage, screenshot } from './browser.ts';
import { type KilnServer, startServer } from './kiln-server.ts';

const graph = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../graphs/text-to-image.kiln.json'), 'utf8'));
const openPanel = (page: Page, panel: string) => page.locator(`.rail-button[data-panel=${panel}]`).click();
const shown = {
  chinese: { locale: 'zh-CN', colorScheme: 'dark' },
  large: { viewport: { width: 1920, height: 1080 } },
} as const;

interface Pixels {
  getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
}

/** The queue's tests wait for dozens of things, each of which takes a while on a busy machine. */
const slow = { timeout: 90_000 };
/** Others may keep this machine busy. */
const poll = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 60_000 });

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
    expect.poll(async () => (await counts())[state], { timeout: 60_000 }).toBe(count);

  test('a device is shown busy while a run runs, and with the weights that lie on it afterwards', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await openPanel(page, 'devices');
    const card = page.locator('[data-device=cpu]');
    await card.getByText('Idle').waitFor();
    await card.getByText('None. They are loaded').waitFor();
    await screenshot(page, 'machine-devices-empty');
    await submit('long', { prompt: 'a red fox', steps: 1000 });
    await card.getByText('Busy', { exact: true }).waitFor();
    const share = card.locator('.device-chart strong').first();
    await poll(() => share.textContent()).not.toBe('0%');
    await card.locator('.resident-list', { hasText: 'Denoiser Starter (icons)' }).waitFor();
    await server.call('runs.cancel', { runIds: ['long' as RunId] });
    await settles('cancelled', 1);
    await submit('fox', { prompt: 'a red fox' });
    await settles('done', 1);
    for (const part of ['Denoiser', 'Text encoder', 'VAE decoder', 'Upscaler'])
      await card.locator('.resident-list li', { hasText: part }).waitFor();
    await card.getByText('nothing waits').waitFor();
    expect(await card.locator('.time-chart canvas').count()).toBe(2);
    await page.getByRole('button', { name: 'Appearance' }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    // Drawn anew in the other colours: in the dark, its lines are dark.
    const meanRed = () =>
      card
        .locator('.time-chart canvas')
        .first()
        .evaluate((element) => {
          const canvas = element as unknown as { width: number; height: number; getContext(kind: '2d'): Pixels };
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let sum = 0;
          let count = 0;
          for (let i = 0; i < data.length; i += 4)
            if (data[i + 3]! > 200) {
              sum += data[i]!;
              count++;
            }
          return sum / count;
        });
    await poll(meanRed).toBeLessThan(120);
    expect(await card.locator('.time-chart canvas').count()).toBe(2);
    await page.setViewportSize({ width: 900, height: 700 });
    const chart = card.locator('.time-chart').first();
    await poll(
      async () => (await chart.locator('canvas').boundingBox())!.width <= (await chart.boundingBox())!.width,
    ).toBe(true);
    await screenshot(page, 'machine-devices-narrow');
    await page.setViewportSize({ width: 1280, height: 720 });
    await page.getByRole('button', { name: 'Appearance' }).click();
    await page.getByRole('menuitemradio', { name: 'Light' }).click();
    await screenshot(page, 'machine-devices');
    expect(complaints).toEqual([]);
    await close();
    for (const [name, how] of Object.entries(shown)) {
      const other = await openPage(browser, server.address, how);
      await openPanel(other.page, 'devices');
      await other.page.locator('.resident-list li').first().waitFor();
      await screenshot(other.page, `machine-devices-${name}`);
      expect(await seriousFaults(other.page)).toEqual([]);
      await other.close();
    }
  });

  test('a device whose process has ended says so, and what happens to its runs', async () => {
    const { page, close } = await openPage(browser, server.address);
    // As the core tells it in the moments until the process is there again.
    await page.routeWebSocket(/\/ws$/, (socket) => {
      const core = socket.connectToServer();
      core.onMessage((message) =>
        socket.send(typeof message === 'string' ? message.replaceAll('"state":"idle"', '"state":"lost"') : message),
      );
    });
    await page.reload();
    await openPanel(page, 'devices');
    const card = page.locator('[data-device=cpu]');
    await card.getByText('The process of this device has ended.').waitFor();
    await screenshot(page, 'machine-devices-lost');
    expect(await seriousFaults(page)).toEqual([]);
    await close();
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
    await poll(() => rowOf('sample').locator('.timeline-bar').count()).toBeGreaterThan(2);
    await screenshot(page, 'machine-monitor-all');
    await page.getByRole('radio', { name: 'Devices' }).click();
    await page.locator('.timeline-row[data-name=cpu] .timeline-bar.load').first().waitFor();
    await screenshot(page, 'machine-monitor-devices');
    await page.getByRole('radio', { name: 'Table' }).click();
    await page.getByRole('cell', { name: 'Sample' }).first().waitFor();
    await screenshot(page, 'machine-monitor-table');
    expect(await seriousFaults(page)).toEqual([]);
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
      expect(await seriousFaults(other.page)).toEqual([]);
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
    await starter.getByText(/All that it knows: \d+ names/).click();
    await starter.getByRole('searchbox', { name: 'Search what it knows …' }).fill('狐狸');
    await poll(() => starter.locator('.pack-words li').allTextContents()).toContain('fox');
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
    await poll(() => page.locator('.pack-card').count()).toBe(1);
    await openPanel(page, 'create');
    expect(await page.locator('.form select').first().inputValue()).toBe('second');
    expect(complaints).toEqual([]);
    await close();
    for (const [name, how] of Object.entries(shown)) {
      const other = await openPage(browser, server.address, how);
      await openPanel(other.page, 'models');
      await other.page.locator('.pack-card').first().waitFor();
      await screenshot(other.page, `machine-models-${name}`);
      expect(await seriousFaults(other.page)).toEqual([]);
      await other.close();
    }
  });

  test(
    'the queue as a page: twenty runs are picked, moved by keys and by dragging, paused, resumed, cancelled and explained',
    slow,
    async () => {
      const before = await counts();
      await server.call('queue.pause', {});
      await server.call('runs.submit', {
        graph,
        tier: 'fast',
        runs: Array.from({ length: 20 }, (_, i) => ({
          runId: `wide-${i}` as RunId,
          overrides: { prompt: `fox ${i}`, seed: String(i) },
        })),
      });
      await server.call('runs.submit', {
        graph,
        tier: 'background',
        runs: [{ runId: 'late' as RunId, overrides: { prompt: 'later', seed: '7' } }],
      });
      const { page, complaints, close } = await openPage(browser, server.address, {
        viewport: { width: 1440, height: 900 },
      });
      await openPanel(page, 'queue');
      const line = (words: string) => page.locator('.queue-line', { has: page.getByText(words, { exact: true }) });
      const names = () => page.locator('.queue-line .queue-title').allTextContents();
      const first = async (count: number) => (await names()).slice(0, count);
      await line('fox 0').waitFor();
      await line('fox 3').getByText('queue is paused').waitFor();

      // By keys: down three rows, pick with Shift, move two places up together.
      await line('fox 0').click();
      await page.getByRole('grid').focus();
      for (let i = 0; i < 2; i++) await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Space');
      await page.keyboard.press('Shift+ArrowDown');
      await page.getByText('2 picked', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Move to the front' }).click();
      await poll(() => first(4)).toEqual(['fox 2', 'fox 3', 'fox 0', 'fox 1']);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Pick none' }).click();
      await line('fox 1').click();
      await page.getByRole('grid').focus();
      await page.keyboard.press('Alt+ArrowUp');
      await poll(() => first(4)).toEqual(['fox 2', 'fox 3', 'fox 1', 'fox 0']);
      await page.getByText('3 runs go before it:').or(page.getByText('2 runs go before it:')).first().waitFor();
      await screenshot(page, 'machine-queue');

      // By dragging.
      await line('fox 5').hover();
      const handle = (await page.getByRole('button', { name: 'Move: fox 5' }).boundingBox())!;
      const target = (await line('fox 3').boundingBox())!;
      await page.mouse.move(handle.x + 8, handle.y + 20);
      await page.mouse.down();
      await page.mouse.move(handle.x + 8, target.y + 4, { steps: 5 });
      await page.locator('.drop-line').waitFor();
      await page.mouse.up();
      await poll(() => first(3)).toEqual(['fox 2', 'fox 5', 'fox 3']);

      // Several at once: the last ones are cancelled, two are paused.
      await line('fox 10').locator('input').click();
      await page.locator('.queue-line', { hasText: 'fox 19' }).click({ modifiers: ['Shift'] });
      await page.getByText('10 picked', { exact: true }).waitFor();
      await page.getByRole('toolbar').getByRole('button', { name: 'Cancel' }).click();
      await settles('cancelled', before.cancelled + 10);
      await poll(() => page.locator('.queue-line .queue-title').count()).toBe(11);
      for (const name of ['fox 8', 'fox 9']) await line(name).locator('input').click();
      await page.getByRole('toolbar').getByRole('button', { name: 'Pause' }).click();
      await line('fox 9').getByText('Paused').first().waitFor();
      await page.getByRole('combobox', { name: 'Urgency shown' }).selectOption({ label: 'Background' });
      await poll(names).toEqual(['later']);
      await page.getByRole('combobox', { name: 'Urgency shown' }).selectOption({ label: 'Every urgency' });
      await poll(async () => (await names()).length).toBe(11);

      await page.getByRole('button', { name: 'Resume the queue' }).click();
      await settles('done', before.done + 9);
      await poll(names).toEqual(['fox 8', 'fox 9']);
      await page.getByRole('checkbox', { name: 'Pick all' }).check();
      await page.getByRole('toolbar').getByRole('button', { name: 'Resume' }).click();
      await settles('done', before.done + 11);
      await page.getByRole('tab', { name: /Ended/ }).click();
      await line('fox 9').locator('img').waitFor();
      await line('fox 9').click();
      await page.locator('.explanation', { hasText: 'It ended' }).waitFor();
      await screenshot(page, 'machine-queue-ended');
      await line('fox 12').locator('input').click();
      await page.getByRole('toolbar').getByRole('button', { name: 'Retry' }).click();
      await settles('done', before.done + 12);
      expect(complaints).toEqual([]);
      await close();
    },
  );

  test(
    'of ten thousand runs the wide queue draws those in sight, reaches the last and picks them all',
    slow,
    async () => {
      await server.call('queue.pause', {});
      const runs = Array.from({ length: 10_000 }, (_, i) => ({
        runId: `ten-${i}` as RunId,
        overrides: { prompt: `apple ${i}`, seed: String(i) },
      }));
      for (let at = 0; at < runs.length; at += 1_000)
        await server.call('runs.submit', { graph, tier: 'background', runs: runs.slice(at, at + 1_000) });
      const { page, complaints, close } = await openPage(browser, server.address);
      await openPanel(page, 'queue');
      await page.getByText('apple 0', { exact: true }).waitFor();
      expect(await page.locator('.queue-line').count()).toBeLessThan(50);
      await page.getByRole('grid').focus();
      await page.keyboard.press('End');
      await page.getByText('apple 9999', { exact: true }).first().waitFor();
      await page.keyboard.press('Control+a');
      const { queued, paused, running } = await counts();
      expect(queued).toBeGreaterThanOrEqual(10_000);
      await page.getByText(`${queued + paused + running} picked`).waitFor();
      await screenshot(page, 'machine-queue-many');
      expect(await seriousFaults(page)).toEqual([]);
      await page.getByRole('toolbar').getByRole('button', { name: 'Move to the back' }).click();
      await page.getByRole('button', { name: 'Pick none' }).click();
      expect(complaints).toEqual([]);
      await close();
      for (const [name, how] of Object.entries(shown)) {
        const other = await openPage(browser, server.address, how);
        await openPanel(other.page, 'queue');
        await other.page.locator('.queue-page [role=tab]').last().click();
        await other.page.locator('.queue-line').nth(3).click();
        await other.page.locator('.explanation').waitFor();
        await screenshot(other.page, `machine-queue-${name}`);
        expect(await seriousFaults(other.page)).toEqual([]);
        await other.close();
      }
    },
  );
});
