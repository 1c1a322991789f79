import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import type { Bench } from './bench.ts';
import { median } from './statistics.ts';

const rounds = 15;
const root = path.join(import.meta.dirname, '..');
const prompt = 'a red fox';

/**
 * From nothing to a picture on disk, as whole processes: `kiln run` as it is installed (built), in a home that has
 * seen this pack but not this run, against a bare script that loads the same parts and makes a picture the same way.
 * Then the same run again, which computes nothing.
 */
export default async function coldStart(): Promise<Bench> {
  const cli = path.join(root, 'out/main/cli.js');
  if (!existsSync(cli)) throw new Error('build first: npm run build');
  const folder = mkdtempSync(path.join(tmpdir(), 'kiln-bench-'));
  const home = path.join(folder, 'home');
  const { steps, cfg } = JSON.parse(readFileSync(path.join(root, 'models/starter/pack.json'), 'utf8')).defaults as {
    steps: number;
    cfg: number;
  };
  const kiln = (seed: number, trace: string) =>
    timed([
      cli,
      'run',
      path.join(root, 'graphs/text-to-image.kiln.json'),
      ...['--home', home, '--out', path.join(folder, 'out'), '--trace', trace],
      ...['--set', `prompt=${prompt}`, '--set', `seed=${seed}`, '--set', `steps=${steps}`, '--set', `cfg=${cfg}`],
    ]);
  const bare = (seed: number) =>
    timed([
      path.join(import.meta.dirname, 'bare/picture.mjs'),
      ...[path.join(root, 'models/starter'), prompt, steps, cfg, seed, availableParallelism()].map(String),
      path.join(folder, 'bare.png'),
    ]);
  try {
    const [first, again, theirs]: [number[], number[], number[]] = [[], [], []];
    let repeatDeviceCalls = 0;
    for (let round = -1; round < rounds; round++) {
      const one = bare(round + 10);
      const two = kiln(round + 10, path.join(folder, 'first.json'));
      const three = kiln(round + 10, path.join(folder, 'again.json'));
      repeatDeviceCalls += callsIn(path.join(folder, 'again.json'));
      if (callsIn(path.join(folder, 'first.json')) < steps) throw new Error('the first run computed too little');
      if (round < 0) continue;
      theirs.push(one);
      first.push(two);
      again.push(three);
    }
    const [bareMs, firstMs, againMs] = [median(theirs), median(first), median(again)];
    return {
      title: `From nothing to a picture, whole processes, ${steps} steps, starter pack on the CPU`,
      table: {
        columns: ['', 'ms (p50)', 'to bare'],
        rows: [
          ['bare script', bareMs, 1],
          ['kiln run', firstMs, firstMs / bareMs],
          ['kiln run, repeated', againMs, againMs / bareMs],
        ],
      },
      figures: {
        // Of each round's own pair: what slows the machine down for a while slows both.
        ratio: median(first.map((ms, i) => ms / theirs[i]!)),
        repeatDeviceCalls,
        repeatRatio: median(again.map((ms, i) => ms / first[i]!)),
      },
      notes: [`${rounds} of each, taking turns, after one of each that does not count.`],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function timed(args: readonly string[]): number {
  const start = performance.now();
  execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  return performance.now() - start;
}

/** Batches in a trace. */
function callsIn(trace: string): number {
  const { traceEvents } = JSON.parse(readFileSync(trace, 'utf8')) as {
    traceEvents: readonly { ph: string; cat?: string; args: object }[];
  };
  return traceEvents.filter(({ ph, cat, args }) => ph === 'X' && cat === 'devices' && 'batchId' in args).length;
}
