import { readFileSync } from 'node:fs';
import path from 'node:path';
import { nodeTypes } from '../nodes/index.ts';
import { type QueuedRun, type Simulation, type SimulationOptions, simulated } from '../src-main/core-simulated.ts';
import { builtInPacks } from '../src-main/core-versions.ts';
import { unwrap } from '../src-main/model/errors.ts';
import type { Graph } from '../src-main/model/graph.ts';
import { readGraph } from '../src-main/model/graph-file.ts';
import type { Packs } from '../src-main/model/ports.ts';
import type { Tier } from '../src-main/model/run.ts';
import { memoryDigestCache } from '../src-main/packs/digest-cache.ts';
import { type LabPack, labPack, labPackSizes, withLabPacks } from '../src-main/packs/lab-packs.ts';
import { packLibrary } from '../src-main/packs/library.ts';

const catalog = new Map(nodeTypes.map((type) => [type.type, type]));

/** A template with its defaults. */
export function templateOf(name: string): Graph {
  const file = path.join(import.meta.dirname, '../graphs', `${name}.kiln.json`);
  return unwrap(readGraph(readFileSync(file, 'utf8'), { name, catalog }));
}

/** Packs of the laboratory besides the starter pack. */
export const labPacks = (more: readonly LabPack[] = []): Packs =>
  withLabPacks(packLibrary({ folders: [builtInPacks()], cache: memoryDigestCache() }), [
    ...Object.values(labPackSizes).map(labPack),
    ...more,
  ]);

export interface Burst {
  readonly count: number;
  /** Name of a pack for each, in turn. */
  readonly packs: readonly string[];
  readonly tier: Tier;
  readonly steps?: number;
}

/** Text to picture at the pack's own size, each with a prompt and a seed of its own, submitted at once. */
export function burstOf({ count, packs, tier, steps = 8 }: Burst): QueuedRun[] {
  const graph = templateOf('z-image');
  return Array.from({ length: count }, (_, index) => ({
    atMs: 0,
    graph,
    overrides: {
      prompt: `picture number ${index} of a fox in the snow`,
      seed: String(index),
      steps,
      pack: packs[index % packs.length]!,
    },
    tier,
  }));
}

/** @throws Error where a run did not end well */
export async function simulatedWell(options: SimulationOptions): Promise<Simulation> {
  const found = await simulated(options);
  const bad = found.runs.find(({ state }) => state !== 'done');
  if (bad) throw new Error(`a run ${bad.state}: ${JSON.stringify(bad.problems)}`);
  return found;
}

/** Runs that ended before one of the same tier that was submitted earlier. */
export function outOfOrder({ runs }: Simulation): number {
  let count = 0;
  for (const tier of new Set(runs.map((run) => run.tier))) {
    let latest = 0;
    for (const { endedMs } of runs.filter((run) => run.tier === tier)) {
      if (endedMs < latest) count++;
      latest = Math.max(latest, endedMs);
    }
  }
  return count;
}
