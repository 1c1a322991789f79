import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nodeTypes } from '../nodes/index.ts';
import { openCore } from '../src-main/core.ts';
import { planner } from '../src-main/core-plans.ts';
import { builtInPacks } from '../src-main/core-versions.ts';
import { makeHosts } from '../src-main/device/host.ts';
import { inProcessHost } from '../src-main/device/in-process.ts';
import { VirtualClock } from '../src-main/device/sim/clock.ts';
import { Engine } from '../src-main/engine/engine.ts';
import type { Device, DeviceProfile } from '../src-main/model/device.ts';
import { unwrap } from '../src-main/model/errors.ts';
import type { Event } from '../src-main/model/events.ts';
import type { Graph } from '../src-main/model/graph.ts';
import type { DeviceId, Digest, RunId } from '../src-main/model/ids.ts';
import { specsOf } from '../src-main/model/node-spec.ts';
import { applyOverrides } from '../src-main/model/overrides.ts';
import { defaultSettings } from '../src-main/model/settings.ts';
import { memoryDigestCache } from '../src-main/packs/digest-cache.ts';
import { packLibrary } from '../src-main/packs/library.ts';
import { openStore } from '../src-main/store/store.ts';
import type { Bench } from './bench.ts';
import { median } from './statistics.ts';

const queue = 20;
const rounds = 3;
const prompts = ['a red fox', 'a panda on a blue background', '一只企鹅', 'a banana', '红色背景的猫'];
const overridesOf = (round: number) =>
  Array.from({ length: queue }, (_, i) => ({ prompt: prompts[i % prompts.length]!, seed: String(1000 * round + i) }));

/** A queue on the real CPU, and the same queue on a simulated device that knows only the CPU's ms(rows) table. */
export default async function predict(): Promise<Bench> {
  const home = mkdtempSync(path.join(tmpdir(), 'kiln-bench-'));
  try {
    const measured = await measure(home);
    const store = await openStore({ home });
    const profile = (await store.profiles.load()).get('cpu' as DeviceId)!;
    await store.close();
    const simulated = await simulate(withGaps(profile, measured.gapMs), measured.graph);
    const [real, sim] = [median(measured.ms), median(simulated)];
    return {
      title: `A queue of ${queue} runs on the CPU, and the same on a simulated device with the CPU's ms(rows) table`,
      table: {
        columns: ['', 'ms (p50)', ...Array.from({ length: rounds }, (_, i) => `round ${i + 1}`)],
        rows: [
          ['measured', real, ...measured.ms],
          ['simulated', sim, ...simulated],
        ],
      },
      figures: { predictedOverMeasured: sim / real },
      notes: [
        `Between two calls of the first queue, which is not predicted, lay ${measured.gapMs.toFixed(2)} ms on average.`,
      ],
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** From submission to the last picture, the first queue aside, which loads and fills the table. */
async function measure(home: string): Promise<{ ms: number[]; graph: Graph; gapMs: number }> {
  const core = await openCore({ home });
  const graph = unwrap(
    core.readGraph(readFileSync(path.join(import.meta.dirname, '../graphs/text-to-image.kiln.json'), 'utf8'), 'graph'),
  );
  const ms: number[] = [];
  // What lies between two calls of a busy device: the nodes' own arithmetic and a word with the core. Of the first queue
  // alone, which is not among those that are predicted.
  const gaps: number[] = [];
  let lastEnd: number | null = null;
  const stop = core.listen((event) => {
    if (event.type !== 'batch.finished') return;
    if (lastEnd !== null && event.startMs - lastEnd < 20) gaps.push(event.startMs - lastEnd);
    lastEnd = event.startMs + event.ms;
  });
  for (let round = 0; round <= rounds; round++) {
    if (round === 1) stop();
    const over = allOver((onEvent) => core.listen(onEvent), queue);
    const start = performance.now();
    unwrap(await core.submit({ graph, overrides: overridesOf(round), tier: 'fast' }));
    await over;
    if (round > 0) ms.push(performance.now() - start);
  }
  await core.close();
  return { ms, graph, gapMs: gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length };
}

function withGaps(profile: DeviceProfile, gapMs: number): DeviceProfile {
  const ms = Object.fromEntries(
    Object.entries(profile.ms).map(([size, table]) => [size, table.map((of) => (of == null ? undefined : of + gapMs))]),
  );
  return { ...profile, ms };
}

async function simulate(profile: DeviceProfile, graph: Graph): Promise<number[]> {
  const clock = new VirtualClock();
  const catalog = new Map(nodeTypes.map((type) => [type.type, type]));
  const specs = specsOf(catalog);
  const packs = packLibrary({ folders: [builtInPacks()], cache: memoryDigestCache() });
  const device: Device = {
    id: 'sim:0' as DeviceId,
    runtime: 'sim',
    provider: 'sim',
    label: 'sim',
    budgetBytes: 8e9,
    threads: 1,
  };
  const hosts = makeHosts({
    specs: [{ device, runtime: { kind: 'sim', sim: { profile, downscale: 1, upscale: 4 } } }],
    open: () => inProcessHost(catalog, clock),
    clock,
    file: () => Promise.reject(new Error('the queue has no files')),
    log: () => {},
  });
  const listeners = new Set<(event: Event) => void>();
  const kept = new Map<string, { key: never; outputs: never }>();
  const engine = new Engine(
    {
      hosts,
      packs,
      results: {
        find: async (keys) => new Map(keys.flatMap((key) => (kept.has(key) ? [[key, kept.get(key)!]] : []))),
        keep: async (key) => ({ key, outputs: { files: [] } }),
        read: async (_: Digest) => null,
      },
      runLog: { started: () => {}, changed: async () => {} },
      publisher: { publish: async () => [] },
      clock,
      file: () => Promise.reject(new Error('the queue has no files')),
      emit: (event) => {
        for (const listener of listeners) listener(event);
      },
      log: () => {},
    },
    { settings: defaultSettings, profiles: new Map(), strangers: false },
  );
  const planOf = planner(catalog, specs, packs, [device], '');
  const ms: number[] = [];
  let place = 0;
  for (let round = 0; round <= rounds; round++) {
    const over = allOver((onEvent) => {
      listeners.add(onEvent);
      return () => listeners.delete(onEvent);
    }, queue);
    const plans = await Promise.all(
      overridesOf(round).map(async (overrides) =>
        unwrap(await planOf(unwrap(applyOverrides(graph, specs, overrides)))),
      ),
    );
    const start = clock.now();
    for (const plan of plans) {
      place++;
      const id = `run_${place}` as RunId;
      engine.submit(
        {
          id,
          graphId: graph.id,
          submitter: 'local',
          tier: 'fast',
          state: 'queued',
          place,
          overtaken: 0,
          deterministic: false,
        },
        async () => ({ ok: true, value: plan }),
      );
    }
    await over;
    if (round > 0) ms.push(clock.now() - start);
  }
  engine.close();
  await hosts.close();
  return ms;
}

/** Resolves when this many runs are done. */
function allOver(listen: (onEvent: (event: Event) => void) => () => void, count: number): Promise<void> {
  let left = count;
  return new Promise((resolve, reject) => {
    const stop = listen((event) => {
      if (event.type !== 'run.changed' || event.state === 'running') return;
      if (event.state !== 'done') reject(new Error(JSON.stringify(event.problems)));
      else if (--left === 0) {
        stop();
        resolve();
      }
    });
  });
}
