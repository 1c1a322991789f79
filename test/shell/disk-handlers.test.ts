import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { desktopCalls } from '../../src-main/contract/desktop.ts';
import { channels } from '../../src-main/contract/desktop-channels.ts';
import { fail } from '../../src-main/model/errors.ts';
import type { Digest, PackId } from '../../src-main/model/ids.ts';
import type { Disk } from '../../src-main/shell/core-link.ts';
import { chooseFolder } from '../../src-main/shell/dialogs.ts';
import { diskHandlers } from '../../src-main/shell/disk-handlers.ts';
import { type Ipc, servePages } from '../../src-main/shell/ipc.ts';
import { noCore } from '../../src-main/shell/no-core.ts';
import { shellTexts } from '../../src-main/texts/say-shell.ts';

const digest = 'a'.repeat(64) as Digest;

function handled(given: { folder?: string | null; disk?: Partial<Disk> | null } = {}) {
  const shown: string[] = [];
  const added: string[] = [];
  const disk: Disk = {
    async addPacks(folder) {
      added.push(folder);
      return ['tiny' as PackId];
    },
    pictureFile: async (wanted) => (wanted === digest ? '/home/fox/images/aa/a.png' : null),
    ...given.disk,
  };
  const core = { disk: given.disk === null ? null : disk };
  const folder = given.folder === undefined ? '/home/fox/packs' : given.folder;
  const handlers = diskHandlers({
    core: () => core,
    chooseFolder: async () => folder,
    show: (file) => shown.push(file),
  });
  return { handlers, shown, added };
}

test('a chosen folder goes to a page as an id with its name, and comes back as its packs', async () => {
  const { handlers, added } = handled();
  const chosen = await handlers['folder.choose']({});
  expect(chosen).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), name: 'packs' });
  expect(await handlers['packs.add']({ id: chosen!.id })).toEqual({ ok: true, value: ['tiny'] });
  expect(added).toEqual(['/home/fox/packs']);
});

test('a dialog that was closed gives nothing', async () => {
  const { handlers } = handled({ folder: null });
  expect(await handlers['folder.choose']({})).toBeNull();
});

test('an id that no dialog gave adds nothing', async () => {
  const { handlers, added } = handled();
  const found = await handlers['packs.add']({ id: randomUUID() });
  expect(found).toMatchObject({ ok: false, problems: [{ code: 'folder.notChosen' }] });
  expect(added).toEqual([]);
});

test('a folder without packs is a problem, not an error', async () => {
  const { handlers } = handled({ disk: { addPacks: async () => fail('pack.noneInFolder', { folder: 'packs' }) } });
  const chosen = await handlers['folder.choose']({});
  expect(await handlers['packs.add']({ id: chosen!.id })).toMatchObject({
    ok: false,
    problems: [{ code: 'pack.noneInFolder', values: { folder: 'packs' } }],
  });
});

test('a picture is shown by its digest; one that is gone is told of', async () => {
  const { handlers, shown } = handled();
  expect(await handlers['picture.show']({ digest })).toEqual({ ok: true, value: null });
  expect(shown).toEqual(['/home/fox/images/aa/a.png']);
  const gone = await handlers['picture.show']({ digest: 'b'.repeat(64) as Digest });
  expect(gone).toMatchObject({ ok: false, problems: [{ code: 'image.missing', values: { name: 'bbbbbbbb' } }] });
  expect(shown).toHaveLength(1);
});

test('a core elsewhere has nothing on this disk', async () => {
  const { handlers, shown } = handled({ disk: null });
  const chosen = await handlers['folder.choose']({});
  for (const found of [await handlers['packs.add']({ id: chosen!.id }), await handlers['picture.show']({ digest })])
    expect(found).toMatchObject({ ok: false, problems: [{ code: 'remote.elsewhere' }] });
  expect(shown).toEqual([]);
});

test('paths are no ids and no digests', () => {
  const refused = (name: 'packs.add' | 'picture.show', args: object) =>
    !desktopCalls[name].args.safeParse(args).success;
  expect(refused('packs.add', { id: '/etc' })).toBe(true);
  expect(refused('packs.add', { id: '../packs' })).toBe(true);
  expect(refused('picture.show', { digest: '/etc/passwd' })).toBe(true);
  expect(refused('picture.show', { digest: `../${'a'.repeat(61)}` })).toBe(true);
});

test('only our own page may ask for any of it', async () => {
  const { handlers, shown, added } = handled();
  let ask: (event: object, name: string, args: object) => Promise<unknown> = async () => null;
  const ipc = {
    on: () => {},
    handle: (channel: string, listener: typeof ask) => {
      if (channel === channels.call) ask = listener;
    },
  } as unknown as Ipc;
  servePages(ipc, { core: () => noCore([]), handlers: handlers as never, log: () => {} });
  for (const senderFrame of [
    { url: 'https://evil.example/', parent: null },
    { url: 'app://kiln/', parent: {} },
    null,
  ]) {
    await expect(ask({ senderFrame }, 'folder.choose', {})).rejects.toThrow('refused');
    await expect(ask({ senderFrame }, 'packs.add', { id: randomUUID() })).rejects.toThrow('refused');
    await expect(ask({ senderFrame }, 'picture.show', { digest })).rejects.toThrow('refused');
  }
  expect([shown, added]).toEqual([[], []]);
  const ours = { senderFrame: { url: 'app://kiln/', parent: null } };
  expect(await ask(ours, 'picture.show', { digest })).toEqual({ ok: true, value: null });
});

test('the dialog asks for one folder, in the language of the page', async () => {
  const asked: object[] = [];
  const dialog = {
    showOpenDialog: async (_window: object, options: object) => {
      asked.push(options);
      return { canceled: false, filePaths: ['/home/fox/packs'] };
    },
  };
  expect(await chooseFolder(dialog as never, {} as never, shellTexts('zh'))).toBe('/home/fox/packs');
  expect(asked).toEqual([{ title: '选择装有模型包的文件夹', properties: ['openDirectory'] }]);
});
