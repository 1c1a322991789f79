import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scratchFolder } from '../build/kiln-process.ts';
import { launch, naturalWidth, noBrowser, screenshot } from './browser.ts';
import { type Serving, serving } from './serving.ts';

describe.skipIf(noBrowser !== null)('the studio of a server with a token', () => {
  const home = scratchFolder();
  let server: Serving;
  let browser: Browser;
  beforeAll(async () => {
    server = serving(home.path, ['--token', 'first-token']);
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.end('SIGTERM');
    home.remove();
  });

  test('asks for it once, says when it is wrong, then works whole: sockets, pictures and the next visit', async () => {
    const at = await server.address;
    const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, locale: 'en-US' });
    const page = await context.newPage();
    await page.goto(at);
    await page.getByRole('heading', { name: 'Kiln asks for its token' }).waitFor();
    await screenshot(page, 'sign-in');
    await page.getByLabel('Token').fill('wrong-token');
    await page.keyboard.press('Enter');
    await page.getByText('That is not the token.').waitFor();
    await screenshot(page, 'sign-in-wrong');
    await page.getByLabel('Token').fill('first-token');
    await page.getByRole('button', { name: 'Open the studio' }).click();
    await page.locator('.run-button').waitFor();
    expect(page.url()).toBe(`${at}/`);
    await page.keyboard.press('Control+Enter');
    const picture = page.locator('.stage-image');
    await picture.waitFor();
    await expect.poll(() => naturalWidth(picture)).toBe(256);
    const again = await context.newPage();
    await again.goto(at);
    await again.locator('.run-button').waitFor();
    await context.close();
  });

  test('a server that came back with another token has the page ask for it, and a draft is still there', async () => {
    const at = await server.address;
    const context = await browser.newContext({ locale: 'en-US' });
    const page = await context.newPage();
    await page.goto(`${at}/?token=first-token`);
    const prompt = page.getByLabel('Prompt', { exact: true });
    await prompt.fill('a panda of mine');
    await server.end('SIGTERM');
    server = serving(home.path, ['--token', 'second-token', '--port', new URL(at).port]);
    await server.address;
    await page.getByText('Kiln asks for its token.').waitFor();
    await screenshot(page, 'asks-token');
    await page.getByRole('button', { name: 'Enter the token' }).click();
    await page.getByLabel('Token').fill('second-token');
    await page.getByRole('button', { name: 'Open the studio' }).click();
    await prompt.waitFor();
    expect(await prompt.inputValue()).toBe('a panda of mine');
    await context.close();
  });
});
