import { wholeOf } from '../src-main/model/device.ts';
import type { Bench } from './bench.ts';
import { type Bench as Core, fillTable, openBench, prompts, type QueueResult, runQueue } from './queue.ts';
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
  /** While nothing at all was computed. */
  readonly gaps: readonly number[];
  /** While some lanes of several computed, as ms of the whole device. */
  readonly halfIdleMs: number;
}

type Call = QueueResult['batches'][number];

/** A call of a lane with half of the threads is half of the device's time. */
interface Shared extends Call {
  readonly share: number;
}

/** ms of the device for a call by its rows, by part: medians, by the width of its lane. */
type Table = ByPart<readonly { readonly share: number; readonly ms: ReadonlyMap<number, number> }[]>;

/** So many calls with as many rows must have been measured for their time to count: one lucky call makes no ideal. */
const leastCalls = 3;

/** How near a burst in tier background comes to the best that the device can do, and where the rest goes. */
export default async function busy(): Promise<Bench> {
  const bench = await openBench({ strangers: true });
  try {
    const calls = shared(bench, await fillTable(bench, steps));
    const spent: Spent[] = [];
    const queues: QueueResult[] = [];
    for (let round = 0; round < rounds; round++) {
      const table = tableOf(calls);
      const queue = await runQueue(bench, burstOf(round), 'background');
      queues.push(queue);
      const made = shared(bench, queue.batches);
      spent.push(account(queue, made, table));
      calls.push(...made);
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
        `Of ${rounds} bursts the one in the middle: ${spent.map((one) => share(one).toFixed(3)).join(', ')} of the wall is ideal. Ideal: every row that is needed at the best ms per row in the tables of its part, which have the medians of the calls in the bursts before it. A call of a lane with half of the threads is half of the device's time.`,
        ...partNames.flatMap((name) =>
          table[name].map(
            ({ share: of, ms }) =>
              `${name}, ms of the device per row by rows of a call${of < 1 ? ` of a lane with ${of} of the threads` : ''}: ${perRow(ms)}`,
          ),
        ),
        ...partNames.map((name) => `${name}, calls by their rows: ${callsByRows(queues, name)}`),
      ],
    };
  } finally {
    await bench.close();
  }
}

function shared({ parts: { engine } }: Core, calls: readonly Call[]): Shared[] {
  const { devices } = engine.world;
  const threads = (id: Call['deviceId']) => devices.get(id)!.device.threads;
  return calls.map((call) => ({
    ...call,
    share: threads(call.deviceId) / threads(wholeOf(devices.get(call.deviceId)!.device)),
  }));
}

function tableOf(calls: readonly Shared[]): Table {
  const timesOf = (of: readonly Shared[]) => {
    const times = new Map<number, number[]>();
    for (const { rows, ms, share } of of) times.set(rows, [...(times.get(rows) ?? []), ms * share]);
    const known = [...times].filter(([, all]) => all.length >= leastCalls).sort(([a], [b]) => a - b);
    return new Map(known.map(([rows, all]) => [rows, median(all)]));
  };
  return byPart((name) => {
    const own = calls.filter(({ part }) => part.startsWith(`${name}@`));
    const shares = [...new Set(own.map(({ share }) => share))].sort((a, b) => b - a);
    return shares.map((share) => ({ share, ms: timesOf(own.filter((call) => call.share === share)) }));
  });
}

function account({ startMs, wallMs }: QueueResult, calls: readonly Shared[], table: Table): Spent {
  const best = (name: PartName) =>
    Math.min(...table[name].flatMap(({ ms: times }) => [...times].map(([rows, ms]) => ms / rows)));
  const ideal = (name: PartName) => neededRows[name] * best(name);
  const took = (name: PartName) =>
    calls.filter(({ part }) => part.startsWith(`${name}@`)).reduce((sum, { ms, share }) => sum + ms * share, 0);
  const unknown = calls.find(({ part }) => !partNames.some((name) => part.startsWith(`${name}@`)));
  if (unknown) throw new Error(`the burst has calls of ${unknown.part}, which the ideal leaves out`);
  const endMs = startMs + wallMs;
  const edges = calls
    .flatMap(({ startMs: from, ms, share }) => [
      { at: from, share },
      { at: Math.min(endMs, from + ms), share: -share },
    ])
    .sort((a, b) => a.at - b.at);
  const gaps: number[] = [];
  let [busyMs, halfIdleMs, computing] = [0, 0, 0];
  edges.forEach(({ at, share }, i) => {
    const ms = i === 0 ? 0 : at - edges[i - 1]!.at;
    // While lanes change both widths are at work.
    const part = Math.min(1, computing);
    busyMs += ms * part;
    if (i > 0 && computing < 1e-9) gaps.push(ms);
    else halfIdleMs += ms * (1 - part);
    computing += share;
  });
  return {
    wallMs,
    idealMs: partNames.reduce((sum, name) => sum + ideal(name), 0),
    beyondMs: byPart((name) => took(name) - ideal(name)),
    busyMs,
    beforeFirstMs: edges[0]!.at - startMs,
    afterLastMs: endMs - edges.at(-1)!.at,
    gaps: gaps.filter((ms) => ms > 0),
    halfIdleMs,
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
    row('some lanes idle while others compute', spent.halfIdleMs),
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
