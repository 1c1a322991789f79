import { expect, test } from 'vitest';
import { device, run, type Studio, studio } from '../build/world.ts';
import { expectClean, parts, picture, stateOf } from './pictures.ts';

const sourcesOf = ({ events }: Studio) =>
  events.flatMap((event) =>
    event.type === 'job.changed' && event.conditioning !== undefined ? [[event.runId, event.conditioning]] : [],
  );
const broughtTo = ({ events }: Studio) =>
  events.flatMap((event) => (event.type === 'tensors.brought' ? [[event.deviceId, event.from]] : []));
/** Keys that the store was asked for. */
function askedOf({ results }: Studio): string[] {
  const asked: string[] = [];
  const has = results.has.bind(results);
  results.has = (key) => {
    asked.push(key);
    return has(key);
  };
  return asked;
}

test('a prompt that lies with its host is neither looked for on the disk nor brought again', async () => {
  const place = studio({ parts });
  place.submit(run('a'), picture('one'));
  await place.finish();
  const asked = askedOf(place);
  place.submit(run('b', { place: 1 }), picture('two'));
  await place.finish();
  expect(stateOf(place, 'b')).toBe('done');
  expect(asked).toEqual(['save.two']);
  expect(broughtTo(place)).toEqual([]);
  expect(sourcesOf(place)).toEqual([
    ['a', 'encoded'],
    ['b', 'memory'],
  ]);
  expectClean(place);
});

test('a prompt that is kept on the disk is brought once to each device, however many runs want it at a time', async () => {
  const before = studio({ parts });
  before.submit(run('a'), picture('one'));
  await before.finish();
  const place = studio({ parts, devices: [device('sim:0'), device('sim:1')] });
  for (const [key, result] of before.results) if (key === ('encode' as never)) place.results.set(key, result);
  for (const [file, bytes] of before.files) place.files.set(file, bytes);
  for (let i = 0; i < 6; i++) place.submit(run(`r${i}`, { place: i }), picture(`r${i}`, { allowed: [`sim:${i % 2}`] }));
  await place.finish();
  expect(place.callsOf('te')).toBe(0);
  expect(
    broughtTo(place)
      .filter(([, from]) => from === null)
      .sort(),
  ).toEqual([
    ['sim:0', null],
    ['sim:1', null],
  ]);
  expect(
    sourcesOf(place)
      .map(([, source]) => source)
      .sort(),
  ).toEqual(['disk', ...Array(5).fill('memory')]);
  expectClean(place);
});

test('of runs that come together with one prompt one has it encoded, and the others share it', async () => {
  const place = studio({ parts });
  for (let i = 0; i < 3; i++) place.submit(run(`r${i}`, { place: i }), picture(`r${i}`));
  await place.finish();
  expect(place.callsOf('te')).toBe(1);
  expect(
    sourcesOf(place)
      .map(([, source]) => source)
      .sort(),
  ).toEqual(['encoded', 'shared', 'shared']);
  expectClean(place);
});
