import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scratchFolder } from '../build/kiln-process.ts';
import { launch, noBrowser, openPage, screenshot } from './browser.ts';
import { canvas, draftOf, drag, viewOf } from './graph-page.ts';
import { type KilnServer, startServer } from './kiln-server.ts';

/** Where nothing is on the page, as long as all of the template is in sight. */
const free: [number, number] = [340, 520];
const beyond: [number, number] = [640, 620];

describe.skipIf(noBrowser !== null)('nodes, groups and notes taken up together', () => {
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

  const graphOf = async (page: Page) => (await draftOf(page))?.graph ?? null;

  /** The template with its last nodes in a group, and a note. */
  const openGround = async () => {
    const opened = await openPage(browser, server.address, { permissions: ['clipboard-read', 'clipboard-write'] });
    const { page } = opened;
    await page.getByRole('radio', { name: 'Graph' }).click();
    await canvas(page).focus();
    const view = await viewOf(page);
    await page.mouse.click(...view.title('decode'));
    await page.keyboard.down('Shift');
    await page.mouse.click(...view.title('upscale'));
    await page.keyboard.up('Shift');
    await page.keyboard.press('Control+g');
    await page.getByLabel('Title of the group').fill('Pixels');
    await page.keyboard.press('Enter');
    await page.mouse.click(...free, { button: 'right' });
    await page.getByRole('menuitem', { name: 'Add a note' }).click();
    await page.getByLabel('Note', { exact: true }).fill('Of the picture');
    await page.keyboard.press('Escape');
    const before = (await graphOf(page))!;
    const [x, y] = before.groups!.group!.at;
    return { ...opened, view, before, title: view.at(x + 60, y + 16), note: before.notes!.note! };
  };

  test('a group is copied with what lies in it, and pasted; one undo takes it back', async () => {
    const { page, complaints, before, title, close } = await openGround();
    await page.mouse.click(...title);
    await page.keyboard.press('Control+c');
    await page.mouse.move(...beyond);
    await page.keyboard.press('Control+v');
    await expect.poll(async () => Object.keys((await graphOf(page))!.groups!)).toEqual(['group', 'group-2']);
    const after = (await graphOf(page))!;
    for (const id of ['decode', 'upscale'])
      for (const axis of [0, 1] as const)
        expect(after.nodes[`${id}-2`]!.at[axis] - after.groups!['group-2']!.at[axis]).toBe(
          before.nodes[id]!.at[axis] - before.groups!.group!.at[axis],
        );
    await screenshot(page, 'taken-pasted');
    await page.keyboard.press('Control+z');
    await expect.poll(() => graphOf(page)).toEqual(before);
    await page.mouse.click(...title);
    await page.keyboard.press('Control+x');
    await expect.poll(async () => Object.keys((await graphOf(page))!.nodes)).not.toContain('decode');
    expect(Object.keys((await graphOf(page))!.groups ?? {})).toEqual([]);
    await page.keyboard.press('Control+v');
    await expect.poll(async () => Object.values((await graphOf(page))!.groups ?? {})).toHaveLength(1);
    expect(complaints).toEqual([]);
    await close();
  });

  test('a rectangle, Shift and Ctrl take up notes and groups beside nodes; they are carried together', async () => {
    const { page, complaints, view, before, title, note, close } = await openGround();
    const onNote = view.at(note.at[0] + 60, note.at[1] + 60);
    await page.mouse.click(...view.title('open'));
    await page.keyboard.down('Shift');
    await page.mouse.click(...onNote);
    await page.keyboard.up('Shift');
    await page.keyboard.down('Control');
    await page.mouse.click(...title);
    await page.keyboard.up('Control');
    await page.getByRole('heading', { name: '3 selected' }).waitFor();
    await screenshot(page, 'taken-together');
    await drag(page, onNote, [onNote[0] + 40, onNote[1] + 24]);
    const moved = (await graphOf(page))!;
    const by = [0, 1].map((axis) => moved.notes!.note!.at[axis]! - note.at[axis]!);
    expect(by[0]).toBeGreaterThan(0);
    for (const id of ['open', 'decode', 'upscale'])
      expect(moved.nodes[id]!.at).toEqual([before.nodes[id]!.at[0] + by[0]!, before.nodes[id]!.at[1] + by[1]!]);
    expect(moved.nodes.sample!.at).toEqual(before.nodes.sample!.at);
    await page.keyboard.press('Control+z');
    await expect.poll(() => graphOf(page)).toEqual(before);
    // A node that is dragged carries the rest.
    await drag(page, view.title('open'), [view.title('open')[0] + 40, view.title('open')[1]]);
    expect((await graphOf(page))!.notes!.note!.at[0]).toBeGreaterThan(note.at[0]);
    await page.keyboard.press('Control+z');
    await page.keyboard.down('Control');
    await page.mouse.click(...title);
    await page.keyboard.up('Control');
    await page.getByRole('heading', { name: '2 selected' }).waitFor();
    await page.mouse.click(...onNote);
    await page.getByRole('heading', { name: '2 selected' }).waitFor({ state: 'detached' });
    await page.keyboard.press('Delete');
    await expect.poll(async () => (await graphOf(page))!.notes ?? {}).toEqual({});
    await page.keyboard.press('Control+z');
    const { at, size } = before.groups!.group!;
    await page.keyboard.down('Control');
    await drag(page, view.at(at[0] - 8, at[1] - 8), view.at(at[0] + size[0] + 8, at[1] + size[1] + 8));
    await page.keyboard.up('Control');
    await page.getByRole('heading', { name: '3 selected' }).waitFor();
    await page.keyboard.press('Control+d');
    await expect.poll(async () => Object.keys((await graphOf(page))!.groups!)).toEqual(['group', 'group-2']);
    await page.keyboard.press('Control+z');
    await page.mouse.click(...title, { button: 'right' });
    await page.getByRole('menuitem', { name: 'Duplicate' }).waitFor();
    await page.keyboard.press('Escape');
    expect(complaints).toEqual([]);
    await close();
  });

  test('a subgraph takes the group and the notes among its nodes inside, and gives them back', async () => {
    const { page, complaints, view, before, close } = await openGround();
    const { at, size } = before.groups!.group!;
    await page.keyboard.down('Control');
    await drag(page, view.at(at[0] - 8, at[1] - 8), view.at(at[0] + size[0] + 8, at[1] + size[1] + 8));
    await page.keyboard.up('Control');
    await page.keyboard.press('Control+Shift+e');
    await expect.poll(async () => Object.keys((await graphOf(page))!.groups ?? {})).toEqual([]);
    await page.keyboard.press('Control+Shift+u');
    await expect.poll(() => graphOf(page)).toEqual(before);
    expect(complaints).toEqual([]);
    await close();
  });
});
