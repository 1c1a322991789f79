import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { type Core, openCore } from '../src-main/core.ts';
import { unwrap } from '../src-main/model/errors.ts';
import type { Event } from '../src-main/model/events.ts';
import type { Graph } from '../src-main/model/graph.ts';
import type { RunId } from '../src-main/model/ids.ts';
import { ask } from './ask.ts';
import type { Bench } from './bench.ts';
import { openCrowd } from './crowd.ts';
import { openBench } from './queue.ts';
import { median } from './statistics.ts';

const rounds = 60;
const warmUps = 2;
const steps = 20;
/** Runs that wait, in the second comparison. */
const waiting = 1000;
const prompt = 'a red fox';
const root = path.join(import.meta.dirname, '..');

interface Sampling {
  /** From the start of one call to the start of the next. */
  readonly gaps: readonly number[];
  /** First call's start to last call's end. */
  readonly ms: number;
}

/** What Kiln adds to a step, and what a thousand runs that wait add to that. */
export default async function overhead(): Promise<Bench> {
  const bare = await againstBare();
  const crowded = await againstCrowd();
  const row = (name: string, of: readonly Sampling[]) => [name, gapOf(of), median(of.map(({ ms }) => ms))];
  return {
    title: `One picture at a time, ${steps} steps with guidance (2 rows), starter pack on the CPU`,
    table: {
      columns: ['', 'ms per step (p50)', `ms for ${steps} steps (p50)`],
      rows: [
        row('bare loop', bare.theirs),
        row('Kiln', bare.ours),
        row('Kiln again, nothing waits', crowded.theirs),
        row(`Kiln, ${waiting} runs wait`, crowded.ours),
      ],
    },
    figures: {
      addedMsPerStepP50: added(bare),
      ratio: median(bare.ours.map(({ ms }, i) => ms / bare.theirs[i]!.ms)),
      addedMsPerStepWaitingP50: added(crowded),
    },
    notes: [`${rounds} pictures each, taking turns to be first, after ${warmUps} of each that do not count.`],
  };
}

interface Sides {
  readonly ours: Sampling[];
  readonly theirs: Sampling[];
}

const gapOf = (of: readonly Sampling[]): number => median(of.flatMap(({ gaps }) => gaps));

/** ms per step, of each round's own pair: what slows the machine down for a while slows both. */
const added = ({ ours, theirs }: Sides): number =>
  median(ours.map(({ gaps }, i) => median(gaps) - median(theirs[i]!.gaps)));

async function inTurns(ours: (seed: number) => Promise<Sampling>, theirs: (seed: number) => Promise<Sampling>) {
  const sides: Sides = { ours: [], theirs: [] };
  for (let round = -warmUps; round < rounds; round++) {
    const turns = [
      async () => sides.theirs.push(await theirs(1000 + round)),
      async () => sides.ours.push(await ours(2000 + round)),
    ];
    if (round % 2) turns.reverse();
    for (const turn of turns) await turn();
  }
  for (const side of [sides.ours, sides.theirs]) side.splice(0, warmUps);
  return sides;
}

/**
 * Host process, scheduling, leases, the store, against a bare onnxruntime-node loop over the
 * same files with the same steps, rows and threads, spinning off in both. They take turns, picture by picture.
 */
async function againstBare(): Promise<Sides> {
  const home = mkdtempSync(path.join(tmpdir(), 'kiln-bench-'));
  const bare = fork(path.join(import.meta.dirname, 'bare/loop.mjs'));
  const core = await openCore({ home });
  try {
    await ask(bare, { open: path.join(root, 'models/starter'), threads: availableParallelism(), prompt });
    const graph = unwrap(
      core.readGraph(readFileSync(path.join(root, 'graphs/text-to-image.kiln.json'), 'utf8'), 'graph'),
    );
    return await inTurns(
      (seed) => kilnSampling(core, graph, seed),
      (seed) => bareSampling(bare, seed),
    );
  } finally {
    await core.close();
    bare.disconnect();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Two cores: at one nothing waits, at the other a crowd does, which is held while the first has its turn. */
async function againstCrowd(): Promise<Sides> {
  const empty = await openBench({ strangers: false });
  const crowd = await openCrowd(waiting);
  try {
    return await inTurns(
      async (seed) => {
        await crowd.letGo();
        const sampling = await kilnSampling(crowd.bench.core, crowd.bench.graph, seed);
        await crowd.hold();
        return sampling;
      },
      (seed) => kilnSampling(empty.core, empty.graph, seed),
    );
  } finally {
    await empty.close();
    await crowd.bench.close();
  }
}

async function bareSampling(bare: ChildProcess, seed: number): Promise<Sampling> {
  const { starts, ms } = await ask<{ starts: number[]; ms: number }>(bare, { steps, cfg: 2, seed, size: 64 });
  return { gaps: gapsOf(starts), ms };
}

const gapsOf = (starts: readonly number[]): number[] => starts.slice(1).map((start, i) => start - starts[i]!);

async function kilnSampling(core: Core, graph: Graph, seed: number): Promise<Sampling> {
  const calls: { start: number; end: number; runs: readonly RunId[] }[] = [];
  const over = new Map<RunId, Extract<Event, { type: 'run.changed' }>>();
  let look = () => {};
  const stop = core.listen((event: Event) => {
    if (event.type === 'batch.finished' && event.part.startsWith('denoiser@'))
      calls.push({ start: event.startMs, end: event.startMs + event.ms, runs: event.runs });
    if (event.type !== 'run.changed' || event.state === 'running') return;
    over.set(event.runId, event);
    look();
  });
  const overrides = [{ prompt, seed: String(seed), steps, cfg: 2 }];
  const [runId] = unwrap(await core.submit({ graph, overrides, tier: 'interactive' }));
  await new Promise<void>((resolve) => {
    look = () => over.has(runId!) && resolve();
    look();
  });
  stop();
  const { state, problems } = over.get(runId!)!;
  if (state !== 'done') throw new Error(JSON.stringify(problems));
  const own = calls.filter(({ runs }) => runs.includes(runId!));
  return { gaps: gapsOf(own.map(({ start }) => start)), ms: own.at(-1)!.end - own[0]!.start };
}
