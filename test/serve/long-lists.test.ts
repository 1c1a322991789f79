import { expect, test } from 'vitest';
import { limits } from '../../src-main/model/limits.ts';
import { post, served } from './served.ts';

const graph = { format: 'kiln' };
const runs = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    runId: `run_${i}`,
    overrides: { seed: String(i), prompt: 'x'.repeat(40) },
  }));

test('a long list of runs arrives whole and in its order, with the defaults of a short one', async () => {
  const { at, core } = await served();
  const asked = runs(3000);
  const { body } = await post(at, 'runs.submit', { graph, runs: [...asked, { runId: 'last' }], tier: 'fast' });
  expect(body.ok).toBe(true);
  expect([...core.runs.keys()]).toEqual([...asked.map(({ runId }) => runId), 'last']);
  const listed = [...core.runs.values()];
  expect(listed.slice(0, -1).map(({ overrides }) => overrides)).toEqual(asked.map(({ overrides }) => overrides));
  expect(listed.at(-1)).toMatchObject({ overrides: {}, tier: 'fast', submitter: 'anonymous' });
});

test('what is wrong deep in a long list is said with its place, and nothing is asked of the core', async () => {
  const { at, core } = await served();
  const asked: object[] = runs(1000);
  asked[700] = { runId: 'no spaces here', overrides: {} };
  const { status, body } = await post(at, 'runs.submit', { graph, runs: asked });
  expect(status).toBe(400);
  expect(body.problems).toMatchObject([{ code: 'call.badArguments', values: { name: 'runs.submit' } }]);
  expect(body.problems![0]!.message).toContain('runs.700.runId');
  expect(core.called).toEqual([]);
});

test('what is wrong beside a long list is said once', async () => {
  const { at } = await served();
  const { body } = await post(at, 'runs.submit', { graph, runs: runs(1000), times: 0 });
  expect(body.problems).toHaveLength(1);
  expect(body.problems![0]!.message).toMatch(/arguments: times: [^;]*$/);
});

test('a list that is longer than may be is refused by its length', async () => {
  const { at, core } = await served();
  const { status, body } = await post(at, 'runs.submit', { graph, runs: runs(limits.runsPerSubmission + 1) });
  expect(status).toBe(413);
  expect(body.problems).toMatchObject([{ code: 'batch.tooMany' }]);
  expect(core.called).toEqual([]);
});

test('a long body that is broken is told like a short one', async () => {
  const { at } = await served();
  const text = JSON.stringify({ graph, runs: runs(2000) });
  for (const [body, wanted] of [
    [text.slice(0, -1), /JSON/],
    [`${'['.repeat(200)}${text}`, /nests deeper/],
  ] as const) {
    const { status, body: found } = await post(at, 'runs.submit', body);
    expect(status).toBe(400);
    expect(found.problems).toMatchObject([{ code: 'request.malformed' }]);
    expect(found.problems![0]!.message).toMatch(wanted);
  }
});
