import { expect, test } from 'vitest';
import type { Asked, RunListing } from '../../src-main/contract/calls.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { GraphId, JobId, NodeId, RunId } from '../../src-main/model/ids.ts';
import { queue } from '../../src-renderer/session/queue.ts';
import { placeBefore, runList } from '../../src-renderer/session/run-list.ts';
import { runSelection } from '../../src-renderer/session/run-selection.ts';
import { fakeCalls, listing } from './fake-core-calls.ts';
import { pageTime } from './page-time.ts';

/** A core with so many waiting runs, which tests may change. */
function manyRuns(count: number) {
  const time = pageTime();
  const core = { rows: Array.from({ length: count }, (_, i) => listing(`r${i}`)), asked: [] as Asked<'runs.list'>[] };
  const list = runList({
    ...time,
    query: { order: 'queue' },
    fetch: async (args) => {
      core.asked.push(args);
      const { offset = 0, count: most = 50 } = args;
      const rows = core.rows.filter(({ tier }) => args.tier === undefined || tier === args.tier);
      return { runs: rows.slice(offset, offset + most), total: rows.length };
    },
  });
  const ids = () => Object.values(list.state.get().rows).map(({ runId }) => runId);
  return { time, core, list, ids };
}

const changed = (runId: string, state: RunListing['state']): Event => ({
  type: 'run.changed',
  runId: runId as RunId,
  graphId: 'g' as GraphId,
  state,
  problems: [],
  images: [],
  ms: 0,
});

test('of ten thousand runs, only the pages that are looked at are asked for', async () => {
  const { time, core, list } = manyRuns(10_000);
  list.show(0, 12);
  await time.pass(0);
  list.show(4_990, 5_010);
  await time.pass(0);
  list.show(4_991, 5_011);
  await time.pass(0);
  expect(core.asked.map(({ offset }) => offset)).toEqual([0, 4900, 5000]);
  expect(list.state.get().total).toBe(10_000);
  expect(list.state.get().rows[5_010]?.runId).toBe('r5010');
  expect(list.state.get().rows[9_000]).toBeUndefined();
});

test('an event shows at once; a burst of them is one question for what is looked at', async () => {
  const { time, core, list } = manyRuns(500);
  list.show(0, 10);
  await time.pass(0);
  core.rows.splice(0, 1);
  for (let i = 0; i < 50; i++) list.hear(changed(`r${i}`, 'running'));
  expect(list.state.get().rows[0]).toMatchObject({ runId: 'r0', state: 'running' });
  await time.pass(299);
  expect(core.asked).toHaveLength(1);
  await time.pass(1);
  expect(core.asked).toHaveLength(2);
  expect(list.state.get().rows[0]?.runId).toBe('r1');
  expect(list.state.get().total).toBe(499);
});

test('when others changed the queue, what is looked at is asked for anew', async () => {
  const { time, core, list, ids } = manyRuns(3);
  list.show(0, 3);
  await time.pass(0);
  core.rows.reverse();
  for (let i = 0; i < 10; i++) list.hear({ type: 'queue.changed' });
  await time.pass(300);
  expect(ids()).toEqual(['r2', 'r1', 'r0']);
  expect(core.asked).toHaveLength(2);
});

test('progress moves its row and asks nothing', async () => {
  const { time, core, list } = manyRuns(3);
  list.show(0, 3);
  await time.pass(0);
  const where = { runId: 'r1' as RunId, graphId: 'g' as GraphId, jobId: 'j' as JobId, nodeId: 'n' as NodeId };
  list.hear({ type: 'job.progressed', ...where, done: 2, total: 8, ms: 1 });
  await time.pass(1000);
  expect(list.state.get().rows[1]?.progress).toEqual({ done: 2, total: 8 });
  expect(core.asked).toHaveLength(1);
});

test('a change while a page is on its way is asked for again', async () => {
  const { time, core, list } = manyRuns(3);
  list.show(0, 3);
  list.hear(changed('new', 'queued'));
  core.rows.push(listing('new'));
  await time.pass(300);
  expect(list.state.get().total).toBe(4);
});

/** A list whose questions stay open until a test answers them. */
function slowRuns() {
  const time = pageTime();
  const open: { answer(runIds: readonly string[]): void; fail(): void }[] = [];
  const list = runList({
    ...time,
    query: { order: 'queue' },
    fetch: () =>
      new Promise((resolve, reject) => {
        open.push({
          answer: (runIds) => resolve({ runs: runIds.map((runId) => listing(runId)), total: runIds.length }),
          fail: () => reject(new Error('no answer')),
        });
      }),
  });
  const ids = () => Object.values(list.state.get().rows).map(({ runId }) => runId);
  return { time, list, open, ids };
}

test('a change whose time comes while a question is still open is asked for once that is answered, once', async () => {
  const { time, list, open, ids } = slowRuns();
  list.show(0, 3);
  for (let i = 0; i < 3; i++) {
    list.hear(changed(`new${i}`, 'queued'));
    await time.pass(300);
  }
  expect(open).toHaveLength(1);
  open[0]!.answer(['r0']);
  await time.pass(0);
  expect(open).toHaveLength(2);
  open[1]!.answer(['r0', 'new0', 'new1', 'new2']);
  await time.pass(1000);
  expect(ids()).toEqual(['r0', 'new0', 'new1', 'new2']);
  expect(open).toHaveLength(2);
});

test('so it is when that question got no answer', async () => {
  const { time, list, open, ids } = slowRuns();
  list.show(0, 3);
  list.hear(changed('new', 'queued'));
  await time.pass(300);
  open[0]!.fail();
  await time.pass(0);
  expect(open).toHaveLength(2);
  open[1]!.answer(['new']);
  await time.pass(0);
  expect(ids()).toEqual(['new']);
  expect(list.state.get().problems).toEqual([]);
});

test('a list that was closed asks nothing more', async () => {
  const { time, list, open } = slowRuns();
  list.show(0, 3);
  list.hear(changed('new', 'queued'));
  await time.pass(300);
  list.close();
  open[0]!.answer([]);
  await time.pass(1000);
  expect(open).toHaveLength(1);
});

test('a list that became shorter has no rows beyond its end', async () => {
  const { time, core, list } = manyRuns(250);
  list.show(0, 250);
  await time.pass(0);
  core.rows.length = 120;
  list.refresh();
  await time.pass(300);
  expect(Object.keys(list.state.get().rows)).toHaveLength(120);
});

test.each([
  ['front', ['r0', 'r3', 'r1', 'r2']],
  ['back', ['r0', 'r1', 'r2', 'r3']],
  [{ before: 'r2' as RunId }, ['r0', 'r1', 'r3', 'r2']],
] as const)('a run moved to %o is there at once, behind what runs', async (to, order) => {
  const { time, core, list, ids } = manyRuns(4);
  core.rows[0] = listing('r0', { state: 'running' });
  list.show(0, 4);
  await time.pass(0);
  list.moved(['r3' as RunId], to);
  expect(ids()).toEqual(order);
  await time.pass(300);
  expect(ids()).toEqual(['r0', 'r1', 'r2', 'r3']);
});

test('what keeps the list from coming is said, and gone when it comes', async () => {
  const { time, core, list } = manyRuns(2);
  const rows = core.rows;
  core.rows = null as never;
  list.show(0, 2);
  await time.pass(0);
  expect(list.state.get().problems).toMatchObject([{ code: 'bug' }]);
  core.rows = rows;
  list.refresh();
  await time.pass(300);
  expect(list.state.get()).toMatchObject({ total: 2, problems: [] });
});

test('the queue asks for its counts after a burst, once', async () => {
  const time = pageTime();
  const calls = fakeCalls();
  const line = queue({ ...time, fetch: calls.runs, fetchStatus: calls.queue });
  line.hear(changed('a', 'queued'));
  line.hear(changed('a', 'running'));
  await time.pass(300);
  expect(calls.of('queue')).toHaveLength(1);
  expect(line.status.get()?.paused).toBe(false);
  expect(calls.of('runs')).toMatchObject([
    { states: ['running', 'queued', 'paused', 'interrupted'], order: 'queue' },
    { states: ['done', 'failed', 'cancelled'], order: 'ended' },
  ]);
});

test('what others did to the queue is found by looking around, and nothing is asked where nothing changed', async () => {
  const time = pageTime();
  let paused = false;
  const calls = fakeCalls();
  const fetchStatus = async () => ({ ...(await calls.queue()), paused });
  const line = queue({ ...time, fetch: calls.runs, fetchStatus });
  await line.lookAround();
  await time.pass(300);
  await line.lookAround();
  await time.pass(300);
  expect(calls.of('runs')).toHaveLength(2);
  paused = true;
  await line.lookAround();
  await time.pass(300);
  expect(line.status.get()?.paused).toBe(true);
  expect(calls.of('runs')).toHaveLength(4);
});

test('a list of one tier begins empty, asks for that tier alone, and what comes late of the other is not shown', async () => {
  const { time, core, list, ids } = manyRuns(3);
  core.rows[1] = listing('r1', { tier: 'quality' });
  list.show(0, 3);
  list.only('quality');
  expect(list.state.get().total).toBeNull();
  await time.pass(0);
  expect(core.asked.map(({ tier }) => tier)).toEqual([undefined, 'quality']);
  expect([list.state.get().total, ids()]).toEqual([1, ['r1']]);
  list.only(null);
  await time.pass(0);
  expect(list.state.get().total).toBe(3);
  expect(core.asked.at(-1)!.tier).toBeUndefined();
});

test('runs are picked one by one, as a range, and all, also those that were never looked at', async () => {
  const { time, core, list } = manyRuns(2_500);
  const selection = runSelection(list);
  list.show(0, 10);
  await time.pass(0);
  await selection.choose(3);
  await selection.extend(5);
  expect([...selection.ids.get()]).toEqual(['r3', 'r4', 'r5']);
  await selection.toggle(4);
  await selection.toggle(9);
  expect([...selection.ids.get()]).toEqual(['r3', 'r5', 'r9']);
  await selection.extend(7);
  expect([...selection.ids.get()]).toEqual(['r7', 'r8', 'r9']);
  expect(core.asked).toHaveLength(1);
  await selection.all();
  expect(selection.ids.get().size).toBe(2_500);
  expect([...selection.ids.get()].at(-1)).toBe('r2499');
  expect(core.asked.slice(1).map(({ offset, count }) => [offset, count])).toEqual([
    [100, 1000],
    [1100, 1000],
    [2100, 400],
  ]);
  selection.drop(['r7' as RunId, 'nobody' as RunId]);
  expect(selection.ids.get().size).toBe(2_499);
  selection.clear();
  expect(selection.ids.get().size).toBe(0);
});

test('a place in the list is said as the core moves runs: to the front, before one that stays, or to the back', async () => {
  const { time, core, list } = manyRuns(5);
  core.rows[0] = listing('r0', { state: 'running' });
  list.show(0, 5);
  await time.pass(0);
  const before = (to: number, ...ids: string[]) => placeBefore(list.state.get(), new Set(ids as RunId[]), to);
  expect(before(0, 'r3')).toBe('front');
  expect(before(1, 'r3')).toBe('front');
  expect(before(2, 'r4')).toEqual({ before: 'r2' });
  expect(before(5, 'r1')).toBe('back');
  expect(before(3, 'r3')).toBeNull();
  expect(before(2, 'r2', 'r3')).toEqual({ before: 'r4' });
  expect(before(3, 'r3', 'r4')).toBe('back');
});
