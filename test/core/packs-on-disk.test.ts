import {
  appendFileSync,
  cpSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nodeTypes } from '../../nodes/index.ts';
import { type OpenCore, openParts } from '../../src-main/core.ts';
import { systemClock } from '../../src-main/device/clock.ts';
import { inProcessHost } from '../../src-main/device/in-process.ts';
import { type Problem, type Result, unwrap } from '../../src-main/model/errors.ts';
import type { ConditioningSource, Event } from '../../src-main/model/events.ts';
import type { RunId } from '../../src-main/model/ids.ts';
import type { Overrides } from '../../src-main/model/overrides.ts';
import { isOver, type Plan, type RunState } from '../../src-main/model/run.ts';
import { block } from '../../src-main/packs/edit-graph/writer.ts';
import { sayProblem } from '../../src-main/texts/say.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { templates } from './templates.ts';

const catalog = new Map(nodeTypes.map((type) => [type.type, type]));
const data = path.join(import.meta.dirname, '../data/packs');

interface Place {
  readonly core: OpenCore['core'];
  readonly parts: OpenCore['parts'];
  readonly events: Event[];
  submit(overrides: Overrides): Promise<RunId>;
  over(runId: RunId): Promise<{ state: RunState; problems: readonly Problem[] }>;
  loads(): string[];
  /** The plan with this pack, once it is so: a pack that was found in order a moment ago is not looked at. */
  until(isSo: (plan: Result<Plan>) => boolean, pack: string): Promise<Result<Plan>>;
}

/** A core on the CPU with packs of a few kilobytes, copied so that they can be spoiled. */
async function open(home: string, packs: readonly string[]): Promise<Place> {
  const folder = path.join(home, 'models');
  for (const name of packs) cpSync(path.join(data, name), path.join(folder, name), { recursive: true });
  const { core, parts } = await openParts({ home, openHost: () => inProcessHost(catalog, systemClock()) });
  onTestFinished(() => core.close());
  const events: Event[] = [];
  const ended = new Map<RunId, { state: RunState; problems: readonly Problem[] }>();
  let look = () => {};
  core.listen((event) => {
    events.push(event);
    if (event.type !== 'run.changed' || !isOver(event.state)) return;
    ended.set(event.runId, event);
    look();
  });
  const graph = unwrap(core.readGraph(JSON.stringify(templates.stableDiffusion()), 'graph'));
  const small = { width: 64, height: 64, steps: 2, cfg: 1 };
  return {
    core,
    parts,
    events,
    async submit(overrides) {
      const [runId] = unwrap(await core.submit({ graph, overrides: [{ ...small, ...overrides }], tier: 'fast' }));
      return runId!;
    },
    over: (runId) =>
      new Promise((resolve) => {
        look = () => ended.has(runId) && resolve(ended.get(runId)!);
        look();
      }),
    async until(isSo, pack) {
      for (;;) {
        const plan = await core.check(graph, { ...small, pack });
        if (isSo(plan)) return plan;
      }
    },
    loads: () => events.flatMap((event) => (event.type === 'part.loaded' ? [event.part] : [])),
  };
}

const modelIn = (home: string, pack: string, part: string) => path.join(home, 'models', pack, part, 'model.onnx');

test('a pack that is changed on disk while it is resident is loaded anew for the next run, and not taken for what it was', async () => {
  const home = temporaryFolder();
  const place = await open(home, ['sd15']);
  expect((await place.over(await place.submit({ pack: 'sd15', seed: '1' }))).state).toBe('done');
  const before = place.loads();
  appendFileSync(modelIn(home, 'sd15', 'unet'), block(2, 'changed'));
  await place.until((plan) => plan.ok && !plan.value.packs[0]!.parts.every(({ key }) => before.includes(key)), 'sd15');
  expect((await place.over(await place.submit({ pack: 'sd15', seed: '2' }))).state).toBe('done');
  const after = place.loads().slice(before.length);
  // The denoiser alone: the other parts are what they were.
  expect(after.map((part) => part.split('@')[0])).toEqual(['denoiser']);
  expect(before).not.toContain(after[0]);
});

test('a part whose file was changed or deleted after its run was planned fails that run with the reason, and no other', async () => {
  const home = temporaryFolder();
  const place = await open(home, ['sd15', 'sd-turbo']);
  const { engine, runs } = place.parts;
  // Planned, and kept from starting.
  engine.pauseTiers(['fast'], true);
  const spoiled = await place.submit({ pack: 'sd15', seed: '1' });
  const other = await place.submit({ pack: 'sd-turbo', seed: '1' });
  await runs.landed();
  const file = modelIn(home, 'sd15', 'unet');
  const { atime, size } = statSync(file);
  writeFileSync(file, Buffer.alloc(size));
  utimesSync(file, atime, new Date(0));
  engine.pauseTiers(['fast'], false);
  const [a, b] = [await place.over(spoiled), await place.over(other)];
  expect([a.state, b.state]).toEqual(['failed', 'done']);
  expect(a.problems).toMatchObject([{ code: 'pack.changed', nodeId: 'sample', values: { pack: 'sd15' } }]);
  expect(sayProblem(a.problems[0]!, 'en').remedy).toBe('Run it again: the new file is taken then.');

  engine.pauseTiers(['fast'], true);
  const orphan = await place.submit({ pack: 'sd-turbo', seed: '2', width: 128 });
  rmSync(path.join(home, 'models', 'sd-turbo'), { recursive: true });
  engine.pauseTiers(['fast'], false);
  // All that it needs is resident: it finishes though its pack is gone.
  expect((await place.over(orphan)).state).toBe('done');
  const refused = await place.until((plan) => !plan.ok, 'sd-turbo');
  expect(refused).toMatchObject({ ok: false, problems: [{ code: 'pack.missing', values: { pack: 'sd-turbo' } }] });
});

test('kept conditioning that was cut off on disk is encoded again, and its run is done', async () => {
  const home = temporaryFolder();
  const first = await open(home, ['sd15']);
  expect((await first.over(await first.submit({ pack: 'sd15', seed: '1' }))).state).toBe('done');
  const sources = (place: Place): ConditioningSource[] =>
    place.events.flatMap((event) =>
      event.type === 'job.changed' && event.conditioning !== undefined ? [event.conditioning] : [],
    );
  expect(sources(first)).toEqual(['encoded', 'encoded']);
  expect((await first.over(await first.submit({ pack: 'sd15', seed: '2' }))).state).toBe('done');
  expect(sources(first)).toEqual(['encoded', 'encoded', 'memory', 'memory']);
  await first.core.close();

  const second = await open(home, []);
  expect((await second.over(await second.submit({ pack: 'sd15', seed: '3' }))).state).toBe('done');
  expect(sources(second)).toEqual(['disk', 'disk']);
  await second.core.close();

  const blobs = path.join(home, 'blobs');
  for (const name of readdirSync(blobs, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(blobs, name);
    if (statSync(file).isFile()) truncateSync(file, Math.floor(statSync(file).size / 2));
  }
  const third = await open(home, []);
  expect((await third.over(await third.submit({ pack: 'sd15', seed: '4' }))).state).toBe('done');
  expect(sources(third)).toEqual(['encoded', 'encoded']);
});
