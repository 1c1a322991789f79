import { capOf } from '../src-main/engine/profile.ts';
import type { SizeKey } from '../src-main/model/ids.ts';
import type { Bench } from './bench.ts';
import { openBench, prompts, type QueueResult, runQueue } from './queue.ts';
import { median } from './statistics.ts';

const counts = [1, 2, 4, 8, 16] as const;
const parts = ['text-encoder', 'denoiser', 'vae-decoder'] as const;
const steps = 8;
const rounds = 5;

/** How many rows each part computes best in one call, and whether the engine found that out by itself. */
export default async function batchSizes(): Promise<Bench> {
  const bench = await openBench({ strangers: true, settings: { cpuLanes: 1 } });
  try {
    const calls: QueueResult['batches'][number][] = [];
    let made = 0;
    // Rounds in turn, so that a slow moment of the machine does not fall on one count alone; the first one warms up.
    for (let round = 0; round <= rounds; round++)
      for (const count of counts) {
        const burst = Array.from({ length: 2 * count }, () => {
          made++;
          return { prompt: `${prompts[made % prompts.length]!} ${made}`, seed: String(made), steps, cfg: 1 };
        });
        const { batches } = await runQueue(bench, burst, 'background');
        if (round > 0) calls.push(...batches);
      }
    const profile = bench.parts.engine.world.profiles.get('cpu' as never)!;
    const found = parts.map((name) => {
      const own = calls.filter(({ part }) => part.startsWith(`${name}@`));
      const perRow = new Map(
        counts.flatMap((count) => {
          const ms = own.filter(({ rows }) => rows === count).map((call) => call.ms / count);
          return ms.length === 0 ? [] : [[count, median(ms)] as const];
        }),
      );
      const size = Object.keys(profile.ms).find((key) => key.startsWith(`${name}@`)) as SizeKey;
      const cap = capOf(profile, size);
      const best = Math.min(...perRow.values());
      const [count] = [...perRow].find(([, ms]) => ms === best)!;
      return { name, perRow, cap, count, loss: 1 - best / (perRow.get(cap as 1) ?? best) };
    });
    return {
      title: `Rows in one call, starter pack on the CPU: ms per row, by part`,
      table: {
        columns: ['', ...counts.map((count) => `${count}`), 'best', 'cap of the engine', 'pictures/s lost, %'],
        rows: found.map(({ name, perRow, cap, count, loss }) => [
          name,
          ...counts.map((one) => perRow.get(one) ?? ''),
          count,
          cap,
          100 * loss,
        ]),
      },
      figures: { capLoss: Math.max(...found.map(({ loss }) => loss)) },
      notes: [
        `Bursts of twice as many runs as a call shall have rows, ${rounds} rounds after one that does not count; medians of the calls that had just so many. The cap is what the engine chose from what it measured meanwhile: the smallest count within 5 % of the best.`,
      ],
    };
  } finally {
    await bench.close();
  }
}
