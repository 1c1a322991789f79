import { describe, expect, test } from 'vitest';
import { emptyProfile } from '../../src-main/engine/profile.ts';
import type { BatchKey, DeviceId, PartKey } from '../../src-main/model/ids.ts';
import { type Tier, tiers } from '../../src-main/model/run.ts';
import { type Drive, drive } from '../build/drive.ts';
import { type Random, randomOf } from '../build/random.ts';
import { device, leftovers, run, type StepSketch, tierList } from '../build/world.ts';
import { countPassed, watchBatches } from './batch-rules.ts';
import { watchLives } from './life-rules.ts';
import { live, parts, sizeOf, tableOf } from './random-life.ts';

const seeds = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

test.each([
  ['the first 500', seeds(1, 500)],
  ['the second 500', seeds(501, 500)],
  ['the third 500', seeds(1001, 500)],
  ['the last 500', seeds(1501, 500)],
])('no random life breaks a rule of the scheduler: %s', (_, list) => {
  for (const seed of list) expect(live(seed).violations.slice(0, 5), `seed ${seed}`).toEqual([]);
});

test.each([
  [11, 'an overdue run led though it was paused, and its rows were computed'],
  [56, 'a run started though it was paused while its plan was made'],
  [9, 'a run that had to be alone waited for one that was paused, and everybody behind it too'],
  [
    3,
    'an interactive run came to share a row that waited, and a fast batch went on; another counted a job it had left behind',
  ],
  [1124, 'a run that was resumed let a less urgent batch go on'],
])('(regression) seed %i: %s', (seed) => {
  expect(live(seed).violations).toEqual([]);
});

test.each([
  ['the first half', seeds(1, 500)],
  ['the second half', seeds(501, 500)],
])('no random life on devices with lanes breaks one: %s', (_, list) => {
  let onLanes = 0;
  let behind = 0;
  for (const seed of list) {
    const lived = live(seed, { lanes: true });
    onLanes += lived.onLanes;
    behind += lived.behind;
    expect(lived.violations.slice(0, 5), `seed ${seed}`).toEqual([]);
  }
  expect(onLanes).toBeGreaterThan(list.length);
  expect(behind).toBeGreaterThan(list.length / 2);
});

/** A device where everything fits, and a part that takes `ms` for one to sixteen rows. */
function oneDevice(
  random: Random,
  ms: (rows: number) => number,
  settings: { patience: number; leaseMs?: number },
): Drive {
  const table = Object.fromEntries(Object.keys(parts).map((part) => [sizeOf(part), tableOf(ms)]));
  const place = drive({
    random,
    devices: [device('sim:0', 4000)],
    parts,
    settings,
    profiles: new Map([['sim:0' as DeviceId, { ...emptyProfile(), ms: table }]]),
    msOf: (rows) => ms(rows.length),
  });
  watchBatches(place);
  watchLives(place);
  return place;
}

const work = (calls: number, rows: number, key = 'dn@a key'): StepSketch[] => [
  {
    id: 'work',
    key: null,
    sink: 'preview',
    part: 'dn@a' as PartKey,
    size: sizeOf('dn@a'),
    calls,
    rows,
    batchKey: key as BatchKey,
  },
];

function expectWell(place: Drive, seed: number): void {
  expect([...place.violations.slice(0, 5), ...leftovers(place)], `seed ${seed}`).toEqual([]);
}

describe('a flow of urgent runs', () => {
  // Everybody else of a submitter waits behind its oldest run, so that one is counted.
  test('passes the oldest run of a submitter no more often than patience allows, and a batch’s worth of runs', () => {
    for (const seed of seeds(1, 40)) {
      const random = randomOf(seed);
      const patience = 2 + random.below(12);
      const place = oneDevice(random, (rows) => 4 + 2 * rows, { patience });
      const passed = countPassed(place);
      const submitters = ['ada', 'bob', 'cyd'];
      let places = 0;
      const submit = (tier: Tier, submitter: string, calls: number) => {
        const own = random.chance(0.5) ? 'dn@a key' : `${submitter} key`;
        place.submit(run(`run${places}`, { tier, submitter, place: places++ }), work(calls, 1 + random.below(3), own));
      };
      for (const submitter of submitters)
        place.at(random.below(40), () =>
          submit(random.pick(['quality', 'background']), submitter, 1 + random.below(6)),
        );
      // More than the device can do, for as long as it takes.
      for (let i = 0; i < 150; i++)
        place.at(i * 8, () => submit(random.pick(tierList), random.pick([...submitters, 'dan']), 1 + random.below(4)));
      place.finish(40_000);
      expectWell(place, seed);
      expect(place.ended.size).toBe(places);
      // As many as may be under way at once, and a batch's worth each of the four submitters' overdue runs and of what runs.
      for (const [id, times] of passed)
        expect(times, `seed ${seed}: ${id}`).toBeLessThanOrEqual(patience + 24 + 5 * 16);
    }
  });
});

describe('submitters of one tier', () => {
  test('who keep a device busy, each with rows of its own, have equal shares, up to a lease and the step after it', () => {
    for (const seed of seeds(1, 80)) {
      const random = randomOf(seed);
      const leaseMs = random.pick([10, 50, 100]);
      const perRow = 2 + random.below(20);
      const place = oneDevice(random, (rows) => perRow * rows, { patience: 1_000_000, leaseMs });
      const submitters = ['ada', 'bob', 'cyd'].slice(0, 2 + random.below(2));
      const tier = random.pick(tierList);
      const rows = new Map(submitters.map((one) => [one, 1 + random.below(2)]));
      submitters.forEach((submitter, index) => {
        for (let i = 0; i < 8; i++) {
          const id = `${submitter}${i}`;
          const sketches = work(20 + random.below(20), rows.get(submitter)!, `${submitter} key`);
          place.at(0, () => place.submit(run(id, { tier, submitter, place: index * 100 + i }), sketches));
        }
      });
      const left = (submitter: string) =>
        [...place.world.queued.values(), ...[...place.world.runs.values()].map((one) => one.run)].filter(
          (one) => one.submitter === submitter,
        ).length;
      // Of all that was computed while everybody had more to do.
      const had = new Map(submitters.map((one) => [one, 0]));
      const longest = perRow * 16;
      let most = 0;
      place.watch({
        called(called) {
          // With one run alone a submitter may have nothing that waits, between two calls.
          if (submitters.some((one) => left(one) < 2)) return;
          const { submitter } = place.world.runs.get(called[0]!.runId)!.run;
          had.set(submitter, had.get(submitter)! + perRow * called.length);
          most = Math.max(most, Math.max(...had.values()) - Math.min(...had.values()));
        },
      });
      place.finish();
      expectWell(place, seed);
      expect(Math.min(...had.values()), `seed ${seed}`).toBeGreaterThan(5 * longest > 500 ? 100 : 50);
      expect(most, `seed ${seed}`).toBeLessThanOrEqual(leaseMs + 2 * longest);
    }
  });
});

describe('pauses', () => {
  test.each(tiers)('of as many %s runs as may be under way keep nobody else from running', (tier) => {
    const place = oneDevice(randomOf(7), (rows) => 4 + rows, { patience: 64 });
    const first = Array.from({ length: 70 }, (_, i) => run(`first${i}`, { tier, place: i }));
    for (const one of first) place.submit(one, work(50, 1));
    const pauseAll = () => {
      for (const id of place.world.runs.keys())
        if (id.startsWith('first')) place.change({ is: 'run.paused', runId: id });
    };
    for (let i = 1; i < 6; i++) place.at(i * 60, pauseAll);
    place.at(400, () => place.submit(run('last', { tier: 'background', place: 99 }), work(3, 1)));
    place.finish();
    expect(place.ended.get(run('last').id)?.state).toBe('done');
    for (const { id } of first) place.change({ is: 'run.resumed', runId: id });
    place.finish();
    expect(place.ended.size).toBe(71);
    expectWell(place, 7);
  });
});

test('a long queue starts in the order it was moved to', () => {
  for (const seed of seeds(1, 25)) {
    const random = randomOf(seed);
    const place = oneDevice(random, (rows) => 4 + rows, { patience: 8 + random.below(60) });
    const isOneTier = random.chance(0.5);
    const pick = () => run(`run${random.below(80)}`).id;
    for (let i = 0; i < 80; i++) {
      const more = {
        tier: isOneTier ? ('quality' as const) : random.pick(tierList),
        submitter: random.pick(['ada', 'bob']),
      };
      place.submit(run(`run${i}`, { ...more, place: i * 10 }), work(1 + random.below(4), 1 + random.below(2)));
    }
    for (let i = 0; i < 60; i++)
      place.at(random.below(600), () =>
        place.change({ is: 'run.moved', runId: pick(), place: random.below(900) - 50 }),
      );
    place.finish();
    expectWell(place, seed);
    expect(place.ended.size).toBe(80);
  }
});

test('a run that kills its host is found out though a run that is paused has work there', () => {
  const place = oneDevice(randomOf(3), (rows) => 4 + rows, { patience: 64 });
  place.submit(run('paused'), work(50, 1));
  place.at(50, () => place.change({ is: 'run.paused', runId: run('paused').id }));
  const deadly = work(4, 1).map((one) => ({ ...one, trouble: 'crash' as const }));
  place.at(100, () => place.submit(run('deadly', { place: 1 }), deadly));
  let losses = 0;
  place.watch({ before: (change) => void (change.is === 'host' && change.event.type === 'host.lost' && losses++) });
  place.finish();
  expect(place.ended.get(run('deadly').id)?.state).toBe('failed');
  expect(losses).toBe(place.world.settings.attempts);
  place.change({ is: 'run.resumed', runId: run('paused').id });
  place.finish();
  expect(place.ended.get(run('paused').id)?.state).toBe('done');
  expectWell(place, 3);
});
