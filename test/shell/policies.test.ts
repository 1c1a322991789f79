import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { deepLink } from '../../src-main/shell/deep-link.ts';
import { placeFor, usual, zoomOn } from '../../src-main/shell/kept-state.ts';
import { launchWords } from '../../src-main/shell/launch-words.ts';
import { noCore } from '../../src-main/shell/no-core.ts';
import { openedFiles } from '../../src-main/shell/opened-files.ts';
import { askedFor, contentSecurityPolicy, pages } from '../../src-main/shell/protocol.ts';
import { remoteAt } from '../../src-main/shell/remote-core.ts';
import { isOurs, isTrusted, mayOpenOutside } from '../../src-main/shell/sender.ts';

const digest = 'a'.repeat(64);

describe('who may ask', () => {
  test.each(['app://kiln/', 'app://kiln/index.html', 'app://kiln/?x=1#y'])('%s is ours', (address) => {
    expect(isOurs(address)).toBe(true);
  });

  test.each([
    '',
    'about:blank',
    'app://kiln.evil.example/',
    'app://evil/',
    'app://kiln@evil/',
    'app://user@kiln/',
    'https://kiln/',
    'file:///kiln/index.html',
    'data:text/html,app://kiln/',
    'app:kiln',
  ])('“%s” is not', (address) => {
    expect(isOurs(address)).toBe(false);
  });

  test('a frame inside a page is not the page, and a frame that is gone is nobody', () => {
    const frame = { url: 'app://kiln/', parent: null };
    expect(isTrusted({ senderFrame: frame })).toBe(true);
    expect(isTrusted({ senderFrame: { ...frame, parent: frame } })).toBe(false);
    expect(isTrusted({ senderFrame: { ...frame, url: 'https://evil.example/' } })).toBe(false);
    expect(isTrusted({ senderFrame: null })).toBe(false);
  });

  test.each([
    ['https://github.com/x', true],
    ['http://github.com/x', false],
    ['https://github.com.evil.example', false],
    ['https://user@github.com', false],
    ['javascript:alert(1)', false],
    ['kiln://connect', false],
    ['file:///etc/passwd', false],
  ])('%s may be shown outside: %s', (address, may) => {
    expect(mayOpenOutside(address)).toBe(may);
  });
});

describe('what an address means', () => {
  const folder = path.resolve('/pages');

  test('files of the page, pictures and uploads, and files that a person chose', () => {
    expect(askedFor('app://kiln/', folder)).toEqual({ kind: 'page', file: path.join(folder, 'index.html') });
    expect(askedFor('app://kiln/assets/a.js?v=1', folder)).toMatchObject({ file: path.join(folder, 'assets', 'a.js') });
    expect(askedFor(`app://kiln/images/${digest}`, folder)).toEqual({ kind: 'core', path: `/images/${digest}` });
    expect(askedFor(`app://kiln/blobs/${digest}`, folder)).toEqual({ kind: 'core', path: `/blobs/${digest}` });
    const id = '01234567-89ab-4cde-8f01-23456789abcd';
    expect(askedFor(`app://kiln/opened/${id}`, folder)).toEqual({ kind: 'opened', id });
  });

  test.each([
    'app://kiln/..%2f..%2fetc%2fpasswd',
    'app://kiln/%2e%2e%2f%2e%2e%2fetc%2fpasswd.json',
    'app://kiln/%252e%252e%252fetc%252fpasswd.json',
    'app://kiln/a%5c..%5c..%5cx.json',
    'app://kiln/a%00.json',
    'app://kiln/%',
    'app://other/index.html',
    'https://kiln/index.html',
  ])('%s is refused', (address) => {
    expect(askedFor(address, folder)).toEqual({ kind: 'refused', status: 403 });
  });

  test.each(['app://kiln/../../etc/passwd', 'app://kiln/main', 'app://kiln/opened/../../x', 'app://kiln/a.exe'])(
    '%s leads to nothing',
    (address) => expect(askedFor(address, folder).kind).toBe('refused'),
  );

  test('no rule of the page allows code from text, other places or frames', () => {
    const rules = new Map(
      contentSecurityPolicy.split('; ').map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1)]),
    );
    expect(rules.get('default-src')).toEqual(["'none'"]);
    expect(rules.get('script-src')).toEqual(["'self'", "'wasm-unsafe-eval'"]);
    expect(rules.get('connect-src')).toEqual(["'self'"]);
    expect(rules.get('frame-ancestors')).toEqual(["'none'"]);
    expect(contentSecurityPolicy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*|http/);
  });
});

describe('the addresses of a window', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'kiln-shell-'));
  const folder = path.join(root, 'pages');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(path.join(root, 'secret.json'), '{}');
  symlinkSync(path.join(root, 'secret.json'), path.join(folder, 'link.json'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const opened = openedFiles();
  const answer = pages({ folder, core: () => noCore([]), opened: opened.read });

  test('a page comes with all its rules', async () => {
    const page = await answer(new Request('app://kiln/'));
    expect([page.status, await page.text()]).toEqual([200, '<!doctype html>']);
    expect(page.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
    expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(page.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('a link that leads outside is not followed', async () => {
    expect((await answer(new Request('app://kiln/link.json'))).status).toBe(404);
  });

  test('a chosen file is read by its id, and by no other way', async () => {
    const { id, name } = opened.add(path.join(root, 'secret.json'));
    expect(name).toBe('secret.json');
    expect(await (await answer(new Request(`app://kiln/opened/${id}`))).text()).toBe('{}');
    const other = id.replace(/^./, (first) => (first === '0' ? '1' : '0'));
    expect((await answer(new Request(`app://kiln/opened/${other}`))).status).toBe(404);
    expect((await answer(new Request(`app://kiln/opened/${id}`, { method: 'DELETE' }))).status).toBe(405);
  });

  test('without a core a picture is missing, not a crash', async () => {
    expect((await answer(new Request(`app://kiln/images/${digest}`))).status).toBe(503);
  });
});

describe('what the app is started with', () => {
  test('files, links and options; what is Chromium’s is left alone', () => {
    const words = ['--inspect=0', 'a.kiln.json', '--home', 'h', 'kiln://template/upscale', '/x/fox.PNG', '--on=gpu:1'];
    expect(launchWords(words, '/cwd')).toEqual({
      files: [path.resolve('/cwd/a.kiln.json'), path.resolve('/x/fox.PNG')],
      links: ['kiln://template/upscale'],
      home: path.resolve('/cwd/h'),
      on: 'gpu:1',
      token: null,
      language: null,
    });
  });

  test('links show something, and never do anything', () => {
    expect(deepLink('kiln://template/text-to-image')).toEqual({ t: 'template', name: 'text-to-image' });
    expect(deepLink(`kiln://picture/${digest}`)).toEqual({ t: 'picture', digest });
    expect(deepLink('kiln://connect/?address=http://gpu:7867')).toEqual({ t: 'connect', address: 'http://gpu:7867' });
  });

  test.each([
    'kiln://template/a/b',
    'kiln://template/',
    'kiln://picture/abc',
    'kiln://connect',
    'kiln://run/anything',
    'https://template/x',
    'kiln',
    `kiln://connect/?address=${'x'.repeat(2000)}`,
  ])('%s is no link of ours', (link) => {
    expect(deepLink(link)).toBeNull();
  });

  test('an address is taken as people write it', () => {
    expect(remoteAt(' gpu.lan:7867 ', 'abc')).toEqual({ address: 'http://gpu.lan:7867', token: 'abc' });
    expect(remoteAt('https://gpu.lan/kiln/', null)).toEqual({ address: 'https://gpu.lan/kiln', token: null });
    expect(remoteAt('http://10.0.0.2:7867/?token=s3cret', '')).toEqual({
      address: 'http://10.0.0.2:7867',
      token: 's3cret',
    });
    for (const bad of ['', '  ', 'http://', 'a b', 'http://user@host', 'file:///x'])
      expect(remoteAt(bad, null)?.address ?? null, bad).toBeNull();
  });
});

test('a window opens where it was, if that can still be seen', () => {
  const screen = { x: 0, y: 0, width: 1920, height: 1080 };
  const kept = { x: 100, y: 50, width: 1200, height: 800 };
  expect(placeFor(null, [screen])).toEqual(usual);
  expect(placeFor(kept, [screen])).toEqual(kept);
  expect(placeFor({ ...kept, x: 2500 }, [screen])).toEqual({ width: 1200, height: 800 });
  expect(placeFor({ ...kept, x: 2500 }, [screen, { ...screen, x: 1920 }])).toMatchObject({ x: 2500 });
  expect(placeFor({ ...kept, width: 10, height: 10 }, [screen])).toMatchObject({ width: 960, height: 600 });
});

test('a page is drawn larger on a screen that is large and enlarges nothing', () => {
  const workArea = { x: 0, y: 0, width: 3840, height: 2100 };
  expect(zoomOn({ workArea, scaleFactor: 1 })).toBe(1.5);
  expect(zoomOn({ workArea: { ...workArea, width: 1920 }, scaleFactor: 2 })).toBe(1);
  expect(zoomOn({ workArea: { ...workArea, width: 2560 }, scaleFactor: 1 })).toBe(1);
  expect(zoomOn(undefined)).toBe(1);
});
