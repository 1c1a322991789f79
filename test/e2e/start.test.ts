import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { scratchFolder } from '../build/kiln-process.ts';
import { launch, naturalWidth, noBrowser, openPage } from './browser.ts';

const root = path.join(import.meta.dirname, '../..');
const isWindows = process.platform === 'win32';

/** `npm start` without a display, in a fresh home. */
function npmStart(home: string, env: NodeJS.ProcessEnv = {}) {
  const words = [path.join(root, 'scripts/start.mjs'), '--home', home];
  const without = { DISPLAY: '', WAYLAND_DISPLAY: '', BROWSER: '', KILN_TOKEN: '', NO_COLOR: '1', LANG: 'C' };
  const child = spawn(process.execPath, words, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...without, ...env },
  });
  const said = { out: '', err: '' };
  const address = Promise.withResolvers<string>();
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      address.reject(new Error(`it ended: ${said.err}`));
      resolve(code);
    });
  });
  address.promise.catch(() => {});
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString();
    if (said.out.includes('\n')) address.resolve(said.out.trim());
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said.err += chunk.toString();
  });
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return { address: address.promise, ended, said };
}

function freshHome(): string {
  const folder = scratchFolder();
  onTestFinished(folder.remove);
  return path.join(folder.path, 'home');
}

describe.skipIf(isWindows)('npm start alone, on a machine without a display', () => {
  let browser: Browser;
  beforeAll(async () => {
    if (!noBrowser) browser = await launch();
  });
  afterAll(() => browser?.close());

  test('prints a loopback address where the studio makes the red fox', async (context) => {
    if (noBrowser) return context.skip(noBrowser);
    const { address, said } = npmStart(freshHome());
    const at = await address;
    expect(at).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await expect.poll(() => said.err).toContain(`The studio is at ${at}`);
    const { page, complaints } = await openPage(browser, at);
    await page.keyboard.press('Control+Enter');
    const picture = page.locator('.stage-image');
    await picture.waitFor({ timeout: 60_000 });
    await expect.poll(() => naturalWidth(picture), { timeout: 60_000 }).toBe(256);
    expect(await picture.getAttribute('alt')).toContain('a red fox');
    expect(complaints).toEqual([]);
  });

  test('a second one says where the first one is, and ends', async () => {
    const home = freshHome();
    const at = await npmStart(home).address;
    const second = npmStart(home);
    expect(await second.address).toBe(at);
    expect(await second.ended).toBe(0);
    expect(second.said.err).toContain('Kiln runs already');
  });

  test('one for another home finds another port', async () => {
    const first = await npmStart(freshHome()).address;
    const second = await npmStart(freshHome()).address;
    expect(second).not.toBe(first);
    expect((await fetch(`${second}/readyz`)).status).toBe(200);
  });

  test('where BROWSER names a program, it is given the address', async () => {
    const { address, said } = npmStart(freshHome(), { BROWSER: 'true' });
    const at = await address;
    await expect.poll(() => said.err).toContain(`opens in the browser: ${at}`);
  });
});
