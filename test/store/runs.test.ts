import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { problem } from '../../src-main/model/errors.ts';
import type { NodeId } from '../../src-main/model/ids.ts';
import { codesOf, graph, newImage, newRun, runId, someBytes, storeIn, temporaryFolder } from './fixtures.ts';

test('a submitted run is there after the store was closed and opened again', async () => {
  const home = temporaryFolder();
  const store = await storeIn(home);
  const run = newRun('run_a', { submission: 'sub_1', options: { device: 'cuda:0' } });
  expect(await store.runs.submit(graph, [run])).toEqual([{ id: 'run_a', place: 1, state: 'queued', isNew: true }]);
  await store.close();

  const again = await storeIn(home);
  const found = await again.runs.get(runId('run_a'));
  expect(found).toMatchObject({
    ...run,
    graphId: 'graph_a',
    state: 'queued',
    place: 1,
    starts: 0,
    started: null,
    ended: null,
  });
  expect(await again.graphs.get(found!.graph)).toEqual(graph);
  expect(await again.runs.get(runId('run_b'))).toBeNull();
});

test('a run that is submitted twice under one id is one run', async () => {
  const store = await storeIn(temporaryFolder());
  await store.runs.submit(graph, [newRun('run_a')]);
  await store.runs.changed(runId('run_a'), 'done', [], [], 12);
  expect(await store.runs.submit(graph, [newRun('run_a'), newRun('run_b')])).toEqual([
    { id: 'run_a', place: 1, state: 'done', isNew: false },
    { id: 'run_b', place: 2, state: 'queued', isNew: true },
  ]);
  expect((await store.runs.counts()).queued).toBe(1);
});

test('thousands of runs are submitted in their order, and those that were there before keep their places', async () => {
  const store = await storeIn(temporaryFolder());
  await store.runs.submit(graph, [newRun('run_700'), newRun('run_3')]);
  await store.runs.changed(runId('run_3'), 'cancelled', [], [], 0);
  const runs = Array.from({ length: 1000 }, (_, n) => newRun(`run_${n}`, { overrides: { seed: String(n) } }));
  const taken = await store.runs.submit(graph, runs);
  expect(taken.map(({ id }) => id)).toEqual(runs.map(({ id }) => id));
  expect(taken.filter(({ isNew }) => !isNew)).toEqual([
    { id: 'run_3', place: 2, state: 'cancelled', isNew: false },
    { id: 'run_700', place: 1, state: 'queued', isNew: false },
  ]);
  expect(taken.filter(({ isNew }) => isNew).map(({ place }) => place)).toEqual(
    Array.from({ length: 998 }, (_, n) => n + 3),
  );
  expect(await store.runs.get(runId('run_999'))).toMatchObject({ overrides: { seed: '999' }, place: 1000 });
});

test('runs that are submitted together are all there or none', async () => {
  const store = await storeIn(temporaryFolder());
  const broken = { ...newRun('run_b'), title: null as unknown as string };
  expect(await codesOf(store.runs.submit(graph, [newRun('run_a'), broken]))).toEqual(['bug']);
  expect(await store.runs.list()).toEqual([]);
  expect(await store.runs.submit(graph, [newRun('run_c')])).toMatchObject([{ place: 1 }]);
});

test('a write that fails leaves those beside it in the same commit alone', async () => {
  const store = await storeIn(temporaryFolder());
  const writes = await Promise.allSettled([
    store.runs.submit(graph, [newRun('run_a')]),
    store.runs.changed(runId('nobody'), 'done', [], [], 0),
    store.runs.submit(graph, [newRun('run_b')]),
    store.runs.get(runId('run_a')),
  ]);
  expect(writes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(writes[3]).toMatchObject({ value: { id: 'run_a' } });
  expect(await codesOf(store.runs.changed(runId('nobody'), 'done', [], [], 0))).toEqual(['run.missing']);
  expect((await store.runs.list({ order: 'queue' })).map(({ id }) => id)).toEqual(['run_a', 'run_b']);
});

test('a run keeps its state, its problems, its times and its pictures', async () => {
  const store = await storeIn(temporaryFolder(), { clockOffsetMs: 1e9 });
  await store.runs.submit(graph, [newRun('run_a')]);
  store.runs.started(runId('run_a'));
  const running = await store.runs.get(runId('run_a'));
  expect(running).toMatchObject({ state: 'running', starts: 1, ended: null });
  expect(running!.started! - Date.now()).toBeGreaterThan(0.9e9);

  const image = await store.images.add(someBytes(1, 100), newImage('run_b', 0));
  const problems = [problem('node.failed', { node: 'n', type: 't', reason: 'r' }, { nodeId: 'n' as NodeId })];
  await store.runs.changed(runId('run_a'), 'failed', problems, [{ ...image, runId: runId('run_a') }], 321.5);
  expect(await store.runs.get(runId('run_a'))).toMatchObject({ state: 'failed', problems, ms: 321.5 });
  expect((await store.runs.get(runId('run_a')))!.ended).not.toBeNull();
  expect(await store.images.list({ runId: runId('run_a') })).toMatchObject([{ digest: image.digest, index: 0 }]);
});

test('a clock that jumps a year ahead and back changes no order and loses nothing', async () => {
  const home = temporaryFolder();
  const year = 365 * 24 * 3_600_000;
  for (const [n, clockOffsetMs] of [0, year, -year, 0].entries()) {
    const store = await storeIn(home, { clockOffsetMs });
    const left = await store.runs.unfinished();
    expect(left.map(({ id }) => id)).toEqual(Array.from({ length: n }, (_, i) => `run_${i}`));
    expect(await store.runs.claim(left.map(({ id }) => id))).toHaveLength(n);
    await store.runs.submit(graph, [newRun(`run_${n}`)]);
    await store.images.add(someBytes(n, 100), newImage(`run_${n}`, 0));
    await store.tidy();
    await store.close();
  }
  const store = await storeIn(home);
  expect((await store.runs.list({})).map(({ id }) => id)).toEqual(['run_3', 'run_2', 'run_1', 'run_0']);
  expect((await store.images.list()).map(({ runId }) => runId)).toEqual(['run_3', 'run_2', 'run_1', 'run_0']);
});

test('lists are in pages, by state, tier and submission, newest first or in queue order', async () => {
  const store = await storeIn(temporaryFolder());
  const runs = Array.from({ length: 5 }, (_, n) =>
    newRun(`run_${n}`, { tier: n % 2 ? 'background' : 'fast', submission: n < 3 ? 'first' : 'second' }),
  );
  await store.runs.submit(graph, runs);
  await store.runs.changed(runId('run_1'), 'cancelled', [], [], 0);
  await store.runs.arrange([{ id: runId('run_4'), place: 0.5, tier: 'interactive' }]);
  const ids = async (query: Parameters<typeof store.runs.list>[0]) =>
    (await store.runs.list(query)).map(({ id }) => id.slice(4)).join('');
  expect(await ids({})).toBe('43210');
  expect(await ids({ offset: 1, count: 2 })).toBe('32');
  expect(await ids({ states: ['queued'], order: 'queue' })).toBe('4023');
  expect(await ids({ tier: 'background' })).toBe('31');
  expect(await ids({ submission: 'first', order: 'queue' })).toBe('012');
  expect(await ids({ states: [] })).toBe('');
  expect(await store.runs.counts()).toMatchObject({ queued: 4, cancelled: 1, running: 0 });
  expect(
    await codesOf(
      store.runs.arrange([
        { id: runId('run_0'), place: 9 },
        { id: runId('nobody'), place: 1 },
      ]),
    ),
  ).toEqual(['run.missing']);
  expect((await store.runs.get(runId('run_0')))!.place).toBe(1);
});

test('ended runs are listed as they ended, the latest first, whenever they were submitted', async () => {
  const store = await storeIn(temporaryFolder());
  await store.runs.submit(
    graph,
    ['a', 'b', 'c', 'd', 'e'].map((name) => newRun(`run_${name}`, name === 'd' ? { tier: 'background' } : {})),
  );
  for (const name of ['d', 'a', 'c', 'b']) {
    await store.runs.changed(runId(`run_${name}`), name === 'c' ? 'failed' : 'done', [], [], 0);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  const ids = async (query: Parameters<typeof store.runs.list>[0]) =>
    (await store.runs.list({ order: 'ended', ...query })).map(({ id }) => id.slice(4)).join('');
  expect(await ids({ states: ['done', 'failed', 'cancelled'] })).toBe('bcad');
  expect(await ids({ states: ['done'] })).toBe('bad');
  expect(await ids({ states: ['done'], offset: 1, count: 1 })).toBe('a');
  expect(await ids({ tier: 'background' })).toBe('d');
  expect(await ids({})).toBe('bcade');
});

test('a place before all others or between two does not disturb the places of later runs', async () => {
  const store = await storeIn(temporaryFolder());
  await store.runs.submit(graph, [newRun('run_a')]);
  await store.runs.arrange([{ id: runId('run_a'), place: 7.25 }]);
  expect(await store.runs.submit(graph, [newRun('run_b')])).toMatchObject([{ place: 8 }]);
});

test('what one store runs is not unfinished for another, until it is closed', async () => {
  const home = temporaryFolder();
  const first = await storeIn(home);
  await first.runs.submit(graph, [newRun('run_a'), newRun('run_b'), newRun('run_c')]);
  first.runs.started(runId('run_a'));
  await first.runs.changed(runId('run_b'), 'done', [], [], 1);

  const second = await storeIn(home);
  expect(await second.runs.unfinished()).toEqual([]);
  expect(await second.runs.claim([runId('run_a'), runId('run_c')])).toEqual([]);
  expect((await first.runs.unfinished()).map(({ id }) => id)).toEqual(['run_a', 'run_c']);
  await first.close();

  expect((await second.runs.unfinished()).map(({ id, state }) => [id, state])).toEqual([
    ['run_a', 'interrupted'],
    ['run_c', 'queued'],
  ]);
  expect(await second.runs.claim([runId('run_a'), runId('run_b'), runId('run_c')])).toEqual(['run_a', 'run_c']);
  expect(await second.runs.get(runId('run_a'))).toMatchObject({ state: 'queued', starts: 1 });
});

test('a waiting run takes less than a kilobyte of disk', async () => {
  const home = temporaryFolder();
  const store = await storeIn(home);
  await store.runs.submit(
    graph,
    Array.from({ length: 2000 }, (_, n) => newRun(`run_${n}`)),
  );
  await store.close();
  expect(statSync(`${home}/kiln.db`).size / 2000).toBeLessThan(1024);
});
