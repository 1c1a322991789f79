import { expect, test } from 'vitest';
import { type Chosen, menuBar, menuTemplate } from '../../src-main/shell/menu.ts';
import { shellTexts } from '../../src-main/texts/say-shell.ts';
import { commandIds } from '../../src-renderer/session/commands.ts';

const platforms = ['linux', 'win32', 'darwin'];

test.each(platforms)(
  'on %s every entry has a name in both languages, and does something the page knows',
  (platform) => {
    for (const { entries } of menuBar(platform))
      for (const entry of entries) {
        if (entry === '-') continue;
        expect(shellTexts('en').menus[entry.name]).not.toBe('');
        expect(shellTexts('zh').menus[entry.name]).toMatch(/\p{Script=Han}|Kiln/u);
        if ('does' in entry && !entry.does.startsWith('app.')) expect(commandIds).toContain(entry.does);
      }
  },
);

test.each(platforms)('on %s no two entries show the same keys, and quitting is there once', (platform) => {
  const entries = menuBar(platform).flatMap((menu) => menu.entries.filter((entry) => entry !== '-'));
  const keys = entries.flatMap((entry) => ('keys' in entry && entry.keys ? [entry.keys] : []));
  expect(new Set(keys).size).toBe(keys.length);
  expect(entries.filter((entry) => 'does' in entry && entry.does === 'app.quit')).toHaveLength(1);
});

test('keys are the page’s own, so the menu shows and does not take them; a click tells what was chosen', () => {
  const chosen: Chosen[] = [];
  const [file] = menuTemplate(menuBar('linux'), shellTexts('zh'), (does) => chosen.push(does));
  expect(file!.label).toBe('文件');
  const items = file!.submenu as {
    label?: string;
    registerAccelerator?: boolean;
    accelerator?: string;
    click?: () => void;
  }[];
  const fresh = items.find(({ label }) => label === '新建图')!;
  expect([fresh.accelerator, fresh.registerAccelerator]).toEqual(['CmdOrCtrl+Alt+N', false]);
  fresh.click!();
  expect(chosen).toEqual(['file.new']);
});

test('a Mac has the app’s own menu first', () => {
  expect(menuBar('darwin')[0]!.name).toBeNull();
  expect(menuBar('linux')[0]!.name).toBe('file');
});
