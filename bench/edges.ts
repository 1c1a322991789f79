import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Core, openParts } from '../src-main/core.ts';
import type { HostSpec } from '../src-main/device/host.ts';
import { pictureEncoder } from '../src-main/device/picture/encoder.ts';
import { sizeKeyOf } from '../src-main/model/batch-key.ts';
import type { DeviceProfile } from '../src-main/model/device.ts';
import { unwrap } from '../src-main/model/errors.ts';
import type { Event } from '../src-main/model/events.ts';
import type { DeviceId, SizeKey } from '../src-main/model/ids.ts';
import type { PackFacts, PartName } from '../src-main/model/pack.ts';
import { isOver } from '../src-main/model/run.ts';
import { memoryDigestCache } from '../src-main/packs/digest-cache.ts';
import { packLibrary } from '../src-main/packs/library.ts';
import type { Bench } from './bench.ts';
import { type NaiveTimes, naiveRun } from './edges-naive.ts';
import { mean, median } from './statistics.ts';

const sidePx = 1024;
const runs = 40;
const rounds = 3;
const steps = 8;
const naiveRuns = 5;
const pictureBytes = sidePx * sidePx * 3;

/** A pack in the layout of Stable Diffusion 1.5 whose files a simulated device never reads. */
const packFolder = path.join(import.meta.dirname, '../test/data/packs');

/**
 * ms of one row. The denoiser's is the step time of an article about an A100; it names none for the VAE, so that is taken
 * as quick: the slower it is, the less do edges matter.
 */
const stageMs: Partial<Record<PartName, number>> = {
  'text-encoder': 8.4,
  denoiser: 9.3,
  'vae-encoder': 20,
  'vae-decoder': 40,
};
const deviceMs = steps * stageMs.denoiser! + stageMs['vae-encoder']! + stageMs['vae-decoder']!;

function profileOf({ parts }: PackFacts): DeviceProfile {
  const latent = [4, sidePx / 8, sidePx / 8];
  const mains: Partial<Record<PartName, readonly number[]>> = {
    'text-encoder': [77],
    denoiser: latent,
    'vae-encoder': [sidePx, sidePx, 3],
    'vae-decoder': latent,
  };
  const ms: Record<SizeKey, number[]> = {};
  for (const part of parts) {
    const [main, one] = [mains[part.name], stageMs[part.name]];
    if (!main || one === undefined) continue;
    const tokens = part.name === 'text-encoder' || part.name === 'denoiser' ? 77 : 0;
    ms[sizeKeyOf(part, { main, tokens, inputs: [], timestep: 0 })] = [one];
  }
  return { loadBytesPerMs: 1e6, bringBytesPerMs: 1e6, ms };
}

const simulated = (profile: DeviceProfile): HostSpec => ({
  device: {
    id: 'sim:0' as DeviceId,
    runtime: 'sim',
    provider: 'sim',
    label: 'a card of an article',
    budgetBytes: 24e9,
    threads: 1,
  },
  runtime: { kind: 'sim', sim: { profile, downscale: 8, grain: true } },
});

const graph = JSON.stringify({
  format: 'kiln',
  version: 1,
  id: 'edges',
  title: 'edges',
  nodes: {
    open: { type: 'pack.open', values: { pack: 'sd15' } },
    prompt: { type: 'text.encode', values: { text: 'a fox' } },
    load: { type: 'image.load', values: {} },
    encode: { type: 'latent.encode', values: {} },
    sample: { type: 'latent.sample', values: { cfg: 1, denoise: 0.7, steps, seed: '1' } },
    decode: { type: 'latent.decode', values: {} },
    save: { type: 'image.save', values: {} },
  },
  links: {
    'prompt.encoder': { from: 'open.text-encoder' },
    'encode.image': { from: 'load.image' },
    'encode.vae': { from: 'open.vae' },
    'sample.denoiser': { from: 'open.denoiser' },
    'sample.positive': { from: 'prompt.conditioning' },
    'sample.negative': { from: 'prompt.conditioning' },
    'sample.latent': { from: 'encode.latent' },
    'decode.latent': { from: 'sample.latent' },
    'decode.vae': { from: 'open.vae' },
    'save.image': { from: 'decode.image' },
  },
});

/** Pictures with waves and noise, each another piece of them. */
async function jpegs(count: number, first: number): Promise<Uint8Array[]> {
  const encoder = pictureEncoder();
  let random = 1;
  const long = Uint8Array.from({ length: 3 * pictureBytes }, (_, i) => {
    random = (Math.imul(random, 1_103_515_245) + 12_345) & 0x7fffffff;
    return 128 + 60 * Math.sin(i / 5000) + 40 * Math.sin(i / 311) + ((random >> 16) % 13);
  });
  const made: Uint8Array[] = [];
  for (let n = first; n < first + count; n++) {
    const pixels = long.subarray(n * 30_000, n * 30_000 + pictureBytes);
    made.push(await encoder.encode({ width: sidePx, height: sidePx, pixels }, 'jpeg', 90));
  }
  return made;
}

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}
interface Edge extends Span {
  readonly node: 'load' | 'save';
}
type Call = Extract<Event, { type: 'batch.finished' }>;

interface Queue {
  readonly wall: Span;
  readonly calls: readonly Call[];
  /** Of each file from the start of its decoding to its end, and of each picture from its encoding to its place in the gallery. */
  readonly edges: readonly Edge[];
}

async function queue(core: Core, files: readonly Uint8Array[], named: string): Promise<Queue> {
  const given = await Promise.all(files.map((bytes, i) => core.putFile(bytes, `${named}-${i}.jpg`)));
  const read = unwrap(core.readGraph(graph, 'edges'));
  const calls: Call[] = [];
  const edges: Edge[] = [];
  const begun = new Map<string, number>();
  const over = new Set<string>();
  const { promise: allOver, resolve, reject } = Promise.withResolvers<void>();
  const startMs = performance.now();
  const stop = core.listen((event) => {
    const nowMs = performance.now();
    if (event.type === 'batch.finished') calls.push(event);
    if (event.type === 'job.changed' && event.state === 'running') begun.set(`${event.runId} ${event.nodeId}`, nowMs);
    const ended = (runId: string, node: Edge['node']) => {
      const from = begun.get(`${runId} ${node}`);
      if (from !== undefined) edges.push({ node, startMs: from, endMs: nowMs });
    };
    if (event.type === 'job.changed' && event.state === 'done' && event.nodeId === 'load') ended(event.runId, 'load');
    if (event.type === 'image.added') ended(event.image.runId, 'save');
    if (event.type !== 'run.changed' || !isOver(event.state)) return;
    if (event.state !== 'done') reject(new Error(JSON.stringify(event.problems)));
    over.add(event.runId);
    if (over.size === files.length) resolve();
  });
  const overrides = given.map((file, i) => ({ 'load.file': file as never, 'sample.seed': String(i) }));
  unwrap(await core.submit({ graph: read, overrides, tier: 'background' }));
  await allOver;
  stop();
  return { wall: { startMs, endMs: performance.now() }, calls, edges };
}

/** One picture after the other; the device is a wait. */
async function naiveQueue(files: readonly Uint8Array[]) {
  const start = performance.now();
  let spentMs = 0;
  const device = async () => {
    const from = performance.now();
    await new Promise((resolve) => setTimeout(resolve, deviceMs));
    spentMs += performance.now() - from;
  };
  const times: NaiveTimes[] = [];
  for (const file of files) times.push(await naiveRun(file, sidePx, device));
  return { wallMs: performance.now() - start, deviceMs: spentMs, times };
}

/** What of time lies in none of the spans. */
function without(time: Span, spans: readonly Span[]): Span[] {
  const left: Span[] = [];
  let at = time.startMs;
  for (const { startMs, endMs } of [...spans].sort((a, b) => a.startMs - b.startMs)) {
    if (startMs > at) left.push({ startMs: at, endMs: Math.min(startMs, time.endMs) });
    at = Math.max(at, endMs);
  }
  if (at < time.endMs) left.push({ startMs: at, endMs: time.endMs });
  return left.filter((span) => span.endMs > span.startMs);
}

const msOf = (spans: readonly Span[]): number => spans.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
const lengths = (spans: readonly Span[]): number[] => spans.map(({ startMs, endMs }) => endMs - startMs);

interface Spent {
  readonly wallMs: number;
  readonly busyMs: number;
  readonly beforeMs: number;
  readonly betweenMs: number;
  readonly afterMs: number;
  /** Between two calls while no edge work goes on: a word with the core. The mean, as sums are compared. */
  readonly usualGapMs: number;
  /** Idle while edge work goes on, beyond what is usual between two calls. */
  readonly edgeMs: number;
}

function account({ wall, calls, edges }: Queue): Spent {
  const busy = calls.map(({ startMs, ms }) => ({ startMs, endMs: startMs + ms }));
  const first = Math.min(...busy.map(({ startMs }) => startMs));
  const last = Math.max(...busy.map(({ endMs }) => endMs));
  /** How much of a span edge work goes on. */
  const during = (span: Span) => msOf([span]) - msOf(without(span, edges));
  const gaps = without({ startMs: first, endMs: last }, busy);
  const usualGapMs = mean(lengths(gaps.filter((gap) => during(gap) === 0)));
  const [before, after] = [
    { startMs: wall.startMs, endMs: first },
    { startMs: last, endMs: wall.endMs },
  ];
  // Gaps are longer and shorter by chance, with edge work and without: what is beyond the usual counts in sum, not for each.
  const withEdges = gaps.filter((gap) => during(gap) > 0);
  const beyondMs = withEdges.reduce((sum, gap) => sum + during(gap) * (1 - usualGapMs / msOf([gap])), 0);
  const between = Math.max(0, beyondMs);
  return {
    wallMs: msOf([wall]),
    busyMs: msOf([{ startMs: first, endMs: last }]) - msOf(gaps),
    beforeMs: msOf([before]),
    betweenMs: msOf(gaps),
    afterMs: msOf([after]),
    usualGapMs,
    edgeMs: during(before) + between + during(after),
  };
}

/**
 * Pictures from files through a device and into files again. What edges cost is time in which the device computes nothing
 * while a file is being decoded or a picture is on its way to the gallery, whether or not the device waits for that one,
 * beyond what lies between two calls in any case; so it is at most this. The first decoding and the last encoding, when
 * there is nothing to compute, are in it.
 */
export default async function edges(): Promise<Bench> {
  const home = mkdtempSync(path.join(tmpdir(), 'kiln-bench-'));
  const packs = packLibrary({ folders: [packFolder], cache: memoryDigestCache() });
  const facts = unwrap(await packs.open('sd15'));
  const { core } = await openParts({ home, packFolders: [packFolder], devices: [simulated(profileOf(facts))] });
  try {
    await queue(core, await jpegs(2, 0), 'warm');
    const queues: Queue[] = [];
    for (let round = 0; round < rounds; round++)
      queues.push(await queue(core, await jpegs(runs, 2 + round * runs), `round-${round}`));
    const naive = await naiveQueue(await jpegs(naiveRuns, 0));
    const spent = queues.map(account);
    const share = ({ edgeMs, wallMs }: Spent) => edgeMs / wallMs;
    const middle = [...spent].sort((a, b) => share(a) - share(b))[Math.floor(rounds / 2)]!;
    const took = (node: Edge['node']) =>
      median(lengths(queues.flatMap(({ edges }) => edges.filter((edge) => edge.node === node))));
    const copies = (name: PartName, way: 'toDevice' | 'fromDevice') =>
      queues
        .flatMap(({ calls }) => calls)
        .filter(({ part }) => part.startsWith(`${name}@`))
        .reduce((sum, { copied }) => sum + (copied?.[way] ?? 0), 0) /
      (rounds * runs * pictureBytes);
    return {
      title: `${runs} pictures of ${sidePx} x ${sidePx} from JPEG to PNG, ${steps} steps between, on a simulated device`,
      machine: 'simulated device; decoding and encoding are real',
      table: {
        columns: ['ms', 'Kiln', 'in line, as floats'],
        rows: [
          ['a picture', middle.wallMs / runs, naive.wallMs / naiveRuns],
          ['of these the device computes', middle.busyMs / runs, naive.deviceMs / naiveRuns],
          ['from file to pixels', took('load'), median(naive.times.map(({ decodeMs }) => decodeMs))],
          ['to floats and back', 0, median(naive.times.map(({ convertMs }) => convertMs))],
          [
            'from pixels to file (Kiln: in the gallery)',
            took('save'),
            median(naive.times.map(({ encodeMs }) => encodeMs)),
          ],
          ['before the first call, in all', middle.beforeMs, ''],
          ['device idle between calls, in all', middle.betweenMs, ''],
          ['between two calls while no edge work goes on', middle.usualGapMs, ''],
          ['after the last call, in all', middle.afterMs, ''],
        ],
      },
      figures: {
        edgeShare: share(middle),
        edgeShareNaive: 1 - naive.deviceMs / naive.wallMs,
        copiesEachWay: Math.max(copies('vae-encoder', 'toDevice'), copies('vae-decoder', 'fromDevice')),
      },
      notes: [
        `Of ${rounds} queues the one in the middle: ${spent.map((one) => share(one).toFixed(4)).join(', ')} of the wall. A file takes as long to its pixels as those take that are decoded beside it.`,
        `ms of a row: ${Object.entries(stageMs)
          .map(([name, ms]) => `${name} ${ms}`)
          .join(', ')}; ${deviceMs.toFixed(1)} ms for each picture.`,
        'The loop in line uses the same library with the same settings, and copies floats to the device and back.',
      ],
    };
  } finally {
    await core.close();
    rmSync(home, { recursive: true, force: true });
  }
}
