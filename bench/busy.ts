import type { DeviceProfile } from '../src-main/model/device.ts';
import type { DeviceId } from '../src-main/model/ids.ts';
import type { Bench } from './bench.ts';
import { fillTable, type Bench as Open, openBench, prompts, type QueueResult, runQueue } from './queue.ts';
import { median } from './statistics.ts';

const runs = 200;
const steps = 8;
const rounds = 3;

/** Each round says the same things in other words: conditioning is kept, so a prompt is new once. */
const phrasings: readonly ((prompt: string) => string)[] = [
  (prompt) => prompt,
  (prompt) => `${prompt}, flat`,
  (prompt) => `one ${prompt}`,
];

const burstOf = (round: number) =>
  Array.from({ length: runs }, (_, i) => ({
    prompt: phrasings[round]!(prompts[i % prompts.length]!),
    seed: String(10_000 * (round + 1) + i),
    steps,
    cfg: 1,
  }));

/** What a burst has to compute, whatever else is computed besides. */
const neededRows = { denoiser: runs * steps, 'text-encoder': prompts.length, 'vae-decoder': runs } as const;
type PartName = keyof typeof neededRows;
const partNames = Object.keys(neededRows) as PartName[];

interface Spent {
  readonly wallMs: number;
  readonly idealMs: number;
  /** Of calls, beyond the ideal, by part. */
  readonly beyondMs: Readonly<Record<PartName, number>>;
  readonly busyMs: number;
  readonly beforeFirstMs: number;
  readonly afterLastMs: number;
  readonly gaps: readonly number[];
}

/** How near a burst in tier background comes to the best that the device can do, and where the rest goes. */
export default async function busy(): Promise<Bench> {
  const bench = await openBench({ strangers: true });
  try {
    await fillTable(bench, steps);
    const spent: Spent[] = [];
    const queues: QueueResult[] = [];
    for (let round = 0; round < rounds; round++) {
      const best = bestOf(profileOf(bench));
      const queue = await runQueue(bench, burstOf(round), 'background');
      queues.push(queue);
      spent.push(account(queue, best));
    }
    const table = profileOf(bench);
    return {
      title: `Where the time of a burst goes: ${runs} runs, ${prompts.length} prompts, ${steps} steps, tier background, starter pack on the CPU`,
      table: { columns: ['', 'ms', 'of the wall, %', 'how many'], rows: rowsOf(spent) },
      figures: {
        idealOverWall: median(spent.map(({ idealMs, wallMs }) => idealMs / wallMs)),
        deviceBusyShare: median(spent.map(({ busyMs, wallMs }) => busyMs / wallMs)),
      },
      notes: [
        `Medians of ${rounds} bursts. Ideal: every row that is needed at the best ms per row in the table of its part, as the bursts before it measured it.`,
        ...partNames.map((name) => `${name}, ms per row by rows of a call: ${perRow(table, name)}`),
        ...partNames.map((name) => `${name}, calls by their rows: ${callsByRows(queues, name)}`),
      ],
    };
  } finally {
    await bench.close();
  }
}

const profileOf = (bench: Open): DeviceProfile => bench.parts.engine.world.profiles.get('cpu' as DeviceId)!;

/** ms by rows of a part, in its only size here. */
const tableFor = (profile: DeviceProfile, name: PartName): readonly (number | undefined)[] =>
  Object.entries(profile.ms).find(([size]) => size.startsWith(`${name}@`))?.[1] ?? [];

/** The best ms per row of each part. */
function bestOf(profile: DeviceProfile): Readonly<Record<PartName, number>> {
  const best = (name: PartName) =>
    Math.min(...tableFor(profile, name).flatMap((ms, i) => (ms === undefined ? [] : [ms / (i + 1)])));
  return { denoiser: best('denoiser'), 'text-encoder': best('text-encoder'), 'vae-decoder': best('vae-decoder') };
}

function account({ startMs, wallMs, batches }: QueueResult, best: Readonly<Record<PartName, number>>): Spent {
  const ideal = (name: PartName) => neededRows[name] * best[name];
  const took = (name: PartName) =>
    batches.filter(({ part }) => part.startsWith(`${name}@`)).reduce((sum, { ms }) => sum + ms, 0);
  const endMs = startMs + wallMs;
  const gaps: number[] = [];
  let busyMs = 0;
  let firstMs = endMs;
  let lastMs: number | null = null;
  for (const { startMs: from, ms } of [...batches].sort((a, b) => a.startMs - b.startMs)) {
    firstMs = Math.min(firstMs, from);
    if (lastMs !== null && from > lastMs) gaps.push(from - lastMs);
    const until = Math.min(endMs, from + ms);
    busyMs += Math.max(0, until - Math.max(from, lastMs ?? from));
    lastMs = Math.max(lastMs ?? until, until);
  }
  return {
    wallMs,
    idealMs: partNames.reduce((sum, name) => sum + ideal(name), 0),
    beyondMs: {
      denoiser: took('denoiser') - ideal('denoiser'),
      'text-encoder': took('text-encoder') - ideal('text-encoder'),
      'vae-decoder': took('vae-decoder') - ideal('vae-decoder'),
    },
    busyMs,
    beforeFirstMs: firstMs - startMs,
    afterLastMs: endMs - (lastMs ?? endMs),
    gaps,
  };
}

const gapLimits = [0, 0.5, 1, 2, 5, 20, Number.POSITIVE_INFINITY];

function rowsOf(spent: readonly Spent[]): (string | number)[][] {
  const wall = median(spent.map(({ wallMs }) => wallMs));
  const row = (name: string, of: (spent: Spent) => number, count?: (spent: Spent) => number) => {
    const ms = median(spent.map(of));
    return [name, ms, (100 * ms) / wall, count ? median(spent.map(count)) : ''];
  };
  const between = gapLimits.slice(1).map((to, i) => {
    const from = gapLimits[i]!;
    const here = ({ gaps }: Spent) => gaps.filter((ms) => ms >= from && ms < to);
    return row(
      `between calls, ${Number.isFinite(to) ? `${from} to ${to} ms` : `${from} ms and more`}`,
      (one) => here(one).reduce((sum, ms) => sum + ms, 0),
      (one) => here(one).length,
    );
  });
  return [
    row('all, from submission to the last picture', ({ wallMs }) => wallMs),
    row('ideal', ({ idealMs }) => idealMs),
    row('device busy', ({ busyMs }) => busyMs),
    ...partNames.map((name) => row(`calls beyond the ideal: ${name}`, ({ beyondMs }) => beyondMs[name])),
    row('before the first call', ({ beforeFirstMs }) => beforeFirstMs),
    ...between,
    row('after the last call', ({ afterLastMs }) => afterLastMs),
  ];
}

/** `1 row 3.20, 2 rows 2.95, …` */
const perRow = (profile: DeviceProfile, name: PartName): string =>
  tableFor(profile, name)
    .flatMap((ms, i) => (ms === undefined ? [] : [`${i + 1}: ${(ms / (i + 1)).toFixed(2)}`]))
    .join(', ');

/** How many calls of all rounds had how many rows. */
function callsByRows(queues: readonly QueueResult[], name: PartName): string {
  const counts = new Map<number, number>();
  for (const { part, rows } of queues.flatMap(({ batches }) => batches))
    if (part.startsWith(`${name}@`)) counts.set(rows, (counts.get(rows) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([rows, calls]) => `${calls} of ${rows}`)
    .join(', ');
}
