import { fork } from 'node:child_process';
import path from 'node:path';
import type { DeviceProfile } from '../src-main/model/device.ts';
import { ask } from './ask.ts';
import type { Bench } from './bench.ts';
import type { Asked, Look } from './soaked-core.ts';

const onCpu = { warmUps: 100, runs: 300 };
const onSim = { warmUps: 400, runs: 2000 };
/** How much faster than the CPU the simulated device is. */
const faster = 20;

interface Soaked {
  readonly before: Look;
  readonly after: Look;
  readonly runs: number;
}

/** What a core and its host still hold after many runs. On sim the device takes little time, and all else is as it is. */
export default async function soak(): Promise<Bench> {
  const cpu = await soaked(null, onCpu);
  const sim = await soaked(sped(cpu.after.profile), onSim);
  const sides = [cpu, sim];
  const perRun = ({ before, after, runs }: Soaked) => (after.bytes - before.bytes) / runs;
  const growth = ({ before, after }: Soaked) => [
    after.resources - before.resources,
    after.coreFiles - before.coreFiles,
    after.hostFiles - before.hostFiles,
  ];
  const row = (name: string, of: Soaked) => [
    name,
    of.runs,
    of.before.bytes / 2 ** 20,
    of.after.bytes / 2 ** 20,
    perRun(of),
    (of.after.heapBytes - of.before.heapBytes) / of.runs,
    of.after.tensors,
    growth(of).join(', '),
    of.after.reusable,
    of.after.remembered,
  ];
  return {
    title: 'What is left of many runs, after collecting',
    table: {
      columns: [
        '',
        'runs',
        'MiB before',
        'MiB after',
        'bytes per run',
        'of these on the heap',
        'tensors in the host besides',
        'handles, files of core and of host more than before',
        'results kept for reuse',
        'runs, jobs, rows known besides',
      ],
      rows: [row('starter pack on the CPU', cpu), row(`the same on sim, ${faster} times as fast`, sim)],
    },
    figures: {
      coreBytesPerRunAfterGc: Math.max(...sides.map(perRun)),
      liveTensorsAtEnd: Math.max(...sides.map(({ after }) => after.tensors)),
      handlesGrowth: Math.max(...sides.flatMap(growth)),
    },
    notes: [
      `Before it the cache of results was filled, and ${onCpu.warmUps} or ${onSim.warmUps} runs were made that do not count. Results that another run could reuse stay, in the core and in the host, as many as before. Each run has a prompt of its own, 5 to 8 steps, with guidance or without; one of 20 is cancelled.`,
    ],
  };
}

async function soaked(sim: DeviceProfile | null, { warmUps, runs }: typeof onCpu): Promise<Soaked> {
  const child = fork(path.join(import.meta.dirname, 'soaked-core.ts'), { execArgv: ['--expose-gc'] });
  const say = <T = object>(asked: Asked) => ask<T>(child, asked);
  try {
    await say({ open: { sim } });
    await say({ fill: true });
    await say({ runs: warmUps });
    const before = await say<Look>({ look: true });
    await say({ runs });
    const after = await say<Look>({ look: true });
    await say({ close: true });
    return { before, after, runs };
  } finally {
    child.disconnect();
  }
}

const sped = (profile: DeviceProfile): DeviceProfile => ({
  ...profile,
  ms: Object.fromEntries(
    Object.entries(profile.ms).map(([size, table]) => [
      size,
      table.map((ms) => (typeof ms === 'number' ? ms / faster : undefined)),
    ]),
  ),
});
