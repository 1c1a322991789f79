import { expect, test } from 'vitest';
import { setHot } from '../../src-main/core-hot.ts';
import { apply } from '../../src-main/engine/apply.ts';
import { residentsOf } from '../../src-main/engine/residents.ts';
import { failed, ok, type Problem, problem } from '../../src-main/model/errors.ts';
import type { DeviceId, PartKey, RunId } from '../../src-main/model/ids.ts';
import type { Part } from '../../src-main/model/pack.ts';
import { sceneOf } from '../build/scene.ts';
import { device, packOf, run, studio } from '../build/world.ts';
import { expectClean, parts, picture, problemsOf, stateOf } from './pictures.ts';

const partsOf = (...keys: (keyof typeof parts)[]): Part[] =>
  keys.map((key) => ({ key, bytes: parts[key], takes: [] }) as unknown as Part);
const first = 'sim:0' as DeviceId;

test('a hot set is loaded while there is nothing else to do, and never leaves', async () => {
  const place = studio({ parts: { ...parts, other: 450 }, devices: [device('sim:0', 600)] });
  place.engine.setHot(first, partsOf('te'));
  await place.finish();
  expect([...place.world.devices.get(first)!.resident.keys()]).toEqual(['te']);
  place.submit(run('a'), picture('one'));
  place.submit(run('b', { place: 1 }), [
    { id: 'sample', key: 'other', part: 'other' as PartKey },
    { id: 'save', from: ['sample'], key: 'save.other', sink: 'gallery' },
  ]);
  await place.finish();
  expect([stateOf(place, 'a'), stateOf(place, 'b')]).toEqual(['done', 'done']);
  const gone = place.events.flatMap((event) => (event.type === 'part.evicted' ? [event.part] : []));
  expect(gone).toContain('dn');
  expect(gone).not.toContain('te');
  expectClean(place);
});

test('a run that has no room beside a hot set is refused with that reason, and runs when the set is smaller', async () => {
  const place = studio({ parts, devices: [device('sim:0', 450)] });
  place.engine.setHot(first, partsOf('te', 'vae'));
  await place.finish();
  place.submit(run('a'), picture('one'));
  await place.finish();
  expect(problemsOf(place, 'a')).toEqual([
    problem(
      'device.hotFillsIt',
      { device: 'sim:0', needed: 300, budget: 450, hot: 200 },
      { nodeId: 'sample' as never },
    ),
  ]);
  place.engine.setHot(first, partsOf('te'));
  place.submit(run('b', { place: 1 }), picture('one'));
  await place.finish();
  expect(stateOf(place, 'b')).toBe('done');
  expectClean(place);
});

test('each pack of the settings goes to the first device with room for all of it, or to the one that is named', async () => {
  const scene = sceneOf({ devices: [device('sim:0', 500), device('sim:1', 500)] });
  const told = new Map<DeviceId, readonly PartKey[]>();
  const problems: [string, readonly Problem[]][] = [];
  const packs: Record<string, Record<string, number>> = {
    a: { dn: 400 },
    b: { te: 300 },
    c: { vae: 90 },
    d: { up: 450 },
  };
  await setHot({
    settings: { hot: ['a', 'b', 'c@sim:1', 'd', 'gone'] },
    packs: {
      open: async (name) =>
        packs[name] ? ok(packOf(packs[name])) : failed([problem('pack.missing', { pack: name, known: '' })]),
    },
    engine: {
      world: scene.world,
      setHot: (id, parts) =>
        void told.set(
          id,
          parts.map(({ key }) => key),
        ),
    },
    onProblem: (entry, found) => void problems.push([entry, found]),
  });
  expect([...told]).toEqual([
    ['sim:0', ['dn']],
    ['sim:1', ['te', 'vae']],
  ]);
  expect(problems).toMatchObject([
    ['d', [{ code: 'device.hotFillsIt', values: { device: 'sim:0', needed: 450, hot: 400 } }]],
    ['gone', [{ code: 'pack.missing' }]],
  ]);
});

test('what lies on a device says why: for whom, since when, and what would leave first', () => {
  const sizes = { dn: 300, te: 100, vae: 50, old: 20, older: 10 };
  const scene = sceneOf({ parts: sizes });
  for (const [part, worth] of [
    ['dn', 9],
    ['te', 8],
    ['old', 5],
    ['older', 1],
  ] as const)
    scene.resident(part, { worth });
  scene.resident('vae', { hot: true });
  const state = scene.world.devices.get(first)!;
  state.hot = new Set(['vae' as PartKey]);
  scene.waits({ id: 'draws' });
  scene.waits({ id: 'encodes' }, { part: 'te' as PartKey });
  const decision = scene.decide().find((one) => one.kind === 'batch')!;
  scene.send(decision as never);
  apply(scene.world, { is: 'run.paused', runId: 'nobody' as RunId }, 4_000);
  const shown = residentsOf(scene.world, state).map(({ part, why, runs, usedMsAgo, leaves }) => ({
    part,
    why,
    runs,
    usedMsAgo,
    leaves,
  }));
  expect(shown).toEqual([
    { part: 'dn', why: 'running', runs: ['draws'], usedMsAgo: 4_000, leaves: null },
    { part: 'te', why: 'wanted', runs: ['encodes'], usedMsAgo: null, leaves: 3 },
    { part: 'vae', why: 'hot', runs: [], usedMsAgo: null, leaves: null },
    { part: 'old', why: 'kept', runs: [], usedMsAgo: null, leaves: 2 },
    { part: 'older', why: 'kept', runs: [], usedMsAgo: null, leaves: 1 },
  ]);
});
