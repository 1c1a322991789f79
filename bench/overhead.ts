import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { type Core, openCore } from '../src-main/core.ts';
import { unwrap } from '../src-main/model/errors.ts';
import type { Event } from '../src-main/model/events.ts';
import type { Graph } from '../src-main/model/graph.ts';
import { ask } from './ask.ts';
import type { Bench } from './bench.ts';
import { median } from './statistics.ts';

const rounds = 60;
const warmUps = 2;
const steps = 20;
const prompt = 'a red fox';
const root = path.join(import.meta.dirname, '..');

interface Sampling {
  /** From the start of one call to the start of the next. */
  readonly gaps: readonly number[];
  /** First call's start to last call's end. */
  readonly ms: number;
}

/**
 * What Kiln adds to a step: host process, scheduling, leases, the store, against a bare onnxruntime-node loop over the
 * same files with the same steps, rows and threads, spinning off in both. They take turns, picture by picture.
 */
export default async function overhead(): Promise<Bench> {
  const home = mkdtempSync(path.join(tmpdir(), 'kiln-bench-'));
  const bare = fork(path.join(import.meta.dirname, 'bare/loop.mjs'));
  const core = await openCore({ home });
  try {
    await ask(bare, { open: path.join(root, 'models/starter'), threads: availableParallelism(), prompt });
    const graph = unwrap(
      core.readGraph(readFileSync(path.join(root, 'graphs/text-to-image.kiln.json'), 'utf8'), 'graph'),
    );
    const ours: Sampling[] = [];
    const theirs: Sampling[] = [];
    for (let round = -warmUps; round < rounds; round++) {
      const turns = [
        async () => theirs.push(await bareSampling(bare, 1000 + round)),
        async () => ours.push(await kilnSampling(core, graph, 2000 + round)),
      ];
      if (round % 2) turns.reverse();
      for (const turn of turns) await turn();
    }
    for (const side of [ours, theirs]) side.splice(0, warmUps);
    const gap = (of: readonly Sampling[]) => median(of.flatMap(({ gaps }) => gaps));
    const total = (of: readonly Sampling[]) => median(of.map(({ ms }) => ms));
    return {
      title: `One picture at a time, ${steps} steps with guidance (2 rows), starter pack on the CPU`,
      table: {
        columns: ['', 'ms per step (p50)', `ms for ${steps} steps (p50)`],
        rows: [
          ['bare loop', gap(theirs), total(theirs)],
          ['Kiln', gap(ours), total(ours)],
        ],
      },
      figures: {
        // Of each round's own pair: what slows the machine down for a while slows both.
        addedMsPerStepP50: median(ours.map(({ gaps }, i) => median(gaps) - median(theirs[i]!.gaps))),
        ratio: median(ours.map(({ ms }, i) => ms / theirs[i]!.ms)),
      },
      notes: [`${rounds} pictures each, taking turns to be first, after ${warmUps} of each that do not count.`],
    };
  } finally {
    await core.close();
    bare.disconnect();
    rmSync(home, { recursive: true, force: true });
  }
}

async function bareSampling(bare: ChildProcess, seed: number): Promise<Sampling> {
  const { starts, ms } = await ask<{ starts: number[]; ms: number }>(bare, { steps, cfg: 2, seed, size: 64 });
  return { gaps: gapsOf(starts), ms };
}

const gapsOf = (starts: readonly number[]): number[] => starts.slice(1).map((start, i) => start - starts[i]!);

async function kilnSampling(core: Core, graph: Graph, seed: number): Promise<Sampling> {
  const calls: { start: number; end: number }[] = [];
  let stop = () => {};
  const over = new Promise<void>((resolve, reject) => {
    stop = core.listen((event: Event) => {
      if (event.type === 'batch.finished' && event.part.startsWith('denoiser@'))
        calls.push({ start: event.startMs, end: event.startMs + event.ms });
      if (event.type !== 'run.changed') return;
      if (event.state === 'done') resolve();
      if (event.state === 'failed') reject(new Error(JSON.stringify(event.problems)));
    });
  });
  unwrap(await core.submit({ graph, overrides: [{ prompt, seed: String(seed), steps, cfg: 2 }], tier: 'interactive' }));
  await over;
  stop();
  return { gaps: gapsOf(calls.map(({ start }) => start)), ms: calls.at(-1)!.end - calls[0]!.start };
}
