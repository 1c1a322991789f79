import { expect, test } from 'vitest';
import { nodeTypes } from '../../nodes/index.ts';
import type { Published } from '../../src-main/core-publisher.ts';
import { runKeeper } from '../../src-main/core-runs.ts';
import type { Engine, Planner } from '../../src-main/engine/engine.ts';
import { failed, ok, problem, unwrap } from '../../src-main/model/errors.ts';
import type { Graph } from '../../src-main/model/graph.ts';
import { readGraph } from '../../src-main/model/graph-file.ts';
import type { RunId } from '../../src-main/model/ids.ts';
import { specsOf } from '../../src-main/model/node-spec.ts';
import { findSettable } from '../../src-main/model/overrides.ts';
import type { Plan, Run } from '../../src-main/model/run.ts';
import { defaultSettings } from '../../src-main/model/settings.ts';
import type { Store } from '../../src-main/store/store.ts';
import { storeIn, temporaryFolder } from '../store/fixtures.ts';
import { templates } from './templates.ts';

const catalog = new Map(nodeTypes.map((type) => [type.type, type]));
const specs = specsOf(catalog);
const graph = unwrap(readGraph(JSON.stringify(templates.textToImage()), { name: 'graph', catalog }));

const held = (of: Graph, name: string) => {
  const { node, input } = unwrap(findSettable(of, specs, name));
  return of.nodes[node]!.values[input];
};

/** A keeper over a store, with an engine that starts nothing and a planner that refuses three steps and the word `mud`. */
async function keeper(given?: Store) {
  const store = given ?? (await storeIn(temporaryFolder()));
  const started = new Map<RunId, { run: Run; planner: Planner }>();
  const queued = new Map<RunId, Run>();
  const engine = {
    world: { queued },
    submit: (run: Run, planner: Planner) => {
      queued.set(run.id, run);
      started.set(run.id, { run, planner });
    },
    cancel: (id: RunId) => queued.delete(id),
  } as unknown as Engine;
  const planned: Graph[] = [];
  const madeFrom = new Map<RunId, Published>();
  const planOf = async (asked: Graph) => {
    planned.push(asked);
    const prompt = held(asked, 'prompt');
    if (held(asked, 'steps') === 3 || prompt === 'mud')
      return failed([problem('input.notAChoice', { node: 'n', input: 'i', value: '', choices: '', nearest: '' })]);
    return ok({ graphId: asked.id, steps: new Map(), packs: [], prompt } as unknown as Plan);
  };
  const notices = { problemsOf: () => [], expect: () => {} };
  const parts = {
    store,
    engine,
    catalog,
    specs,
    profiles: new Map(),
    planOf,
    madeFrom,
    settings: defaultSettings,
    notices,
  };
  return { runs: runKeeper(parts), store, started, queued, planned, madeFrom };
}

const many = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    runId: `run_${i}` as RunId,
    overrides: { prompt: `fox ${i}`, seed: String(i), steps: 4 + (i % 3) },
  }));

test('of many runs one of each shape is planned before they are taken, the others in their turn', async () => {
  const { runs, started, planned, madeFrom, store } = await keeper();
  const taken = unwrap(await runs.submit({ graph, runs: many(1000), tier: 'background' }));
  expect(planned).toHaveLength(3);
  expect(taken.map(({ place }) => place)).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
  expect([...started.values()].map(({ run: { place } }) => place)).toEqual(taken.map(({ place }) => place));
  expect(await store.runs.count({ states: ['queued'] })).toBe(1000);

  for (const index of [0, 20, 999]) {
    const id = `run_${index}` as RunId;
    expect(await started.get(id)!.planner()).toMatchObject({ ok: true, value: { prompt: `fox ${index}` } });
    expect(held(madeFrom.get(id)!.graph, 'seed')).toBe(String(index));
  }
  expect(planned).toHaveLength(5);
  expect(held(planned.at(-1)!, 'prompt')).toBe('fox 999');
});

test('one wrong value among many refuses them all, with everything that is wrong', async () => {
  const { runs, started, store } = await keeper();
  const wrong = [{ overrides: { promt: 'fox' } }, { overrides: { steps: 3 } }];
  const refused = await runs.submit({ graph, runs: [...many(400), ...wrong, ...many(400)] });
  expect(refused.ok ? [] : refused.problems.map(({ code }) => code)).toEqual(['override.unknown', 'input.notAChoice']);
  expect(started.size).toBe(0);
  expect(await store.runs.list()).toEqual([]);
});

test('a run whose plan fails in its turn fails alone', async () => {
  const { runs, started } = await keeper();
  const asked = many(100).map((run, i) =>
    i === 60 ? { ...run, overrides: { ...run.overrides, prompt: 'mud' } } : run,
  );
  unwrap(await runs.submit({ graph, runs: asked }));
  expect(await started.get('run_60' as RunId)!.planner()).toMatchObject({ ok: false });
  expect(await started.get('run_61' as RunId)!.planner()).toMatchObject({ ok: true, value: { prompt: 'fox 61' } });
});

test('the same request twice, even at once, queues its runs once', async () => {
  const { runs, started, store } = await keeper();
  const twice = await Promise.all([1, 2].map(() => runs.submit({ graph, runs: many(300) })));
  const isNew = twice.flatMap((taken) => unwrap(taken).filter((run) => run.isNew));
  expect(isNew).toHaveLength(300);
  expect(started.size).toBe(300);
  expect(await store.runs.count({})).toBe(300);
});

test('runs that come one by one share what was found out a moment ago, and each has its own plan', async () => {
  const { runs, started, planned } = await keeper();
  for (const run of many(90)) unwrap(await runs.submit({ graph, runs: [run] }));
  const before = planned.length;
  expect(before).toBeLessThan(90);
  expect(await started.get('run_89' as RunId)!.planner()).toMatchObject({ value: { prompt: 'fox 89' } });
  expect(planned.length).toBe(before + 1);
});

test('what an earlier core left is planned from the disk, with its values and its device', async () => {
  const home = temporaryFolder();
  const first = await storeIn(home);
  unwrap(await (await keeper(first)).runs.submit({ graph, runs: many(40), deterministic: true }));
  await first.close();

  const { runs, started, planned, madeFrom } = await keeper(await storeIn(home));
  expect(await runs.takeUp()).toBe(40);
  expect(planned).toEqual([]);
  expect([...started.keys()]).toEqual(many(40).map(({ runId }) => runId));
  const last = started.get('run_39' as RunId)!;
  expect(last.run).toMatchObject({ state: 'queued', deterministic: true, place: 40 });
  expect(await last.planner()).toMatchObject({ ok: true, value: { prompt: 'fox 39' } });
  expect(held(madeFrom.get('run_39' as RunId)!.graph, 'steps')).toBe(4);
});

test('runs on their way to the engine are there once they have landed', async () => {
  const { runs, queued, store } = await keeper();
  const taking = runs.submit({ graph, runs: many(5000) });
  while ((await store.runs.count({})) === 0);
  await runs.landed();
  expect(queued.size).toBe(5000);
  unwrap(await taking);
});
