import { expect, test } from 'vitest';
import { problem } from '../../src-main/model/errors.ts';
import type { PartKey, RunId } from '../../src-main/model/ids.ts';
import { sayProblem } from '../../src-main/texts/say.ts';
import { device, run, studio } from '../build/world.ts';
import { cancel, expectClean, host, parts, picture, problemsOf, stateOf, untilCalled } from './pictures.ts';

test('a run whose plan has problems fails with them', async () => {
  const place = studio({ parts });
  const problems = [problem('pack.missing', { pack: 'mine', known: 'starter' })];
  place.submit(run('a'), { ok: false, problems });
  place.submit(run('b', { place: 1 }), picture('one'));
  await place.finish();
  expect(place.ended.get('a' as RunId)).toMatchObject({ state: 'failed', problems });
  expect(stateOf(place, 'b')).toBe('done');
  expectClean(place);
});

test('a node that fails ends the runs that wanted it, with the reason and the node, and no others', async () => {
  const place = studio({ parts });
  place.submit(run('a'), picture('bad', { trouble: 'throws' }));
  place.submit(run('b', { place: 1 }), picture('bad', { trouble: 'throws' }));
  place.submit(run('c', { place: 2 }), picture('good'));
  await place.finish();
  expect(['a', 'b', 'c'].map((id) => stateOf(place, id))).toEqual(['failed', 'failed', 'done']);
  expect(problemsOf(place, 'a')).toEqual([
    problem('node.failed', { node: 'sample', type: 'work.sample', reason: 'it threw' }, { nodeId: 'sample' as never }),
  ]);
  expectClean(place);
});

test('a result that makes no sense fails its run at once when it was alone', async () => {
  const place = studio({ parts });
  place.submit(run('a'), picture('bad', { trouble: 'nonsense' }));
  await place.finish();
  expect(problemsOf(place, 'a').map(({ code, nodeId }) => [code, nodeId])).toEqual([['device.badResult', 'sample']]);
  expect(place.callsOf('dn')).toBe(1);
  expectClean(place);
});

test('of a batch that gave nonsense everybody tries again alone, and only the guilty run fails', async () => {
  const place = studio({ parts });
  const ids = ['a', 'b', 'c', 'd'];
  ids.forEach((id, i) => {
    place.submit(run(id, { place: i }), picture(id, { trouble: id === 'c' ? 'nonsense' : null, calls: 6 }));
  });
  await place.finish();
  expect(ids.map((id) => stateOf(place, id))).toEqual(['done', 'done', 'failed', 'done']);
  expect(problemsOf(place, 'c')).toMatchObject([{ code: 'device.badResult', values: { step: 1, steps: 6 } }]);
  expectClean(place);
});

test('a lost host’s jobs run again, and the run finishes', async () => {
  const place = studio({ parts });
  place.submit(run('a'), picture('one'));
  await untilCalled(place, 'dn', 2);
  host(place).die();
  await place.finish();
  expect(stateOf(place, 'a')).toBe('done');
  expect(place.events.some(({ type }) => type === 'job.retried')).toBe(true);
  expectClean(place);
});

test('what was kept on disk is not made again after a loss', async () => {
  const place = studio({ parts });
  place.submit(run('a'), picture('one'));
  await untilCalled(place, 'dn', 2);
  host(place).die();
  await place.finish();
  expect(place.callsOf('te')).toBe(1);
});

test('a run whose batch a host does not survive three times fails alone', async () => {
  const place = studio({ parts });
  const ids = ['a', 'b', 'c'];
  ids.forEach((id, i) => {
    place.submit(run(id, { place: i }), picture(id, { trouble: id === 'b' ? 'crash' : null, calls: 6 }));
  });
  await place.finish();
  expect(ids.map((id) => stateOf(place, id))).toEqual(['done', 'failed', 'done']);
  expect(problemsOf(place, 'b').map(({ code }) => code)).toEqual(['device.lost']);
  expectClean(place);
});

test('a node that kills its host outside of any batch is found out as well', async () => {
  const place = studio({ parts });
  const ids = ['a', 'b', 'c'];
  ids.forEach((id, i) => {
    place.submit(run(id, { place: i }), picture(id, { trouble: id === 'b' ? 'crashInNode' : null, calls: 6 }));
  });
  await place.finish();
  expect(ids.map((id) => stateOf(place, id))).toEqual(['done', 'failed', 'done']);
  expectClean(place);
});

test('a job that two runs share and no host survives fails both, and does not go on for ever', async () => {
  const place = studio({ parts });
  place.submit(run('a'), picture('bad', { trouble: 'crash' }));
  place.submit(run('b', { place: 1 }), picture('bad', { trouble: 'crash' }));
  await place.finish();
  expect([stateOf(place, 'a'), stateOf(place, 'b')]).toEqual(['failed', 'failed']);
  expectClean(place);
});

test('out of memory: what is idle leaves, and the run goes on', async () => {
  const place = studio({ parts });
  place.submit(run('a'), picture('one', { trouble: 'memory' }));
  await place.finish();
  expect(stateOf(place, 'a')).toBe('done');
  // The encoder, and the decoder that had come ahead.
  const gone = place.events.flatMap((event) => (event.type === 'part.evicted' ? [event.part] : []));
  expect(gone).toEqual(['te', 'vae']);
  expectClean(place);
});

test('out of memory in company: half of the rows go on, nobody begins again, and later calls are no larger', async () => {
  const place = studio({ parts });
  const ids = ['a', 'b', 'c', 'd'];
  ids.forEach((id, i) => {
    place.submit(run(id, { place: i }), picture(id, { trouble: id === 'a' ? 'memory' : null, calls: 6 }));
  });
  await place.finish();
  for (const id of ids) expect(stateOf(place, id)).toBe('done');
  // Each step of each run was computed once; what ran out of memory is the rest.
  const short = place.events.filter(({ type }) => type === 'job.retried').length;
  const rows = host(place).calls.filter(({ part }) => part === ('dn' as never));
  expect(rows.reduce((sum, call) => sum + call.rows, 0)).toBeLessThanOrEqual(4 * 6 + short);
  expect(short).toBeGreaterThan(0);
  expectClean(place);
});

test('a run that is too large for the memory whatever is done fails alone, with what was tried', async () => {
  const place = studio({ parts });
  const ids = ['a', 'b', 'c', 'd'];
  ids.forEach((id, i) => {
    place.submit(run(id, { place: i }), picture(id, { trouble: id === 'b' ? 'tooLarge' : null, calls: 6 }));
  });
  await place.finish();
  expect(ids.map((id) => stateOf(place, id))).toEqual(['done', 'failed', 'done', 'done']);
  const [found] = problemsOf(place, 'b');
  expect(found).toMatchObject({ code: 'device.outOfMemory', nodeId: 'sample', values: { tried: 'alone' } });
  expect(sayProblem(found!, 'en')).toMatchObject({
    message:
      'sim:0 has too little memory for the dn: 1 B more are needed, even for one row and with nothing else there.',
    remedy: 'Use a smaller width and height or a smaller pack, or close other programs that use this device.',
  });
  expectClean(place);
});

test('a decoder that runs out of memory with one picture is asked for it in tiles, the run is told, and its result is its own', async () => {
  const place = studio({ parts });
  place.world.freeSized.add('vae-decoder@x' as PartKey);
  const sketches = (name: string) =>
    picture(name).map((step) =>
      step.id === 'decode' ? { ...step, part: 'vae-decoder@x' as PartKey, trouble: 'tooLarge' as const } : step,
    );
  place.submit(run('a'), sketches('one'));
  await place.finish();
  expect(stateOf(place, 'a')).toBe('failed');
  const warned = place.events.flatMap((event) => (event.type === 'run.warned' ? event.problems : []));
  expect(warned).toMatchObject([
    { code: 'device.tiled', values: { part: 'vae-decoder', tile: 64 } },
    { code: 'device.tiled', values: { part: 'vae-decoder', tile: 32 } },
  ]);
  expect(problemsOf(place, 'a')).toMatchObject([{ code: 'device.outOfMemory', values: { tried: 'tiles' } }]);
  expectClean(place);
});

test('a host that dies while it loads costs its run another try, and others nothing', async () => {
  const place = studio({ parts });
  place.submit(run('a'), picture('one'));
  await place.time.run(() => host(place).isLoading);
  host(place).die('it was killed');
  await place.finish();
  expect(stateOf(place, 'a')).toBe('done');
  expectClean(place);
});

test('weights that no host survives fail the run that needs them, with the reason, and no other', async () => {
  const place = studio({ parts: { ...parts, bad: 200 }, dies: (part) => part === 'bad' });
  place.submit(run('a'), [
    { id: 'sample', key: 'bad', part: 'bad' as PartKey },
    { id: 'save', from: ['sample'], key: 'save.bad', sink: 'gallery' },
  ]);
  place.submit(run('b', { place: 1 }), picture('one'));
  await place.finish();
  expect([stateOf(place, 'a'), stateOf(place, 'b')]).toEqual(['failed', 'done']);
  expect(problemsOf(place, 'a')).toMatchObject([{ code: 'device.lost', values: { device: 'sim:0' } }]);
  expectClean(place);
});

test('a run that does not fit any device is refused with the reason, and others go on', async () => {
  const place = studio({ parts, devices: [device('sim:0', 250)] });
  place.submit(run('a'), picture('one'));
  place.submit(run('b', { place: 1 }), [{ id: 'save', key: 'save', sink: 'gallery' }]);
  await place.finish();
  expect(problemsOf(place, 'a')).toEqual([
    problem('device.doesNotFit', { device: 'sim:0' as never, needed: 300, budget: 250 }, { nodeId: 'sample' as never }),
  ]);
  expect(stateOf(place, 'b')).toBe('done');
  expectClean(place);
});

test('a row whose scratch memory fits nowhere is refused when it is met', async () => {
  const place = studio({ parts, devices: [device('sim:0', 500)] });
  place.submit(run('a'), picture('one', { scratchBytes: 201 }));
  place.submit(run('b', { place: 1 }), picture('two', { scratchBytes: 200 }));
  await place.finish();
  expect([stateOf(place, 'a'), stateOf(place, 'b')]).toEqual(['failed', 'done']);
  expect(problemsOf(place, 'a').map(({ values }) => values)).toEqual([{ device: 'sim:0', needed: 501, budget: 500 }]);
  expectClean(place);
});

test('a kept result whose file is gone is made again', async () => {
  const place = studio({ parts });
  place.submit(run('a'), picture('one'));
  await place.finish();
  place.files.clear();
  place.submit(run('b', { place: 1 }), picture('one'));
  await place.finish();
  expect(stateOf(place, 'b')).toBe('done');
  expect(place.ended.get('b' as RunId)?.images).toHaveLength(1);
  expectClean(place);
});

test('a kept input whose file is gone is made again', async () => {
  const before = studio({ parts });
  before.submit(run('a'), picture('one'));
  await before.finish();
  const place = studio({ parts });
  for (const [key, result] of before.results) place.results.set(key, result);
  place.submit(run('b'), picture('two'));
  await place.finish();
  expect(stateOf(place, 'b')).toBe('done');
  expect(place.callsOf('te')).toBe(1);
  expectClean(place);
});

test('a full disk fails the run that wants to keep its pictures, and the engine goes on', async () => {
  const place = studio({ parts });
  place.disk.full = true;
  place.submit(run('a'), picture('one'));
  await place.finish();
  expect(problemsOf(place, 'a').map(({ code }) => code)).toEqual(['disk.full']);
  expectClean(place);
  place.disk.full = false;
  place.submit(run('b', { place: 1 }), picture('one'));
  await place.finish();
  expect(stateOf(place, 'b')).toBe('done');
  expectClean(place);
});

test('pictures that cannot be written fail their run, and the engine goes on', async () => {
  const place = studio({ parts });
  place.disk.picturesFull = true;
  place.submit(run('a'), picture('one'));
  await place.finish();
  expect(problemsOf(place, 'a').map(({ code }) => code)).toEqual(['disk.full']);
  expectClean(place);
  place.disk.picturesFull = false;
  place.submit(run('b', { place: 1 }), picture('one'));
  await place.finish();
  expect(stateOf(place, 'b')).toBe('done');
  expect(place.callsOf('dn')).toBe(4);
  expectClean(place);
});

test('conditioning that cannot be kept on disk harms no run', async () => {
  const place = studio({ parts });
  place.disk.full = true;
  place.submit(run('a'), picture('one'));
  await untilCalled(place, 'dn', 1);
  place.disk.full = false;
  await place.finish();
  expect(stateOf(place, 'a')).toBe('done');
  expectClean(place);
});

test('a run that is cancelled while its pictures are kept leaves nothing behind, even where keeping then fails', async () => {
  for (const isFull of [false, true]) {
    const place = studio({ parts });
    place.submit(run('a'), picture('one'));
    await place.time.run(() =>
      place.events.some((e) => e.type === 'job.changed' && e.nodeId === 'save' && e.state === 'done'),
    );
    place.disk.full = isFull;
    cancel(place, 'a');
    await place.finish();
    expect(stateOf(place, 'a')).toBe('cancelled');
    expectClean(place);
  }
});
