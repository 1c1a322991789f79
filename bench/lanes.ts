import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { SupervisedHost } from '../src-main/device/host.ts';
import type { Tier } from '../src-main/model/run.ts';
import type { Bench } from './bench.ts';
import { type Bench as Core, fillTable, openBench, prompts, runQueue } from './queue.ts';
import { median } from './statistics.ts';

const runs = 64;
const steps = 8;
const rounds = 5;
const aloneRuns = 40;

let made = 0;
const burst = (count: number) =>
  Array.from({ length: count }, () => {
    made++;
    return { prompt: `${prompts[made % prompts.length]!} ${made}`, seed: String(made), steps, cfg: 1 };
  });

/** What the host processes of a core hold of the machine's memory; pages that several share count once in all. */
function hostBytes({ parts: { hosts, engine } }: Core): number {
  let bytes = 0;
  for (const { device, opened } of engine.world.devices.values()) {
    if (!opened) continue;
    const { pid } = hosts.host(device.id) as SupervisedHost;
    if (pid === null) continue;
    const kb = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    bytes += Number(kb ?? Number.NaN) * 1024;
  }
  return bytes;
}

interface Side {
  readonly fast: number[];
  readonly background: number[];
  readonly alone: number[];
}

/** A burst on a CPU whose lanes Kiln chooses, against the same on one lane with all threads; and one run by itself. */
export default async function lanes(): Promise<Bench> {
  const chosen = await openBench({ strangers: true });
  const single = await openBench({ strangers: true, settings: { cpuLanes: 1 } });
  try {
    for (const core of [chosen, single]) {
      await fillTable(core, steps);
      await runQueue(core, burst(runs), 'fast');
    }
    const measured = (): Side => ({ fast: [], background: [], alone: [] });
    const sides = new Map<Core, Side>([
      [chosen, measured()],
      [single, measured()],
    ]);
    const byTurns = async (times: number, name: keyof Side, count: number, tier: Tier) => {
      for (let time = 0; time < times; time++)
        for (const core of time % 2 === 0 ? [chosen, single] : [single, chosen])
          sides.get(core)![name].push((await runQueue(core, burst(count), tier)).wallMs);
    };
    await byTurns(rounds, 'fast', runs, 'fast');
    await byTurns(rounds, 'background', runs, 'background');
    await byTurns(aloneRuns, 'alone', 1, 'fast');
    const [ours, theirs] = [sides.get(chosen)!, sides.get(single)!];
    const [ourBytes, theirBytes] = [hostBytes(chosen), hostBytes(single)];
    // Of each turn's own pair: what slows the machine down for a while slows both.
    const ratio = (name: keyof Side) => median(ours[name].map((ms, i) => ms / theirs[name][i]!));
    const perSecond = (walls: readonly number[]) => (runs * 1000) / median(walls);
    const row = (name: string, side: Side, bytes: number) => [
      name,
      perSecond(side.fast),
      perSecond(side.background),
      median(side.alone),
      bytes / 2 ** 20,
    ];
    return {
      title: `Lanes: a burst of ${runs} runs and one run alone, ${steps} steps, starter pack on ${availableParallelism()} cores`,
      table: {
        columns: ['', 'pictures/s, fast', 'pictures/s, background', 'ms alone', 'MiB of the hosts'],
        rows: [
          row('lanes chosen by Kiln', ours, ourBytes),
          row(`one lane of ${availableParallelism()} threads`, theirs, theirBytes),
        ],
      },
      figures: {
        throughputRatioFast: 1 / ratio('fast'),
        throughputRatioBackground: 1 / ratio('background'),
        aloneRatio: ratio('alone'),
        memoryRatio: ourBytes / theirBytes,
      },
      notes: [
        `${rounds} bursts of each tier and ${aloneRuns} runs alone on either side, taking turns to be first: medians, and medians of the ratios of the pairs.`,
        tablesOf(chosen),
        tablesOf(single),
      ],
    };
  } finally {
    await Promise.all([chosen.close(), single.close()]);
  }
}

/** ms per row by rows of a call, wide and narrow. */
function tablesOf({ parts: { engine } }: Core): string {
  const { world } = engine;
  return [...world.devices.values()]
    .slice(0, 2)
    .map(({ device }) => {
      const sizes = Object.entries(world.profiles.get(device.id)!.ms).map(([size, table]) => {
        const known = table.flatMap((ms, i) => (ms === undefined ? [] : [`${i + 1}: ${(ms / (i + 1)).toFixed(2)}`]));
        return `${size.split('@')[0]} ${known.join(', ')}`;
      });
      return `${device.id}, ms per row by rows of a call: ${sizes.join('; ')}`;
    })
    .join('. ');
}
