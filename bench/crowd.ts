import { unwrap } from '../src-main/model/errors.ts';
import type { RunId } from '../src-main/model/ids.ts';
import { type Bench, openBench, prompts } from './queue.ts';

export interface Crowd {
  readonly bench: Bench;
  /** From now on the runs want the device; resolves when one of them has it. */
  letGo(): Promise<void>;
  /** They stop where they are; resolves when nothing computes. */
  hold(): Promise<void>;
}

/**
 * A core with so many runs in tier background that wait, or are under way as far as the engine lets them, and never
 * end: they have as many steps as a run may have. Strangers ride with nobody here, and nobody becomes overdue.
 */
export async function openCrowd(runs: number): Promise<Crowd> {
  const bench = await openBench({ strangers: false, settings: { patience: 1_000_000 } });
  const { core, graph, parts } = bench;
  const { engine } = parts;
  const held = new Set<RunId>();
  const hold = async () => {
    engine.pauseTiers(['background'], true);
    for (const { run } of engine.world.runs.values()) {
      held.add(run.id);
      engine.pause(run.id);
    }
    while ([...engine.world.devices.values()].some(({ state }) => state !== 'idle')) await turn();
  };
  engine.pauseTiers(['background'], true);
  const overrides = Array.from({ length: runs }, (_, i) => ({
    prompt: prompts[i % prompts.length]!,
    seed: String(500_000 + i),
    steps: 1000,
    cfg: 2,
  }));
  unwrap(await core.submit({ graph, overrides, tier: 'background' }));
  return {
    bench,
    hold,
    async letGo() {
      const sampling = new Promise<void>((resolve) => {
        const stop = core.listen((event) => {
          if (event.type !== 'batch.finished' || !event.part.startsWith('denoiser@')) return;
          stop();
          resolve();
        });
      });
      engine.pauseTiers(['background'], false);
      for (const runId of held) engine.resume(runId);
      held.clear();
      await sampling;
      const left = engine.world.queued.size + engine.world.runs.size;
      if (left < runs) throw new Error(`of ${runs} runs that should wait only ${left} are left`);
    },
  };
}

const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
