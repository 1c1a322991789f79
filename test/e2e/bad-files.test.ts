import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../src-main/model/limits.ts';
import { scratchFolder } from '../build/kiln-process.ts';
import { rawPng } from '../build/png.ts';
import { templateFile } from '../renderer/fake-core-calls.ts';
import { launch, noBrowser, openPage, screenshot } from './browser.ts';
import { type KilnServer, startServer } from './kiln-server.ts';

const data = path.join(import.meta.dirname, '../data/graphs');
const template = templateFile('text-to-image') as Record<string, unknown>;
const nodes = template.nodes as Record<string, object>;

interface Case {
  readonly name: string;
  readonly text?: string;
  readonly bytes?: Buffer;
  readonly english: RegExp;
  readonly chinese: RegExp;
}

const cases: readonly Case[] = [
  { name: 'cut.kiln.json', text: '{"format":"kiln",', english: /not valid JSON/, chinese: /JSON/ },
  { name: 'empty.kiln.json', text: '', english: /is empty/, chinese: /是空的|空/ },
  { name: 'list.kiln.json', text: '[1,2]', english: /list\.kiln\.json/, chinese: /list\.kiln\.json/ },
  {
    name: 'newer.kiln.json',
    text: JSON.stringify({ ...template, version: 9_999 }),
    english: /newer/i,
    chinese: /更新|新版/,
  },
  {
    name: 'huge.kiln.json',
    text: ' '.repeat(limits.graphBytes + 1),
    english: /at most/,
    chinese: /最多/,
  },
  {
    name: 'comfyui-workflow.json',
    text: readFileSync(path.join(data, 'foreign/comfyui-workflow.json'), 'utf8'),
    english: /ComfyUI/,
    chinese: /ComfyUI/,
  },
];

const drop = (page: Page, name: string, text: string, type = 'application/json') =>
  page.evaluate(
    ([called, content, kind]) => {
      const page = globalThis as never as Record<
        'DataTransfer' | 'File' | 'DragEvent',
        new (
          ...args: unknown[]
        ) => never
      >;
      const data = new page.DataTransfer() as { items: { add(file: unknown): void } };
      data.items.add(new page.File([content], called, { type: kind }));
      (globalThis as never as { dispatchEvent(event: unknown): void }).dispatchEvent(
        new page.DragEvent('drop', { dataTransfer: data, cancelable: true, bubbles: true }),
      );
    },
    [name, text, type] as const,
  );

describe.skipIf(noBrowser !== null)('what is wrong with a file is said once and clearly, and nothing is lost', () => {
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

  test.each(['en-US', 'zh-CN'] as const)('dropped on the window, %s', async (locale) => {
    const { page, complaints, close } = await openPage(browser, server.address, { locale });
    const prompt = page.locator('.form textarea').first();
    await prompt.fill('kept');
    for (const { name, text, english, chinese } of cases) {
      await drop(page, name, text!);
      const toast = page.locator('.toast');
      await toast
        .getByText(locale === 'en-US' ? english : chinese)
        .first()
        .waitFor();
      expect(await toast.count(), name).toBe(1);
      await screenshot(page, `bad-file-${name}-${locale}`);
      await toast.getByRole('button').click();
      await expect.poll(() => toast.count()).toBe(0);
    }
    expect(await prompt.inputValue()).toBe('kept');
    expect(await page.getByRole('tab', { selected: true }).first().textContent()).toMatch(/Text to image|文生图/);
    expect(complaints).toEqual([]);
    await close();
  });

  test('a node of an unknown type is shown and kept as it is, and the rest runs', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    const odd = { type: 'someones.node', version: 3, values: { strength: 0.5 }, at: [0, 600], of: { theirs: [1, 2] } };
    await drop(
      page,
      'odd.kiln.json',
      JSON.stringify({ ...template, id: 'odd', title: 'Odd', nodes: { ...nodes, odd } }),
    );
    await page.getByRole('tab', { name: 'Odd', selected: true }).waitFor();
    await page.keyboard.press('Control+Enter');
    await page.locator('.stage-image').waitFor();
    await page.keyboard.press('Control+e');
    await page.locator('.graph-canvas canvas').waitFor();
    await screenshot(page, 'bad-unknown-node');
    const kept = await page.evaluate<string>(`localStorage.getItem('kiln.graph.odd')`);
    expect(JSON.parse(kept).nodes.odd).toEqual(odd);
    expect(complaints).toEqual([]);
    await close();
  });

  test('a picture without a graph is offered as an input instead', async () => {
    const { page, close } = await openPage(browser, server.address);
    const picker = page.locator('.top-bar input[type=file]');
    const buffer = Buffer.from(rawPng({ width: 1, height: 1, depth: 8, color: 2, samples: Uint8Array.of(1, 2, 3) }));
    await picker.setInputFiles({ name: 'holiday.png', mimeType: 'image/png', buffer });
    await page.getByRole('dialog', { name: 'Use this picture?' }).getByText('holiday.png').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await close();
  });

  test('without storage everything works as long as the page lasts', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: 'en-US' });
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    await page.addInitScript(
      `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } })`,
    );
    page.setDefaultTimeout(60_000);
    await page.goto(server.address);
    await page.getByLabel('Prompt', { exact: true }).fill('a green apple');
    await page.keyboard.press('Control+Enter');
    await page.locator('.stage-image').waitFor();
    await page.keyboard.press('Control+Alt+n');
    await page.getByRole('tab', { name: 'Untitled graph', selected: true }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });
});
