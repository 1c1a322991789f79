import { expect, test } from 'vitest';
import type { ImagePlace, RunImage } from '../../src-main/model/run.ts';
import { gallery } from '../../src-renderer/session/gallery.ts';
import { galleryImage, image } from './fake-core-calls.ts';

function kept(count: number) {
  const core = { images: Array.from({ length: count }, (_, i) => galleryImage(`r${count - i}`)), asked: 0 };
  const pictures = gallery(async ({ offset = 0, count: most = 50 }) => {
    core.asked++;
    return { images: core.images.slice(offset, offset + most), total: core.images.length };
  });
  const names = () => pictures.state.get().images.map(({ runId }) => runId as string);
  return { core, pictures, names };
}
const added = (one: RunImage) => ({ type: 'image.added', image: one, digest: one.digest }) as const;

test('newest first, page by page, until the oldest is there', async () => {
  const { pictures, names } = kept(130);
  await pictures.refresh();
  expect(names()).toHaveLength(60);
  expect(names()[0]).toBe('r130');
  await pictures.more();
  await pictures.more();
  expect(names()).toHaveLength(130);
  expect(pictures.state.get()).toMatchObject({ complete: true, loaded: true });
});

test('a new picture comes first, once, however often it is told', async () => {
  const { pictures, names } = kept(2);
  await pictures.refresh();
  pictures.hear(added(image('new')));
  pictures.hear(added(image('new')));
  expect(names()).toEqual(['new', 'r2', 'r1']);
});

test('pictures that are not kept are not shown here', () => {
  const { pictures, names } = kept(0);
  pictures.hear(added(image('preview', 0, { kept: false })));
  expect(names()).toEqual([]);
});

test('pictures that came while nobody listened are found, as far back as it takes', async () => {
  const { core, pictures, names } = kept(10);
  await pictures.refresh();
  core.images.unshift(...Array.from({ length: 100 }, (_, i) => galleryImage(`missed${100 - i}`)));
  await pictures.refresh();
  expect(names()).toHaveLength(110);
  expect(names()[0]).toBe('missed100');
  expect(names()[100]).toBe('r10');
});

test('no pictures at all is said to be all there is', async () => {
  const { pictures } = kept(0);
  await pictures.refresh();
  expect(pictures.state.get()).toEqual({ images: [], complete: true, loaded: true, problems: [] });
});

test('two that ask at once are answered by one question', async () => {
  const { core, pictures } = kept(3);
  await Promise.all([pictures.more(), pictures.more()]);
  expect(core.asked).toBe(1);
});

const without = (places: readonly ImagePlace[], images: readonly RunImage[]) => {
  const gone = new Set(places.map(({ runId }) => runId));
  return images.filter(({ runId }) => !gone.has(runId));
};

test('pictures that were taken away are gone, and are back in their place when they are restored', async () => {
  const { core, pictures, names } = kept(130);
  await pictures.refresh();
  await pictures.more();
  const all = core.images;
  const two = [all[3]!, all[70]!];
  core.images = without(two, all) as typeof all;
  pictures.hear({ type: 'images.removed', images: two });
  expect(names()).toEqual(core.images.slice(0, 118).map(({ runId }) => runId));
  expect(pictures.removed.get()).toEqual(two);
  await pictures.more();
  core.images = all;
  pictures.hear({ type: 'images.restored', images: two });
  await expect.poll(names).toEqual(all.map(({ runId }) => runId));
  expect(pictures.state.get().complete).toBe(true);
});

test('whoever lists pictures is told whenever some come or go, and not when nothing is new', async () => {
  const { pictures } = kept(2);
  await pictures.refresh();
  const before = pictures.changes.get();
  pictures.hear(added(image('new')));
  pictures.hear(added(image('new')));
  expect(pictures.changes.get()).toBe(before + 1);
  pictures.hear({ type: 'images.removed', images: [image('new')] });
  expect(pictures.changes.get()).toBe(before + 2);
});
