import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { nodeTypes } from '../../nodes/index.ts';
import { asMeasured, simulatedCard } from '../../src-main/core-devices.ts';
import { queueText, readQueue } from '../../src-main/core-queue-file.ts';
import { type QueuedRun, simulated } from '../../src-main/core-simulated.ts';
import { cpuDevice } from '../../src-main/device/discover.ts';
import { a100, laptop } from '../../src-main/device/sim/profiles/cards.ts';
import { unwrap } from '../../src-main/model/errors.ts';
import { readGraph } from '../../src-main/model/graph-file.ts';
import type { DeviceId, SizeKey } from '../../src-main/model/ids.ts';
import { memoryDigestCache } from '../../src-main/packs/digest-cache.ts';
import { withLabPacks } from '../../src-main/packs/lab-packs.ts';
import { packLibrary } from '../../src-main/packs/library.ts';
import { call, emptyFolder, root } from '../cli/call.ts';

const catalog = new Map(nodeTypes.map((type) => [type.type, type]));
const packs = withLabPacks(packLibrary({ folders: [], cache: memoryDigestCache() }));
const text = readFileSync(path.join(root, 'graphs', 'z-image.kiln.json'), 'utf8');
const graph = unwrap(readGraph(text, { name: 'z-image', catalog }));
const runOf = (index: number, more: Partial<QueuedRun> = {}): QueuedRun => ({
  atMs: 0,
  graph,
  overrides: { prompt: `number ${index}`, seed: String(index), steps: 2, width: 256, height: 256 },
  tier: 'quality',
  submitter: 'local',
  deterministic: false,
  ...more,
});
const queue = (count: number) => Array.from({ length: count }, (_, index) => runOf(index));
const cards = (count: number) => Array.from({ length: count }, (_, index) => simulatedCard(a100, index));

test('a queue in simulated time always takes alike, and two cards take less than one', async () => {
  const [first, again, two] = [
    await simulated({ runs: queue(8), devices: cards(1), packs }),
    await simulated({ runs: queue(8), devices: cards(1), packs }),
    await simulated({ runs: queue(8), devices: cards(2), packs }),
  ];
  expect(again).toEqual(first);
  expect(first.runs.every(({ state, images }) => state === 'done' && images === 1)).toBe(true);
  expect(two.wallMs).toBeLessThan(first.wallMs);
  // Encoder, denoiser and decoder, once.
  expect(first.devices).toMatchObject([{ loads: 3, broughtBytes: 0, label: 'A100 80 GB (simulated)' }]);
  expect(first.devices[0]!.joules).toBeGreaterThan((first.wallMs / 1000) * 50);
});

test('a run waits until it is asked for, and what was asked for twice is made once', async () => {
  const runs = [runOf(1), runOf(1, { atMs: 60_000 })];
  const found = await simulated({ runs, devices: cards(1), packs });
  expect(found.runs[1]).toMatchObject({ atMs: 60_000, state: 'done' });
  expect(found.runs[1]!.endedMs).toBeGreaterThanOrEqual(60_000);
  expect(found.runs[1]!.endedMs - 60_000).toBeLessThan(found.runs[0]!.endedMs);
  expect(found.devices[0]!.calls).toBe(1 + 2 + 1);
});

test('what does not fit on a card fails there as it would on a real one, and the others go on', async () => {
  const found = await simulated({ runs: queue(2), devices: [simulatedCard(laptop, 0)], packs });
  expect(found.runs.map(({ problems }) => problems[0]?.code)).toEqual(['device.doesNotFit', 'device.doesNotFit']);
});

test('a recorded queue is read as it was written', () => {
  const runs = [runOf(1), runOf(2, { atMs: 7, tier: 'fast', device: 'cpu' as DeviceId, deterministic: true })];
  expect(unwrap(readQueue(queueText(runs), 'queue', catalog))).toEqual(runs);
});

test('what is no recorded queue is refused with the place that is wrong', () => {
  const whereOf = (value: string) => {
    const read = readQueue(value, 'queue.json', catalog);
    return read.ok ? [] : read.problems.map(({ code, values }) => `${code} ${'where' in values ? values.where : ''}`);
  };
  const with_ = (runs: unknown) => JSON.stringify({ format: 'kiln-queue', version: 1, graphs: {}, runs });
  expect(whereOf('{')).toEqual(['queue.malformed ']);
  expect(whereOf(with_([]))).toEqual(['queue.malformed runs']);
  expect(whereOf(with_([{ at: -1, graph: 'g' }]))).toEqual(['queue.malformed runs.0.at']);
  expect(whereOf(with_([{ at: 0, graph: 'g' }]))).toEqual(['queue.malformed runs.0.graph']);
});

test('a device of this machine is simulated with its lanes as they were measured, and refused where nothing was', () => {
  const device = { ...cpuDevice({ cpuBudgetBytes: 0, cpuThreads: 2 }), id: 'cpu' as DeviceId };
  const profile = { loadBytesPerMs: 1, bringBytesPerMs: 1, ms: { ['a 1 1' as SizeKey]: [5, undefined, 7] } };
  const spec = { device, runtime: { kind: 'ort' } as const };
  const whole = asMeasured(spec, new Map([[device.id, profile]]), 0, 1);
  expect(whole.map((one) => one.device.id)).toEqual(['cpu']);
  expect(whole[0]!.runtime).toMatchObject({ kind: 'sim', sim: { profile: { ms: { 'a 1 1': [6, undefined, 8] } } } });
  const lanes = ['cpu', 'cpu/1', 'cpu/2'].map((id) => [id as DeviceId, profile] as const);
  expect(asMeasured(spec, new Map(lanes), 0).map((one) => one.device.id)).toEqual(['cpu', 'cpu/1', 'cpu/2']);
  expect(() => asMeasured(spec, new Map(), 0)).toThrow(/device.notMeasured/);
});

test('kiln simulate says of everything that it is simulated, in both languages, and as JSON', async () => {
  const cwd = emptyFolder();
  writeFileSync(path.join(cwd, 'queue.json'), queueText(queue(3)));
  const said = await call(['simulate', 'queue.json', '--devices', 'sim:a100,sim:a100'], { cwd });
  expect(said.code, said.err).toBe(0);
  expect(said.out).toMatch(/^Simulated: 3 runs with 3 pictures in 0:0\d, /);
  expect(said.out).toContain('sim:a100:1');
  expect(said.out).toContain('A100 80 GB (simulated)');
  const chinese = await call(['simulate', 'queue.json', '--devices', 'sim:a100', '--lang', 'zh'], { cwd });
  expect(chinese.out).toMatch(/^模拟结果：3 次运行/);
  const json = JSON.parse((await call(['simulate', 'queue.json', '--devices', 'sim:a100', '--json'], { cwd })).out);
  expect(json).toMatchObject({ simulated: true, runs: 3, failed: 0, images: 3, tiers: [{ tier: 'quality', runs: 3 }] });
  const nothing = await call(['simulate', 'queue.json'], { cwd });
  expect([nothing.code, nothing.err]).toEqual([2, expect.stringContaining('Nothing was measured on cpu')]);
  const empty = await call(['simulate', '--devices', 'sim:a100'], { cwd });
  expect([empty.code, empty.err]).toEqual([2, expect.stringContaining('There are no runs')]);
});
