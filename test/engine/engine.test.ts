import { expect, test } from 'vitest';
import { ok, problem } from '../../src-main/model/errors.ts';
import type { NodeId, RunId, StepId } from '../../src-main/model/ids.ts';
import { device, packOf, planOf, run, studio } from '../build/world.ts';
import { cancel, expectClean, host, parts, picture, stateOf, untilCalled } from './pictures.ts';

test('a run finishes with its pictures, and says so once', async () => {
  const place = studio({ parts });
  place.submit(run('a'), picture('one'));
  await place.finish();
  expect(place.ended.get('a' as RunId)).toMatchObject({
    state: 'done',
    problems: [],
    images: [{ nodeId: 'save', index: 0 }],
  });
  const told = place.events
    .filter(({ type }) => type === 'run.changed')
    .map((event) => 'state' in event && event.state);
  expect(told).toEqual(['running', 'done']);
  expectClean(place);
});

test('every job is told from its start to its end, under its run and node', async () => {
  const place = studio({ parts });
  place.submit(run('a'), picture('one'));
  await place.finish();
  const told = place.events.flatMap((event) =>
    event.type === 'job.changed' ? [`${event.nodeId} ${event.state}`] : [],
  );
  expect(told).toEqual(['encode', 'sample', 'decode', 'save'].flatMap((node) => [`${node} running`, `${node} done`]));
});

test('a job in a subgraph is told under the node that a person sees, and with its step', async () => {
  const place = studio({ parts });
  const plan = planOf(picture('one'), [...place.hosts.keys()], [packOf(parts)]);
  const sample = plan.steps.get('sample' as StepId)!;
  const steps = new Map(plan.steps).set(sample.id, { ...sample, nodeId: 'outer' as NodeId });
  place.submit(run('a'), ok({ ...plan, steps }));
  await place.finish();
  const told = place.events.flatMap((event) =>
    event.type === 'job.changed' && event.state === 'done' ? [[event.nodeId, event.stepId]] : [],
  );
  expect(told).toEqual([
    ['encode', undefined],
    ['outer', 'sample'],
    ['decode', undefined],
    ['save', undefined],
  ]);
});

test('a second identical run computes nothing', async () => {
  const place = studio({ parts });
  place.submit(run('a'), picture('one'));
  await place.finish();
  const calls = host(place).calls.length;
  place.submit(run('b', { place: 1 }), picture('one'));
  await place.finish();
  expect(stateOf(place, 'b')).toBe('done');
  expect(place.ended.get('b' as RunId)?.images).toHaveLength(1);
  expect(host(place).calls.length).toBe(calls);
  expectClean(place);
});

test('a run that is identical to one of an earlier session computes nothing', async () => {
  const before = studio({ parts });
  before.submit(run('a'), picture('one'));
  await before.finish();
  const after = studio({ parts });
  for (const [key, result] of before.results) after.results.set(key, result);
  for (const [digest, bytes] of before.files) after.files.set(digest, bytes);
  after.submit(run('b'), picture('one'));
  await after.finish();
  expect(stateOf(after, 'b')).toBe('done');
  expect(host(after).calls).toEqual([]);
  expectClean(after);
});

test('two identical runs that are submitted together share their jobs', async () => {
  const alone = studio({ parts });
  alone.submit(run('a'), picture('one'));
  await alone.finish();
  const place = studio({ parts });
  place.submit(run('a'), picture('one'));
  place.submit(run('b', { place: 1 }), picture('one'));
  await place.finish();
  expect([stateOf(place, 'a'), stateOf(place, 'b')]).toEqual(['done', 'done']);
  expect(place.callsOf('dn')).toBe(alone.callsOf('dn'));
  expect(place.ended.get('b' as RunId)?.images).toHaveLength(1);
  expectClean(place);
});

test('what a host warns of is told to every run that wants the job, with its node', async () => {
  const place = studio({ parts });
  place.submit(run('a'), picture('one'));
  place.submit(run('b', { place: 1 }), picture('one'));
  await untilCalled(place, 'dn', 1);
  host(place).warn([problem('image.profileIgnored', { name: 'a.jpg', profile: 'Odd' })]);
  await place.finish();
  const values = { name: 'a.jpg', profile: 'Odd' };
  const told = place.events.filter(({ type }) => type === 'run.warned');
  expect(told).toEqual(
    ['a', 'b'].map((runId) => ({
      type: 'run.warned',
      runId,
      graphId: expect.any(String),
      problems: [{ code: 'image.profileIgnored', values, nodeId: 'sample' }],
    })),
  );
});

test('cancelling a run leaves another run’s shared job alone', async () => {
  const place = studio({ parts });
  place.submit(run('a'), picture('one'));
  place.submit(run('b', { place: 1 }), picture('one'));
  await untilCalled(place, 'dn', 2);
  cancel(place, 'a');
  await place.finish();
  expect([stateOf(place, 'a'), stateOf(place, 'b')]).toEqual(['cancelled', 'done']);
  expect(place.callsOf('dn')).toBe(4);
  expectClean(place);
});

test('a run that is cancelled between two steps stops, and what it made is freed', async () => {
  const place = studio({ parts });
  place.submit(run('a'), picture('one', { calls: 50 }));
  await untilCalled(place, 'dn', 3);
  cancel(place, 'a');
  await place.finish();
  expect(stateOf(place, 'a')).toBe('cancelled');
  expect(place.callsOf('dn')).toBeLessThan(6);
  expect(place.callsOf('vae')).toBe(0);
  expectClean(place);
});

test('a run that is cancelled before its turn never starts', async () => {
  const place = studio({ parts });
  place.submit(run('a'), picture('one'));
  cancel(place, 'a');
  await place.finish();
  expect(stateOf(place, 'a')).toBe('cancelled');
  expect(host(place).calls).toEqual([]);
  expectClean(place);
});

test('cancelling a run that is over, or that never was, changes nothing', async () => {
  const place = studio({ parts });
  place.submit(run('a'), picture('one'));
  await place.finish();
  cancel(place, 'a');
  cancel(place, 'nobody');
  await place.finish();
  expect(stateOf(place, 'a')).toBe('done');
  expectClean(place);
});

test('a listener may cancel a run while it is told that its job starts', async () => {
  const place = studio({ parts });
  place.submit(run('a'), picture('one'));
  place.submit(run('b', { place: 1 }), picture('two'));
  await place.time.run(() => {
    if (place.events.some((event) => event.type === 'job.changed' && event.runId === 'a')) cancel(place, 'a');
    return false;
  });
  expect([stateOf(place, 'a'), stateOf(place, 'b')]).toEqual(['cancelled', 'done']);
  expectClean(place);
});

test('two sinks with one result are both published, each once', async () => {
  const place = studio({ parts });
  const sketches = [...picture('one'), { id: 'again', from: ['decode'], key: 'save.one', sink: 'gallery' as const }];
  place.submit(run('a'), sketches);
  place.submit(run('b', { place: 1 }), sketches);
  await place.finish();
  for (const id of ['a', 'b'])
    expect(place.ended.get(id as RunId)?.images.map(({ nodeId }) => nodeId)).toEqual(['save', 'again']);
  expectClean(place);
});

test('a deterministic run shares no job and no call', async () => {
  const place = studio({ parts });
  place.submit(run('a', { deterministic: true }), picture('one'));
  place.submit(run('b', { place: 1 }), picture('one'));
  await place.finish();
  expect([stateOf(place, 'a'), stateOf(place, 'b')]).toEqual(['done', 'done']);
  expect(
    host(place)
      .calls.filter(({ part }) => part === 'dn')
      .every(({ rows }) => rows === 1),
  ).toBe(true);
  expect(place.callsOf('dn')).toBe(8);
  expectClean(place);
});

test('results that were made on one device are brought to another, and freed there', async () => {
  const place = studio({ parts, devices: [device('sim:0'), device('sim:1')] });
  const sketches = picture('one').map((sketch) => ({
    ...sketch,
    allowed: [sketch.id === 'sample' ? 'sim:1' : 'sim:0'],
  }));
  place.submit(run('a'), sketches);
  await place.finish();
  expect(stateOf(place, 'a')).toBe('done');
  expect(place.hosts.get('sim:1' as never)!.calls.every(({ part }) => part === 'dn')).toBe(true);
  expectClean(place);
});

test('a closed engine starts nothing more', async () => {
  const place = studio({ parts });
  place.submit(run('a'), picture('one', { calls: 50 }));
  await untilCalled(place, 'dn', 2);
  place.engine.close();
  const calls = host(place).calls.length;
  await place.finish();
  // The lease that was given runs out; nothing is renewed.
  expect(host(place).calls.length - calls).toBeLessThan(30);
  expect(place.ended.size).toBe(0);
});

test('many runs leave no more behind than their results', async () => {
  const place = studio({ parts });
  for (let i = 0; i < 200; i++) place.submit(run(`r${i}`, { place: i }), picture(`p${i % 7}`));
  await place.finish();
  expect([...place.ended.values()].every(({ state }) => state === 'done')).toBe(true);
  expect(place.world.jobs.size).toBe(1 + 3 * 7);
  expectClean(place);
});

test.each(['waits to be started', 'was started'])(
  'a background run that %s is not starved by a flow of urgent ones for other weights',
  async (how) => {
    const place = studio({
      parts: { te: 100, dn: 300, vae: 100, other: 300 },
      devices: [device('sim:0', 520)],
      settings: { patience: 8 },
    });
    const flow = (i: number) =>
      place.submit(run(`urgent${i}`, { place: i + 2, tier: 'interactive' }), picture(`u${i}`));
    const patient = () =>
      place.submit(run('patient', { place: 1, tier: 'background' }), picture('patient', { part: 'other' as never }));
    if (how === 'was started') patient();
    for (let i = 0; i < 150; i++) place.time.at(5 * i, () => flow(i));
    if (how !== 'was started') place.time.at(20, patient);
    await place.finish();
    expect([...place.ended.values()].every(({ state }) => state === 'done')).toBe(true);
    expect([...place.ended.keys()].indexOf('patient' as RunId)).toBeLessThan(60);
    expectClean(place);
  },
);
