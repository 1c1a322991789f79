import type { Bench } from './bench.ts';
import { fillTable, openBench, prompts, type QueueResult, runQueue } from './queue.ts';
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
const neededRows = {
  'text-encoder': prompts.length,
  denoiser: runs * steps,
  'vae-decoder': runs,
  upscaler: runs,
} as const;
type PartName = keyof typeof neededRows;
const partNames = Object.keys(neededRows) as PartName[];
type ByPart<T> = Readonly<Record<PartName, T>>;
const byPart = <T>(of: (name: PartName) => T): ByPart<T> =>
  Object.fromEntries(partNames.map((name) => [name, of(name)])) as ByPart<T>;

interface Spent {
  readonly wallMs: number;
  readonly idealMs: number;
  /** Of calls, beyond the ideal, by part. */
  readonly beyondMs: ByPart<number>;
  readonly busyMs: number;
  readonly beforeFirstMs: number;
  readonly afterLastMs: number;
  readonly gaps: readonly number[];
}

/** ms of a call by its rows, by part: medians. */
type Table = ByPart<ReadonlyMap<number, number>>;

/** So many calls with as many rows must have been measured for their time to count: one lucky call makes no ideal. */
const leastCalls = 3;

/** How near a burst in tier background comes to the best that the device can do, and where the rest goes. */
export default async function busy(): Promise<Bench> {
  const bench = await openBench({ strangers: true });
  try {
    const calls = [...(await fillTable(bench, steps))];
    const spent: Spent[] = [];
    const queues: QueueResult[] = [];
    for (let round = 0; round < rounds; round++) {
      const table = tableOf(calls);
      const queue = await runQueue(bench, burstOf(round), 'background');
      queues.push(queue);
      spent.push(account(queue, table));
      calls.push(...queue.batches);
    }
    const table = tableOf(calls);
    const share = ({ idealMs, wallMs }: Spent) => idealMs / wallMs;
    const middle = [...spent].sort((a, b) => share(a) - share(b))[Math.floor(rounds / 2)]!;
    return {
      title: `Where the time of a burst goes: ${runs} runs, ${prompts.length} prompts, ${steps} steps, tier background, starter pack on the CPU`,
      table: { columns: ['', 'ms', 'of the wall, %', 'how many'], rows: rowsOf(middle) },
      figures: {
        idealOverWall: share(middle),
        deviceBusyShare: median(spent.map(({ busyMs, wallMs }) => busyMs / wallMs)),
      },
      notes: [
        `Of ${rounds} bursts the one in the middle: ${spent.map((one) => share(one).toFixed(3)).join(', ')} of the wall is ideal. Ideal: every row that is needed at the best ms per row in the table of its part, which has the medians of the calls in the bursts before it.`,
        ...partNames.map((name) => `${name}, ms per row by rows of a call: ${perRow(table[name])}`),
        ...partNames.map((name) => `${name}, calls by their rows: ${callsByRows(queues, name)}`),
      ],
    };
  } finally {
    await bench.close();
  }
}

function tableOf(calls: QueueResult['batches']): Table {
  const table = (name: PartName) => {
    const times = new Map<number, number[]>();
    for (const { part, rows, ms } of calls)
      if (part.startsWith(`${name}@`)) times.set(rows, [...(times.get(rows) ?? []), ms]);
    const known = [...times].filter(([, all]) => all.length >= leastCalls).sort(([a], [b]) => a - b);
    return new Map(known.map(([rows, all]) => [rows, median(all)]));
  };
  return byPart(table);
}

function account({ startMs, wallMs, batches }: QueueResult, table: Table): Spent {
  const ideal = (name: PartName) => neededRows[name] * Math.min(...[...table[name]].map(([rows, ms]) => ms / rows));
  const took = (name: PartName) =>
    batches.filter(({ part }) => part.startsWith(`${name}@`)).reduce((sum, { ms }) => sum + ms, 0);
  const unknown = batches.find(({ part }) => !partNames.some((name) => part.startsWith(`${name}@`)));
  if (unknown) throw new Error(`the burst has calls of ${unknown.part}, which the ideal leaves out`);
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
    beyondMs: byPart((name) => took(name) - ideal(name)),
    busyMs,
    beforeFirstMs: firstMs - startMs,
    afterLastMs: endMs - (lastMs ?? endMs),
    gaps,
  };
}

const gapLimits = [0, 0.5, 1, 2, 5, 20, Number.POSITIVE_INFINITY];

function rowsOf(spent: Spent): (string | number)[][] {
  const row = (name: string, ms: number, count: number | '' = '') => [name, ms, (100 * ms) / spent.wallMs, count];
  const between = gapLimits.slice(1).map((to, i) => {
    const from = gapLimits[i]!;
    const here = spent.gaps.filter((ms) => ms >= from && ms < to);
    const sum = here.reduce((all, ms) => all + ms, 0);
    return row(
      `between calls, ${Number.isFinite(to) ? `${from} to ${to} ms` : `${from} ms and more`}`,
      sum,
      here.length,
    );
  });
  return [
    row('all, from submission to the last picture', spent.wallMs),
    row('device busy', spent.busyMs),
    row('ideal', spent.idealMs),
    ...partNames.map((name) => row(`calls beyond the ideal: ${name}`, spent.beyondMs[name])),
    row('before the first call', spent.beforeFirstMs),
    ...between,
    row('after the last call', spent.afterLastMs),
  ];
}

/** `1: 3.20, 2: 2.95, …` */
const perRow = (table: ReadonlyMap<number, number>): string =>
  [...table].map(([rows, ms]) => `${rows}: ${(ms / rows).toFixed(2)}`).join(', ');

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
