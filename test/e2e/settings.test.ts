import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kiln, scratchFolder, template } from '../build/kiln-process.ts';
import { seriousFaults } from './accessible.ts';
import { launch, noBrowser, openPage, screenshot } from './browser.ts';
import { type KilnServer, startServer } from './kiln-server.ts';

describe.skipIf(noBrowser !== null)('the settings of the engine', () => {
  const home = scratchFolder();
  const file = path.join(home.path, 'settings.json');
  const written = () => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
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

  test('are found by their words, changed, refused where they do not fit, and made as they were', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await page.keyboard.press('7');
    await page.getByPlaceholder('Search settings').fill('patience');
    const patience = page.getByLabel('Patience', { exact: true });
    await patience.fill('0');
    await patience.press('Enter');
    await page.getByText('It takes a whole number from 1 to 100000.').waitFor();
    expect(await patience.getAttribute('aria-invalid')).toBe('true');
    await patience.fill('12');
    await patience.press('Enter');
    await expect.poll(() => page.getByText('It takes a whole number').count()).toBe(0);
    expect(written()).toEqual({ patience: 12 });
    await page.getByRole('button', { name: '“Patience” as it was' }).click();
    await expect.poll(() => patience.inputValue()).toBe('64');
    expect(written()).toEqual({});
    await page.getByPlaceholder('Search settings').fill('threads');
    await page.getByLabel('Threads on the CPU', { exact: true }).fill('1');
    await page.getByLabel('Threads on the CPU', { exact: true }).press('Enter');
    await page.getByText('Takes effect after a restart.').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  test('rules of placement complete themselves, and a mistake is said under the field', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await page.keyboard.press('7');
    await page.getByPlaceholder('Search settings').fill('placement');
    const rules = page.getByRole('combobox', { name: 'Rules of placement' });
    await rules.click();
    await rules.pressSequentially('vae');
    await page.getByRole('option', { name: 'vae-encoder' }).waitFor();
    await screenshot(page, 'settings-affinity');
    await rules.pressSequentially('=');
    await page.getByRole('option', { name: 'cpu' }).click();
    expect(await rules.inputValue()).toBe('vae=cpu');
    await rules.press('Enter');
    await expect.poll(() => written().affinity).toEqual(['vae=cpu']);
    await rules.fill('vae cpu');
    await rules.press('Enter');
    await page.getByText('at column 5 = or ~= is expected').waitFor();
    expect(written().affinity).toEqual(['vae=cpu']);
    await page.getByRole('button', { name: '“Rules of placement” as it was' }).click();
    await page.getByLabel('Rules for packs', { exact: true }).selectOption('starter');
    const ofPack = page.getByRole('combobox', { name: 'Rules of “starter”' });
    await ofPack.fill('denoiser=cpu');
    await ofPack.press('Enter');
    await expect.poll(() => written().packAffinity).toEqual({ starter: ['denoiser=cpu'] });
    await page.getByRole('button', { name: 'Remove the rules of “starter”' }).click();
    await expect.poll(() => written().packAffinity).toBeUndefined();
    expect(complaints).toEqual([]);
    await close();
  });

  test('a secret goes in and is not shown again; what the file or the command line says is taken up', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    await page.keyboard.press('7');
    await page.getByPlaceholder('Search settings').fill('webhook');
    await page.getByLabel('Webhook secret', { exact: true }).fill('correct-battery-staple');
    await page.getByRole('button', { name: 'Save “Webhook secret”' }).click();
    await expect.poll(() => page.getByLabel('Webhook secret', { exact: true }).inputValue()).toBe('');
    const row = page.locator('.engine-setting', { hasText: 'Webhook secret' });
    await row.getByText('set', { exact: true }).waitFor();
    expect(await page.content()).not.toContain('correct-battery');

    const { code, out } = await kiln(['settings', 'set', 'webhooks', 'https://example.com/hook', '--home', home.path]);
    expect([code, out]).toEqual([0, '']);
    await expect
      .poll(() => page.getByLabel('Webhook addresses', { exact: true }).inputValue())
      .toBe('https://example.com/hook');
    writeFileSync(file, '{ "patience": 3,, }');
    await page.getByText('cannot be read, from line 1, column 17').waitFor();
    await screenshot(page, 'settings-broken');
    writeFileSync(file, '{ "patience": 3 }');
    await page.getByPlaceholder('Search settings').fill('');
    await expect.poll(() => page.getByLabel('Patience', { exact: true }).inputValue()).toBe('3');
    expect(await seriousFaults(page)).toEqual([]);
    await screenshot(page, 'settings-engine');
    expect(complaints).toEqual([]);
    await close();
  });

  test('whoever asked to be told of a submission is told on the page, and a way that is not set up says so', async () => {
    const { page, complaints, close } = await openPage(browser, server.address);
    const words = ['queue', 'add', template('text-to-image'), '--times', '2', '--notify', 'desktop'];
    const told = page.getByText('“Text to image” is done (2 runs)').waitFor();
    const queued = await kiln([...words, '--set', 'steps=2', '--home', home.path]);
    expect(queued.code).toBe(0);
    await told;
    await page.keyboard.press('7');
    await page.getByPlaceholder('Search settings').fill('notices');
    await page.getByRole('button', { name: 'Mail', exact: true }).click();
    await page.getByText('Notices cannot go to “email” yet').waitFor();
    const there = ['--on', server.address, '--home', path.join(home.path, 'elsewhere')];
    expect(await kiln(['settings', 'set', 'attempts', '5', ...there])).toMatchObject({ code: 0 });
    expect((await kiln(['settings', 'get', 'attempts', ...there])).out).toBe('5 tries\n');
    expect(written().attempts).toBe(5);
    const { code, err } = await kiln(['queue', 'notices', 'test', 'email', '--home', home.path]);
    expect([code, err]).toEqual([1, expect.stringContaining('emails, smtpHost, emailFrom are not set')]);
    const { out } = await kiln(['queue', 'notices', '--home', home.path]);
    expect(out).toMatch(/^submission_\w+ {2}desktop {2}told\n$/);
    expect(complaints).toEqual([]);
    await close();
  });
});
