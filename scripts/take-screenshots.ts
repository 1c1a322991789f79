import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launch, openPage } from '../test/e2e/browser.ts';
import { type KilnServer, startServer } from '../test/e2e/kiln-server.ts';

// The six pictures of docs/screenshots: the studio as it is, with pictures that it makes for them.

const root = path.join(import.meta.dirname, '..');
const folder = path.join(root, 'docs', 'screenshots');
const viewport = { width: 1440, height: 900 };
const graph = JSON.parse(readFileSync(path.join(root, 'graphs/text-to-image.kiln.json'), 'utf8'));

// biome-ignore format: a list to read across
const things = [
  'a red fox', 'a purple owl', 'a blue whale', 'a yellow duck', 'a panda', 'a green frog', 'an orange cat', 'a penguin',
  'a red apple', 'a pineapple', 'a slice of pizza', 'a cup of coffee', 'a birthday cake', 'a strawberry', 'a lemon',
  'a rocket', 'a sailboat', 'a hot air balloon', 'a bicycle', 'a yellow taxi', 'a tree', 'a cactus', 'a sunflower',
  'a mushroom', 'a rainbow', 'a snowman', 'a crown', 'a guitar', 'a camera', 'a robot',
];

async function settled(server: KilnServer): Promise<void> {
  for (;;) {
    const { counts } = await server.call('queue.status', {});
    if (counts.running + counts.queued === 0) return;
    await sleep(200);
  }
}

async function take(page: Page, name: string): Promise<void> {
  // What fades in has faded in, and pictures have come.
  await sleep(1_000);
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
  console.log(`docs/screenshots/${name}.png`);
}

async function on(browser: Browser, address: string, some: BrowserContextOptions, work: (page: Page) => Promise<void>) {
  const { page, close } = await openPage(browser, address, { viewport, ...some });
  await work(page);
  await close();
}

const toPart = (page: Page, part: string) => page.locator(`.rail-button[data-panel="${part}"]`).click();

async function form(page: Page): Promise<void> {
  await page.getByLabel('Prompt', { exact: true }).fill('a red fox');
  await page.getByRole('button', { name: 'Keep this seed' }).click();
  await page.keyboard.press('Control+Enter');
  await page.locator('.stage-image').waitFor();
  await page.getByRole('tab', { name: /Ended/ }).click();
  await take(page, 'form');
}

async function sampling(page: Page, server: KilnServer): Promise<void> {
  await page.getByLabel('Steps', { exact: true }).last().fill('1000');
  await page.keyboard.press('Control+Enter');
  await page.locator('canvas.preview').waitFor();
  await page.getByRole('radio', { name: 'Graph' }).click();
  await page.locator('.graph-canvas canvas').waitFor();
  await sleep(1_200);
  await take(page, 'graph');
  await stopAll(server);
}

async function stopAll(server: KilnServer): Promise<void> {
  const { runs } = await server.call('runs.list', { states: ['running', 'queued'] });
  if (runs.length > 0) await server.call('runs.cancel', { runIds: runs.map(({ runId }) => runId) });
  await settled(server);
}

async function busy(server: KilnServer): Promise<void> {
  const runs = things.map((prompt, i) => ({ overrides: { prompt, seed: String(100 + i), steps: 400 } }));
  const asked = { graph, submitter: 'studio' } as const;
  await server.call('runs.submit', { ...asked, runs: runs.slice(0, 18), tier: 'quality' });
  await server.call('runs.submit', { ...asked, runs: runs.slice(18), tier: 'background' });
}

const home = mkdtempSync(path.join(tmpdir(), 'kiln-screenshots-home-'));
const server = await startServer(home);
const browser = await launch();
try {
  mkdirSync(folder, { recursive: true });
  const runs = things.map((prompt, i) => ({ overrides: { prompt, seed: String(i + 20) } }));
  await server.call('runs.submit', { graph, runs: runs.toReversed(), tier: 'background' });
  await settled(server);
  await on(browser, server.address, {}, form);
  await on(browser, server.address, {}, (page) => sampling(page, server));
  await on(browser, server.address, {}, async (page) => {
    await toPart(page, 'gallery');
    const cells = page.locator('.gallery-cell');
    await cells.nth(1).click();
    await cells.nth(2).click({ modifiers: ['Control'] });
    await take(page, 'gallery');
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await page.locator('.compare-layer img').first().waitFor();
    await take(page, 'compare');
  });
  await on(browser, server.address, {}, async (page) => {
    await toPart(page, 'devices');
    await busy(server);
    await sleep(12_000);
    await take(page, 'devices');
    await toPart(page, 'queue');
    await sleep(1_500);
    await take(page, 'queue');
  });
  await on(browser, server.address, { locale: 'zh-CN', colorScheme: 'dark' }, async (page) => {
    // What runs would be on the stage; what waits is beside it.
    await stopAll(server);
    await server.call('queue.pause', { tier: 'background' });
    await server.call('runs.submit', { graph, runs: runs.slice(0, 10), tier: 'background', submitter: 'studio' });
    await page.locator('.form textarea').first().fill('一只红色的狐狸');
    await page.keyboard.press('Control+Enter');
    await page.locator('.stage-image').waitFor({ timeout: 60_000 });
    await page.locator('.views button').last().click();
    await page.locator('.graph-canvas canvas').waitFor();
    await page.mouse.move(700, 830);
    await sleep(1_500);
    await take(page, 'chinese-dark');
  });
} finally {
  await browser.close();
  await server.stop();
  rmSync(home, { recursive: true, force: true });
}
