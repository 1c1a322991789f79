import { expect, test } from 'vitest';
import { limits } from '../../src-main/model/limits.ts';
import { type FilePort, fileName, type GraphFile, savedFiles } from '../../src-renderer/session/graph-files.ts';
import { preferences } from '../../src-renderer/session/preferences.ts';
import { studio } from '../../src-renderer/session/studio.ts';
import { fakeCalls, memoryStorage, templateFile } from './fake-core-calls.ts';
import { pageTime } from './page-time.ts';

/** A disk with one file, which others may write as well. */
function disk() {
  const state = { text: '', modified: 1, isFull: false, downloads: [] as string[], isGone: false };
  const file: GraphFile = {
    name: 'mine.kiln.json',
    bytes: async () => state.text.length,
    async modified() {
      if (state.isGone) throw new Error('it is gone');
      return state.modified;
    },
    read: async () => state.text,
    async write(text) {
      if (state.isFull) throw new Error('the disk is full.');
      state.text = text;
      state.modified++;
      state.isGone = false;
    },
  };
  const port: FilePort = {
    canWrite: true,
    open: async () => [file],
    chooseName: async () => file,
    download: (_, name) => void state.downloads.push(name),
  };
  return { state, port };
}

async function opened(some: Partial<FilePort> = {}) {
  const storage = memoryStorage();
  const page = studio({ calls: fakeCalls(), storage, timers: pageTime(), preferences: preferences(storage, 'en-US') });
  await page.connected();
  const { state, port } = disk();
  const files = savedFiles({ ...port, ...some }, page, page.notices);
  const shown = () => page.template.get()!;
  const prompt = () => shown().open.form.get().values.prompt;
  return { page, state, files, shown, prompt };
}

const anotherText = JSON.stringify({ ...templateFile('text-to-image'), id: 'own', title: 'mine' });

test('a graph is saved under a name once, then into the same file; what is not in it yet is known', async () => {
  const { files, state, shown } = await opened();
  await files.save(shown());
  expect(JSON.parse(state.text).title).toBe('Text to image');
  expect(files.saved.get().get('text-to-image')).toEqual({ fileName: 'mine.kiln.json', isCurrent: true });
  shown().open.set('prompt', 'a blue fox');
  expect(files.saved.get().get('text-to-image')!.isCurrent).toBe(false);
  await files.save(shown());
  expect(state.text).toContain('a blue fox');
  expect(files.saved.get().get('text-to-image')!.isCurrent).toBe(true);
});

test.each(['theirs', 'mine'] as const)(
  'a file that somebody else changed is never overwritten unseen: %s',
  async (choice) => {
    const { files, state, shown, page, prompt } = await opened();
    state.text = anotherText;
    await files.open();
    expect(shown().open.base.title).toBe('mine');
    shown().open.set('prompt', 'what I wrote');
    state.text = anotherText.replace('a red fox', 'what they wrote');
    state.modified = 9;
    await files.save(shown());
    expect(state.text).toContain('what they wrote');
    expect(files.changed.get()).toMatchObject({ fileName: 'mine.kiln.json' });
    files.settle(choice);
    expect(prompt()).toBe(choice === 'theirs' ? 'what they wrote' : 'what I wrote');
    if (choice === 'theirs') {
      expect(files.saved.get().get(shown().name)!.isCurrent).toBe(true);
      shown().open.history.undo();
      expect(prompt()).toBe('what I wrote');
    }
    await files.save(shown());
    expect(state.text).toContain('what I wrote');
    expect(page.notices.list.get().filter(({ kind }) => kind === 'problems')).toEqual([]);
  },
);

test('a change is noticed when the window is looked at again, and one that changes nothing is not', async () => {
  const { files, state, shown } = await opened();
  await files.save(shown());
  state.modified = 20;
  await files.look(shown());
  expect(files.changed.get()).toBeNull();
  state.text = '{}';
  state.modified = 21;
  await files.look(shown());
  expect(files.changed.get()).not.toBeNull();
});

test('a full disk leaves the file as it was and says so; a file that is gone is made anew', async () => {
  const { files, state, shown, page } = await opened();
  await files.save(shown());
  const before = state.text;
  shown().open.set('prompt', 'more');
  state.isFull = true;
  await files.save(shown());
  expect(state.text).toBe(before);
  expect(page.notices.list.get().at(-1)).toMatchObject({
    problems: [{ code: 'file.notWritten', values: { path: 'mine.kiln.json', reason: 'the disk is full' } }],
  });
  expect(files.saved.get().get('text-to-image')!.isCurrent).toBe(false);
  state.isFull = false;
  state.isGone = true;
  await files.save(shown());
  expect(state.text).toContain('"more"');
});

test('a broken file and one that is far too large are told of, and nothing is opened', async () => {
  const { files, state, shown, page } = await opened();
  state.text = '{"format":';
  await files.open();
  state.text = 'x'.repeat(limits.graphBytes + 1);
  await files.open();
  expect(shown().name).toBe('text-to-image');
  expect(
    page.notices.list.get().flatMap((one) => (one.kind === 'problems' ? one.problems.map(({ code }) => code) : [])),
  ).toEqual(['graph.notJson', 'file.tooLarge']);
});

test('where files cannot be written, a copy is downloaded under a name that file systems take', async () => {
  const { files, state, shown } = await opened({ canWrite: false, download: () => {} });
  await files.save(shown());
  expect(state.text).toBe('');
  expect(fileName('a/b: "c"?')).toBe('a b c.kiln.json');
  expect(fileName(' / ')).toBe('graph.kiln.json');
});
