import { setTimeout as after } from 'node:timers/promises';
import { nodeTypes } from '../nodes/index.ts';
import { asMeasured } from '../src-main/core-devices.ts';
import { queueIn, queueText, readQueue } from '../src-main/core-queue-file.ts';
import { cpuDevice } from '../src-main/device/discover.ts';
import { unwrap } from '../src-main/model/errors.ts';
import { defaultSettings } from '../src-main/model/settings.ts';
import type { Bench } from './bench.ts';
import { labPacks, simulatedWell } from './lab-queue.ts';
import { openBench, prompts, type QueueResult, runQueue } from './queue.ts';
import { median } from './statistics.ts';

const steps = 8;
const rounds = 3;
/** A burst that may wait, and while it is computed somebody who does not want to. */
const burst = 40;
const visitors = 10;
const everyMs = 150;
const catalog = new Map(nodeTypes.map((type) => [type.type, type]));

/** A queue on the CPU, recorded, and the same queue replayed on a simulated CPU that knows what was measured before. */
export default async function lab(): Promise<Bench> {
  const bench = await openBench({ strangers: true });
  try {
    const measured: number[] = [];
    const predicted: number[] = [];
    let gapMs = 0;
    // The first round fills the tables, and says what lies between two calls.
    for (let round = 0; round <= rounds; round++) {
      const profiles = structuredClone(bench.parts.engine.world.profiles);
      const { wallMs, batches } = await queueOnce(bench, round);
      if (round === 0) {
        gapMs = gapOf(batches);
        continue;
      }
      measured.push(wallMs);
      const all = unwrap(readQueue(queueText(await queueIn(bench.parts.store, catalog)), 'recorded', catalog));
      const recorded = all.slice(-(burst + visitors));
      const { wallMs: simulatedMs } = await simulatedWell({
        runs: recorded.map((run) => ({ ...run, atMs: run.atMs - recorded[0]!.atMs })),
        devices: asMeasured(
          { device: cpuDevice(defaultSettings), runtime: { kind: 'ort' } },
          profiles,
          defaultSettings.cpuLanes,
          gapMs,
        ),
        packs: labPacks(),
        profiles: structuredClone(profiles),
        // Written beside the device, as here.
        files: { encodeMs: 0, decodeMs: 0 },
      });
      predicted.push(simulatedMs);
    }
    return {
      title: `A queue of ${burst} runs and ${visitors} that came later on the CPU, and its recording replayed on a simulated CPU`,
      table: {
        columns: ['', 'ms (p50)', ...measured.map((_, index) => `round ${index + 1}`)],
        rows: [
          ['measured', median(measured), ...measured],
          ['simulated', median(predicted), ...predicted],
        ],
      },
      figures: { predictedOverMeasured: median(predicted) / median(measured) },
      notes: [
        `The simulated CPU has the ms(rows) of what was computed before each round, and ${gapMs.toFixed(2)} ms between two calls, the mean of the first round, which is not replayed.`,
      ],
    };
  } finally {
    await bench.close();
  }
}

type Open = Awaited<ReturnType<typeof openBench>>;

async function queueOnce(bench: Open, round: number): Promise<QueueResult> {
  const one = (name: string, index: number) => ({
    prompt: `${prompts[index % prompts.length]!} ${name} ${round}`,
    seed: String(1000 * round + index),
    steps,
    cfg: 1,
  });
  const start = performance.now();
  const whole = runQueue(
    bench,
    Array.from({ length: burst }, (_, index) => one('first', index)),
    'background',
  );
  const later = Array.from({ length: visitors }, async (_, index) => {
    await after((index + 1) * everyMs);
    return runQueue(bench, [one('visitor', burst + index)], 'fast');
  });
  const [main] = await Promise.all([whole, ...later]);
  return { ...main, wallMs: performance.now() - start };
}

function gapOf(batches: QueueResult['batches']): number {
  const gaps: number[] = [];
  const lastMs = new Map<string, number>();
  for (const { deviceId, startMs, ms } of batches) {
    const last = lastMs.get(deviceId);
    if (last !== undefined && startMs - last >= 0 && startMs - last < 20) gaps.push(startMs - last);
    lastMs.set(deviceId, startMs + ms);
  }
  return gaps.reduce((sum, gap) => sum + gap, 0) / Math.max(1, gaps.length);
}
