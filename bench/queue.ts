import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type CoreOptions, type OpenCore, openParts } from '../src-main/core.ts';
import { unwrap } from '../src-main/model/errors.ts';
import type { Event } from '../src-main/model/events.ts';
import type { Graph } from '../src-main/model/graph.ts';
import type { RunId } from '../src-main/model/ids.ts';
import type { Overrides } from '../src-main/model/overrides.ts';
import type { Tier } from '../src-main/model/run.ts';

const words = ['fox', 'panda', 'cat', 'dog', 'owl', 'frog', 'whale', 'lion', 'apple', 'banana'];
const grounds = ['white', 'red', 'blue', 'green', 'yellow'];
/** Fifty distinct prompts. */
export const prompts: readonly string[] = words.flatMap((word) =>
  grounds.map((ground) => `a ${word} on a ${ground} background`),
);

export interface QueueResult {
  /** When it was submitted, on the core's clock, which is this process's. */
  readonly startMs: number;
  /** From submission to the last picture. */
  readonly wallMs: number;
  /** Of each run in order of submission, ms after submission. */
  readonly finishMs: readonly number[];
  /** Digests of the pictures of each run. */
  readonly pictures: readonly string[];
  readonly batches: readonly Extract<Event, { type: 'batch.finished' }>[];
}

/** A core with what it is made of. */
export interface Bench extends OpenCore {
  readonly graph: Graph;
  readonly home: string;
  close(): Promise<void>;
}

/** A core in a home of its own, with the template for text to image. */
export async function openBench(options: Omit<CoreOptions, 'home'> = {}): Promise<Bench> {
  const home = mkdtempSync(path.join(tmpdir(), 'kiln-bench-'));
  const { core, parts } = await openParts({ home, ...options });
  const file = path.join(import.meta.dirname, '../graphs/text-to-image.kiln.json');
  const graph = unwrap(core.readGraph(readFileSync(file, 'utf8'), 'graph'));
  return {
    core,
    parts,
    graph,
    home,
    async close() {
      await core.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Submits runs together and waits for all of them; others may be under way. */
export async function runQueue(
  { core, graph }: Pick<Bench, 'core' | 'graph'>,
  overrides: readonly Overrides[],
  tier: Tier,
  deterministic = false,
): Promise<QueueResult> {
  const finished = new Map<RunId, { at: number; picture: string }>();
  const batches: QueueResult['batches'][number][] = [];
  let ids: readonly RunId[] | null = null;
  let stop = () => {};
  let look = () => {};
  const over = new Promise<void>((resolve, reject) => {
    look = () => ids?.every((id) => finished.has(id)) && resolve();
    stop = core.listen((event) => {
      if (event.type === 'batch.finished') batches.push(event);
      if (event.type !== 'run.changed' || event.state === 'running') return;
      if (event.state !== 'done') reject(new Error(JSON.stringify(event.problems)));
      finished.set(event.runId, { at: performance.now(), picture: event.images[0]?.digest ?? '' });
      look();
    });
  });
  const start = performance.now();
  ids = unwrap(await core.submit({ graph, overrides, tier, deterministic }));
  look();
  await over;
  stop();
  const inOrder = ids.map((id) => finished.get(id)!);
  return {
    startMs: start,
    wallMs: performance.now() - start,
    finishMs: inOrder.map(({ at }) => at - start),
    pictures: inOrder.map(({ picture }) => picture),
    batches,
  };
}

/** Bursts of as many runs as a call may have rows, three times, so that the table of each part has what the engine would try. Answers the calls. */
export async function fillTable(bench: Bench, steps: number): Promise<QueueResult['batches']> {
  const calls: QueueResult['batches'][number][] = [];
  let made = 0;
  for (let again = 0; again < 3; again++)
    for (const count of [1, 2, 4, 8, 16, 32]) {
      const warm = Array.from({ length: count }, () => {
        made++;
        return { prompt: `${prompts[made % prompts.length]!} ${made}`, seed: String(made), steps, cfg: 1 };
      });
      calls.push(...(await runQueue(bench, warm, 'background')).batches);
    }
  return calls;
}
