import { nodeTypes } from '../nodes/index.ts';
import { systemClock } from '../src-main/device/clock.ts';
import { cpuDevice } from '../src-main/device/discover.ts';
import type { HostSpec } from '../src-main/device/host.ts';
import { inProcessHost } from '../src-main/device/in-process.ts';
import { withLanes } from '../src-main/device/lanes.ts';
import { unwrap } from '../src-main/model/errors.ts';
import type { DeviceId, PartKey } from '../src-main/model/ids.ts';
import type { Tier } from '../src-main/model/run.ts';
import type { Bench } from './bench.ts';
import { openBench, prompts, runQueue } from './queue.ts';
import { type SecondPack, secondPack } from './second-pack.ts';

const runs = 64;
const naiveRuns = 8;
const steps = 4;

type Loads = { part: PartKey; deviceId: DeviceId }[];

interface Switched {
  readonly loads: Loads;
  readonly runs: number;
  readonly wallMs: number;
}

interface Side {
  readonly name: string;
  /** That may each have weights of their own. */
  readonly lanes: number;
  /** With so many bytes for weights and scratch memory. */
  device(budgetBytes: number): HostSpec;
}

/** A card of made-up times: a step takes 4 ms, weights come with 100 MB a second, so that a load is worth many steps. */
const simulated: Side = {
  name: 'simulated',
  lanes: 1,
  device: (budgetBytes) => ({
    device: {
      ...cpuDevice({ cpuBudgetBytes: budgetBytes, cpuThreads: 1 }),
      id: 'sim:0' as DeviceId,
      provider: 'sim',
      runtime: 'sim',
    },
    runtime: {
      kind: 'sim',
      sim: { profile: { loadBytesPerMs: 100_000, bringBytesPerMs: 1e6, ms: {} }, downscale: 1, upscale: 4 },
    },
  }),
};

const processor: Side = {
  name: 'CPU',
  lanes: withLanes([{ device: cpuDevice({ cpuBudgetBytes: 0, cpuThreads: 0 }), runtime: { kind: 'ort' } }], 0).length,
  device: (budgetBytes) => ({
    device: cpuDevice({ cpuBudgetBytes: budgetBytes, cpuThreads: 0 }),
    runtime: { kind: 'ort' },
  }),
};

/** Runs of two packs in turn, A, B, A, B …, where both fit on the device and where only one does. */
export default async function switching(): Promise<Bench> {
  const second = secondPack();
  try {
    const rows: (string | number)[][] = [];
    const after: number[] = [];
    const tight: number[] = [];
    const naive: number[] = [];
    for (const side of [simulated, processor]) {
      const row = (fits: string, how: string, made: Switched) => {
        const firsts = new Set(made.loads.map(({ deviceId, part }) => `${deviceId} ${part}`)).size;
        const perRun = made.loads.length / made.runs;
        rows.push([
          side.name,
          fits,
          how,
          made.runs,
          made.loads.length,
          made.loads.length - firsts,
          perRun,
          made.wallMs / made.runs,
        ]);
        return { again: made.loads.length - firsts, perRun };
      };
      const pack = await bytesOfOne(second);
      // With the scratch memory of a call the weights of one fit, never the denoisers of both; or of both, on every lane.
      const [both, one] = [8 * pack * side.lanes, 2.1 * pack];
      for (const tier of ['fast', 'background'] as const) {
        after.push(row('both fit', `64 at once, ${tier}`, await switched(side, both, second, runs, tier)).again);
        tight.push(row('one fits', `64 at once, ${tier}`, await switched(side, one, second, runs, tier)).perRun);
      }
      naive.push(row('one fits', 'one after the other', await switched(side, one, second, naiveRuns, null)).perRun);
    }
    return {
      title: `Two packs in turn, A, B, A, B …: ${runs} runs of ${steps} steps each`,
      table: {
        columns: ['device', 'packs', 'how', 'runs', 'loads of parts', 'of a part again', 'loads per run', 'ms per run'],
        rows,
      },
      figures: {
        loadsAfterFirst: Math.max(...after),
        loadsPerRunTight: Math.max(...tight),
        naiveLoadsPerRun: Math.max(...naive),
      },
      notes: [
        'A pack has four parts that are loaded: text encoder, denoiser, decoder and upscaler. The second pack is the starter pack in other files.',
        'Simulated: a device of made-up times, 10 ms a row where nothing is said, 100 MB of weights a second; its loads are counted, its times are not those of any card.',
        'Each lane of the CPU has weights of its own: its first load of a part is none of a part again. Where one fits, lanes are not used.',
        'One after the other: the next run is submitted when the one before is done, so that nothing can be put together.',
      ],
    };
  } finally {
    second.remove();
  }
}

async function bytesOfOne({ folder, name }: SecondPack): Promise<number> {
  const bench = await openBench({ packFolders: [folder] });
  try {
    return unwrap(await bench.parts.packs.open(name)).bytes;
  } finally {
    await bench.close();
  }
}

async function switched(
  side: Side,
  budgetBytes: number,
  second: SecondPack,
  count: number,
  tier: Tier | null,
): Promise<Switched> {
  const spec = side.device(Math.floor(budgetBytes));
  const catalog = new Map(nodeTypes.map((type) => [type.type, type]));
  const bench = await openBench({
    strangers: true,
    packFolders: [second.folder],
    devices: [spec],
    ...(spec.runtime.kind === 'sim' ? { openHost: () => inProcessHost(catalog, systemClock()) } : {}),
  });
  try {
    const loads: Loads = [];
    bench.core.listen((event) => event.type === 'part.loaded' && loads.push(event));
    const overrides = Array.from({ length: count }, (_, i) => ({
      prompt: prompts[i % prompts.length]!,
      seed: String(i),
      steps,
      pack: i % 2 === 0 ? 'starter' : second.name,
    }));
    const start = performance.now();
    if (tier === null) for (const one of overrides) await runQueue(bench, [one], 'fast');
    else await runQueue(bench, overrides, tier);
    return { loads, runs: count, wallMs: performance.now() - start };
  } finally {
    await bench.close();
  }
}
