import { expect, onTestFinished, test } from 'vitest';
import { openServedCore } from '../../src-main/core-served.ts';
import { forkedHost } from '../../src-main/device/host-link.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { RunId } from '../../src-main/model/ids.ts';
import { isOver } from '../../src-main/model/run.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { templates } from './templates.ts';

const graph = templates.textToImage();
const { signal } = new AbortController();

/** A core that has made one picture. */
async function withPicture() {
  const core = await openServedCore({ home: temporaryFolder(), host: forkedHost() });
  onTestFinished(() => core.close());
  const events: Event[] = [];
  const ended = new Promise<void>((resolve) => {
    core.listen((event) => {
      events.push(event);
      if (event.type === 'run.changed' && isOver(event.state)) resolve();
    });
  });
  const runs = [{ runId: 'one' as RunId, overrides: { prompt: 'a red fox', steps: 2 } }];
  await core.handlers['runs.submit']({ graph, runs, times: 1 } as never, signal);
  await ended;
  const list = (args = {}) => core.handlers['images.list']({ offset: 0, count: 50, ...args }, signal);
  return { core, events, list };
}

test('a picture is listed with what it was made from, taken away, told, and had back', async () => {
  const { core, events, list } = await withPicture();
  const { images, total } = await list();
  expect([total, images[0]]).toMatchObject([
    1,
    { runId: 'one', prompt: 'a red fox', graphId: graph.id, graphTitle: graph.title, packs: ['starter'] },
  ]);
  const filters = await core.handlers['images.filters']({}, signal);
  expect(filters.graphs).toEqual([{ graphId: graph.id, title: graph.title, count: 1 }]);
  expect(await list({ graphId: 'another' })).toEqual({ images: [], total: 0 });

  const { runId, nodeId, index, digest } = images[0]!;
  const places = [{ runId, nodeId, index }];
  // Used before it is taken away: what is used is a file of its own.
  const used = await core.handlers['images.use']({ digest, name: 'fox.png' }, signal);
  expect(await core.handlers['images.remove']({ images: places }, signal)).toEqual({ removed: 1 });
  expect(events.at(-1)).toEqual({ type: 'images.removed', images: places });
  expect(await list()).toEqual({ images: [], total: 0 });
  expect((await core.handlers['runs.get']({ runId }, signal)).images).toEqual([]);
  expect(await core.blob(used.digest)).toEqual(await core.picture(digest));

  const told = events.length;
  expect(await core.handlers['images.remove']({ images: places }, signal)).toEqual({ removed: 0 });
  expect(events.length).toBe(told);
  expect(await core.handlers['images.restore']({ images: places }, signal)).toEqual({ restored: 1 });
  expect(events.at(-1)).toMatchObject({ type: 'images.restored', images: [{ runId, digest }] });
  expect(await list()).toEqual({ images, total: 1 });
});
