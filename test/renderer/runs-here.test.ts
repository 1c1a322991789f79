import { expect, test } from 'vitest';
import { problem } from '../../src-main/model/errors.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { GraphId, JobId, NodeId, RunId } from '../../src-main/model/ids.ts';
import type { RunState } from '../../src-main/model/run.ts';
import {
  afterEvent,
  afterListing,
  msLeft,
  noRuns,
  type RunsHere,
  runToShow,
  submitted,
} from '../../src-renderer/session/runs-here.ts';
import { image, listing } from './fake-core-calls.ts';

const where = (run: string, node = 'sample') => ({
  runId: run as RunId,
  graphId: 'g' as GraphId,
  jobId: `${run}/${node}` as JobId,
  nodeId: node as NodeId,
});
const changed = (run: string, state: RunState, some: object = {}): Event => ({
  type: 'run.changed',
  ...where(run),
  state,
  problems: [],
  images: [],
  ms: 0,
  ...some,
});
const progressed = (run: string, done: number, total = 10, some: object = {}): Event => ({
  type: 'job.progressed',
  ...where(run),
  done,
  total,
  ms: 0,
  ...some,
});
const runs = (...events: readonly (readonly [Event, number])[]): RunsHere =>
  events.reduce((now, [event, at]) => afterEvent(now, event, at), noRuns);
const run = (here: RunsHere, id: string) => here[id as RunId]!;

test('a run shows its steps, then its pictures', () => {
  const during = runs([changed('a', 'running'), 0], [progressed('a', 3), 10]);
  expect(run(during, 'a')).toMatchObject({ state: 'running', steps: { nodeId: 'sample', done: 3, total: 10 } });
  const after = afterEvent(during, changed('a', 'done', { images: [image('a')], ms: 900 }), 20);
  expect(run(after, 'a')).toMatchObject({ state: 'done', steps: null, images: [image('a')], ms: 900 });
});

test('the time left comes from the steps since the first, and counts down between them', () => {
  const here = runs([progressed('a', 1), 1000], [progressed('a', 2), 1500], [progressed('a', 3), 2000]);
  expect(msLeft(run(here, 'a'), 2000)).toBe(3500);
  expect(msLeft(run(here, 'a'), 2400)).toBe(3100);
  expect(msLeft(run(here, 'a'), 60_000)).toBe(0);
});

test('nothing is known of the time left after one step, nor when another node begins', () => {
  expect(msLeft(run(runs([progressed('a', 1), 0]), 'a'), 10)).toBeNull();
  const next = runs(
    [progressed('a', 1), 0],
    [progressed('a', 2), 5],
    [{ ...progressed('a', 1), ...where('a', 'second') }, 9],
  );
  expect(msLeft(run(next, 'a'), 10)).toBeNull();
});

test('an interrupted or retried job starts its steps again', () => {
  const interrupted = runs([progressed('a', 5), 0], [changed('a', 'queued'), 1]);
  expect(run(interrupted, 'a').steps).toBeNull();
  const retried = runs([progressed('a', 5), 0], [{ type: 'job.retried', ...where('a'), problems: [] }, 1]);
  expect(run(retried, 'a')).toMatchObject({ steps: null, nodes: {} });
});

test('a preview stays until the run stops running', () => {
  const preview = { width: 1, height: 1, rgb: 'AAAA' };
  const here = runs([progressed('a', 1, 10, { preview }), 0], [progressed('a', 2, 10, { preview: null }), 1]);
  expect(run(here, 'a').preview).toEqual(preview);
  expect(run(afterEvent(here, changed('a', 'done'), 2), 'a').preview).toBeNull();
});

test('problems, warnings and what jobs do are the run’s own', () => {
  const found = [problem('device.lost', { device: 'cpu', reason: 'x' })];
  const here = runs(
    [{ type: 'run.warned', ...where('a'), problems: found }, 0],
    [{ type: 'job.changed', ...where('a', 'decode'), state: 'reused', deviceId: null, ms: 4 }, 1],
    [changed('b', 'failed', { problems: found }), 2],
  );
  expect(run(here, 'a')).toMatchObject({
    warnings: found,
    problems: [],
    nodes: { decode: { state: 'reused', ms: 4 } },
  });
  expect(run(here, 'b')).toMatchObject({ warnings: [], problems: found });
});

test('an event that belongs to no run changes nothing', () => {
  const here = runs([changed('a', 'running'), 0]);
  expect(afterEvent(here, { type: 'image.added', image: image('a'), digest: image('a').digest }, 1)).toBe(here);
});

test('what draws is shown before what waits, before what ended last', () => {
  const mine = () => true;
  const waiting = submitted(submitted(noRuns, 'a' as RunId, 'g' as GraphId), 'b' as RunId, 'g' as GraphId);
  expect(runToShow(waiting, mine)?.runId).toBe('a');
  const running = afterEvent(waiting, changed('b', 'running'), 0);
  expect(runToShow(running, mine)?.runId).toBe('b');
  const over = [changed('a', 'done'), changed('b', 'done')].reduce((now, event) => afterEvent(now, event, 0), running);
  expect(runToShow(over, mine)?.runId).toBe('b');
  expect(runToShow(over, () => false)).toBeNull();
});

test('a listing tells what happened while nobody listened, and steps go on where the run does', () => {
  const here = runs([changed('a', 'running'), 0], [progressed('a', 4), 1]);
  expect(afterListing(here, listing('a', { state: 'running' }))).toBe(here);
  const done = afterListing(here, listing('a', { state: 'done', images: [image('a')], ms: 7 }));
  expect(run(done, 'a')).toMatchObject({ state: 'done', steps: null, images: [image('a')], ms: 7 });
  expect(run(afterListing(noRuns, listing('b', { state: 'paused' })), 'b').state).toBe('paused');
});

test('of the runs that are over, the oldest are forgotten', () => {
  let here = noRuns;
  for (let i = 0; i < 250; i++) here = afterEvent(here, changed(`r${i}`, i === 0 ? 'running' : 'done'), 0);
  expect(Object.keys(here)).toHaveLength(201);
  expect(here['r0' as RunId]?.state).toBe('running');
  expect(here['r249' as RunId]?.state).toBe('done');
});

test('a run shows no picture that was deleted, and shows it in its place when it is back', () => {
  const three = [0, 1, 2].map((index) => image('a', index));
  const here = afterListing(noRuns, listing('a', { state: 'done', images: three }));
  const without = afterEvent(here, { type: 'images.removed', images: [three[1]!, image('b')] }, 1);
  expect(without['a' as RunId]?.images).toEqual([three[0], three[2]]);
  const back = afterEvent(without, { type: 'images.restored', images: [three[1] as never, image('b') as never] }, 1);
  expect(back['a' as RunId]?.images).toEqual(three);
});
