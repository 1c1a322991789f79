import { expect, test } from 'vitest';
import type { ContentKey } from '../../src-main/model/ids.ts';
import type { Row } from '../../src-main/model/run.ts';
import { type Random, randomOf } from '../build/random.ts';
import { device, leftovers, run, type StepSketch, type Studio, studio, tierList } from '../build/world.ts';
import { randomRules, withRules } from './random-rules.ts';

// Random worlds: runs that share work, on devices with little memory, with cancels, crashes and broken results in
// between. Whatever happens, the rules hold. A seed that once broke one is pinned below with what it found.

const parts = { 'te@a': 100, 'dn@a': 300, 'vae@a': 150, 'te@b': 120, 'dn@b': 350, 'vae@b': 100 };

const troubles = ['crash', 'crashInNode', 'nonsense', 'throws', 'memory'] as const;

interface Made {
  readonly sketches: readonly StepSketch[];
  /** Troubles that a run meets on its way; without one it must be done. */
  readonly troubles: Set<string>;
}

/** text → sample → decode → save, with what a world may vary. Equal choices give equal keys, so runs share work. */
function sketch(random: Random, devices: readonly string[]): Made {
  const pack = random.pick(['a', 'b']);
  const prompt = random.below(3);
  const steps = 1 + random.below(5);
  const rows = 1 + random.below(2);
  const seed = random.below(4);
  const fresh = random.chance(0.15);
  const trouble = prompt === 2 && random.chance(0.3) ? random.pick(troubles) : null;
  const name = `${pack}${prompt}.${seed}.${steps}.${rows}${trouble ? `.${trouble}` : ''}`;
  const key = (kind: string): string | null => (fresh ? null : `${kind}.${name}`);
  const allowed = devices.length > 1 && random.chance(0.2) ? { allowed: [random.pick(devices)] } : {};
  const encode: StepSketch = {
    id: 'encode',
    key: `encode.${pack}${prompt}`,
    part: `te@${pack}` as never,
    keep: 'disk',
  };
  const sketches: StepSketch[] = [
    encode,
    {
      id: 'sample',
      from: ['encode'],
      key: key('sample'),
      part: `dn@${pack}` as never,
      calls: steps,
      rows,
      scratchBytes: 20,
      batchKey: `dn@${pack} ${seed % 2}` as never,
      trouble,
      ...allowed,
    },
    { id: 'decode', from: ['sample'], key: key('decode'), part: `vae@${pack}` as never, scratchBytes: 60 },
    { id: 'save', from: ['decode'], key: key('save'), sink: 'gallery' },
  ];
  // Two sinks with one key, and a sink that reads further up.
  if (random.chance(0.2)) sketches.push({ id: 'again', from: ['decode'], key: key('save'), sink: 'gallery' });
  if (random.chance(0.2))
    sketches.push({ id: 'early', from: ['sample', 'encode'], key: key('early'), sink: 'preview' });
  return { sketches, troubles: new Set(trouble ? [trouble] : []) };
}

interface Told {
  readonly studio: Studio;
  readonly wrong: string[];
}

async function live(seed: number): Promise<Told> {
  const random = randomOf(seed);
  const budgets = random.pick([[520], [600, 450], [1200], [500, 500, 520]]);
  const devices = budgets.map((bytes, i) => device(`sim:${i}`, bytes));
  const ids = devices.map(({ id }) => id as string);
  // Fewer than `attempts`, so that nobody fails for it.
  let deaths = random.chance(0.4) ? 1 + random.below(2) : 0;
  const made = new Map<string, Made>();
  const cancelled = new Set<string>();
  const wrong: string[] = [];
  const place: Studio = studio({
    seed: seed + 1_000_003,
    devices,
    parts,
    settings: { patience: 2 + random.below(20) },
    strangers: random.chance(0.8),
    dies: () => deaths > 0 && random.chance(0.05) && deaths-- > 0,
    onCall: (rows) => wrong.push(...companyProblems(place, rows)),
  });
  // Dice of their own, so that the rules change nothing else about a seed.
  const rules = randomOf(seed + 2_000_003);
  const given = devices.length > 1 && rules.chance(0.6) ? randomRules(rules, devices) : [[]];
  const count = 4 + random.below(12);
  let at = 0;
  for (let i = 0; i < count; i++) {
    const id = `run${i}`;
    const plain = sketch(random, ids);
    const one = { ...plain, sketches: withRules(plain.sketches, ids, rules.pick(given)) };
    made.set(id, one);
    if (random.chance(0.6)) at += random.below(60);
    const tier = random.pick(tierList);
    const submitter = random.pick(['ada', 'bob', 'cyd']);
    const deterministic = random.chance(0.1);
    place.time.at(at, () => place.submit(run(id, { place: i, tier, submitter, deterministic }), one.sketches));
    if (random.chance(0.2)) {
      cancelled.add(id);
      place.time.at(at + random.below(150), () => place.engine.cancel(run(id).id));
    }
  }
  // Kept results that are lost or broken, at any moment.
  if (random.chance(0.3)) for (let i = 0; i < 4; i++) place.time.at(random.below(300), () => spoil(place, random));
  await place.finish();

  for (const [id, { troubles: own }] of made) {
    const end = place.ended.get(id as never);
    if (!end) wrong.push(`${id} never ended`);
    else if (end.state === 'cancelled' && !cancelled.has(id)) wrong.push(`${id} was cancelled by nobody`);
    else if (end.state === 'failed' && own.size === 0) wrong.push(`${id} failed: ${JSON.stringify(end.problems)}`);
    else if (end.state === 'done' && [...own].some((trouble) => trouble !== 'memory'))
      wrong.push(`${id} cannot be done`);
    else if (end.state === 'done') {
      const sinks = made.get(id)!.sketches.filter(({ sink }) => sink).length;
      if (end.images.length !== sinks) wrong.push(`${id} has ${end.images.length} pictures of ${sinks}`);
    }
  }
  wrong.push(...place.violations, ...leftovers(place));
  return { studio: place, wrong };
}

/** A run that is alone or deterministic shares no call; a row is where its job may be. */
function companyProblems({ world }: Studio, rows: readonly Row[]): string[] {
  const found: string[] = [];
  const jobs = [...new Set(rows.map(({ jobId }) => jobId))].flatMap((id) => world.jobs.get(id) ?? []);
  for (const job of jobs) {
    const owners = [...job.owners.keys()].flatMap((id) => world.runs.get(id) ?? []);
    // A run that is alone may come to share a job whose batch is on its way already; the next one takes no company.
    if (jobs.length > 1 && owners.every(({ alone, run: { deterministic } }) => alone || deterministic))
      found.push(`${job.id} has company and must not`);
    if (!job.step.allowed.includes(rows[0]!.deviceId)) found.push(`${job.id} is where it may not be`);
  }
  if (!world.strangers && jobs.length > 1) found.push('strangers share a call');
  return found;
}

function spoil({ files, results }: Studio, random: Random): void {
  const digest = random.pick([...files.keys()]);
  if (random.chance(0.5)) files.delete(digest);
  else results.delete(random.pick([...results.keys()]) as ContentKey);
}

const seeds = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

test.each([
  ['the first 500', seeds(1, 500)],
  ['the second 500', seeds(501, 500)],
  ['the third 500', seeds(1001, 500)],
  ['the last 500', seeds(1501, 500)],
])('no random world breaks a rule: %s', async (_, list) => {
  for (const seed of list) {
    const { wrong } = await live(seed);
    expect(wrong.slice(0, 5), `seed ${seed}`).toEqual([]);
  }
});

test.each([
  [1, 'a run that is alone rode with another leader'],
  [501, 'a run failed because a device was lost while its inputs were brought there'],
  [1737, 'half of a copy was on a host that had died, and was read'],
])('(regression) seed %i: %s', async (seed) => {
  expect((await live(seed)).wrong).toEqual([]);
});
