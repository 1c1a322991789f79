import { expect, test } from 'vitest';
import { apply } from '../../src-main/engine/apply.ts';
import { Costs } from '../../src-main/engine/cost.ts';
import { explainJobs } from '../../src-main/engine/forecast.ts';
import { emptyProfile } from '../../src-main/engine/profile.ts';
import type { Device, DeviceProfile } from '../../src-main/model/device.ts';
import type { DeviceId, JobId, PartKey, RunId, SizeKey, StepId, TensorId } from '../../src-main/model/ids.ts';
import type { TensorRef } from '../../src-main/model/tensor.ts';
import { type Scene, sceneOf } from '../build/scene.ts';
import { device, packOf, planOf } from '../build/world.ts';

const [one, two] = ['sim:0' as DeviceId, 'sim:1' as DeviceId];
const devices = [device(one), device(two)];
const profile = (
  ms: Readonly<Record<string, readonly number[]>>,
  more: Partial<DeviceProfile> = {},
): DeviceProfile => ({
  loadBytesPerMs: 10,
  bringBytesPerMs: 20,
  ms: Object.fromEntries(Object.entries(ms).map(([part, table]) => [`${part} size`, [...table]])) as never,
  ...more,
});
const both = (ms: Readonly<Record<string, readonly number[]>>) =>
  new Map([
    [one, profile(ms)],
    [two, profile(ms)],
  ]);
const parts = { te: 100, dn: 300, vae: 200 };

const stateOf = (scene: Scene, id: DeviceId) => scene.world.devices.get(id)!;
const costOn = (scene: Scene, jobId: JobId, id: DeviceId) =>
  new Costs(scene.world).of(scene.world.jobs.get(jobId)!, stateOf(scene, id));
const started = (scene: Scene) =>
  Object.fromEntries(
    scene.decide().flatMap((one) => {
      if (one.kind !== 'start') return [];
      const job = scene.world.jobs.get(one.jobId)!;
      return [[[...job.owners.keys()][0], one.deviceId]];
    }),
  );

test('a job costs the wait for what is computed, the calls of those before it, the weights, the inputs and its own calls', () => {
  const scene = sceneOf({ devices, parts, profiles: both({ dn: [7] }) });
  scene.resident('dn', { on: one });
  scene.world.nowMs = 100;
  stateOf(scene, one).freeAtMs = 103;
  scene.waits({ id: 'before' }, { calls: 4 });
  const jobId = scene.ready({ id: 'run' }, { calls: 2 });
  expect(costOn(scene, jobId, one)).toEqual({
    waitMs: 3,
    aheadMs: 4 * 7,
    loadMs: 0,
    bringMs: 0,
    runMs: 2 * 7,
    isGuess: false,
  });
  expect(costOn(scene, jobId, two)).toMatchObject({ waitMs: 0, aheadMs: 0, loadMs: 300 / 10, runMs: 2 * 7 });
});

test('calls of less urgent runs are no reason to go elsewhere', () => {
  const scene = sceneOf({ devices, parts, profiles: both({ dn: [7] }) });
  scene.waits({ id: 'background', tier: 'background' }, { calls: 100 });
  scene.waits({ id: 'quality', tier: 'quality' }, { calls: 1 });
  const jobId = scene.ready({ id: 'run', tier: 'quality' }, { calls: 1 });
  expect(costOn(scene, jobId, one).aheadMs).toBeCloseTo(300 / 10 + 7);
  const urgent = scene.ready({ id: 'urgent', tier: 'interactive' }, { calls: 1 });
  expect(costOn(scene, urgent, one)).toMatchObject({ aheadMs: 0, loadMs: 300 / 10 });
});

test('jobs that share calls cost one another what a row of such a call takes', () => {
  const scene = sceneOf({ devices, parts, profiles: both({ dn: [10, 12, 14, 16] }) });
  scene.resident('dn', { on: one });
  for (let i = 0; i < 4; i++) scene.waits({ id: `r${i}` }, { calls: 1 });
  const jobId = scene.ready({ id: 'run' }, { calls: 1 });
  expect(costOn(scene, jobId, one).aheadMs).toBeCloseTo(4 * (16 / 4));
});

test('work goes to where its weights are until waiting there costs more than loading elsewhere', () => {
  const scene = sceneOf({ devices, parts, profiles: both({ dn: [10] }) });
  scene.resident('dn', { on: one });
  for (let i = 0; i < 8; i++) scene.ready({ id: `r${i}` }, { calls: 1 });
  // Loading takes 30 ms: three jobs of 10 ms are waited for, not four.
  expect(Object.values(started(scene)).map(String)).toEqual([
    'sim:0',
    'sim:0',
    'sim:0',
    'sim:0',
    'sim:1',
    'sim:0',
    'sim:1',
    'sim:0',
  ]);
});

test('weights that would have to leave count as a load as well, and those that are promised as there', () => {
  const scene = sceneOf({
    devices: [device(one, 400), device(two, 400)],
    parts,
    profiles: both({ dn: [1], vae: [1] }),
  });
  scene.resident('dn', { on: one });
  scene.waits({ id: 'sampling' }, { calls: 1 });
  const jobId = scene.ready({ id: 'decoding' }, { part: 'vae' as PartKey, calls: 1 });
  expect(costOn(scene, jobId, one).loadMs).toBe((200 + 300) / 10);
  expect(costOn(scene, jobId, two).loadMs).toBe(200 / 10);
  expect(started(scene)).toEqual({ decoding: two });
});

test('what a job that was started will load takes room already', () => {
  const scene = sceneOf({
    devices: [device(one, 400), device(two, 400)],
    parts,
    profiles: both({ dn: [1], vae: [1] }),
  });
  scene.waits({ id: 'sampling' }, { calls: 1 });
  const jobId = scene.ready({ id: 'decoding' }, { part: 'vae' as PartKey, calls: 1 });
  // 100 bytes too many: so much will have to leave and come back.
  expect(costOn(scene, jobId, one).loadMs).toBe((200 + 100) / 10);
  expect(costOn(scene, jobId, two).loadMs).toBe(200 / 10);
});

test('inputs are brought by their bytes, and a job goes to where they lie', () => {
  const scene = sceneOf({ devices, parts, profiles: both({ te: [5], dn: [1] }) });
  scene.queued({ id: 'run' });
  const steps = [
    { id: 'encode', key: null, part: 'te' as PartKey },
    { id: 'work', key: null, sink: 'preview' as const, part: 'dn' as PartKey, from: ['encode'] },
  ];
  const plan = planOf(steps, [one, two], [packOf(parts)]);
  apply(scene.world, { is: 'run.admitted', runId: 'run' as RunId, plan, kept: new Map() }, 0);
  const jobs = scene.world.runs.get('run' as RunId)!.jobs;
  const [encode, work] = [jobs.get('encode' as StepId)!, jobs.get('work' as StepId)!];
  apply(scene.world, { is: 'job.placed', jobId: encode, deviceId: two }, 0);
  const out: TensorRef = { id: 't' as TensorId, deviceId: two, dtype: 'uint8', shape: [4000], bytes: 4000 };
  const moved = { ended: [{ jobId: encode, outputs: { out }, ms: 1 }], failed: [], next: [] };
  apply(scene.world, { is: 'host', deviceId: two, event: { type: 'jobs.moved', moved } }, 0);
  expect(costOn(scene, work, one).bringMs).toBe(1 + 4000 / 20);
  expect(costOn(scene, work, two).bringMs).toBe(0);
  expect(started(scene)).toEqual({ run: two });
});

test('how fast inputs are brought is measured as they are, small ones aside', () => {
  const scene = sceneOf({ devices, parts });
  const jobId = scene.ready({ id: 'run' });
  const before = emptyProfile().bringBytesPerMs;
  const bring = (bytes: number, ms: number) => {
    const out: TensorRef = { id: 't' as TensorId, deviceId: two, dtype: 'uint8', shape: [bytes], bytes };
    apply(scene.world, { is: 'job.copied', jobId, deviceId: two, outputs: { out }, ms }, 0);
    return scene.world.profiles.get(two)!.bringBytesPerMs;
  };
  expect(bring(1000, 1)).toBe(before);
  expect(bring(1_000_000, 2)).toBe(before + (500_000 - before) / 4);
  expect(scene.world.profiles.get(one)!.bringBytesPerMs).toBe(before);
});

test('the text encoder goes to the processor while the card works longer at its denoiser than the processor at a prompt', () => {
  const cpu: Device = { ...device('cpu'), provider: 'cpu' };
  const profiles = new Map([
    [one, profile({ te: [2], dn: [20] })],
    ['cpu' as DeviceId, profile({ te: [30], dn: [2000] })],
  ]);
  const scene = sceneOf({ devices: [device(one), cpu], parts, profiles });
  for (const part of ['te', 'dn']) for (const on of [one, 'cpu']) scene.resident(part, { on });
  scene.waits({ id: 'sampling' }, { calls: 1 });
  scene.ready({ id: 'soon' }, { part: 'te' as PartKey, calls: 1 });
  expect(started(scene)).toEqual({ soon: one });
  scene.waits({ id: 'long' }, { calls: 8 });
  expect(started(scene)).toEqual({ soon: 'cpu' });
});

test('what was never measured is guessed: a card before the processor, and one card like another', () => {
  const cpu: Device = { ...device('cpu'), provider: 'cpu' };
  const scene = sceneOf({ devices: [cpu, device(one)], parts, profiles: new Map() });
  const jobId = scene.ready({ id: 'run' }, { calls: 2 });
  expect(started(scene)).toEqual({ run: one });
  scene.world.profiles.get(one)!.ms['dn size' as SizeKey] = [8];
  expect(costOn(scene, jobId, 'cpu' as DeviceId)).toMatchObject({ runMs: 2 * 8 * 20, isGuess: true });
  expect(costOn(scene, jobId, one)).toMatchObject({ runMs: 2 * 8, isGuess: false });
});

test('explain says what a job costs now where it may go, and later what it would have cost when its device was chosen', () => {
  const scene = sceneOf({ devices, parts, profiles: both({ dn: [7] }) });
  scene.resident('dn', { on: one });
  const jobId = scene.ready({ id: 'run' }, { calls: 2 });
  const explained = () => explainJobs(scene.world, 'run' as RunId)[0]!;
  const { costs, finishMs, chosenBy } = explained();
  expect(finishMs).toEqual({ [one]: 14, [two]: 30 + 14 });
  expect(costs[two]).toEqual({ waitMs: 0, aheadMs: 0, loadMs: 30, bringMs: 0, runMs: 14, isGuess: false });
  expect(chosenBy).toBeUndefined();
  apply(scene.world, { is: 'job.placed', jobId, deviceId: one }, 0);
  expect(Object.keys(explained().costs)).toEqual([one]);
  expect(explained().chosenBy).toEqual(costs);
});
