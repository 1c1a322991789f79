import { expect, test } from 'vitest';
import { apply } from '../../src-main/engine/apply.ts';
import { explainJobs } from '../../src-main/engine/forecast.ts';
import { problem } from '../../src-main/model/errors.ts';
import type { ContentKey, DeviceId, JobId, PartKey, RunId, StepId } from '../../src-main/model/ids.ts';
import type { Placing } from '../../src-main/model/run.ts';
import { type Scene, sceneOf } from '../build/scene.ts';
import { device, packOf, planOf, type StepSketch } from '../build/world.ts';

const devices = [device('sim:0'), device('sim:1'), device('sim:2')];
const parts = { te: 100, dn: 300, vae: 200 };
const placing = (more: { wished?: string[]; must?: string[]; wish?: string[] }): Placing => ({
  rules: [],
  wished: (more.wished ?? []) as DeviceId[],
  beside: [
    ...(more.must ?? []).map((step) => ({ step: step as StepId, must: true })),
    ...(more.wish ?? []).map((step) => ({ step: step as StepId, must: false })),
  ],
});
const preview = { sink: 'preview' as const, key: null };
const part = (name: string) => ({ part: name as PartKey });

/** A run of several steps. */
function start(scene: Scene, id: string, sketches: readonly StepSketch[]): void {
  scene.queued({ id });
  const plan = planOf(sketches, [...scene.world.devices.keys()], [packOf(parts)]);
  apply(scene.world, { is: 'run.admitted', runId: id as RunId, plan, kept: new Map() }, scene.world.nowMs);
}

/** Starts what can be started; where each step is then. */
function go(scene: Scene): Record<string, string> {
  const where: Record<string, string> = {};
  for (const decision of scene.decide()) {
    if (decision.kind !== 'start') continue;
    where[scene.world.jobs.get(decision.jobId)!.step.id] = decision.deviceId;
    apply(scene.world, { ...decision, is: 'job.placed' }, scene.world.nowMs);
  }
  return where;
}

function end(scene: Scene, run: string, step: string): void {
  const jobId = scene.world.runs.get(run as RunId)!.jobs.get(step as StepId)!;
  const { deviceId } = scene.world.jobs.get(jobId)!;
  const moved = { ended: [{ jobId, outputs: { out: 1 } }], failed: [], next: [] };
  apply(
    scene.world,
    { is: 'host', deviceId: deviceId!, event: { type: 'jobs.moved', moved } as never },
    scene.world.nowMs,
  );
}

/** A device that everything would rather go to. */
const draw = (scene: Scene, on: string) => {
  for (const name of Object.keys(parts)) scene.resident(name, { on });
};
const repel = (scene: Scene, on: string) => {
  scene.world.devices.get(on as DeviceId)!.freeAtMs = 1e9;
};

test('a step that must go where another is goes there, though another device would be done sooner', () => {
  const scene = sceneOf({ devices, parts });
  start(scene, 'r', [
    { id: 'sample', key: null, ...part('dn'), placing: placing({ must: ['decode'] }) },
    { id: 'decode', from: ['sample'], ...preview, ...part('vae'), placing: placing({ must: ['sample'] }) },
  ]);
  scene.resident('dn', { on: 'sim:1' });
  expect(go(scene)).toEqual({ sample: 'sim:1' });
  end(scene, 'r', 'sample');
  repel(scene, 'sim:1');
  scene.resident('vae', { on: 'sim:2' });
  expect(go(scene)).toEqual({ decode: 'sim:1' });
});

test('where only one of two is placed yet it decides, so that the first of them takes the second along', () => {
  const scene = sceneOf({ devices, parts });
  start(scene, 'r', [
    { id: 'encode', key: null, ...part('te'), placing: placing({ must: ['sample'] }) },
    { id: 'sample', from: ['encode'], ...preview, ...part('dn'), placing: placing({ must: ['encode'] }) },
  ]);
  draw(scene, 'sim:2');
  expect(go(scene)).toEqual({ encode: 'sim:2' });
  end(scene, 'r', 'encode');
  repel(scene, 'sim:2');
  expect(go(scene)).toEqual({ sample: 'sim:2' });
});

test('two that start in the same moment go together', () => {
  const scene = sceneOf({ devices, parts });
  start(scene, 'r', [
    { id: 'one', ...preview, ...part('te'), placing: placing({ must: ['two'] }) },
    { id: 'two', ...preview, ...part('vae'), placing: placing({ must: ['one'] }) },
  ]);
  scene.resident('vae', { on: 'sim:1' });
  const where = go(scene);
  expect(where.two).toBe(where.one);
});

test('the first of two that go together is placed where the second has room, and refused where there is none', () => {
  const bound: StepSketch[] = [
    { id: 'encode', key: null, ...part('te'), placing: placing({ must: ['sample'] }) },
    { id: 'sample', from: ['encode'], ...preview, ...part('dn'), placing: placing({ must: ['encode'] }) },
  ];
  const scene = sceneOf({ devices: [device('sim:0', 200), device('sim:1', 400)], parts });
  start(scene, 'r', bound);
  scene.resident('te', { on: 'sim:0' });
  expect(go(scene)).toEqual({ encode: 'sim:1' });
  const small = sceneOf({ devices: [device('sim:0', 200)], parts });
  start(small, 'r', bound);
  const values = { device: 'sim:0', needed: 300, budget: 200 };
  expect(small.decide()).toEqual([
    {
      kind: 'refuse',
      jobId: expect.any(String) as never,
      problem: problem('device.doesNotFit', values, { nodeId: 'encode' as never }),
    },
  ]);
});

test('a wish is kept while its device is there, and given up when it is lost', () => {
  const scene = sceneOf({ devices, parts });
  draw(scene, 'sim:0');
  scene.ready({ id: 'r' }, { placing: placing({ wished: ['sim:2'] }) });
  expect(scene.decide()).toMatchObject([{ kind: 'start', deviceId: 'sim:2' }]);
  scene.world.devices.get('sim:2' as DeviceId)!.state = 'lost';
  expect(scene.decide()).toMatchObject([{ kind: 'start', deviceId: 'sim:0' }]);
});

test('a wish to be where another is gives way to what must be', () => {
  const scene = sceneOf({ devices, parts });
  start(scene, 'r', [
    { id: 'sample', key: null, ...part('dn'), allowed: ['sim:1'], placing: placing({ wish: ['decode'] }) },
    {
      id: 'decode',
      from: ['sample'],
      ...preview,
      ...part('vae'),
      allowed: ['sim:0', 'sim:2'],
      placing: placing({ wish: ['sample'] }),
    },
  ]);
  expect(go(scene)).toEqual({ sample: 'sim:1' });
  end(scene, 'r', 'sample');
  expect(['sim:0', 'sim:2']).toContain(go(scene).decode);
});

test('what another run had made before does not draw a run to its device', () => {
  const scene = sceneOf({ devices, parts });
  const bound = (id: string, sample: readonly string[]): StepSketch[] => [
    { id: 'encode', key: 'words', ...part('te'), placing: placing({ must: ['sample'] }) },
    {
      id: 'sample',
      from: ['encode'],
      key: id,
      sink: 'preview',
      ...part('dn'),
      allowed: sample,
      placing: placing({ must: ['encode'] }),
    },
  ];
  draw(scene, 'sim:0');
  start(scene, 'a', bound('a', ['sim:0', 'sim:1']));
  expect(go(scene)).toEqual({ encode: 'sim:0' });
  scene.world.nowMs = 50;
  start(scene, 'b', bound('b', ['sim:0', 'sim:1']));
  end(scene, 'a', 'encode');
  repel(scene, 'sim:0');
  const where = scene
    .decide()
    .flatMap((one) => (one.kind === 'start' ? [[runOf(scene, one.jobId), one.deviceId]] : []));
  expect(Object.fromEntries(where)).toEqual({ a: 'sim:0', b: 'sim:1' });
});

const runOf = (scene: Scene, jobId: JobId) => [...scene.world.jobs.get(jobId)!.owners.keys()][0]!;

test('a job that two runs share goes where both allow it, and where they do not agree where the first does', () => {
  const shared = (allowed: string[]) => ({ key: 'same', allowed });
  const scene = sceneOf({ devices, parts: { dn: 300 } });
  scene.resident('dn', { on: 'sim:0' });
  scene.ready({ id: 'a' }, shared(['sim:0', 'sim:1']));
  scene.ready({ id: 'b' }, shared(['sim:1', 'sim:2']));
  expect(scene.decide()).toMatchObject([{ kind: 'start', deviceId: 'sim:1' }]);
  scene.ready({ id: 'c' }, shared(['sim:2']));
  expect(scene.decide()).toMatchObject([{ kind: 'start', deviceId: 'sim:1' }]);
  expect([...scene.world.byKey.keys()]).toEqual(['same' as ContentKey]);
});

test('a job’s explanation names the rules that hold for it, the devices that they leave, and what it goes with', () => {
  const scene = sceneOf({ devices, parts });
  const rules = [{ rule: 'vae=same-as(denoiser)', from: 'graph' as const, pack: '' }];
  start(scene, 'r', [
    { id: 'sample', key: null, ...part('dn'), placing: placing({ must: ['decode'] }) },
    {
      id: 'decode',
      from: ['sample'],
      ...preview,
      ...part('vae'),
      allowed: ['sim:0'],
      placing: { ...placing({ must: ['sample'] }), rules },
    },
  ]);
  const found = explainJobs(scene.world, 'r' as RunId);
  expect(found.map(({ nodeId, placing: told }) => [nodeId, told])).toEqual([
    ['sample', { rules: [], allowed: ['sim:0', 'sim:1', 'sim:2'], beside: ['decode'] }],
    ['decode', { rules, allowed: ['sim:0'], beside: ['sample'] }],
  ]);
});
