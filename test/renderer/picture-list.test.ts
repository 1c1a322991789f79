import { expect, test } from 'vitest';
import { AppError, problem } from '../../src-main/model/errors.ts';
import { pictureList } from '../../src-renderer/session/picture-list.ts';
import { selectablePictures } from '../../src-renderer/session/picture-selection.ts';
import { galleryImage } from './fake-core-calls.ts';
import { pageTime, settled } from './page-time.ts';

function listed(count: number) {
  const core = {
    images: Array.from({ length: count }, (_, i) =>
      galleryImage(`r${i}`, { prompt: i % 2 === 0 ? 'a fox' : 'a bird' }),
    ),
    asked: [] as unknown[],
    isBroken: false,
  };
  const time = pageTime();
  const list = pictureList({
    ...time,
    fetchFilters: async () => ({ graphs: [], packs: [{ pack: 'starter', count: core.images.length }] }),
    fetch: async (args) => {
      core.asked.push(args);
      if (core.isBroken) throw new AppError([problem('store.busy', { path: 'kiln.db' })]);
      const { text = '', offset = 0, count: most = 50 } = args;
      const found = core.images.filter(({ prompt }) => prompt.includes(text));
      return { images: found.slice(offset, offset + most), total: found.length };
    },
  });
  const selection = selectablePictures(list);
  const chosen = () => [...selection.state.get().chosen.values()].map(({ runId }) => runId as string);
  return { core, list, time, selection, chosen };
}

test('of a long list only the pages that are looked at are asked for, each once', async () => {
  const { core, list } = listed(10_000);
  list.show(0, 30);
  await settled();
  list.show(5_010, 5_040);
  await settled();
  list.show(5_000, 5_020);
  await settled();
  expect(core.asked).toEqual([
    { offset: 0, count: 200 },
    { offset: 5_000, count: 200 },
  ]);
  expect(list.state.get().total).toBe(10_000);
  expect(list.state.get().images[5_015]?.runId).toBe('r5015');
  expect(Object.keys(list.state.get().images)).toHaveLength(400);
});

test('many changes are answered by one question about what is looked at', async () => {
  const { core, list, time } = listed(50);
  list.show(0, 20);
  await settled();
  for (let i = 0; i < 10; i++) {
    core.images.unshift(galleryImage(`new${i}`));
    list.refresh();
  }
  await time.pass(1_000);
  expect(core.asked).toHaveLength(2);
  expect(list.state.get()).toMatchObject({ total: 60, images: { 0: { runId: 'new9' }, 59: { runId: 'r49' } } });
});

test('a search is asked for after a pause in typing, and shows nothing of the list before', async () => {
  const { core, list, time } = listed(500);
  list.show(0, 500);
  await settled();
  for (const text of ['a', 'a b', 'a bird ']) list.search({ text });
  await time.pass(1_000);
  expect(core.asked.slice(3)).toEqual([{ text: 'a bird', offset: 0, count: 200 }]);
  expect(list.state.get().total).toBe(250);
  expect(Object.values(list.state.get().images).every(({ prompt }) => prompt === 'a bird')).toBe(true);
  list.search({ text: 'a house' });
  await time.pass(1_000);
  expect(list.state.get()).toMatchObject({ total: 0, images: {} });
});

test('what keeps pictures from being listed is told, until they are', async () => {
  const { core, list, time } = listed(3);
  core.isBroken = true;
  list.show(0, 3);
  await settled();
  expect(list.state.get().problems.map(({ code }) => code)).toEqual(['store.busy']);
  core.isBroken = false;
  list.refresh();
  await time.pass(1_000);
  expect(list.state.get()).toMatchObject({ total: 3, problems: [] });
});

test('a closed list asks for nothing more', async () => {
  const { core, list, time } = listed(3);
  list.show(0, 3);
  await settled();
  list.refresh();
  list.close();
  list.refresh();
  await time.pass(1_000);
  expect(core.asked).toHaveLength(1);
});

test('one press selects one; with Ctrl one more or less; with Shift all from the one before', async () => {
  const { list, selection, chosen } = listed(20);
  list.show(0, 20);
  await settled();
  await selection.press(3, {});
  await selection.press(5, { toggle: true });
  expect(chosen()).toEqual(['r3', 'r5']);
  await selection.press(3, { toggle: true });
  expect(chosen()).toEqual(['r5']);
  await selection.press(7, {});
  await selection.press(4, { range: true });
  expect(chosen()).toEqual(['r4', 'r5', 'r6', 'r7']);
  await selection.press(9, { range: true });
  expect(chosen()).toEqual(['r7', 'r8', 'r9']);
  selection.none();
  expect(chosen()).toEqual([]);
});

test('arrows select what they come to and stop at both ends; a range goes over what is not here yet', async () => {
  const { core, list, selection, chosen } = listed(3_000);
  list.show(0, 20);
  await settled();
  await selection.move(-1, {});
  expect(chosen()).toEqual(['r0']);
  await selection.move(1, { toggle: true });
  expect([chosen(), selection.state.get().active]).toEqual([['r0'], 1]);
  await selection.move(5_000, { range: true });
  expect(chosen()).toHaveLength(3_000);
  expect(selection.state.get().active).toBe(2_999);
  expect(core.asked.slice(1)).toEqual([
    { offset: 0, count: 1000 },
    { offset: 1000, count: 1000 },
    { offset: 2000, count: 1000 },
  ]);
});

test('all are those of the search; what is gone is not selected any more', async () => {
  const { list, selection, chosen, time } = listed(6);
  list.search({ text: 'bird' });
  await time.pass(1_000);
  await selection.all();
  expect(chosen()).toEqual(['r1', 'r3', 'r5']);
  selection.forget([galleryImage('r3'), galleryImage('r0')]);
  expect(chosen()).toEqual(['r1', 'r5']);
});

test('a list of one graph begins with its pictures and asks for no others', async () => {
  const asked: unknown[] = [];
  const list = pictureList({
    ...pageTime(),
    graphId: 'fox',
    fetchFilters: async () => ({ graphs: [], packs: [] }),
    fetch: async (args) => {
      asked.push(args);
      return { images: [galleryImage('r0', {})], total: 1 };
    },
  });
  list.show(0, 1);
  await settled();
  expect(asked).toEqual([{ graphId: 'fox', offset: 0, count: 200 }]);
  expect(list.state.get()).toMatchObject({ total: 1, images: { 0: { runId: 'r0' } } });
});
