import { expect, test } from 'vitest';
import { type DroppedEntry, filesIn } from '../../src-renderer/session/dropped-files.ts';

type Entry = DroppedEntry<{ readonly name: string }>;

const fileEntry = (name: string): Entry => ({ name, isDirectory: false, file: (done) => done({ name }) });
/** A folder as browsers give it: some entries at a time, and nothing at the end. */
const folderEntry = (name: string, ...pages: Entry[][]): Entry => ({
  name,
  isDirectory: true,
  createReader: () => {
    const left = [...pages];
    return { readEntries: (done) => done(left.shift() ?? []) };
  },
});
const names = async (entries: readonly Entry[]) =>
  (
    await filesIn(
      entries,
      entries.map(({ name }) => ({ name })),
    )
  ).map(({ name }) => name);

test('files that are dropped are taken as they are, whatever they are called', async () => {
  expect(await names([fileEntry('notes.txt'), fileEntry('cat.png')])).toEqual(['notes.txt', 'cat.png']);
});

test('of folders, pictures and graphs are taken by name, also from folders within', async () => {
  const inner = folderEntry('more', [fileEntry('owl.webp'), fileEntry('Thumbs.db')]);
  const folder = folderEntry('pictures', [fileEntry('b.png'), fileEntry('a.JPG')], [inner, fileEntry('sea.kiln.json')]);
  expect(await names([folder, fileEntry('cat.png')])).toEqual([
    'a.JPG',
    'b.png',
    'owl.webp',
    'sea.kiln.json',
    'cat.png',
  ]);
});
