import { emptyProfile } from '../../src-main/engine/profile.ts';
import type { Device, DeviceProfile } from '../../src-main/model/device.ts';
import type { PartKey, RunId, SizeKey } from '../../src-main/model/ids.ts';
import type { Part } from '../../src-main/model/pack.ts';
import { type Run, tiers } from '../../src-main/model/run.ts';
import { type Drive, drive } from '../build/drive.ts';
import { type Random, randomOf } from '../build/random.ts';
import { device, leftovers, run, type StepSketch, tierList } from '../build/world.ts';
import { watchBatches } from './batch-rules.ts';
import { watchLanes } from './lane-rules.ts';
import { watchLives } from './life-rules.ts';
import { watchPlaces } from './place-rules.ts';
import { randomRules, withRules } from './random-rules.ts';

export const parts = { 'te@a': 100, 'dn@a': 300, 'vae@a': 150, 'te@b': 120, 'dn@b': 350, 'vae@b': 100 };

/** ms of 1 to 16 rows: free, at the price of each, in between, and slow from some count on. */
const shapes: Record<string, (rows: number) => number> = {
  flat: () => 12,
  linear: (rows) => 4 * rows,
  between: (rows) => 6 + 2 * rows,
  cliff: (rows) => (rows <= 4 ? 8 : 6 * rows),
};

export const sizeOf = (part: string): SizeKey => `${part} size` as SizeKey;
export const tableOf = (shape: (rows: number) => number) => Array.from({ length: 16 }, (_, i) => shape(i + 1));

function profileOf(random: Random, shape: (rows: number) => number): DeviceProfile {
  const ms: Record<string, (number | undefined)[]> = {};
  for (const part of Object.keys(parts)) {
    const known = random.pick([0, 0, 1, 4, 16]);
    if (known > 0)
      ms[sizeOf(part)] = tableOf(shape)
        .map((one, i) => (i < known ? one : undefined))
        .slice(0, known);
  }
  return { ...emptyProfile(), ms: ms as DeviceProfile['ms'] };
}

const hotParts = (random: Random): Part[] =>
  (['te@a', 'vae@b'] as const)
    .filter(() => random.chance(0.7))
    .map((key) => ({ key, bytes: parts[key], takes: [] }) as unknown as Part);

const troubles = ['crash', 'crashInNode', 'nonsense', 'throws', 'memory'] as const;

interface Made {
  readonly sketches: readonly StepSketch[];
  /** What it meets on its way; without any it must be done. */
  readonly trouble: (typeof troubles)[number] | null;
}

/** text → sample → decode → save. Equal choices have equal keys, so that runs share work. */
function sketch(
  random: Random,
  devices: readonly string[],
  how: { faults: boolean; fresh: number; rules: readonly string[] },
): Made {
  const pack = random.pick(['a', 'b']);
  const prompt = random.below(4);
  const calls = 1 + random.below(12);
  const rows = 1 + random.below(3);
  const trouble = how.faults && prompt === 3 && random.chance(0.2) ? random.pick(troubles) : null;
  const name = `${pack}${prompt}.${random.below(6)}.${calls}.${rows}.${trouble}`;
  const isFresh = random.chance(how.fresh);
  const key = (kind: string) => (isFresh ? null : `${kind}.${name}`);
  const where = devices.length > 1 && random.chance(0.2) ? { allowed: [random.pick(devices)] } : {};
  const part = (kind: string) => ({ part: `${kind}@${pack}` as PartKey, size: sizeOf(`${kind}@${pack}`) });
  const keep = random.chance(0.7) ? ('disk' as const) : ('memory' as const);
  const sketches: StepSketch[] = [
    { id: 'encode', key: `encode.${pack}${prompt}.${keep}`, ...part('te'), keep },
    {
      id: 'sample',
      from: ['encode'],
      key: key('sample'),
      ...part('dn'),
      calls,
      rows,
      scratchBytes: 10,
      trouble,
      ...where,
    },
    { id: 'decode', from: ['sample'], key: key('decode'), ...part('vae'), scratchBytes: 40 },
    { id: 'save', from: ['decode'], key: key('save'), sink: 'gallery' },
  ];
  if (random.chance(0.2)) sketches.push({ id: 'again', from: ['decode'], key: key('save'), sink: 'gallery' });
  if (random.chance(0.2))
    sketches.push({ id: 'early', from: ['sample', 'encode'], key: key('early'), sink: 'preview' });
  return { sketches: withRules(sketches, devices, how.rules), trouble };
}

/** Two or three narrow lanes for some devices, of which some have room for all weights on every lane. */
function withLanes(random: Random, wholes: readonly Device[]): Device[] {
  return wholes.flatMap((small) => {
    const whole = { ...small, budgetBytes: small.budgetBytes * random.pick([1, 4]) };
    const count = random.pick([0, 2, 2, 3]);
    const lanes = Array.from({ length: count }, (_, i) => ({
      ...device(`${whole.id}/${i + 1}`, whole.budgetBytes),
      laneOf: whole.id,
    }));
    return [whole, ...lanes];
  });
}

export interface Lived {
  readonly violations: string[];
  /** Jobs that were started on narrow lanes. */
  readonly onLanes: number;
  /** Jobs that began while a run before theirs, which somebody waits for, computed on the same device. */
  readonly behind: number;
}

/** A world that is being lived in: submissions, cancels, replacements, pauses, moves, losses. Answers what went wrong. */
export function live(seed: number, how: { readonly lanes?: boolean } = {}): Lived {
  const random = randomOf(seed);
  const budgets = random.pick([[520], [900], [1600], [600, 520], [1600, 1600], [560, 900, 520]]);
  const wholes: Device[] = budgets.map((bytes, i) => device(`sim:${i}`, bytes));
  // Dice of their own, so that lanes change nothing else about a seed.
  const devices = how.lanes ? withLanes(randomOf(seed + 3_000_003), wholes) : wholes;
  const shape = shapes[random.pick(Object.keys(shapes))]!;
  const hasFaults = random.chance(0.5);
  // Fewer than `attempts`, so that nobody fails for it.
  let deaths = hasFaults && random.chance(0.6) ? 1 + random.below(2) : 0;
  const place = drive({
    random: randomOf(seed + 1_000_003),
    devices,
    parts,
    profiles: new Map(devices.map(({ id }) => [id, profileOf(random, shape)])),
    settings: { patience: 1 + random.below(16), leaseMs: random.pick([5, 50, 100, 400]) },
    strangers: random.chance(0.8),
    dies: () => deaths > 0 && random.chance(0.04) && deaths-- > 0,
    msOf: (rows) => shape(rows.length) * (0.95 + random.next() / 10),
    prompt: random.chance(0.3),
  });
  watchBatches(place);
  watchLives(place);
  watchPlaces(place);
  const lanes = watchLanes(place);
  // Some devices have parts that always lie there, as far as they leave room for the others.
  const hot = randomOf(seed + 3_000_003);
  for (const { id, budgetBytes } of wholes)
    if (budgetBytes >= 900 && hot.chance(0.3)) place.change({ is: 'hot.set', deviceId: id, parts: hotParts(hot) });
  // Dice of their own, so that the rules change nothing else about a seed.
  const rules = randomOf(seed + 2_000_003);
  const given = wholes.length > 1 && rules.chance(0.6) ? randomRules(rules, wholes) : [[]];
  const made = new Map<RunId, Made>();
  const cancelled = new Set<RunId>();
  const paused = new Set<RunId>();
  const runs: Run[] = [];
  const ids = wholes.map(({ id }) => id as string);
  const fresh = random.pick([0, 0.2, 1]);
  const isOne = random.chance(0.3);
  const tier = random.pick(tierList);

  const submit = (): Run => {
    const i = runs.length;
    const more = {
      place: i * 10,
      tier: isOne ? tier : random.pick(tierList),
      submitter: random.pick(['ada', 'bob', 'cyd']),
      deterministic: random.chance(0.06),
      state: random.chance(0.05) ? ('paused' as const) : ('queued' as const),
    };
    const one = run(`run${i}`, more);
    const mine = sketch(random, ids, { faults: hasFaults, fresh, rules: rules.pick(given) });
    runs.push(one);
    made.set(one.id, mine);
    if (one.state === 'paused') paused.add(one.id);
    place.submit(one, mine.sketches);
    return one;
  };
  const cancel = (id: RunId): void => {
    if (!place.ended.has(id)) cancelled.add(id);
    place.change({ is: 'run.cancelled', runId: id });
  };
  const meddle = (): void => {
    const { id } = random.pick(runs);
    const what = random.below(8);
    if (what === 0) cancel(id);
    else if (what === 1) {
      submit();
      cancel(id);
    } else if (what === 2 || what === 3) {
      paused.add(id);
      place.change({ is: 'run.paused', runId: id });
    } else if (what === 4) {
      paused.delete(id);
      place.change({ is: 'run.resumed', runId: id });
    } else if (what === 5) place.change({ is: 'run.moved', runId: id, place: random.below(200) - 50 });
    else if (what === 6) place.pauseTiers(random.chance(0.3) ? tiers : [random.pick(tierList)], random.chance(0.5));
    else if (hasFaults && random.chance(0.5)) spoil(place, random);
  };
  const count = 3 + random.below(14);
  let atMs = 0;
  for (let i = 0; i < count; i++) {
    if (random.chance(0.6)) atMs += random.below(80);
    place.at(atMs, submit);
  }
  const meddling = random.pick([0, 3, 10, 25]);
  for (let i = 0; i < meddling; i++) place.at(1 + random.below(atMs + 300), () => runs.length > 0 && meddle());
  place.finish();

  // What is not paused has ended; then the rest goes on.
  const stays = ({ id, tier: own }: Run): boolean =>
    paused.has(id) || (place.world.pausedTiers.has(own) && place.world.queued.has(id));
  for (const one of runs) if (!place.ended.has(one.id) && !stays(one)) place.violation(`${one.id} never ended`);
  for (const id of paused) if (!place.ended.has(id)) place.change({ is: 'run.resumed', runId: id });
  place.pauseTiers(tiers, false);
  place.finish();
  for (const { id } of runs) outcome(place, id, made.get(id)!, cancelled.has(id));
  return { violations: [...place.violations, ...leftovers(place)], onLanes: lanes.started, behind: lanes.behind };
}

function outcome(place: Drive, id: RunId, { sketches, trouble }: Made, isCancelled: boolean): void {
  const end = place.ended.get(id);
  if (!end) {
    place.violation(`${id} never ended`);
    return;
  }
  if (end.state === 'cancelled' && !isCancelled) place.violation(`${id} was cancelled by nobody`);
  if (end.state !== 'cancelled' && isCancelled) place.violation(`${id} is ${end.state} though it was cancelled`);
  if (end.state === 'failed' && trouble === null) place.violation(`${id} failed: ${JSON.stringify(end.problems)}`);
  if (end.state === 'done' && trouble !== null && trouble !== 'memory') place.violation(`${id} cannot be done`);
  const sinks = sketches.filter(({ sink }) => sink).length;
  if (end.state === 'done' && end.images.length !== sinks) place.violation(`${id} has ${end.images.length} pictures`);
}

function spoil({ files, results }: Drive, random: Random): void {
  if (files.size === 0) return;
  if (random.chance(0.5)) files.delete(random.pick([...files.keys()]));
  else if (results.size > 0) results.delete(random.pick([...results.keys()]));
}
