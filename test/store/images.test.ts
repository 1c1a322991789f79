import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { diskOf } from '../../src-main/desktop-disk.ts';
import type { Digest, GraphId } from '../../src-main/model/ids.ts';
import { newImage, newRun, runId, someBytes, storeIn, temporaryFolder } from './fixtures.ts';

test('a picture is one file for all runs that made it, and a row for each', async () => {
  const store = await storeIn(temporaryFolder());
  const first = await store.images.add(someBytes(1, 500), newImage('run_a', 0));
  const { mime, prompt, ...rest } = newImage('run_a', 0);
  expect(first).toEqual({ ...rest, digest: first.digest });
  await store.images.add(someBytes(1, 500), newImage('run_b', 0, { title: 'Again' }));
  expect(readFileSync(store.images.path(first.digest))).toEqual(Buffer.from(someBytes(1, 500)));
  expect(store.images.path(first.digest)).toMatch(/images.[0-9a-f]{2}.[0-9a-f]{62}\.png$/);
  expect(await store.images.list()).toMatchObject([
    { runId: 'run_b', title: 'Again', digest: first.digest },
    { runId: 'run_a', digest: first.digest, bytes: 500, prompt, mime, width: 8, height: 8, seed: '0', kept: true },
  ]);
});

test('a picture has the ending of its format, and goes with it', async () => {
  const home = temporaryFolder();
  const store = await storeIn(home);
  const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 1, 2, 3);
  const webp = Buffer.from('RIFF\x04\0\0\0WEBP');
  const a = await store.images.add(jpeg, newImage('run_a', 0, { mime: 'image/jpeg' }));
  const b = await store.images.add(webp, newImage('run_a', 1, { mime: 'image/webp' }));
  expect([a.mime, b.mime]).toEqual(['image/jpeg', 'image/webp']);
  expect(existsSync(store.images.path(a.digest, '.jpg'))).toBe(true);
  expect(existsSync(store.images.path(b.digest, '.webp'))).toBe(true);
  expect(await store.images.get(a.digest)).toEqual(jpeg);
  expect((await store.images.list()).map(({ mime }) => mime)).toEqual(['image/webp', 'image/jpeg']);
  const disk = diskOf(home);
  expect(await disk.pictureFile(a.digest)).toBe(store.images.path(a.digest, '.jpg'));
  expect(await disk.pictureFile('0'.repeat(64) as Digest)).toBeNull();
});

test('a run that is done again shows its picture once', async () => {
  const store = await storeIn(temporaryFolder());
  const image = await store.images.add(someBytes(1, 500), newImage('run_a', 0));
  await store.images.add(someBytes(1, 500), newImage('run_a', 0));
  await store.runs.submit({ id: 'g' }, [
    { id: runId('run_a'), title: '', tier: 'fast', submitter: 's', overrides: {}, deterministic: false },
  ]);
  await store.runs.changed(runId('run_a'), 'done', [], [image], 1);
  expect(await store.images.list()).toMatchObject([{ prompt: 'a red fox in the snow' }]);
});

test('the gallery is in pages, newest first, and is searched by title and prompt', async () => {
  const store = await storeIn(temporaryFolder());
  const prompts = ['a red fox', 'a blue owl', '红色的狐狸', '100% owl_'];
  for (const [n, prompt] of prompts.entries()) {
    await store.images.add(someBytes(n, 50), newImage('run', n, { prompt, title: n === 1 ? 'Night' : 'Day' }));
  }
  const found = async (query: Parameters<typeof store.images.list>[0]) =>
    (await store.images.list(query)).map(({ index }) => index).join('');
  expect(await found({ offset: 1, count: 2 })).toBe('21');
  expect(await found({ text: 'OWL' })).toBe('31');
  expect(await found({ text: '狐狸' })).toBe('2');
  expect(await found({ text: '%' })).toBe('3');
  expect(await found({ text: 'l_' })).toBe('3');
  expect(await found({ text: 'night' })).toBe('1');
  expect(await found({ runId: runId('other') })).toBe('');
});

test('previews are not in the gallery and are gone after a day; kept pictures stay', async () => {
  const home = temporaryFolder();
  const store = await storeIn(home);
  const kept = await store.images.add(someBytes(1, 50), newImage('run', 0));
  await store.images.add(someBytes(1, 50), newImage('run', 1, { kept: false })); // looks the same
  const preview = await store.images.add(someBytes(2, 50), newImage('run', 2, { kept: false }));
  expect((await store.images.list()).map(({ index }) => index)).toEqual([0]);
  expect((await store.images.list({ previews: true })).map(({ index }) => index)).toEqual([2, 1, 0]);
  await store.tidy();
  expect(await store.images.get(preview.digest)).not.toBeNull();
  await store.close();

  const later = await storeIn(home, { clockOffsetMs: 2 * 24 * 3_600_000 });
  await later.tidy();
  expect((await later.images.list({ previews: true })).map(({ index }) => index)).toEqual([0]);
  expect(existsSync(later.images.path(preview.digest))).toBe(false);
  expect(await later.images.get(kept.digest)).toEqual(someBytes(1, 50));
});

const dayMs = 24 * 3_600_000;
const place = (index: number) => ({ runId: runId('run'), nodeId: newImage('run', index).nodeId, index });

test('the gallery is filtered by graph, pack and seed, and says what there is to filter by', async () => {
  const store = await storeIn(temporaryFolder());
  const [portrait, sea] = ['graph_portrait' as GraphId, 'graph_sea' as GraphId];
  const add = (n: number, more: Parameters<typeof newImage>[2]) =>
    store.images.add(someBytes(n, 50), newImage('run', n, more));
  await add(0, { graphId: portrait, graphTitle: 'Old name', packs: ['small'], seed: '1204' });
  await add(1, { graphId: sea, graphTitle: 'Sea', packs: ['small', 'large'], seed: '77' });
  await add(2, { graphId: portrait, graphTitle: 'Portrait', packs: ['large'], seed: '12' });
  await add(3, { graphId: portrait, graphTitle: 'Portrait', packs: ['large'], kept: false });
  const found = async (query: Parameters<typeof store.images.list>[0] = {}) => [
    (await store.images.list(query)).map(({ index }) => index).join(''),
    await store.images.count(query),
  ];
  expect(await found()).toEqual(['210', 3]);
  expect(await found({ graphId: portrait })).toEqual(['20', 2]);
  expect(await found({ pack: 'large' })).toEqual(['21', 2]);
  expect(await found({ pack: 'large', graphId: portrait, text: '12' })).toEqual(['2', 1]);
  expect(await found({ text: '12' })).toEqual(['20', 2]);
  expect(await found({ text: '04' })).toEqual(['', 0]);
  expect(await found({ pack: 'lar' })).toEqual(['', 0]);
  expect(await found({ offset: 1, count: 1 })).toEqual(['1', 3]);
  expect(await store.images.filters()).toEqual({
    graphs: [
      { graphId: portrait, title: 'Portrait', count: 2 },
      { graphId: sea, title: 'Sea', count: 1 },
    ],
    packs: [
      { pack: 'large', count: 2 },
      { pack: 'small', count: 2 },
    ],
  });
});

test('what a picture was made from stays when its run is recorded', async () => {
  const store = await storeIn(temporaryFolder());
  const more = { graphId: 'graph_a' as GraphId, graphTitle: 'A graph', packs: ['small'] };
  const image = await store.images.add(someBytes(1, 50), newImage('run', 0, more));
  await store.runs.submit({ id: 'graph_a' }, [newRun('run')]);
  await store.runs.changed(runId('run'), 'done', [], [image], 1);
  expect(await store.images.list()).toMatchObject([{ ...more, prompt: 'a red fox in the snow' }]);
});

test('a picture that was removed is out of every list, is back when it is restored, and only once', async () => {
  const store = await storeIn(temporaryFolder());
  for (let n = 0; n < 3; n++) await store.images.add(someBytes(n, 50), newImage('run', n));
  expect(await store.images.remove([place(1), place(7)])).toEqual([place(1)]);
  expect(await store.images.remove([place(1)])).toEqual([]);
  expect((await store.images.list({ runId: runId('run'), previews: true })).map(({ index }) => index)).toEqual([2, 0]);
  expect(await store.images.count({})).toBe(2);
  expect(await store.images.restore([place(1), place(0)])).toMatchObject([{ index: 1, title: 'A red fox' }]);
  expect((await store.images.list()).map(({ index }) => index)).toEqual([2, 1, 0]);
});

test('a removed picture keeps its file for a day, and a file that another run made too for good', async () => {
  const home = temporaryFolder();
  const store = await storeIn(home);
  const shared = await store.images.add(someBytes(1, 50), newImage('run', 0));
  await store.images.add(someBytes(1, 50), newImage('other', 0));
  const lone = await store.images.add(someBytes(2, 50), newImage('run', 1));
  await store.images.remove([place(0), place(1)]);
  await store.tidy();
  expect(await store.images.get(lone.digest)).not.toBeNull();
  await store.close();

  const later = await storeIn(home, { clockOffsetMs: 2 * dayMs });
  await later.tidy();
  expect(await later.images.restore([place(0), place(1)])).toEqual([]);
  expect(existsSync(later.images.path(lone.digest))).toBe(false);
  expect(await later.images.get(shared.digest)).toEqual(someBytes(1, 50));
});

test('a picture that became a file of a queued run lasts as that file when it is removed', async () => {
  const home = temporaryFolder();
  const store = await storeIn(home);
  const image = await store.images.add(someBytes(1, 50), newImage('run', 0));
  const used = await store.blobs.put((await store.images.get(image.digest))!, 'fox.png');
  await store.images.remove([place(0)]);
  await store.close();
  const later = await storeIn(home, { clockOffsetMs: 2 * dayMs });
  await later.tidy();
  expect(existsSync(later.images.path(image.digest))).toBe(false);
  expect(await later.blobs.get(used)).toEqual(someBytes(1, 50));
});
