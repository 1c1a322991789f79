import { expect, test } from 'vitest';
import { apply } from '../../src-main/engine/apply.ts';
import { emptyProfile } from '../../src-main/engine/profile.ts';
import { admissions, renewal } from '../../src-main/engine/schedule.ts';
import { mostAhead } from '../../src-main/engine/world.ts';
import { problem } from '../../src-main/model/errors.ts';
import type { BatchKey, DeviceId, PartKey, RunId, SizeKey } from '../../src-main/model/ids.ts';
import type { BatchDecision } from '../../src-main/model/run.ts';
import { sceneOf } from '../build/scene.ts';
import { device } from '../build/world.ts';

const size = 'dn size' as SizeKey;
/** ms of one call for 1, 2, 3 … rows on sim:0. */
const measured = (...ms: number[]) => new Map([['sim:0' as DeviceId, { ...emptyProfile(), ms: { [size]: ms } }]]);
/** As quick with sixteen rows as with one. */
const free = measured(...Array.from({ length: 16 }, () => 10));

/** Jobs that are ready are started before the next batch is decided. */
function placeAll(scene: ReturnType<typeof sceneOf>): void {
  for (const decision of scene.decide())
    if (decision.kind === 'start') apply(scene.world, { ...decision, is: 'job.placed' }, 0);
}

test('a more urgent tier goes first', () => {
  const scene = sceneOf();
  scene.waits({ id: 'background', tier: 'background' });
  scene.waits({ id: 'quality', tier: 'quality' });
  scene.waits({ id: 'interactive', tier: 'interactive' });
  scene.waits({ id: 'fast', tier: 'fast' });
  expect(scene.batch()?.rows[0]).toBe('interactive');
});

test('within a tier a submitter that was served less goes first', () => {
  const scene = sceneOf();
  scene.waits({ id: 'much', submitter: 'ada' });
  scene.waits({ id: 'little', submitter: 'bob' });
  scene.served('ada', 100);
  scene.served('bob', 50);
  expect(scene.batch()?.rows[0]).toBe('little');
});

test('within a tier and a submitter the oldest goes first', () => {
  const scene = sceneOf();
  scene.waits({ id: 'second', place: 2 });
  scene.waits({ id: 'first', place: 1 });
  expect(scene.batch()?.rows[0]).toBe('first');
});

test('device time is counted for whoever was aboard, and fades', () => {
  const scene = sceneOf({ profiles: free });
  scene.waits({ id: 'a', submitter: 'ada' });
  scene.waits({ id: 'b', submitter: 'bob' });
  const { id } = scene.send(scene.decide().find((one): one is BatchDecision => one.kind === 'batch')!);
  const moved = { ended: [], failed: [], next: [] };
  const done = { type: 'batch.done', batchId: id, rows: 2, startMs: 0, ms: 100, moved, leaseLeft: 0 } as const;
  apply(scene.world, { is: 'host', deviceId: 'sim:0' as DeviceId, event: done }, 100);
  expect(Object.fromEntries(scene.world.served)).toEqual({ ada: 50, bob: 50 });
});

test('a run that was overtaken patience times leads, whatever its tier', () => {
  const scene = sceneOf({ settings: { patience: 3 } });
  scene.queued({ id: 'patient', tier: 'background' });
  for (let i = 0; i < 3; i++) {
    expect(scene.world.overdue.size).toBe(0);
    scene.ready({ id: `urgent${i}`, tier: 'interactive' });
  }
  expect(admissions(scene.world)).toEqual(['patient']);
  scene.admit('patient');
  const jobId = [...scene.world.runs.get('patient' as RunId)!.jobs.values()][0]!;
  expect(scene.world.overdue.has('patient' as RunId)).toBe(true);
  scene.waits({ id: 'more', tier: 'interactive' });
  apply(scene.world, { is: 'job.placed', jobId, deviceId: 'sim:0' as DeviceId }, 0);
  const row = { ...[...scene.world.rows.values()][0]!, id: 'r' as never, jobId, runId: 'patient' as RunId };
  const event = { type: 'jobs.moved', moved: { ended: [], failed: [], next: [row] } } as const;
  apply(scene.world, { is: 'host', deviceId: 'sim:0' as DeviceId, event }, 0);
  placeAll(scene);
  expect(scene.batch()?.rows[0]).toBe('patient');
});

test('of each submitter only the oldest run is overtaken, or a long list would be overdue at once', () => {
  const scene = sceneOf({ settings: { patience: 2 } });
  for (let i = 0; i < 5; i++) scene.queued({ id: `long${i}`, tier: 'background', submitter: 'ada' });
  scene.queued({ id: 'other', tier: 'background', submitter: 'bob' });
  for (let i = 0; i < 2; i++) scene.ready({ id: `urgent${i}`, tier: 'interactive', submitter: 'cyd' });
  expect([...scene.world.overdue].sort()).toEqual(['long0', 'other']);
});

test('a run that was started and waits for its first batch is overtaken by later runs that have theirs', () => {
  const scene = sceneOf({ parts: { dn: 600, other: 600 }, settings: { patience: 2 } });
  scene.resident('dn');
  scene.waits({ id: 'patient' }, { part: 'other' as never });
  for (let i = 0; i < 2; i++) {
    scene.waits({ id: `later${i}` });
    const decided = scene.decide().find((one): one is BatchDecision => one.kind === 'batch')!;
    expect(decided.part).toBe('dn');
    const { id } = scene.send(decided);
    const moved = { ended: [], failed: [], next: [] };
    const done = { type: 'batch.done', batchId: id, rows: 1, startMs: 0, ms: 10, moved, leaseLeft: 0 } as const;
    apply(scene.world, { is: 'host', deviceId: 'sim:0' as DeviceId, event: done }, 10);
  }
  scene.waits({ id: 'latest' });
  expect(scene.batch()).toMatchObject({ rows: ['patient'], evict: ['dn'], load: ['other'] });
});

test('rows of one key ride along, those of another never do', () => {
  const scene = sceneOf({ profiles: free });
  scene.waits({ id: 'a' });
  scene.waits({ id: 'b' }, { batchKey: 'another' as never });
  scene.waits({ id: 'c' });
  expect(scene.batch()?.rows).toEqual(['a', 'c']);
});

test('company is no more than pays by the measured table', () => {
  const rowsIn = (...ms: number[]) => {
    const scene = sceneOf({ profiles: measured(...ms) });
    for (let i = 0; i < 20; i++) scene.waits({ id: `r${i}` });
    return scene.batch()?.rows.length;
  };
  // The next count up is tried while the largest one known is the best.
  expect(rowsIn(10)).toBe(2);
  expect(rowsIn(10, 20)).toBe(1);
  expect(rowsIn(10, 11, 11.5, 12, 20, 22, 24, 26)).toBe(4);
  expect(rowsIn(...Array.from({ length: 16 }, () => 10))).toBe(16);
});

test('company is no more than fits beside the weights', () => {
  const scene = sceneOf({ devices: [device('sim:0', 350)], profiles: free });
  for (let i = 0; i < 9; i++) scene.waits({ id: `r${i}` }, { scratchBytes: 12 });
  expect(scene.batch()?.rows.length).toBe(4);
});

test('the two rows of one guided step go together even where nothing was measured', () => {
  const scene = sceneOf();
  scene.waits({ id: 'a' }, { rows: 2 });
  expect(scene.batch()?.rows).toEqual(['a', 'a']);
});

test('without strangers only rows of the same job share a batch', () => {
  const scene = sceneOf({ strangers: false, profiles: free });
  scene.waits({ id: 'a' }, { rows: 3 });
  scene.waits({ id: 'b' });
  expect(scene.batch()?.rows).toEqual(['a', 'a', 'a']);
});

test.each(['leads', 'follows'])('a deterministic run that %s has no company', (how) => {
  const scene = sceneOf({ profiles: free });
  scene.waits({ id: 'exact', deterministic: true, place: how === 'leads' ? 0 : 1 });
  scene.waits({ id: 'other', place: how === 'leads' ? 1 : 0 });
  expect(scene.batch()?.rows).toEqual([how === 'leads' ? 'exact' : 'other']);
});

test('a run whose batch was lost computes alone', () => {
  const scene = sceneOf({ profiles: free });
  scene.waits({ id: 'a' });
  scene.waits({ id: 'b' });
  scene.world.runs.get('b' as RunId)!.alone = true;
  expect(scene.batch()?.rows).toEqual(['a']);
});

test('a job of a run that is alone is started on an empty device, and nothing beside it', () => {
  const scene = sceneOf();
  scene.waits({ id: 'a' });
  scene.ready({ id: 'b' });
  scene.ready({ id: 'c' });
  scene.world.runs.get('b' as RunId)!.alone = true;
  const started = () => scene.decide().filter((one) => one.kind === 'start');
  expect(started()).toEqual([]);
  apply(scene.world, { is: 'run.cancelled', runId: 'a' as RunId }, 0);
  expect(started()).toHaveLength(1);
  const [first] = started();
  apply(scene.world, { is: 'job.placed', jobId: first!.jobId, deviceId: 'sim:0' as DeviceId }, 0);
  expect(started()).toEqual([]);
});

test('weights that are needed by nobody leave, the least worth first, and no more than must', () => {
  const scene = sceneOf({ parts: { dn: 400, a: 300, b: 300, c: 300 } });
  scene.resident('a', { worth: 3 });
  scene.resident('b', { worth: 1 });
  scene.resident('c', { worth: 2 });
  scene.waits({ id: 'r' });
  expect(scene.batch()).toMatchObject({ load: ['dn'], evict: ['b'] });
});

test('weights that started runs need leave only for a more urgent tier', () => {
  const waiting = (tier: 'interactive' | 'quality') => {
    const scene = sceneOf({ parts: { dn: 600, other: 600 } });
    scene.resident('dn');
    scene.waits({ id: 'newcomer', tier, place: 0 }, { part: 'other' as never });
    scene.waits({ id: 'started', tier: 'quality', place: 1 });
    return scene.batch();
  };
  expect(waiting('quality')).toMatchObject({ rows: ['started'], load: [], evict: [] });
  expect(waiting('interactive')).toMatchObject({ rows: ['newcomer'], load: ['other'], evict: ['dn'] });
});

test('after a call ran out of memory everything idle leaves', () => {
  const scene = sceneOf({ parts: { dn: 100, a: 100, b: 100, hot: 100 } });
  for (const part of ['dn', 'a', 'b']) scene.resident(part);
  scene.resident('hot', { hot: true });
  scene.waits({ id: 'r' });
  scene.world.devices.get('sim:0' as DeviceId)!.shortOfMemory = true;
  expect(scene.batch()?.evict).toEqual(['a', 'b']);
});

test('a job that fits nowhere is refused with a reason', () => {
  const scene = sceneOf({ devices: [device('sim:0', 200), device('sim:1', 250)] });
  const jobId = scene.ready({ id: 'big' });
  const values = { device: 'sim:1', needed: 300, budget: 250 };
  expect(scene.decide()).toEqual([
    { kind: 'refuse', jobId, problem: problem('device.doesNotFit', values, { nodeId: 'work' as never }) },
  ]);
});

test('a job that may run on no device is refused with a reason', () => {
  const scene = sceneOf();
  const jobId = scene.ready({ id: 'r' }, { allowed: ['cuda:9'] });
  expect(scene.decide()).toEqual([
    { kind: 'refuse', jobId, problem: problem('device.none', { node: 'work' }, { nodeId: 'work' as never }) },
  ]);
});

test('a job goes to the device where its weights are', () => {
  const scene = sceneOf({ devices: [device('sim:0'), device('sim:1')], parts: { dn: 1e9 } });
  for (const state of scene.world.devices.values()) Object.assign(state.device, { budgetBytes: 2e9 });
  scene.resident('dn', { on: 'sim:1' });
  const jobId = scene.ready({ id: 'r' });
  expect(scene.decide()).toEqual([{ kind: 'start', jobId, deviceId: 'sim:1' }]);
});

test('unless waiting there costs more than loading here', () => {
  const scene = sceneOf({ devices: [device('sim:0', 2e9), device('sim:1', 2e9)], parts: { dn: 1e9 } });
  scene.resident('dn', { on: 'sim:1' });
  // 1e9 bytes at 500,000 bytes/ms are 2 s.
  scene.world.devices.get('sim:1' as DeviceId)!.freeAtMs = 2500;
  const jobId = scene.ready({ id: 'r' });
  expect(scene.decide()).toEqual([{ kind: 'start', jobId, deviceId: 'sim:0' }]);
});

test('a job never goes where it may not be', () => {
  const scene = sceneOf({ devices: [device('sim:0'), device('sim:1')] });
  scene.resident('dn', { on: 'sim:0' });
  const jobId = scene.ready({ id: 'r' }, { allowed: ['sim:1'] });
  expect(scene.decide()).toEqual([{ kind: 'start', jobId, deviceId: 'sim:1' }]);
});

test('nothing is started on a host that is being started again', () => {
  const scene = sceneOf();
  scene.ready({ id: 'r' });
  scene.waits({ id: 's' });
  apply(scene.world, { is: 'host', deviceId: 'sim:0' as DeviceId, event: { type: 'host.lost', reason: 'x' } }, 0);
  expect(scene.decide()).toEqual([]);
});

test('a busy device gets no second batch, and nothing waits while another is idle', () => {
  const scene = sceneOf({ devices: [device('sim:0'), device('sim:1')] });
  scene.waits({ id: 'a' }, { on: 'sim:0' });
  scene.waits({ id: 'b' }, { on: 'sim:1' });
  const decisions = scene.decide() as BatchDecision[];
  expect(decisions.map(({ deviceId }) => deviceId)).toEqual(['sim:0', 'sim:1']);
  scene.send(decisions[0]!);
  scene.waits({ id: 'c' }, { on: 'sim:0' });
  expect(scene.decide().map((one) => one.kind === 'batch' && one.deviceId)).toEqual(['sim:1']);
});

test('a lease is at most 100 ms of work, or one step', () => {
  const leaseOf = (...ms: number[]) => {
    const scene = sceneOf({ profiles: measured(...ms) });
    scene.waits({ id: 'a' });
    return scene.batch()?.lease.steps;
  };
  expect([leaseOf(10), leaseOf(24), leaseOf(400), leaseOf()]).toEqual([10, 4, 1, 1]);
});

test('a call has a limit once it was measured, and never a short one', () => {
  const limitOf = (...ms: number[]) => {
    const scene = sceneOf({ profiles: measured(...ms) });
    scene.waits({ id: 'a' });
    return scene.batch()?.limitMs;
  };
  expect(limitOf()).toBeNull();
  for (const [ms, least] of [
    [5, 10_000],
    [3000, 30_000],
  ] as const) {
    expect(limitOf(ms)).toBeGreaterThanOrEqual(least);
    expect(limitOf(ms)).toBeLessThan(least * 1.1);
  }
});

test('a batch is revoked for a more urgent tier, left to its lease for a turn, and renewed otherwise', () => {
  const decide = (waiting: { tier: 'interactive' | 'quality'; submitter: string } | null, leaseLeft = 0) => {
    const scene = sceneOf({ profiles: measured(10) });
    const jobId = scene.waits({ id: 'aboard', submitter: 'ada', tier: 'quality' });
    scene.send(scene.decide()[0] as BatchDecision);
    scene.served('ada', 100);
    if (waiting) scene.waits({ id: 'waiting', ...waiting }, { batchKey: 'another' as never });
    return renewal(scene.world, scene.world.devices.get('sim:0' as DeviceId)!, [jobId], leaseLeft, size, 1);
  };
  expect(decide({ tier: 'interactive', submitter: 'bob' })).toBe('revoke');
  expect(decide({ tier: 'quality', submitter: 'bob' })).toBe('leave');
  expect(decide(null)).toEqual({ renew: 10 });
  expect(decide(null, 4)).toBe('leave');
});

test('a batch of jobs that nobody wants any more is revoked', () => {
  const scene = sceneOf({ profiles: measured(10) });
  scene.waits({ id: 'a' });
  scene.send(scene.decide()[0] as BatchDecision);
  expect(renewal(scene.world, scene.world.devices.get('sim:0' as DeviceId)!, [], 0, size, 1)).toBe('revoke');
});

test('an overdue run is not sent away by another one', () => {
  const scene = sceneOf({ profiles: measured(10) });
  const jobId = scene.waits({ id: 'a', tier: 'background' });
  scene.send(scene.decide()[0] as BatchDecision);
  scene.waits({ id: 'b', tier: 'quality' }, { batchKey: 'another' as BatchKey });
  for (const id of ['a', 'b']) scene.world.overdue.add(id as RunId);
  expect(renewal(scene.world, scene.world.devices.get('sim:0' as DeviceId)!, [jobId], 0, size, 1)).toEqual({
    renew: 10,
  });
});

test('runs are started in their turn while there is room, and urgent ones find room where others wait', () => {
  const scene = sceneOf();
  for (let i = 0; i < 60; i++) scene.queued({ id: `quality${i}` });
  expect(admissions(scene.world)).toEqual(Array.from({ length: mostAhead }, (_, i) => `quality${i}`));
  for (let i = 0; i < mostAhead; i++) scene.admit(`quality${i}`);
  expect(admissions(scene.world)).toEqual([]);
  scene.queued({ id: 'interactive', tier: 'interactive' });
  expect(admissions(scene.world)).toEqual(['interactive']);
});

test('an overdue run is started though urgent ones fill every place', () => {
  const scene = sceneOf();
  scene.queued({ id: 'patient', tier: 'background' });
  for (let i = 0; i < 24; i++) scene.ready({ id: `urgent${i}`, tier: 'interactive' });
  scene.queued({ id: 'next', tier: 'interactive' });
  expect(admissions(scene.world)).toEqual([]);
  scene.world.overdue.add('patient' as RunId);
  expect(admissions(scene.world)).toEqual(['patient']);
});

test('a job that a more urgent run comes to want takes that run’s turn, its waiting rows too', () => {
  const scene = sceneOf();
  scene.waits({ id: 'slow', tier: 'background' }, { key: 'shared' });
  scene.waits({ id: 'between', tier: 'fast' });
  expect(scene.batch()?.rows[0]).toBe('between');
  scene.ready({ id: 'urgent', tier: 'interactive' }, { key: 'shared' });
  expect(scene.batch()?.rows[0]).toBe('slow');
});

test('a decision changes nothing', () => {
  const scene = sceneOf({ devices: [device('sim:0'), device('sim:1')], profiles: free });
  for (let i = 0; i < 6; i++) scene.waits({ id: `r${i}` }, { on: i % 2 ? 'sim:1' : 'sim:0' });
  for (let i = 0; i < 6; i++) scene.ready({ id: `s${i}` });
  const first = scene.decide();
  expect(scene.decide()).toEqual(first);
});

const cpu = 'sim:0' as DeviceId;
const other = { batchKey: 'another' as BatchKey };

/** Sends what is decided, and its parts are there. */
function sent(scene: ReturnType<typeof sceneOf>) {
  const batch = scene.send(scene.decide().find(({ kind }) => kind === 'batch') as BatchDecision);
  for (const part of batch.load) {
    const event = { type: 'part.loaded', part, bytes: 300, startMs: 0, ms: 1 } as const;
    apply(scene.world, { is: 'host', deviceId: cpu, event }, 0);
  }
  return batch;
}

test('a lease ends with the last call that its jobs foresaw', () => {
  const scene = sceneOf({ profiles: measured(10) });
  scene.waits({ id: 'a' }, { calls: 4 });
  expect(scene.batch()?.lease.steps).toBe(3);
});

test('while the last step of a batch is computed the next one is sent, and it is the one that runs afterwards', () => {
  const scene = sceneOf({ profiles: measured(10) });
  const first = scene.waits({ id: 'a' }, { calls: 1 });
  const running = sent(scene);
  scene.waits({ id: 'b' }, { calls: 2, ...other });
  expect(scene.batch()?.rows).toEqual(['b']);
  const next = sent(scene);
  const state = scene.world.devices.get(cpu)!;
  expect([state.batch?.id, state.next?.batch.id]).toEqual([running.id, next.id]);
  scene.waits({ id: 'c' }, other);
  expect(scene.batch()).toBeNull(); // one is enough
  const moved = { ended: [{ jobId: first, outputs: {}, ms: 1 }], failed: [], next: [] };
  const done = { type: 'batch.done', batchId: running.id, rows: 1, startMs: 0, ms: 10, moved, leaseLeft: 0 } as const;
  apply(scene.world, { is: 'host', deviceId: cpu, event: done }, 10);
  expect([state.state, state.batch?.id, state.next]).toEqual(['busy', next.id, null]);
});

test('nothing is sent behind a batch that goes on', () => {
  const scene = sceneOf({ profiles: measured(10) });
  scene.waits({ id: 'a' }, { calls: 5 });
  sent(scene);
  scene.waits({ id: 'b' }, other);
  expect(scene.batch()).toBeNull();
});

test('what a batch was stopped for is sent at once, unless rows that come back may ride along', () => {
  const follows = (kind: { batchKey?: BatchKey }) => {
    const scene = sceneOf({ profiles: measured(10) });
    scene.waits({ id: 'a', tier: 'background' }, { calls: 5 });
    sent(scene);
    scene.world.devices.get(cpu)!.revoked = true;
    scene.waits({ id: 'b', tier: 'interactive' }, kind);
    return scene.batch()?.rows;
  };
  expect(follows(other)).toEqual(['b']);
  expect(follows({})).toBeUndefined();
});

test('nothing is loaded or thrown out for a batch that only waits', () => {
  const scene = sceneOf({ profiles: measured(10), parts: { dn: 300, up: 100 } });
  scene.waits({ id: 'a' }, { calls: 1 });
  sent(scene);
  scene.waits({ id: 'b' }, { part: 'up' as PartKey, ...other });
  expect(scene.batch()).toBeNull();
});

test('an idle device is kept for a more urgent run that is about to ask, not for an equal one, and not for long', () => {
  const scene = sceneOf({ profiles: measured(10) });
  scene.waits({ id: 'slow', tier: 'background' });
  scene.ready({ id: 'equal', tier: 'background' });
  placeAll(scene);
  expect(scene.batch()?.rows).toEqual(['slow']);
  scene.ready({ id: 'urgent', tier: 'interactive' });
  placeAll(scene);
  expect(scene.batch()).toBeNull();
  const { idleSinceMs } = scene.world.devices.get(cpu)!;
  apply(scene.world, { is: 'hold.over', deviceId: cpu, sinceMs: idleSinceMs }, 5);
  expect(scene.batch()?.rows).toEqual(['slow']);
});

test('a batch ends when a more urgent job is started where it runs', () => {
  const scene = sceneOf({ profiles: measured(10) });
  scene.waits({ id: 'slow', tier: 'background' });
  sent(scene);
  scene.ready({ id: 'urgent', tier: 'interactive' });
  placeAll(scene);
  expect(scene.world.devices.get(cpu)!.revoked).toBe(true);
});

test('of runs that one person waits for few are under way, and more where they share calls', () => {
  const scene = sceneOf({ profiles: free });
  for (let i = 0; i < 40; i++) scene.queued({ id: `fast${i}`, tier: 'fast' });
  expect(admissions(scene.world)).toHaveLength(4);
  for (let i = 0; i < 4; i++) scene.waits({ id: `more${i}`, tier: 'fast' });
  scene.send(scene.decide().find(({ kind }) => kind === 'batch') as BatchDecision);
  expect(admissions(scene.world)).toHaveLength(4); // eight with those under way
  scene.queued({ id: 'other', submitter: 'bob', tier: 'fast' });
  expect(admissions(scene.world)).toHaveLength(20);
});

test('a run that comes makes way for itself before its plan is made', () => {
  const scene = sceneOf({ profiles: measured(10) });
  scene.waits({ id: 'slow', tier: 'background' });
  sent(scene);
  scene.queued({ id: 'equal', tier: 'background' });
  expect(scene.world.devices.get(cpu)!.revoked).toBe(false);
  scene.queued({ id: 'urgent', tier: 'interactive' });
  expect(scene.world.devices.get(cpu)!.revoked).toBe(true);
});

test('a batch takes no company while a more urgent run is here', () => {
  const scene = sceneOf({ profiles: free });
  for (const id of ['a', 'b']) scene.waits({ id, tier: 'background' });
  expect(scene.batch()?.rows).toEqual(['a', 'b']);
  scene.ready({ id: 'urgent', tier: 'interactive' });
  placeAll(scene);
  apply(scene.world, { is: 'hold.over', deviceId: cpu, sinceMs: 0 }, 20);
  expect(scene.batch()?.rows).toEqual(['a']);
});

test('a run that comes has only one step of the batch that waits behind another', () => {
  const scene = sceneOf({ profiles: measured(10) });
  const first = scene.waits({ id: 'a', tier: 'background' }, { calls: 1 });
  const running = sent(scene);
  scene.waits({ id: 'b', tier: 'background' }, other);
  sent(scene);
  scene.queued({ id: 'urgent', tier: 'interactive' });
  const moved = { ended: [{ jobId: first, outputs: {}, ms: 1 }], failed: [], next: [] };
  const done = { type: 'batch.done', batchId: running.id, rows: 1, startMs: 0, ms: 10, moved, leaseLeft: 0 } as const;
  apply(scene.world, { is: 'host', deviceId: cpu, event: done }, 10);
  const state = scene.world.devices.get(cpu)!;
  expect([state.batchJobs.size, state.revoked]).toEqual([1, true]);
});

test('nothing less urgent is sent behind a call of an urgent run', () => {
  const scene = sceneOf({ profiles: measured(10) });
  scene.waits({ id: 'urgent', tier: 'interactive' }, { calls: 1 });
  sent(scene);
  scene.waits({ id: 'slow', tier: 'background' }, other);
  expect(scene.batch()).toBeNull();
  scene.waits({ id: 'equal', tier: 'interactive' }, other);
  expect(scene.batch()?.rows[0]).toBe('equal');
});
