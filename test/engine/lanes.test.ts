import { expect, test } from 'vitest';
import { apply } from '../../src-main/engine/apply.ts';
import { emptyProfile } from '../../src-main/engine/profile.ts';
import type { Job } from '../../src-main/engine/world.ts';
import type { DeviceId, JobId, PartKey, RunId, SizeKey } from '../../src-main/model/ids.ts';
import type { Tier } from '../../src-main/model/run.ts';
import { type Scene, type SceneOptions, sceneOf } from '../build/scene.ts';
import { device } from '../build/world.ts';

const size = 'dn size' as SizeKey;
const wide = 'sim:0';
const lanes = ['sim:0/1', 'sim:0/2'];
const devices = [device(wide), ...lanes.map((id) => ({ ...device(id), laneOf: wide as DeviceId }))];
/** ms of 1 to 8 rows on the wide lane, and on each narrow one. */
const measured = (all: (rows: number) => number, each: (rows: number) => number) =>
  new Map(
    devices.map(({ id, laneOf }) => {
      const ms = Array.from({ length: 8 }, (_, i) => (laneOf ? each : all)(i + 1));
      return [id, { ...emptyProfile(), ms: { [size]: ms } }];
    }),
  );
/** Two lanes together make 1.25 times as many rows. */
const pays = measured(
  (rows) => 10 * rows,
  (rows) => 16 * rows,
);

function scene(more: SceneOptions = {}): Scene {
  return sceneOf({ devices, profiles: pays, ...more });
}

function open({ world }: Scene): void {
  for (const id of lanes) {
    apply(world, { is: 'lane.opened', deviceId: id as DeviceId }, 0);
    apply(world, { is: 'host', deviceId: id as DeviceId, event: { type: 'host.ready', device: devices[0]! } }, 0);
  }
}

const opened = (one: Scene) => one.decide().flatMap((next) => (next.kind === 'open' ? [next.deviceId] : []));
const places = (one: Scene) => one.decide().flatMap((next) => (next.kind === 'start' ? [next.deviceId as string] : []));
const submit = (one: Scene, count: number, tier: Tier) => {
  for (let i = 0; i < count; i++) one.ready({ id: `${tier}${i}`, tier });
};

test('narrow lanes get their hosts when there is work for each of them, and not before', () => {
  const one = scene();
  submit(one, 3, 'fast');
  expect(opened(one)).toEqual([]);
  submit(one, 4, 'fast');
  expect(opened(one)).toEqual(lanes);
});

test('while their hosts start, the wide lane works', () => {
  const one = scene();
  submit(one, 4, 'background');
  expect(new Set(places(one))).toEqual(new Set([wide]));
});

test('many runs are computed beside one another, as many on each lane', () => {
  const one = scene();
  open(one);
  submit(one, 4, 'background');
  expect(places(one).sort()).toEqual([lanes[0], lanes[0], lanes[1], lanes[1]]);
});

test('who waits has all threads until each lane would have two runs', () => {
  const one = scene();
  open(one);
  one.waits({ id: 'first', tier: 'fast' });
  for (const id of ['second', 'third']) one.ready({ id, tier: 'fast' }, { calls: 1 });
  expect(new Set(places(one))).toEqual(new Set([wide]));
  one.ready({ id: 'fourth', tier: 'fast' }, { calls: 1 });
  expect(places(one)).not.toContain(wide);
});

test('of many who wait the first has all threads to its end, and nobody begins beside it', () => {
  const one = scene();
  open(one);
  submit(one, 8, 'fast');
  expect(places(one)).toEqual([wide]);
});

const begin = (one: Scene, lane: string) => {
  const start = one.decide().find((next) => next.kind === 'start')!;
  expect(start).toMatchObject({ deviceId: lane });
  const { jobId, deviceId } = start as { jobId: JobId; deviceId: DeviceId };
  apply(one.world, { is: 'job.placed', jobId, deviceId }, 0);
  return one.world.jobs.get(jobId)!;
};
const end = (one: Scene, { id, deviceId }: Job) => {
  const ended = [{ jobId: id, outputs: {}, ms: 1 }];
  const moved = { ended, failed: [], next: [] };
  apply(one.world, { is: 'host', deviceId: deviceId!, event: { type: 'jobs.moved', moved } }, 0);
};

test('the next ones begin on lanes one after the other, when the one before has gone some way', () => {
  const one = scene();
  open(one);
  for (let i = 0; i < 8; i++) one.ready({ id: `fast${i}`, tier: 'fast' }, { calls: 8 });
  end(one, begin(one, wide));
  const second = begin(one, lanes[0]!);
  expect(places(one)).toEqual([]);
  second.callsMade = 3;
  expect(places(one)).toEqual([]);
  second.callsMade = 4;
  const third = begin(one, lanes[1]!);
  expect(places(one)).toEqual([]);
  third.callsMade = 8;
  end(one, second);
  begin(one, lanes[0]!);
});

test('a prompt is encoded at once, and a run that came later does not go before one whose prompt is', () => {
  const one = scene();
  open(one);
  one.waits({ id: 'first', tier: 'fast' }, { on: lanes[1]!, calls: 8 });
  for (const job of one.world.jobs.values()) job.callsMade = 8;
  one.ready({ id: 'second', tier: 'fast' }, { calls: 1 });
  for (let i = 0; i < 8; i++) one.ready({ id: `fast${i}`, tier: 'fast' }, { calls: 8 });
  expect(begin(one, lanes[0]!).step.calls).toBe(1);
  expect(places(one)).toEqual([]);
});

test('runs that nobody waits for fill all lanes at once', () => {
  const one = scene();
  open(one);
  submit(one, 8, 'background');
  expect(places(one)).toHaveLength(8);
});

test('lanes that measure worse than the one are not used', () => {
  const worse = measured(
    (rows) => 10 * rows,
    (rows) => 24 * rows,
  );
  const one = scene({ profiles: worse });
  open(one);
  submit(one, 8, 'background');
  expect(new Set(places(one))).toEqual(new Set([wide]));
});

test('a deterministic run always has all threads', () => {
  const one = scene();
  open(one);
  submit(one, 8, 'background');
  one.ready({ id: 'exact', tier: 'interactive', deterministic: true });
  expect(places(one)[0]).toBe(wide);
});

test('weights that would not fit once for each lane stay in one', () => {
  const one = scene({ parts: { dn: 400 } });
  open(one);
  submit(one, 8, 'background');
  expect(new Set(places(one))).toEqual(new Set([wide]));
});

test('an urgent run has the device to itself: lanes wait, and end what they do after its step', () => {
  const one = scene();
  open(one);
  one.waits({ id: 'slow', tier: 'background' }, { on: lanes[0]! });
  one.send(one.decide().find((next) => next.kind === 'batch')!);
  one.waits({ id: 'other', tier: 'background' }, { on: lanes[1]! });
  one.waits({ id: 'urgent', tier: 'interactive' });
  expect(one.world.devices.get(lanes[0] as DeviceId)!.revoked).toBe(true);
  expect(one.batch(lanes[1])).toBeNull();
  expect(one.batch()?.rows).toEqual(['urgent']);
});

test('lanes share their device’s memory: what one of them does not need leaves for another', () => {
  const one = scene({ parts: { dn: 400, other: 700 } });
  one.resident('other', { on: lanes[0]! });
  one.waits({ id: 'a' });
  expect(one.decide()).toEqual([{ kind: 'release', deviceId: lanes[0], parts: ['other'] }]);
  apply(one.world, { is: 'parts.released', deviceId: lanes[0] as DeviceId, parts: ['other' as PartKey] }, 0);
  expect(one.batch()?.load).toEqual(['dn']);
});

test('what another lane computes with stays, and who needs the room waits', () => {
  const one = scene({ parts: { dn: 400, other: 700 } });
  one.resident('other', { on: lanes[0]!, pins: 1 });
  one.waits({ id: 'a' });
  expect(one.decide()).toEqual([]);
  expect(one.world.runs.has('a' as RunId)).toBe(true);
});

test('what is measured while another width computes says nothing about a lane', () => {
  const one = scene();
  open(one);
  const send = (id: string, on: string) => {
    one.waits({ id, tier: 'background' }, { on, size });
    const next = one.decide().find((found) => found.kind === 'batch' && found.deviceId === on);
    return one.send(next as Parameters<Scene['send']>[0]);
  };
  send('narrow', lanes[0]!);
  const { id } = send('all', wide);
  const moved = { ended: [], failed: [], next: [] };
  const done = { type: 'batch.done', batchId: id, rows: 1, startMs: 0, ms: 99, moved, leaseLeft: 0 } as const;
  apply(one.world, { is: 'host', deviceId: wide as DeviceId, event: done }, 99);
  expect(one.world.profiles.get(wide as DeviceId)!.ms[size]![0]).toBe(10);
});
