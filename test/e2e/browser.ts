import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';

/** Why no browser can be started here, or null. The one that npm brings is for Linux on x64. */
export const noBrowser: string | null =
  process.platform === 'linux' && process.arch === 'x64'
    ? null
    : `the Chromium that npm brings does not run on ${process.platform}-${process.arch}`;
if (noBrowser) console.warn(`SKIPPED, tests of the web page: ${noBrowser}`);

const args = [
  '--headless=shell',
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--font-render-hinting=none',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
];

/** Where the browser is. The first to ask unpacks it; who asks meanwhile would be given half of a file. */
export async function browserPath(): Promise<string> {
  const { default: chromium } = await import('@sparticuz/chromium');
  return chromium.executablePath();
}

export async function launch(more: readonly string[] = []): Promise<Browser> {
  const { chromium: browsers } = await import('playwright-core');
  // Not the package's own flags: they put everything into one process and switch off rules that the page must keep.
  return browsers.launch({ executablePath: await browserPath(), args: [...args, ...more], headless: true });
}

export interface OpenPage {
  readonly page: Page;
  /** What the browser complained of: errors of the page, broken rules, addresses that failed. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export async function openPage(browser: Browser, address: string, some: BrowserContextOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: 'en-US', ...some });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(address);
  await page.locator('.run-button').waitFor();
  return { page, complaints, close: () => context.close() };
}

/** Pixels of a picture that has come; 0 before. */
export const naturalWidth = (image: Locator): Promise<number> =>
  image.evaluate((element) => (element as unknown as { naturalWidth: number }).naturalWidth);

const shots = process.env.KILN_SCREENSHOTS ?? mkdtempSync(path.join(tmpdir(), 'kiln-screenshots-'));

/** For people to look at; nothing compares them. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: path.join(shots, `${name}.png`) });
}
