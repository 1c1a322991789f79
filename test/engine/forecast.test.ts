import { expect, test, vi } from 'vitest';
import { explainJobs, forecast, inTurn } from '../../src-main/engine/forecast.ts';
import type { DeviceId, RunId, SizeKey } from '../../src-main/model/ids.ts';
import { sceneOf } from '../build/scene.ts';
import { device } from '../build/world.ts';

const ids = (count: number) => Array.from({ length: count }, (_, i) => `r${i}` as RunId);

test('runs start when those before them are done, shared out over the devices', () => {
  const scene = sceneOf({ devices: [device('sim:0'), device('sim:1')] });
  scene.ready({ id: 'live', estimateMs: 800 });
  for (const id of ids(3)) scene.queued({ id, estimateMs: 200 });
  scene.world.nowMs += 400;
  expect(Object.fromEntries(forecast(scene.world, ['live' as RunId, ...ids(3)]))).toEqual({
    live: { startsInMs: 0, endsInMs: 200 },
    r0: { startsInMs: 200, endsInMs: 300 },
    r1: { startsInMs: 300, endsInMs: 400 },
    r2: { startsInMs: 400, endsInMs: 500 },
  });
});

test('of thousands that wait only those before the ones that are asked for are looked at', () => {
  const scene = sceneOf();
  const waiting = ids(2_000);
  for (const id of waiting) scene.queued({ id, estimateMs: 10, tier: 'quality' });
  const all = forecast(scene.world, waiting);
  expect(all.size).toBe(2_000);
  const looked = vi.spyOn(scene.world.queued, 'get');
  const few = [...waiting.slice(20, 30), 'gone' as RunId];
  expect(forecast(scene.world, few)).toEqual(new Map(waiting.slice(20, 30).map((id) => [id, all.get(id)])));
  expect(looked.mock.calls.length).toBeLessThanOrEqual(30);
  expect(forecast(scene.world, ['gone' as RunId]).size).toBe(0);
  expect(looked.mock.calls.length).toBeLessThanOrEqual(30);
});

test('overdue runs stand first in their turn, and each once', () => {
  const scene = sceneOf();
  for (const id of ids(4)) scene.queued({ id });
  scene.world.overdue.add('r2' as RunId);
  expect([...inTurn(scene.world)]).toEqual(['r2', 'r0', 'r1', 'r3']);
});

test('a job is explained by when each allowed device would be done with it: wait, weights, and the calls that are left', () => {
  const devices = ['sim:0', 'sim:1', 'sim:2', 'sim:3'].map((id) => device(id));
  const profile = (callMs: number) => ({
    loadBytesPerMs: 10,
    bringBytesPerMs: 10,
    ms: { ['dn x' as SizeKey]: [callMs] },
  });
  const profiles = new Map([
    ['sim:0' as DeviceId, profile(5)],
    ['sim:1' as DeviceId, profile(2)],
    ['sim:2' as DeviceId, { loadBytesPerMs: 10, bringBytesPerMs: 10, ms: {} }],
    ['sim:3' as DeviceId, profile(1)],
  ]);
  const scene = sceneOf({ devices, profiles, parts: { dn: 300 } });
  scene.resident('dn', { on: 'sim:0' });
  scene.world.devices.get('sim:0' as DeviceId)!.freeAtMs = scene.world.nowMs + 7;
  scene.world.devices.get('sim:3' as DeviceId)!.state = 'lost';
  const jobId = scene.ready({ id: 'run' }, { calls: 4 });
  const explained = () => explainJobs(scene.world, 'run' as RunId).map(({ finishMs }) => finishMs);
  // Nothing was measured on sim:2, and sim:3 is lost.
  expect(explained()).toEqual([{ 'sim:0': 7 + 4 * 5, 'sim:1': 300 / 10 + 4 * 2 }]);
  scene.world.jobs.get(jobId)!.callsMade = 3;
  expect(explained()).toEqual([{ 'sim:0': 7 + 5, 'sim:1': 300 / 10 + 2 }]);
  scene.world.jobs.get(jobId)!.state = 'done';
  expect(explained()).toEqual([{}]);
});
