import { expect, test } from 'vitest';
import { apply } from '../../src-main/engine/apply.ts';
import type { DeviceId, RunId } from '../../src-main/model/ids.ts';
import { type Scene, sceneOf } from '../build/scene.ts';
import { device } from '../build/world.ts';

const [one, two] = ['sim:0' as DeviceId, 'sim:1' as DeviceId];
const devices = [device(one), device(two)];

const said = (scene: Scene, deviceId: DeviceId, event: object) =>
  apply(scene.world, { is: 'host', deviceId, event: event as never }, scene.world.nowMs);
const lose = (scene: Scene, deviceId: DeviceId, inVain: number) =>
  said(scene, deviceId, { type: 'host.lost', reason: 'gone', inVain });
const ready = (scene: Scene, deviceId: DeviceId) =>
  said(scene, deviceId, { type: 'host.ready', device: device(deviceId) });
const stateOf = (scene: Scene, deviceId: DeviceId) => scene.world.devices.get(deviceId)!.state;
const again = (scene: Scene, id: string) => {
  const { plan } = scene.world.runs.get(id as RunId)!;
  return apply(scene.world, { is: 'run.admitted', runId: id as RunId, plan, kept: new Map() }, scene.world.nowMs);
};
const started = (scene: Scene) =>
  scene.decide().flatMap((decision) => (decision.kind === 'start' ? [decision.deviceId] : []));

test('a device that was lost is started again; one that does not get ready three times is lost until it does', () => {
  const scene = sceneOf({ devices });
  const states = [0, 1, 2, 3, 4].map((inVain) => {
    lose(scene, one, inVain);
    return stateOf(scene, one);
  });
  expect(states).toEqual(['starting', 'starting', 'starting', 'lost', 'lost']);
  ready(scene, one);
  expect(stateOf(scene, one)).toBe('idle');
});

test('what a lost device had goes on elsewhere, and when it is back it is used again', () => {
  const scene = sceneOf({ devices });
  scene.waits({ id: 'moved' }, { on: one });
  lose(scene, one, 3);
  again(scene, 'moved');
  expect(started(scene)).toEqual([two]);
  scene.world.devices.get(two)!.freeAtMs = 1e9;
  scene.ready({ id: 'later' });
  expect(started(scene)).not.toContain(one);
  ready(scene, one);
  expect(started(scene)).toContain(one);
});

test('where no other device may be used, a run waits for the lost one and does not fail', () => {
  const scene = sceneOf({ devices: [device(one)] });
  scene.waits({ id: 'patient' });
  lose(scene, one, 3);
  again(scene, 'patient');
  expect(scene.decide()).toEqual([]);
  ready(scene, one);
  expect(started(scene)).toEqual([one]);
});
