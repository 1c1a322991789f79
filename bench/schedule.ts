import { admissions, schedule } from '../src-main/engine/schedule.ts';
import type { World } from '../src-main/engine/world.ts';
import type { DeviceId, JobId, RowId, RunId, SizeKey } from '../src-main/model/ids.ts';
import { type BatchDecision, type Decision, type Row, tiers } from '../src-main/model/run.ts';
import { randomOf } from '../test/build/random.ts';
import { type Scene, sceneOf } from '../test/build/scene.ts';
import { device } from '../test/build/world.ts';
import type { Bench } from './bench.ts';

const parts = { 'dn@a': 300, 'dn@b': 300, 'vae@a': 100, 'te@a': 100 };
const submitters = ['ada', 'bob', 'cyd', 'dan', 'eve', 'fay'];
const devices = ['sim:0', 'sim:1', 'sim:2', 'sim:3'].map((id) => device(id, 1000));

/** Four idle devices with so many rows before them, of runs in every tier, by six submitters, under eight batch keys; jobs that are ready besides, and runs that wait. */
function crowd(rows: number): Scene {
  const random = randomOf(rows);
  const sizes = Object.keys(parts).map((part) => `${part} size` as SizeKey);
  const ms = Object.fromEntries(sizes.map((size) => [size, Array.from({ length: 16 }, (_, i) => 5 + i)]));
  const profile = { loadBytesPerMs: 1e6, bringBytesPerMs: 1e6, ms };
  const scene = sceneOf({ devices, parts, profiles: new Map(devices.map(({ id }) => [id, profile])) });
  const run = (name: string) => ({ id: name, tier: random.pick(tiers), submitter: random.pick(submitters) });
  const step = () => {
    const part = random.pick(Object.keys(parts));
    return { part: part as never, batchKey: `${part} ${random.below(2)}` as never, scratchBytes: 10 };
  };
  for (const part of ['dn@a', 'vae@a']) for (const { id } of devices) scene.resident(part, { on: id });
  for (let made = 0; made < rows; made += 2)
    scene.waits(run(`run${made}`), { ...step(), rows: 2, on: random.pick(devices).id });
  for (let i = 0; i < 50; i++) scene.ready(run(`ready${i}`), step());
  for (let i = 0; i < rows / 10; i++) scene.queued(run(`queued${i}`));
  for (const submitter of submitters) scene.served(submitter, random.below(1000));
  return scene;
}

/** What the same decisions cost without indexes: everything that waits is sorted, for each idle device. */
function bySorting(world: World): Decision[] {
  const served = (id: RunId) => world.served.get(world.runs.get(id)!.run.submitter) ?? 0;
  const runOf = (id: RunId) => world.runs.get(id)!.run;
  const byTurn = (a: Row, b: Row) =>
    tiers.indexOf(runOf(a.runId).tier) - tiers.indexOf(runOf(b.runId).tier) ||
    served(a.runId) - served(b.runId) ||
    runOf(a.runId).place - runOf(b.runId).place;
  const decisions: Decision[] = [];
  for (const state of world.devices.values()) {
    const waiting = [...world.rows.values()].filter(({ deviceId }) => deviceId === state.device.id).sort(byTurn);
    const leader = waiting[0];
    if (!leader) continue;
    const rows = waiting.filter(({ batchKey }) => batchKey === leader.batchKey).slice(0, 16);
    decisions.push(batchOf(state.device.id, leader, rows));
  }
  const leading = (id: JobId) => [...world.jobs.get(id)!.owners.keys()][0]!;
  const ready = [...world.jobs.values()].filter(({ state }) => state === 'ready');
  ready.sort((a, b) => runOf(leading(a.id)).place - runOf(leading(b.id)).place);
  return decisions;
}

const batchOf = (deviceId: DeviceId, { part }: Row, rows: readonly Row[]): BatchDecision => ({
  kind: 'batch',
  deviceId,
  part,
  rows: rows.map(({ id }): RowId => id),
  load: [],
  evict: [],
  lease: { steps: 1 },
  limitMs: null,
});

/** Medians in ms, called by turns. */
function medians(world: World, calls: number): { ours: number; starting: number; sorted: number } {
  const sides = { ours: () => schedule(world), starting: () => admissions(world), sorted: () => bySorting(world) };
  const times = { ours: [] as number[], starting: [] as number[], sorted: [] as number[] };
  for (let i = 0; i < calls; i++)
    for (const side of ['ours', 'starting', 'sorted'] as const) {
      const start = performance.now();
      sides[side]();
      times[side].push(performance.now() - start);
    }
  const median = (list: number[]) => {
    const warm = list.slice(list.length / 4).sort((a, b) => a - b);
    return warm[Math.floor(warm.length / 2)]!;
  };
  return { ours: median(times.ours), starting: median(times.starting), sorted: median(times.sorted) };
}

export default async function bench(): Promise<Bench> {
  const rows = [1000, 10_000].map((count) => ({ count, ...medians(crowd(count).world, 400) }));
  const [small, large] = rows as [(typeof rows)[0], (typeof rows)[0]];
  return {
    title: 'One decision on 4 idle devices, with rows waiting',
    table: {
      columns: ['rows waiting', 'schedule(), ms', 'admissions(), ms', 'sorting everything, ms'],
      rows: rows.map(({ count, ours, starting, sorted }) => [count, ours, starting, sorted]),
    },
    figures: {
      msAt1000: small.ours,
      msAt10000: large.ours,
      sortedMsAt1000: small.sorted,
      sortedMsAt10000: large.sorted,
    },
    notes: [
      'Medians of 400 calls each, by turns, the first quarter left out to warm up. Nothing is changed in between.',
      'Two rows a run; a tenth as many runs wait to be started as there are rows, which admissions() looks through.',
    ],
  };
}
