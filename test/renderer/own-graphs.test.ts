import { expect, test } from 'vitest';
import { setValue } from '../../src-main/model/edits.ts';
import { AppError, problem } from '../../src-main/model/errors.ts';
import { writeGraph } from '../../src-main/model/graph-file.ts';
import type { Digest, NodeId } from '../../src-main/model/ids.ts';
import { valueIn } from '../../src-renderer/session/fields.ts';
import { draftKey } from '../../src-renderer/session/open-graph.ts';
import { preferences } from '../../src-renderer/session/preferences.ts';
import { studio } from '../../src-renderer/session/studio.ts';
import type { StudioCalls } from '../../src-renderer/session/studio-calls.ts';
import { closeTab, movedTab, tabBeside } from '../../src-renderer/session/tabs.ts';
import { fakeCalls, memoryStorage, templateFile } from './fake-core-calls.ts';
import { pageTime } from './page-time.ts';

async function opened(some: Partial<StudioCalls> = {}, storage = memoryStorage()) {
  const page = studio({
    calls: fakeCalls(some),
    storage,
    timers: pageTime(),
    preferences: preferences(storage, 'en-US'),
  });
  await page.connected();
  const own = () => page.templates.get().filter(({ isOwn }) => isOwn);
  return { page, storage, own };
}

const anotherText = (title: string) => JSON.stringify({ ...templateFile('upscale'), id: `own-${title}`, title });

test('a new graph is empty, is shown, and is there again with what was done to it', async () => {
  const { page, storage, own } = await opened();
  page.newGraph();
  const { open } = page.template.get()!;
  expect(open.graph.get().nodes).toEqual({});
  open.change('add', (draft) => {
    draft.nodes['n' as NodeId] = { id: 'n' as NodeId, type: 'value.text', version: 0, values: {}, at: [0, 0] };
  });
  expect(own()).toHaveLength(1);
  const again = await opened({}, storage);
  expect(again.page.template.get()!.open.graph.get()).toEqual(open.graph.get());
});

test('a file is opened once; a changed one of the same id becomes a graph of its own', async () => {
  const { page, own } = await opened();
  page.openText(anotherText('mine'), 'mine.kiln.json');
  page.openText(anotherText('mine'), 'mine.kiln.json');
  expect(own().map(({ open }) => open.base.title)).toEqual(['mine']);
  const changed = { ...JSON.parse(anotherText('mine')), title: 'changed elsewhere' };
  page.openText(JSON.stringify(changed), 'mine.kiln.json');
  expect(own().map(({ open }) => open.base.title)).toEqual(['mine', 'changed elsewhere']);
  expect(new Set(own().map(({ name }) => name)).size).toBe(2);
});

test('a template that is opened as a file and was not changed is the template', async () => {
  const { page, own } = await opened();
  page.openText(JSON.stringify(templateFile('upscale')), 'upscale.kiln.json');
  expect(page.template.get()!.name).toBe('upscale');
  expect(own()).toEqual([]);
});

test('what cannot be read is told and nothing else changes', async () => {
  const { page, own } = await opened({
    readGraph: async () => Promise.reject(new AppError([problem('graph.notInPicture', { name: 'cat.png' })])),
  });
  const before = page.template.get();
  page.openText('{"no', 'broken.json');
  await page.openDigest('0'.repeat(64) as Digest, 'cat.png');
  expect(page.notices.list.get().map((notice) => notice.kind === 'problems' && notice.problems[0]!.code)).toEqual([
    'graph.notJson',
    'graph.notInPicture',
  ]);
  expect(page.template.get()).toBe(before);
  expect(own()).toEqual([]);
});

test('the graph in a picture is opened', async () => {
  const graph = JSON.parse(anotherText('pictured'));
  const { page } = await opened({ readGraph: async () => ({ graph }) });
  await page.openDigest('0'.repeat(64) as Digest, 'cat.png');
  expect(page.template.get()!.open.base.title).toBe('pictured');
});

test('a graph that is taken off the list is gone with its draft, and another one is shown', async () => {
  const { page, storage, own } = await opened();
  page.openText(anotherText('mine'), 'mine.kiln.json');
  const { open, name } = page.template.get()!;
  open.change('set', (draft) => setValue(draft, 'save' as NodeId, 'title', 'x'));
  page.forget(name);
  expect(own()).toEqual([]);
  expect(page.template.get()!.name).toBe('text-to-image');
  expect([...storage.items.keys()].filter((key) => key.includes('own-mine'))).toEqual([]);
  expect((await opened({}, storage)).own()).toEqual([]);
});

test('blocked storage keeps an own graph as long as the page', async () => {
  const refuse = () => {
    throw new Error('blocked');
  };
  const { page, own } = await opened({}, { ...memoryStorage(), getItem: refuse, setItem: refuse, removeItem: refuse });
  page.newGraph();
  expect(own()).toHaveLength(1);
  expect(writeGraph(page.template.get()!.open.graph.get())).toContain('"format": "kiln"');
});

test('graphs that are opened get tabs, which last; a closed one leaves the one beside it', async () => {
  const { page, storage } = await opened();
  page.openTemplate('upscale');
  const tabs = () => page.preferences.state.get().tabs;
  expect(tabs()).toEqual(['text-to-image', 'upscale']);
  page.openText(anotherText('mine'), 'mine.kiln.json');
  expect(tabs()).toEqual(['text-to-image', 'upscale', 'own-mine']);
  expect(tabBeside(page.preferences, 1)).toBe('text-to-image');
  expect(tabBeside(page.preferences, -1)).toBe('upscale');
  expect(closeTab(page.preferences, 'own-mine')).toBe('upscale');
  page.openTemplate('upscale');
  const again = await opened({}, storage);
  expect(again.page.preferences.state.get().tabs).toEqual(['text-to-image', 'upscale']);
  expect(again.page.template.get()!.name).toBe('upscale');
  expect(movedTab(['a', 'b', 'c'], 'c', 'a')).toEqual(['c', 'a', 'b']);
  expect(movedTab(['a', 'b', 'c'], 'a', null)).toEqual(['b', 'c', 'a']);
});

test('a window that did nothing follows another one; of two that changed a graph, either is chosen or both', async () => {
  const first = await opened();
  const second = await opened({}, first.storage);
  const key = draftKey(first.page.template.get()!.open.base);
  const tell = (to: typeof first) => to.page.hearDraft(key, first.storage.getItem(key));
  const promptOf = ({ page }: typeof first) => {
    const { fields, form } = page.template.get()!.open;
    return valueIn(fields.get().find(({ name }) => name === 'prompt')!, form.get().values);
  };
  first.page.template.get()!.open.set('prompt', 'from the first');
  tell(second);
  expect(promptOf(second)).toBe('from the first');
  expect(second.page.elsewhere.get()).toBeNull();

  second.page.template.get()!.open.set('prompt', 'from the second');
  tell(first);
  expect(promptOf(first)).toBe('from the first');
  expect(first.page.elsewhere.get()).toMatchObject({ name: 'text-to-image' });
  first.page.settle('both');
  expect(promptOf(first)).toBe('from the first');
  expect(first.own()).toHaveLength(1);
  first.page.openTemplate('text-to-image');
  expect(promptOf(first)).toBe('from the second');
  first.page.template.get()!.open.history.undo();
  expect(promptOf(first)).toBe('from the first');
});
