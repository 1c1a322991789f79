import { expect, test } from 'vitest';
import { problem } from '../../src-main/model/errors.ts';
import type { Event } from '../../src-main/model/events.ts';
import { readGraph } from '../../src-main/model/graph-file.ts';
import type { GraphId, JobId, NodeId, RunId, StepId } from '../../src-main/model/ids.ts';
import type { JobState } from '../../src-main/model/run.ts';
import { statusesOf } from '../../src-renderer/canvas/status.ts';
import { openGraph } from '../../src-renderer/session/open-graph.ts';
import { afterEvent, noRuns } from '../../src-renderer/session/runs-here.ts';
import * as subgraphs from '../../src-renderer/session/subgraph-commands.ts';
import { image, memoryStorage, specs, templateFile } from './fake-core-calls.ts';

/** Text to image with the sampler, the decoder and what saves in a subgraph, and the decoder in one inside of that. */
function opened() {
  const read = readGraph(JSON.stringify(templateFile('text-to-image')), { name: 'text-to-image' });
  if (!read.ok) throw new Error('text-to-image');
  const root = openGraph({ graph: read.value, specs, storage: memoryStorage() });
  root.selection.set(new Set(['sample', 'decode', 'upscale', 'save'] as NodeId[]));
  subgraphs.makeSubgraph(root, 'Draw');
  const inside = root.level(['subgraph'] as NodeId[]);
  inside.selection.set(new Set(['decode'] as NodeId[]));
  subgraphs.makeSubgraph(inside, 'Decode');
  return { root, inside, deep: root.level(['subgraph', 'subgraph'] as NodeId[]) };
}

const where = (step: string) => ({
  runId: 'r' as RunId,
  graphId: 'text-to-image' as GraphId,
  jobId: `r/${step}` as JobId,
  nodeId: step.split('/')[0] as NodeId,
  ...(step.includes('/') ? { stepId: step as StepId } : {}),
});
const changed = (step: string, state: JobState, ms = 0): Event => ({
  type: 'job.changed',
  ...where(step),
  state,
  ms,
  deviceId: null,
});
const seen = (...events: Event[]) => events.reduce((now, event) => afterEvent(now, event, 0), noRuns)['r' as RunId]!;
const stateAt = (open: ReturnType<typeof opened>['root'], run: ReturnType<typeof seen>, id: string) =>
  statusesOf(run, [], open).get(id as NodeId)?.here;

test('a node inside shows its own state when that is open; the node outside sums up all that is in it', () => {
  const { root, inside, deep } = opened();
  const run = seen(changed('positive', 'done', 10), changed('subgraph/sample', 'done', 700), {
    type: 'job.progressed',
    ...where('subgraph/subgraph/decode'),
    done: 1,
    total: 3,
    ms: 40,
  });
  expect(stateAt(root, run, 'positive')).toMatchObject({ state: 'done', ms: 10 });
  expect(stateAt(root, run, 'subgraph')).toEqual({ state: 'running', done: 1, total: 3, ms: 740 });
  expect(stateAt(inside, run, 'sample')).toMatchObject({ state: 'done', ms: 700 });
  expect(stateAt(inside, run, 'subgraph')).toMatchObject({ state: 'running', done: 1, total: 3 });
  expect(stateAt(inside, run, 'positive')).toBeUndefined();
  expect(stateAt(deep, run, 'decode')).toMatchObject({ state: 'running', done: 1, total: 3 });
});

test('one that failed is seen outside, and what is all done is done', () => {
  const { root } = opened();
  const failed = seen(changed('subgraph/sample', 'failed'), changed('subgraph/subgraph/decode', 'ready'));
  expect(stateAt(root, failed, 'subgraph')).toMatchObject({ state: 'failed' });
  const done = seen(changed('subgraph/sample', 'reused'), changed('subgraph/subgraph/decode', 'done', 5));
  expect(stateAt(root, done, 'subgraph')).toMatchObject({ state: 'done', ms: 5 });
});

test('a step that is done again begins anew, inside and outside', () => {
  const { root, inside } = opened();
  const again = seen(changed('subgraph/sample', 'running', 9), {
    type: 'job.retried',
    ...where('subgraph/sample'),
    problems: [],
  });
  expect(stateAt(inside, again, 'sample')).toBeUndefined();
  expect(stateAt(root, again, 'subgraph')).toBeUndefined();
});

test('the picture is shown outside, and inside by the one node that saves', () => {
  const { root, inside, deep } = opened();
  const run = { ...seen(changed('subgraph/save', 'done')), images: [image('r', 0, { nodeId: 'subgraph' as NodeId })] };
  expect(statusesOf(run, [], root).get('subgraph' as NodeId)?.picture).toBe('r-0');
  expect(statusesOf(run, [], inside).get('save' as NodeId)?.picture).toBe('r-0');
  expect([...statusesOf(run, [], deep).values()].filter(({ picture }) => picture)).toEqual([]);
});

test('what went wrong in a run is at the node inside that it happened to', () => {
  const { root, inside, deep } = opened();
  const wrong = problem(
    'input.missing',
    { node: 'subgraph/subgraph/decode', input: 'vae', type: 'vae' },
    { nodeId: 'subgraph' as NodeId, input: 'vae' },
  );
  const run = { ...seen(changed('subgraph/sample', 'done')), problems: [wrong] };
  for (const [open, id] of [
    [root, 'subgraph'],
    [inside, 'subgraph'],
    [deep, 'decode'],
  ] as const)
    expect(statusesOf(run, [], open).get(id as NodeId)?.problems, id).toHaveLength(1);
  expect(statusesOf(run, [], inside).get('sample' as NodeId)?.problems).toEqual([]);
});
