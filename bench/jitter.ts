import { simulatedCard } from '../src-main/core-devices.ts';
import { articleProcessor, articleRows, articleSteps } from '../src-main/device/sim/profiles/article.ts';
import type { Bench } from './bench.ts';
import { burstOf, labPacks, simulatedWell } from './lab-queue.ts';
import { median } from './statistics.ts';

const count = 100;
const seeds = [1, 2, 3];
/** Each has its device to itself when it comes. */
const everyMs = 900;

/** How much the time of a run varies where that of each call does. */
export default async function jitter(): Promise<Bench> {
  const { card, ioTunedMs } = articleRows.find((row) => row.card.name === 'article-a100')!;
  const runs = burstOf({ count, packs: ['article'], tier: 'fast', steps: articleSteps });
  const latencies = async (share: number, seed: number): Promise<number[]> => {
    const noisy = (of: typeof card) => {
      const spec = simulatedCard(of, 0);
      if (spec.runtime.kind !== 'sim') return spec;
      return { ...spec, runtime: { ...spec.runtime, sim: { ...spec.runtime.sim, jitter: share, seed } } };
    };
    const found = await simulatedWell({
      runs: runs.map((run, index) => ({ ...run, atMs: index * everyMs })),
      devices: [noisy(card), noisy(articleProcessor)],
      packs: labPacks(),
      settings: {
        affinity: [
          `text-encoder=sim:${articleProcessor.name}:0`,
          `denoiser=sim:${card.name}:0`,
          `vae=sim:${card.name}:0`,
        ],
      },
      files: { encodeMs: ioTunedMs },
    });
    // The first one loads.
    return found.runs.slice(1).map(({ atMs, endedMs }) => endedMs - atMs);
  };
  const noisy = (await Promise.all(seeds.map((seed) => latencies(0.1, seed)))).flat();
  const still = await latencies(0, 0);
  const row = (name: string, ms: readonly number[]) => [name, median(ms), at(ms, 0.95), at(ms, 0.99), deviation(ms)];
  return {
    title: `Simulated: ${count} runs, one every ${everyMs} ms, on the article's A100 whose calls vary by 10 %`,
    machine: 'simulated cards in simulated time; nothing was computed',
    table: {
      columns: ['', 'p50 ms', 'p95 ms', 'p99 ms', 'standard deviation, ms'],
      rows: [row('calls vary by 10 %', noisy), row('calls take alike', still)],
    },
    figures: { p99OverP50: at(noisy, 0.99) / median(noisy), p99OverP50Still: at(still, 0.99) / median(still) },
    notes: [`Normal noise, seeds ${seeds.join(', ')}. The article has ±42 ms before and ±8 ms after its tuning.`],
  };
}

const at = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(share * values.length) - 1)]!;

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
