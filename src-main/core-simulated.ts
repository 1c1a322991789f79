import { createHash } from 'node:crypto';
import { nodeTypes } from '../nodes/index.ts';
import { planner, rulesIn } from './core-plans.ts';
import { runtimeVersion } from './core-versions.ts';
import { type HostSpec, makeHosts } from './device/host.ts';
import { inProcessHost } from './device/in-process.ts';
import { VirtualClock } from './device/sim/clock.ts';
import { type FileTimes, timedFiles } from './device/sim/file-times.ts';
import { Engine } from './engine/engine.ts';
import { estimateMs, tierFor } from './engine/estimate.ts';
import { type DeviceProfile, isWhole } from './model/device.ts';
import { type Problem, problem } from './model/errors.ts';
import type { Event } from './model/events.ts';
import type { Graph } from './model/graph.ts';
import type { DeviceId, Digest, RunId } from './model/ids.ts';
import type { JsonObject } from './model/json.ts';
import { specsOf } from './model/node-spec.ts';
import { applyOverrides, type Overrides } from './model/overrides.ts';
import type { KeptResult, Packs, Results } from './model/ports.ts';
import { isOver, type Plan, type RunState, type Tier } from './model/run.ts';
import { defaultSettings, type Settings } from './model/settings.ts';
import { type KeptTensor, mapTensors, type TensorRef } from './model/tensor.ts';

// A queue on simulated devices in simulated time: the engine, the scheduler, the hosts and the nodes are Kiln's own; what
// takes no time of its own is arithmetic, and what takes none at all is the machine's disk.

/** A run as it was asked for. */
export interface QueuedRun {
  /** ms after the beginning. */
  readonly atMs: number;
  readonly graph: Graph;
  readonly overrides: Overrides;
  /** Without one, the estimated device time decides. */
  readonly tier?: Tier;
  readonly submitter?: string;
  readonly deterministic?: boolean;
  /** Runs there alone. */
  readonly device?: DeviceId;
}

export interface SimulationOptions {
  readonly runs: readonly QueuedRun[];
  readonly devices: readonly HostSpec[];
  readonly packs: Packs;
  readonly settings?: Partial<Settings>;
  /** What was measured before it begins, by device; without it everything is found out. */
  readonly profiles?: ReadonlyMap<DeviceId, DeviceProfile>;
  readonly files?: Partial<FileTimes>;
  /** Bytes of an uploaded file. */
  readonly file?: (digest: Digest) => Promise<Uint8Array>;
  readonly onEvent?: (event: Event, nowMs: number) => void;
}

export interface SimulatedRun {
  readonly tier: Tier;
  readonly atMs: number;
  /** ms after the beginning; null of runs that ended before they started. */
  readonly startedMs: number | null;
  readonly endedMs: number;
  readonly state: RunState;
  readonly problems: readonly Problem[];
  readonly images: number;
}

export interface SimulatedDevice {
  readonly id: DeviceId;
  readonly label: string;
  readonly busyMs: number;
  readonly calls: number;
  readonly rows: number;
  readonly loads: number;
  readonly loadedBytes: number;
  readonly loadMs: number;
  readonly broughtBytes: number;
  readonly bringMs: number;
  /** Null where the watts are not known. */
  readonly joules: number | null;
}

export interface Simulation {
  /** From the first submission to the last end. */
  readonly wallMs: number;
  /** In the order of the queue. */
  readonly runs: readonly SimulatedRun[];
  readonly devices: readonly SimulatedDevice[];
}

/** Runs it to its end. Hours take seconds, and always give the same. */
export async function simulated(options: SimulationOptions): Promise<Simulation> {
  const clock = new VirtualClock();
  const settings = { ...defaultSettings, ...options.settings };
  const real = new Map(nodeTypes.map((type) => [type.type, type]));
  const catalog = timedFiles(real, clock, options.files);
  const specs = specsOf(catalog);
  const file = (digest: Digest): Promise<Uint8Array> =>
    options.file?.(digest) ?? Promise.reject(new Error('there are no files in a simulation'));
  const hosts = makeHosts({
    specs: options.devices,
    open: () => inProcessHost(catalog, clock),
    clock,
    file: (digest) => clock.during(file(digest)),
    log: () => {},
  });
  const devices = new Map(options.devices.map((spec) => [spec.device.id, counted(spec)]));
  const listeners = new Set<(event: Event) => void>();
  const emit = (event: Event): void => {
    count(devices, event);
    options.onEvent?.(event, clock.now());
    for (const listener of listeners) listener(event);
  };
  const engine = new Engine(
    {
      hosts,
      packs: options.packs,
      results: keptInMemory(),
      runLog: { started: () => {}, changed: async () => {} },
      publisher: { publish: async (_run, _step, _seed, { outputs }) => picturesIn(outputs) },
      clock,
      file,
      emit,
      log: () => {},
    },
    { settings, profiles: options.profiles ?? new Map(), strangers: true },
  );
  const planOf = planner(catalog, specs, options.packs, hosts.devices.filter(isWhole), runtimeVersion, () =>
    rulesIn(settings),
  );
  const plans = async (run: QueuedRun) => {
    const changed = applyOverrides(run.graph, specs, run.overrides);
    const { device, deterministic } = run;
    const how = { ...(device ? { device } : {}), ...(deterministic ? { deterministic } : {}) };
    return changed.ok ? await planOf(changed.value, how) : changed;
  };
  const runs = options.runs.map((run, index) => ({ run, id: `run_${index}` as RunId, place: index }));
  const ended = new Map<RunId, Omit<SimulatedRun, 'tier' | 'atMs' | 'startedMs'>>();
  const started = new Map<RunId, number>();
  const tiersOf = new Map<RunId, Tier>();

  const submit = async ({ run, id, place }: (typeof runs)[number]): Promise<void> => {
    const planned = await clock.during(plans(run));
    const estimatedMs = planned.ok ? estimateMs(planned.value, engine.world.profiles) : 0;
    const tier = run.tier ?? tierFor(estimatedMs, settings.fastMs);
    tiersOf.set(id, tier);
    if (!planned.ok) {
      ended.set(id, { endedMs: clock.now(), state: 'failed', problems: planned.problems, images: 0 });
      return;
    }
    const plan: Plan = planned.value;
    const submitter = run.submitter ?? 'local';
    const how = { deterministic: run.deterministic === true, submitter, tier, estimateMs: estimatedMs };
    const graphId = run.graph.id;
    engine.submit({ id, graphId, state: 'queued', place, overtaken: 0, ...how }, async () => ({
      ok: true,
      value: plan,
    }));
  };

  const over = new Promise<void>((resolve) => {
    const look = () => ended.size === runs.length && resolve();
    listeners.add((event) => {
      if (event.type !== 'run.changed') return;
      if (event.state === 'running') started.set(event.runId, clock.now());
      if (!isOver(event.state)) return;
      const { state, problems, images } = event;
      ended.set(event.runId, { endedMs: clock.now(), state, problems, images: images.length });
      look();
    });
    void (async () => {
      for (const one of [...runs].sort((a, b) => a.run.atMs - b.run.atMs)) {
        if (one.run.atMs > clock.now()) await clock.sleep(one.run.atMs - clock.now());
        await submit(one);
      }
      look();
    })().catch((error: unknown) => {
      for (const { id } of runs)
        if (!ended.has(id))
          ended.set(id, {
            endedMs: clock.now(),
            state: 'failed',
            problems: [problem('bug', { reason: String(error) })],
            images: 0,
          });
      look();
    });
  });
  await over;
  engine.close();
  await hosts.close();
  const firstMs = Math.min(...runs.map(({ run }) => run.atMs));
  const wallMs = Math.max(0, ...[...ended.values()].map(({ endedMs }) => endedMs)) - firstMs;
  return {
    wallMs,
    runs: runs.map(({ run, id }) => ({
      tier: tiersOf.get(id)!,
      atMs: run.atMs,
      startedMs: started.get(id) ?? null,
      ...ended.get(id)!,
    })),
    devices: [...devices.values()].map(({ watts, ...device }) => ({
      ...device,
      joules: watts && (device.busyMs * watts.busy + Math.max(0, wallMs - device.busyMs) * watts.idle) / 1000,
    })),
  };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Counted = Mutable<Omit<SimulatedDevice, 'joules'>> & {
  readonly watts: { readonly busy: number; readonly idle: number } | null;
};

const counted = ({ device, runtime }: HostSpec): Counted => ({
  id: device.id,
  label: device.label,
  busyMs: 0,
  calls: 0,
  rows: 0,
  loads: 0,
  loadedBytes: 0,
  loadMs: 0,
  broughtBytes: 0,
  bringMs: 0,
  watts: runtime.kind === 'sim' ? (runtime.sim.card?.watts ?? null) : null,
});

function count(devices: ReadonlyMap<DeviceId, Counted>, event: Event): void {
  if (!('deviceId' in event) || event.deviceId === null) return;
  const device = devices.get(event.deviceId);
  if (!device) return;
  if (event.type === 'batch.finished') {
    device.busyMs += event.ms;
    device.calls++;
    device.rows += event.rows;
  } else if (event.type === 'part.loaded') {
    device.loads++;
    device.loadedBytes += event.bytes;
    device.loadMs += event.ms;
  } else if (event.type === 'tensors.brought') {
    device.broughtBytes += event.bytes;
    device.bringMs += event.ms ?? 0;
  }
}

/** Results that outlive their runs, as the disk keeps them. */
function keptInMemory(): Results {
  const kept = new Map<string, KeptResult>();
  const files = new Map<Digest, Uint8Array>();
  return {
    find: async (keys) => new Map(keys.flatMap((key) => (kept.has(key) ? [[key, kept.get(key)!]] : []))),
    async keep(key, outputs, bytes) {
      const named = mapTensors(outputs, ({ id, dtype, shape, bytes: size }) => {
        const data = bytes.get(id)!;
        const $file = createHash('sha256').update(data).digest('hex') as Digest;
        files.set($file, data);
        return { $file, dtype, shape, bytes: size } satisfies KeptTensor as unknown as TensorRef;
      });
      const result = { key, outputs: named as JsonObject };
      kept.set(key, result);
      return result;
    },
    read: async (digest) => files.get(digest) ?? null,
  };
}

/** As many as a sink's result has; what they show is of no interest. */
function picturesIn(outputs: JsonObject) {
  const files = Array.isArray(outputs.files) ? outputs.files : [];
  return files.map((_, index) => ({
    runId: '' as RunId,
    nodeId: '' as never,
    index,
    digest: '' as Digest,
    width: 0,
    height: 0,
    seed: null,
    title: '',
    kept: false,
  }));
}
