import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { ask } from './ask.ts';
import type { Bench } from './bench.ts';
import { openBench, prompts, type QueueResult, runQueue } from './queue.ts';
import { mean, median } from './statistics.ts';

const runs = 200;
const steps = 8;
/** Of the bursts in tier fast: each has but one first picture. */
const rounds = 3;

const seedsFrom = (first: number) =>
  Array.from({ length: runs }, (_, i) => ({ prompt: prompts[i % prompts.length]!, seed: first + i }));

/** 200 runs at once, 50 distinct prompts, against a bare loop that makes one picture at a time and caches equal prompts. */
export default async function burst(): Promise<Bench> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kiln-bench-'));
  const bare = fork(path.join(import.meta.dirname, 'bare/burst.mjs'));
  const bench = await openBench({ strangers: true });
  try {
    await ask(bare, { open: path.join(import.meta.dirname, '../models/starter'), threads: availableParallelism() });
    const warm = seedsFrom(1).slice(0, 24);
    await ask(bare, { runs: warm, steps, folder });
    const kiln = (of: readonly { prompt: string; seed: number }[], tier: 'fast' | 'background') =>
      runQueue(
        bench,
        of.map(({ prompt, seed }) => ({ prompt, seed: String(seed), steps, cfg: 1 })),
        tier,
      );
    await kiln(warm, 'background');
    const aloneMs = await alone(kiln);
    const theirs = (await ask<{ finishMs: number[] }>(bare, { runs: seedsFrom(1000), steps, folder })).finishMs;
    const fasts: QueueResult[] = [];
    for (let round = 0; round < rounds; round++) fasts.push(await kiln(seedsFrom(10_000 * (round + 1)), 'fast'));
    const fast = fasts.toSorted((a, b) => a.wallMs - b.wallMs)[Math.floor(rounds / 2)]!;
    const firsts = fasts.map(({ finishMs }) => Math.min(...finishMs));
    const background = await kiln(seedsFrom(3000), 'background');
    const perSecond = (ms: number) => (runs * 1000) / ms;
    const bareMs = theirs.at(-1)!;
    const row = (name: string, wall: number, finish: readonly number[]) => [
      name,
      perSecond(wall),
      Math.min(...finish),
      mean(finish),
      wall,
    ];
    return {
      title: `A burst of ${runs} runs, ${prompts.length} prompts, ${steps} steps, starter pack on the CPU`,
      table: {
        columns: ['', 'pictures/s', 'first ms', 'mean finish ms', 'all ms'],
        rows: [
          row('bare loop, one at a time', bareMs, theirs),
          row('Kiln, tier fast', fast.wallMs, fast.finishMs),
          row('Kiln, tier background', background.wallMs, background.finishMs),
        ],
      },
      figures: {
        imagesPerSecondRatioFast: bareMs / fast.wallMs,
        imagesPerSecondRatioBackground: bareMs / background.wallMs,
        firstPictureRatioFast: median(firsts) / aloneMs,
        meanFinishRatioFast: mean(fast.finishMs) / mean(theirs),
        outOfOrderFast: Math.max(...fasts.map(outOfOrder)),
      },
      notes: [
        `Of ${rounds} bursts in tier fast the one in the middle; their first pictures after ${firsts.map((ms) => ms.toFixed(0)).join(', ')} ms, of which the median counts, and ${fasts.map(outOfOrder).join(', ')} out of order, of which the most. One run alone: ${aloneMs.toFixed(0)} ms.`,
      ],
    };
  } finally {
    await bench.close();
    bare.disconnect();
    rmSync(folder, { recursive: true, force: true });
  }
}

const outOfOrder = ({ finishMs }: QueueResult): number =>
  finishMs.filter((ms, i) => i > 0 && ms < finishMs[i - 1]!).length;

/** ms of one run by itself, the median of five. */
async function alone(
  kiln: (of: readonly { prompt: string; seed: number }[], tier: 'fast') => Promise<{ wallMs: number }>,
): Promise<number> {
  const found: number[] = [];
  for (let i = 0; i < 5; i++) found.push((await kiln([{ prompt: prompts[i]!, seed: 500 + i }], 'fast')).wallMs);
  return median(found);
}
