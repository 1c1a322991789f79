import { expect, test } from 'vitest';
import { asksForStudio } from '../../scripts/desktop.mjs';
import { browserCommand, hasDisplay } from '../../src-main/cli-browse.ts';

const at = 'http://127.0.0.1:7867';

test('a browser is opened where somebody can see it, by the system’s own way', () => {
  expect(browserCommand(at, { DISPLAY: ':0' }, 'linux')).toEqual(['xdg-open', at]);
  expect(browserCommand(at, { WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toEqual(['xdg-open', at]);
  expect(browserCommand(at, {}, 'darwin')).toEqual(['open', at]);
  expect(browserCommand(at, {}, 'win32')).toEqual(['rundll32', 'url.dll,FileProtocolHandler', at]);
});

test('without a display, or over a plain ssh connection, none is', () => {
  expect(browserCommand(at, {}, 'linux')).toBeNull();
  expect(hasDisplay({ SSH_CONNECTION: '1 2 3 4' }, 'darwin')).toBe(false);
  expect(hasDisplay({ SSH_CONNECTION: '1 2 3 4', DISPLAY: 'localhost:10.0' }, 'linux')).toBe(true);
});

test('BROWSER names another one, or none', () => {
  expect(browserCommand(at, { BROWSER: 'firefox' }, 'linux')).toEqual(['firefox', at]);
  expect(browserCommand(at, { BROWSER: 'none', DISPLAY: ':0' }, 'linux')).toBeNull();
});

test.each([
  [[], true],
  [['--home', 'x'], true],
  [['--home=x', '--lang', 'zh', '--no-color'], true],
  [['--help'], false],
  [['serve'], false],
  [['--json', 'run'], false],
  [['--home', 'x', 'run', 'y'], false],
])('npm start -- %j opens the studio: %s', (words, is) => {
  expect(asksForStudio(words)).toBe(is);
});
