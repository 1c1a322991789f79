import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newImage, runId, someBytes, storeIn, temporaryFolder } from './fixtures.ts';

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
