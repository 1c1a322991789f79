import { unwrap } from '../src-main/model/errors.ts';
import type { Event } from '../src-main/model/events.ts';
import type { RunId } from '../src-main/model/ids.ts';
import { isOver } from '../src-main/model/run.ts';
import type { Bench } from './bench.ts';
import { fillTable, type Bench as Open, openBench, prompts } from './queue.ts';
import { median } from './statistics.ts';

const rounds = 12;
const warmUps = 1;
const steps = 8;
const burstRuns = 100;
/** Of the burst, when the interactive run comes. */
const finishedBefore = 20;

interface Served {
  /** From the call of submit to the picture, on disk. */
  readonly ms: number;
  /** Until it was acknowledged. */
  readonly acknowledgedMs: number;
  /** Until its first denoiser call began. */
  readonly firstMs: number;
  /** Denoiser calls without it that began between its submission and its own first one. */
  readonly before: number;
  /** From then to the end of its last denoiser call, and on to the picture. */
  readonly stepsMs: number;
  readonly restMs: number;
  /** Denoiser calls without it between its own, and after its last one until its picture was there. */
  readonly between: number;
  readonly after: number;
}

/** An interactive run that comes amid a background burst, against the same run on the idle core. They take turns. */
export default async function tiers(): Promise<Bench> {
  const bench = await openBench({ strangers: true });
  try {
    await fillTable(bench, steps);
    const amid: Served[] = [];
    const alone: Served[] = [];
    for (let round = -warmUps; round < rounds; round++) {
      // Prompts of its own each time: an interactive run has its words encoded as well.
      const of = (how: string) => `${how} ${prompts[(round + warmUps) % prompts.length]!}`;
      const turns = [
        async () => alone.push(await interactive(bench, of('one'), 1000 + round)),
        async () => amid.push(await amidBurst(bench, of('the'), 2000 + round)),
      ];
      if (round % 2) turns.reverse();
      for (const turn of turns) await turn();
    }
    for (const side of [amid, alone]) side.splice(0, warmUps);
    const row = (name: string, of: readonly Served[]) => {
      const p50 = (what: (one: Served) => number) => median(of.map(what));
      const most = (what: (one: Served) => number) => Math.max(...of.map(what));
      return [
        name,
        p50(({ ms }) => ms),
        p50(({ acknowledgedMs }) => acknowledgedMs),
        p50(({ firstMs }) => firstMs),
        p50(({ stepsMs }) => stepsMs),
        p50(({ restMs }) => restMs),
        ...[({ before }: Served) => before, ({ between }: Served) => between, ({ after }: Served) => after].map(
          (what) => `${p50(what)}, ${most(what)}`,
        ),
      ];
    };
    return {
      title: `An interactive run of ${steps} steps amid a burst of ${burstRuns} background runs, starter pack on the CPU`,
      table: {
        columns: [
          'p50',
          'ms to the picture',
          'to its acknowledgement',
          'to its first step',
          'first step to last',
          'last step to picture',
          'steps of others before (and most)',
          'between',
          'after',
        ],
        rows: [row('alone', alone), row('amid the burst', amid)],
      },
      figures: {
        stepsBeforeItsFirst: Math.max(...amid.map(({ before }) => before)),
        // Of each round's own pair: what slows the machine down for a while slows both.
        latencyRatio: median(amid.map(({ ms }, i) => ms / alone[i]!.ms)),
      },
      notes: [
        `${rounds} pairs, taking turns to be first, after ${warmUps} that does not count. The run comes when ${finishedBefore} runs of the burst have finished; what is left of the burst is cancelled afterwards.`,
      ],
    };
  } finally {
    await bench.close();
  }
}

/** One interactive run, from submission to its picture. */
async function interactive({ core, graph }: Open, prompt: string, seed: number): Promise<Served> {
  const calls: Extract<Event, { type: 'batch.finished' }>[] = [];
  const done = new Map<RunId, number>();
  let look = () => {};
  const stop = core.listen((event) => {
    if (event.type === 'batch.finished' && event.part.startsWith('denoiser@')) calls.push(event);
    if (event.type !== 'run.changed' || !isOver(event.state)) return;
    done.set(event.runId, performance.now());
    look();
  });
  const start = performance.now();
  const overrides = [{ prompt, seed: String(seed), steps, cfg: 1 }];
  const [runId] = unwrap(await core.submit({ graph, overrides, tier: 'interactive' }));
  const acknowledgedMs = performance.now() - start;
  await new Promise<void>((resolve) => {
    look = () => done.has(runId!) && resolve();
    look();
  });
  stop();
  const own = calls.filter(({ runs }) => runs.includes(runId!));
  const others = calls.filter(({ runs }) => !runs.includes(runId!));
  /** Steps of others that began in a span; those of lanes beside one another go on at the same time. */
  const begun = (from: number, to: number): number => {
    const here = others.filter(({ startMs }) => startMs > from && startMs < to);
    const lanes = new Set(here.map(({ deviceId }) => deviceId));
    return Math.max(0, ...[...lanes].map((lane) => here.filter(({ deviceId }) => deviceId === lane).length));
  };
  const first = Math.min(...own.map(({ startMs }) => startMs));
  const last = Math.max(...own.map(({ startMs }) => startMs));
  const lastEnd = Math.max(...own.map(({ startMs, ms }) => startMs + ms));
  const end = done.get(runId!)!;
  return {
    ms: end - start,
    acknowledgedMs,
    firstMs: first - start,
    before: begun(start, first),
    stepsMs: lastEnd - first,
    restMs: end - lastEnd,
    between: begun(first, last),
    after: begun(last, end),
  };
}

/** The same while a burst is under way, which is cancelled afterwards. */
async function amidBurst(bench: Open, prompt: string, seed: number): Promise<Served> {
  const { core, graph } = bench;
  const left = new Set<RunId>();
  let finished = 0;
  let look = () => {};
  const stop = core.listen((event) => {
    if (event.type !== 'run.changed' || !isOver(event.state) || !left.delete(event.runId)) return;
    finished++;
    look();
  });
  const until = (met: () => boolean) =>
    new Promise<void>((resolve) => {
      look = () => met() && resolve();
      look();
    });
  const overrides = Array.from({ length: burstRuns }, (_, i) => ({
    prompt: prompts[i % prompts.length]!,
    seed: String(1_000_000 + seed * 1000 + i),
    steps,
    cfg: 1,
  }));
  for (const runId of unwrap(await core.submit({ graph, overrides, tier: 'background' }))) left.add(runId);
  await until(() => finished >= finishedBefore);
  const served = await interactive(bench, prompt, seed);
  for (const runId of left) core.cancel(runId);
  await until(() => left.size === 0);
  stop();
  return served;
}
