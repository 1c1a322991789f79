import { Engine, type EngineOptions } from '../../src-main/engine/engine.ts';
import { emptyProfile } from '../../src-main/engine/profile.ts';
import type { World } from '../../src-main/engine/world.ts';
import type { Device, DeviceProfile } from '../../src-main/model/device.ts';
import { AppError, type Problem, problem, type Result } from '../../src-main/model/errors.ts';
import type { Event } from '../../src-main/model/events.ts';
import type {
  BatchKey,
  ContentKey,
  DeviceId,
  Digest,
  GraphId,
  NodeId,
  PartKey,
  RunId,
  SizeKey,
  StepId,
} from '../../src-main/model/ids.ts';
import type { JsonObject } from '../../src-main/model/json.ts';
import type { PackFacts, Part, PartFile } from '../../src-main/model/pack.ts';
import type { EnginePorts, KeptResult } from '../../src-main/model/ports.ts';
import type { Placing, Plan, Run, RunImage, RunState, Source, Step, Tier } from '../../src-main/model/run.ts';
import { defaultSettings, type Settings } from '../../src-main/model/settings.ts';
import { type KeptTensor, mapTensors, type TensorRef } from '../../src-main/model/tensor.ts';
import { type FakeHost, type FakeHostOptions, fakeHost, type Work } from './fake-host.ts';
import { type FakeTime, fakeTime } from './fake-time.ts';
import { type Random, randomOf } from './random.ts';

export const device = (id: string, budgetBytes = 1000): Device => ({
  id: id as DeviceId,
  runtime: 'sim',
  provider: 'sim',
  label: id,
  budgetBytes,
  threads: 1,
});

export const run = (id: string, more: Partial<Run> = {}): Run => ({
  id: id as RunId,
  graphId: 'graph' as GraphId,
  submitter: 'me',
  tier: 'quality',
  state: 'queued',
  place: 0,
  overtaken: 0,
  deterministic: false,
  ...more,
});

/** A step in one line: what it reads, what it is known by, and what it does in a fake host. */
export interface StepSketch extends Partial<Work> {
  readonly id: string;
  readonly from?: readonly string[];
  /** Equal keys mean equal results; null may not be reused. */
  readonly key: string | null;
  readonly sink?: 'gallery' | 'preview';
  readonly keep?: 'disk' | 'memory';
  readonly allowed?: readonly string[];
  /** What rules of placement ask beyond that. */
  readonly placing?: Placing;
}

export function stepOf(sketch: StepSketch, devices: readonly string[]): Step {
  const part = (sketch.part ?? null) as PartKey | null;
  const work: Work = {
    part,
    batchKey: sketch.batchKey ?? (`${part} key` as BatchKey),
    size: sketch.size ?? (`${part} size` as SizeKey),
    calls: sketch.calls ?? 1,
    rows: sketch.rows ?? 1,
    scratchBytes: sketch.scratchBytes ?? 0,
    outBytes: sketch.outBytes ?? 4,
    trouble: sketch.trouble ?? null,
  };
  const inputs: Record<string, Source> = { text: { literal: sketch.id } };
  for (const from of sketch.from ?? []) inputs[from] = { step: from as StepId, output: 'out' };
  return {
    id: sketch.id as StepId,
    nodeId: sketch.id as unknown as NodeId,
    nodeType: `${sketch.sink ? 'save' : 'work'}.${sketch.id}`,
    inputs,
    prepared: work as unknown as JsonObject,
    key: sketch.key as ContentKey | null,
    readers: 0,
    needs: part ? [part] : [],
    allowed: (sketch.allowed ?? devices) as readonly DeviceId[],
    ...(sketch.placing ? { placing: sketch.placing } : {}),
    calls: work.calls,
    sink: sketch.sink ?? null,
    keep: sketch.sink ? 'disk' : (sketch.keep ?? 'memory'),
  };
}

/** Sources come before readers in the list. */
export function planOf(
  sketches: readonly StepSketch[],
  devices: readonly string[],
  packs: readonly PackFacts[] = [],
): Plan {
  const steps = sketches.map((sketch) => stepOf(sketch, devices));
  const readers = (id: StepId) => steps.filter(({ inputs }) => id in inputs).length;
  return {
    graphId: 'graph' as GraphId,
    steps: new Map(steps.map((step) => [step.id, { ...step, readers: readers(step.id) }])),
    order: steps.map(({ id }) => id),
    sinks: steps.filter(({ sink }) => sink).map(({ id }) => id),
    packs,
    warnings: [],
    seeds: new Map(),
  };
}

/** A pack that is nothing but parts and their bytes. */
export const packOf = (bytes: Readonly<Record<string, number>>): PackFacts =>
  ({
    ref: { packId: 'pack', digest: 'd'.repeat(64), adapters: [] },
    parts: Object.entries(bytes).map(([key, size]) => ({ key, name: 'denoiser', bytes: size }) as unknown as Part),
  }) as unknown as PackFacts;

export interface StudioOptions {
  readonly seed?: number;
  readonly devices?: readonly Device[];
  readonly parts?: Readonly<Record<string, number>>;
  readonly settings?: Partial<Settings>;
  readonly profiles?: ReadonlyMap<DeviceId, DeviceProfile>;
  readonly strangers?: boolean;
  readonly dies?: NonNullable<FakeHostOptions['dies']>;
  readonly onCall?: FakeHostOptions['onCall'];
}

/** A whole engine on fake ports, under a clock that the test moves. */
export interface Studio {
  readonly engine: Engine;
  readonly world: World;
  readonly time: FakeTime;
  readonly random: Random;
  readonly hosts: ReadonlyMap<DeviceId, FakeHost>;
  /** Results on disk; deleting a file or a result spoils it. */
  readonly results: Map<ContentKey, KeptResult>;
  readonly files: Map<Digest, number>;
  readonly disk: { full: boolean; picturesFull: boolean };
  readonly events: Event[];
  readonly violations: string[];
  /** How each run ended; a run that ended twice is a violation. */
  readonly ended: Map<RunId, { state: RunState; problems: readonly Problem[]; images: readonly RunImage[] }>;
  submit(run: Run, sketches: readonly StepSketch[] | Result<Plan>): void;
  /** Until nothing happens any more. */
  finish(most?: number): Promise<void>;
  callsOf(part: string): number;
}

export function studio(options: StudioOptions = {}): Studio {
  const random = randomOf(options.seed ?? 1);
  const time = fakeTime();
  const devices = options.devices ?? [device('sim:0')];
  const parts = options.parts ?? {};
  const violations: string[] = [];
  const violation = (what: string): void => void violations.push(`${time.now().toFixed(1)} ms: ${what}`);
  const results: Studio['results'] = new Map();
  const files: Studio['files'] = new Map();
  const disk = { full: false, picturesFull: false };
  const events: Event[] = [];
  const ended: Studio['ended'] = new Map();
  let lastFile = 0;
  const hosts = new Map(
    devices.map((one) => [
      one.id,
      fakeHost(one, {
        time,
        random,
        violation,
        bytesOf: (part) => parts[part] ?? 0,
        onCancel: (jobs) => {
          for (const id of jobs) if (engine.world.jobs.has(id)) violation(`${id} is cancelled and still wanted`);
        },
        ...(options.dies ? { dies: options.dies } : {}),
        ...(options.onCall ? { onCall: options.onCall } : {}),
      }),
    ]),
  );
  const aMoment = () => time.sleep(random.below(4));
  const diskFull = () => new AppError(problem('disk.full', { path: 'disk' }));

  const ports: EnginePorts = {
    hosts: { devices, host: (id) => hosts.get(id)!, close: async () => {} },
    packs: { file: (part: PartKey) => ({ part: { key: part } }) as PartFile } as EnginePorts['packs'],
    results: {
      async find(keys) {
        await aMoment();
        return new Map(keys.flatMap((key) => (results.has(key) ? [[key, results.get(key)!]] : [])));
      },
      async keep(key, outputs, bytes) {
        await aMoment();
        if (disk.full) throw diskFull();
        const kept = mapTensors(outputs, (tensor) => {
          if (!bytes.has(tensor.id)) violation('a result is kept without its bytes');
          const $file = `file${++lastFile}` as Digest;
          files.set($file, tensor.bytes);
          const { dtype, shape } = tensor;
          return { $file, dtype, shape, bytes: tensor.bytes } satisfies KeptTensor as unknown as TensorRef;
        });
        const result = { key, outputs: kept as KeptResult['outputs'] };
        results.set(key, result);
        return result;
      },
      async read(digest) {
        await aMoment();
        const bytes = files.get(digest);
        if (bytes !== undefined) return new Uint8Array(bytes);
        for (const [key, result] of results) if (JSON.stringify(result).includes(`"${digest}"`)) results.delete(key);
        return null;
      },
    },
    runLog: {
      started: () => {},
      async changed(runId, state, problems, images) {
        if (ended.has(runId)) violation(`${runId} ends twice`);
        ended.set(runId, { state, problems, images });
        await aMoment();
      },
    },
    publisher: {
      async publish(live, step, seed, result) {
        await aMoment();
        if (disk.picturesFull) throw diskFull();
        const kept = (result.outputs as unknown as { files: { bytes: KeptTensor }[] }).files;
        if (kept.some(({ bytes }) => !files.has(bytes.$file))) {
          results.delete(result.key);
          return null;
        }
        return kept.map(({ bytes }, index) => ({
          runId: live.id,
          nodeId: step.nodeId,
          index,
          digest: bytes.$file,
          width: 8,
          height: 8,
          seed,
          title: '',
          kept: step.sink === 'gallery',
        }));
      },
    },
    clock: time,
    file: async () => new Uint8Array(),
    emit: (event) => void events.push(event),
    log: () => {},
  };
  const engineOptions: EngineOptions = {
    settings: { ...defaultSettings, ...options.settings },
    profiles: options.profiles ?? new Map(devices.map(({ id }) => [id, emptyProfile()])),
    strangers: options.strangers ?? true,
  };
  const engine = new Engine(ports, engineOptions);
  const ids = devices.map(({ id }) => id);
  const packs = [packOf(parts)];

  return {
    engine,
    world: engine.world,
    time,
    random,
    hosts,
    results,
    files,
    disk,
    events,
    violations,
    ended,
    submit: (one, sketches) =>
      engine.submit(one, async () => {
        await aMoment();
        return 'ok' in sketches ? sketches : { ok: true, value: planOf(sketches, ids, packs) };
      }),
    async finish(most = 20_000) {
      if ((await time.run(() => false, most)) >= most) violation('it goes on and on');
    },
    callsOf: (part) =>
      [...hosts.values()].reduce((sum, { calls }) => sum + calls.filter((call) => call.part === part).length, 0),
  };
}

/** What is left in a world where every run is over must be results that another run could share, and nothing else. */
export function leftovers({ world, hosts }: Pick<Studio, 'world' | 'hosts'>): string[] {
  const found: string[] = [];
  const expectEmpty = (name: string, size: number) => size > 0 && found.push(`${size} ${name}`);
  for (const name of ['queued', 'runs', 'rows', 'rowsOf', 'overdue', 'ready', 'waiting'] as const)
    expectEmpty(name, world[name].size);
  for (const job of world.jobs.values()) {
    if (!world.idle.has(job.id)) found.push(`${job.id} (${job.step.id}, ${job.state}, ${job.holds} holds)`);
    if (job.owners.size > 0) found.push(`${job.id} has owners`);
  }
  for (const [key, id] of world.byKey) if (!world.jobs.has(id)) found.push(`key ${key} of a job that is gone`);
  const bytes = [...world.idle.values()].reduce((sum, size) => sum + size, 0);
  if (bytes !== world.idleBytes) found.push(`idle bytes ${world.idleBytes} instead of ${bytes}`);
  const kept = new Map<DeviceId, Set<string>>([...hosts.keys()].map((id) => [id, new Set()]));
  const keep = (id: DeviceId, outputs: unknown) =>
    mapTensors(outputs, (tensor) => {
      kept.get(id)!.add(tensor.id);
      return tensor;
    });
  for (const job of world.jobs.values()) {
    if (job.deviceId) keep(job.deviceId, job.outputs);
    for (const [id, outputs] of job.copies) keep(id, outputs);
  }
  for (const [id, host] of hosts) {
    const state = world.devices.get(id)!;
    expectEmpty(`jobs in the host ${id}`, host.jobs.size);
    expectEmpty(`rows waiting at ${id}`, state.rowsWaiting);
    expectEmpty(`lines at ${id}`, state.line.size);
    expectEmpty(`jobs running at ${id}`, state.started.size);
    expectEmpty(`parts loading at ${id}`, state.loading.size);
    if (state.state !== 'idle' && state.opened) found.push(`${id} is ${state.state}`);
    for (const part of state.resident.values()) if (part.pins !== 0) found.push(`${part.part} is pinned ${part.pins}`);
    for (const tensor of host.tensors.keys()) if (!kept.get(id)!.has(tensor)) found.push(`tensor ${tensor} is left`);
    for (const tensor of kept.get(id)!)
      if (!host.tensors.has(tensor as never)) found.push(`tensor ${tensor} is missing`);
  }
  return found;
}

export const tierList: readonly Tier[] = ['interactive', 'fast', 'quality', 'background'];
