import { expect, test } from 'vitest';
import type { Digest } from '../../src-main/model/ids.ts';
import { pageTexts } from '../../src-main/texts/say-page.ts';
import { pictureInputs, pictureName, removePictures, takePicture } from '../../src-renderer/session/picture-actions.ts';
import { preferences } from '../../src-renderer/session/preferences.ts';
import { studio } from '../../src-renderer/session/studio.ts';
import type { StudioCalls } from '../../src-renderer/session/studio-calls.ts';
import { fitScale, placed, zoomedAt } from '../../src-renderer/session/zoom.ts';
import { fakeCalls, image, memoryStorage } from './fake-core-calls.ts';
import { pageTime } from './page-time.ts';

async function opened(template: string, some: Partial<StudioCalls> = {}) {
  const calls = fakeCalls(some);
  const storage = memoryStorage();
  const page = studio({ calls, storage, timers: pageTime(), preferences: preferences(storage, 'en') });
  await page.connected();
  page.openTemplate(template);
  return { page, calls, open: page.template.get()!.open };
}

test('deleted pictures can be had back from what is told about them', async () => {
  const { page, calls } = await opened('text-to-image');
  await removePictures(page, [image('a', 1)]);
  const place = { runId: 'a', nodeId: 'save', index: 1 };
  expect(calls.of('removeImages')).toEqual([[place]]);
  const [notice] = page.notices.list.get();
  if (notice?.kind !== 'said' || !notice.action) throw new Error('nothing can be taken back');
  expect([notice.say(pageTexts('en')), notice.action.name(pageTexts('en'))]).toEqual(['Picture deleted', 'Undo']);
  notice.action.work();
  expect(calls.of('restoreImages')).toEqual([[place]]);
});

test('thousands of pictures are deleted and had back a thousand at a time', async () => {
  const { page, calls } = await opened('text-to-image');
  const takeBack = await removePictures(
    page,
    Array.from({ length: 2_500 }, (_, i) => image('a', i)),
  );
  const counts = (name: string) => calls.of(name).map((places) => (places as unknown[]).length);
  expect(counts('removeImages')).toEqual([1000, 1000, 500]);
  takeBack?.();
  await expect.poll(() => counts('restoreImages')).toEqual([1000, 1000, 500]);
});

test('where nothing was deleted, nothing is told', async () => {
  const { page } = await opened('text-to-image', { removeImages: async () => ({ removed: 0 }) });
  await removePictures(page, [image('a')]);
  expect(page.notices.list.get()).toEqual([]);
});

test('a picture goes straight into the only input that takes one, as one step of undo', async () => {
  const { page, open } = await opened('image-to-image');
  const [input] = pictureInputs(open);
  await takePicture(page, image('a', 0, { digest: 'd'.repeat(64) as Digest }));
  const { values } = open.graph.get().nodes[input!.node]!;
  expect(values[input!.input]).toEqual({ digest: 'd'.repeat(64), name: 'picture-7-dddddddd.png' });
  expect(page.offered.get()).toEqual([]);
  open.history.undo();
  expect(open.graph.get().nodes[input!.node]!.values[input!.input] ?? null).toBeNull();
});

test('where the open graph takes no picture, or the form offers none, a person is asked or a node takes it', async () => {
  const { page } = await opened('text-to-image');
  await takePicture(page, image('a'));
  expect(page.offered.get()).toHaveLength(1);
  const { open } = await opened('upscale');
  open.change('expose', (draft) => {
    draft.exposed = [];
  });
  expect(pictureInputs(open)).toHaveLength(1);
});

test('the name of a picture’s file holds nothing that a disk refuses', () => {
  expect(pictureName(image('a', 0, { title: 'fox/bird: "two"', digest: 'abcdef0123' as Digest }))).toBe(
    'fox bird   two-7-abcdef01.png',
  );
  expect(pictureName(image('a', 0, { title: '', seed: null, digest: 'abcdef0123' as Digest }))).toBe(
    'kiln-abcdef01.png',
  );
  expect(pictureName(image('a', 0, { title: 'a', mime: 'image/jpeg', digest: 'abcdef0123' as Digest }))).toBe(
    'a-7-abcdef01.jpg',
  );
});

test('a picture fits its frame, small ones at most three times as large', () => {
  expect(fitScale({ width: 2000, height: 500 }, { width: 1000, height: 1000 })).toBe(0.5);
  expect(fitScale({ width: 100, height: 100 }, { width: 1000, height: 1000 })).toBe(3);
});

test('zooming keeps what is under the pointer, up to eight times and no smaller than needed', () => {
  const [picture, frame] = [
    { width: 1000, height: 1000 },
    { width: 500, height: 500 },
  ];
  const point = { x: 100, y: -50 };
  const before = { scale: 1, x: 20, y: 10 };
  const after = zoomedAt(before, 2, point, picture, frame);
  const under = ({ scale, x, y }: typeof before) => [(point.x - x) / scale, (point.y - y) / scale];
  expect(under(after)).toEqual(under(before));
  expect(zoomedAt(before, 100, point, picture, frame).scale).toBe(8);
  expect(zoomedAt(before, 0.0001, point, picture, frame).scale).toBe(0.05);
});

test('a picture is not dragged out of sight, and one that fits stays in the middle', () => {
  const [picture, frame] = [
    { width: 1000, height: 200 },
    { width: 500, height: 500 },
  ];
  expect(placed({ scale: 1, x: 900, y: 900 }, picture, frame)).toEqual({ scale: 1, x: 250, y: 0 });
  expect(placed({ scale: 0.5, x: -900, y: 3 }, picture, frame)).toEqual({ scale: 0.5, x: 0, y: 0 });
});
