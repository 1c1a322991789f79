import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type OpenCore, openParts } from '../src-main/core.ts';
import { systemClock } from '../src-main/device/clock.ts';
import { bring, outputsOn } from '../src-main/engine/bring.ts';
import { reuse } from '../src-main/engine/reuse.ts';
import type { Job } from '../src-main/engine/world.ts';
import { unwrap } from '../src-main/model/errors.ts';
import type { ConditioningSource, Event } from '../src-main/model/events.ts';
import type { Graph } from '../src-main/model/graph.ts';
import type { ContentKey, DeviceId } from '../src-main/model/ids.ts';
import type { EnginePorts } from '../src-main/model/ports.ts';
import type { Plan, Step } from '../src-main/model/run.ts';
import type { Bench } from './bench.ts';
import { prompts, runQueue } from './queue.ts';
import { encoderPack } from './stand-in-encoder.ts';
import { median } from './statistics.ts';

const rounds = 8;
const root = path.join(import.meta.dirname, '..');
const device = 'cpu' as DeviceId;

/** What a prompt costs that was encoded before, against encoding it. */
export default async function conditioning(): Promise<Bench> {
  const pack = encoderPack(root);
  const home = mkdtempSync(path.join(tmpdir(), 'kiln-bench-'));
  const file = path.join(root, 'graphs/stable-diffusion.kiln.json');
  const open = async () => {
    const opened = await openParts({ home, packFolders: [pack.folder], strangers: true });
    return { ...opened, graph: unwrap(opened.core.readGraph(readFileSync(file, 'utf8'), 'graph')) };
  };
  const how = (round: number) => ({
    pack: pack.name,
    prompt: prompts[round]!,
    seed: String(round),
    steps: 1,
    cfg: 1,
    width: 64,
    height: 64,
  });
  try {
    const first = await open();
    const encoded: number[] = [];
    const inMemory: number[] = [];
    const sources: Record<ConditioningSource, number> = { memory: 0, disk: 0, shared: 0, encoded: 0 };
    let brought = 0;
    first.core.listen((event) => {
      if (event.type === 'tensors.brought') brought++;
      if (event.type === 'job.changed' && event.conditioning) sources[event.conditioning]++;
    });
    await runQueue(first, [{ ...how(20), prompt: 'warm' }], 'fast');
    for (let round = 0; round < rounds; round++) {
      const { batches } = await runQueue(first, [how(round)], 'fast');
      encoded.push(...batches.filter(isEncoder).map(({ ms }) => ms));
      inMemory.push(await memoryHit(first, how(round)));
      // The same prompt with another seed, as a run: nothing is encoded, read or brought.
      await runQueue(first, [{ ...how(round), seed: String(100 + round) }], 'fast');
    }
    const beforeDisk = { ...sources, brought };
    await first.core.close();

    const second = await open();
    second.core.listen((event) => {
      if (event.type === 'job.changed' && event.conditioning) sources[event.conditioning]++;
    });
    await runQueue(second, [{ ...how(21), prompt: 'warm' }], 'fast');
    const onDisk: number[] = [];
    for (let round = 0; round < rounds; round++) onDisk.push(await diskHit(second, how(round)));
    await runQueue(second, [{ ...how(0), seed: '1000' }], 'fast');
    await second.core.close();

    const encodeMs = median(encoded);
    const row = (name: string, ms: readonly number[]) => [
      name,
      median(ms),
      Math.min(...ms),
      Math.max(...ms),
      median(ms) / encodeMs,
    ];
    return {
      title:
        'A prompt that was encoded before, against encoding it: a stand-in encoder of the size of CLIP-L on the CPU',
      table: {
        columns: ['', 'ms, median', 'least', 'most', 'of encoding'],
        rows: [
          row('encoded: the call alone, one row of 77 tokens', encoded),
          row('known, and with the host: all that the core does', inMemory),
          row('known on the disk: found, read, and brought to the host', onDisk),
        ],
      },
      figures: {
        memoryHitOverEncode: median(inMemory) / encodeMs,
        diskHitOverEncode: median(onDisk) / encodeMs,
      },
      notes: [
        'The encoder is made for this measurement: 12 layers, width 768, 77 tokens, 49408 words, weights at random, so that it takes the time of CLIP-L and says nothing about a prompt. Its conditioning has 236 KB.',
        `Of ${rounds * 2 + 1} runs in the first core, ${rounds} with a prompt that was new: ${beforeDisk.encoded} prompts encoded (the empty one once), ${beforeDisk.memory} found in memory, ${beforeDisk.disk} on the disk, and ${beforeDisk.brought} results brought to the device. In a new core on the same home: ${sources.disk - beforeDisk.disk} found on the disk.`,
        'In memory: looking the keys up, choosing what must run, and handing the tensors to a reader. On the disk: asking the store for the key, reading the file and checking its digest, and sending it to the host, which is a process of its own.',
      ],
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

type Open = OpenCore & { readonly graph: Graph };
type Overrides = Parameters<typeof runQueue>[1][number];

const isEncoder = ({ part, rows }: Extract<Event, { type: 'batch.finished' }>) =>
  part.startsWith('text-encoder@') && rows === 1;

async function planOf({ core, graph }: Open, overrides: Overrides): Promise<Plan> {
  return unwrap(await core.check(graph, overrides));
}

const promptIn = (plan: Plan): Step =>
  [...plan.steps.values()].find(({ nodeId }) => (nodeId as string) === 'positive')!;

/** ms of what the core does about the prompts of a run when all of them lie with the host. */
async function memoryHit(open: Open, overrides: Overrides): Promise<number> {
  const plan = await planOf(open, overrides);
  const { world } = open.parts.engine;
  const times: number[] = [];
  for (let again = 0; again < 50; again++) {
    const start = performance.now();
    const { known } = reuse(plan, plan.sinks, (key) => world.byKey.has(key));
    const job = world.jobs.get(world.byKey.get(promptIn(plan).key!)!)!;
    const outputs = outputsOn(job, device);
    times.push(performance.now() - start);
    if (!outputs || known.size === 0) throw new Error('the prompt is not with its host');
  }
  return median(times);
}

/** ms until a kept conditioning lies with the host. */
async function diskHit(open: Open, overrides: Overrides): Promise<number> {
  const { store, hosts } = open.parts;
  const key = promptIn(await planOf(open, overrides)).key as ContentKey;
  const ports = { hosts, results: store.results, clock: systemClock(), emit: () => {} } as unknown as EnginePorts;
  const start = performance.now();
  const kept = (await store.results.find([key])).get(key);
  if (!kept) throw new Error('the prompt is not on the disk');
  const source = { state: 'reused', deviceId: null, outputs: kept.outputs } as unknown as Job;
  const brought = await bring(ports, source, device);
  const ms = performance.now() - start;
  if (!brought) throw new Error('the prompt is not whole');
  return ms;
}
