import { apply, type Change } from '../../src-main/engine/apply.ts';
import { outputsOn } from '../../src-main/engine/bring.ts';
import { itemOf } from '../../src-main/engine/item.ts';
import { makeWorld } from '../../src-main/engine/make-world.ts';
import { admissions, leaseOf, schedule } from '../../src-main/engine/schedule.ts';
import type { Effect, Job, World } from '../../src-main/engine/world.ts';
import { type Device, type DeviceProfile, isWhole } from '../../src-main/model/device.ts';
import type { Problem } from '../../src-main/model/errors.ts';
import type { BatchId, ContentKey, DeviceId, Digest, JobId, RunId, TensorId } from '../../src-main/model/ids.ts';
import type { PartFile } from '../../src-main/model/pack.ts';
import type { KeptResult } from '../../src-main/model/ports.ts';
import type {
  Batch,
  BatchDecision,
  Decision,
  LoadDecision,
  Plan,
  Run,
  RunImage,
  RunState,
  Tier,
} from '../../src-main/model/run.ts';
import { defaultSettings, type Settings } from '../../src-main/model/settings.ts';
import {
  type KeptTensor,
  keptTensorsIn,
  mapKeptTensors,
  mapTensors,
  type TensorRef,
  tensorsIn,
} from '../../src-main/model/tensor.ts';
import { type FakeHost, type FakeHostOptions, fakeHost } from './fake-host.ts';
import type { Random } from './random.ts';
import { packOf, planOf, type StepSketch } from './world.ts';

/** What looks on while a world lives. */
export interface Watch {
  /** A batch is decided, and the world is still as it was when it was. */
  decided?(decision: BatchDecision): void;
  loading?(decision: LoadDecision): void;
  admitting?(ids: readonly RunId[]): void;
  before?(change: Change): void;
  after?(change: Change, effects: readonly Effect[]): void;
  /** Everything that follows from what happened has been decided. */
  settled?(): void;
  called?: FakeHostOptions['onCall'];
}

export interface DriveOptions {
  readonly random: Random;
  readonly devices: readonly Device[];
  readonly parts: Readonly<Record<string, number>>;
  readonly settings?: Partial<Settings>;
  readonly profiles: ReadonlyMap<DeviceId, DeviceProfile>;
  readonly strangers?: boolean;
  readonly dies?: NonNullable<FakeHostOptions['dies']>;
  readonly msOf?: FakeHostOptions['msOf'];
  /** Messages to the core and planning take no time. */
  readonly prompt?: boolean;
}

export interface Ending {
  readonly state: RunState;
  readonly problems: readonly Problem[];
  readonly images: readonly RunImage[];
}

/** `apply` and `schedule` with all that is around them, and no promise in it: thousands of worlds live in seconds. */
export interface Drive {
  readonly world: World;
  readonly hosts: ReadonlyMap<DeviceId, FakeHost>;
  readonly files: Map<Digest, number>;
  readonly results: Map<ContentKey, KeptResult>;
  readonly ended: ReadonlyMap<RunId, Ending>;
  readonly violations: string[];
  now(): number;
  at(inMs: number, what: () => void): void;
  violation(what: string): void;
  watch(watch: Watch): void;
  submit(run: Run, sketches: readonly StepSketch[]): void;
  change(change: Change): void;
  pauseTiers(tiers: readonly Tier[], paused: boolean): void;
  /** Until nothing happens any more. */
  finish(most?: number): void;
}

export function drive(options: DriveOptions): Drive {
  const { random, devices, parts } = options;
  const due: { ms: number; what: () => void }[] = [];
  const watches: Watch[] = [];
  const violations: string[] = [];
  const results: Drive['results'] = new Map();
  const files: Drive['files'] = new Map();
  const ended = new Map<RunId, Ending>();
  const plans = new Map<RunId, Plan>();
  const packs = [packOf(parts)];
  const ids = devices.filter(isWhole).map(({ id }) => id as string);
  let now = 0;
  let lastId = 0;
  let isPlanned = false;
  let isAdmitting = false;

  const at = (inMs: number, what: () => void): void => {
    const entry = { ms: now + Math.max(0, inMs), what };
    let index = due.length;
    while (index > 0 && due[index - 1]!.ms > entry.ms) index--;
    due.splice(index, 0, entry);
  };
  const aMoment = (what: () => void): void => at(options.prompt ? 0 : random.below(4), what);
  const violation = (what: string): void => void violations.push(`${now.toFixed(1)} ms: ${what}`);

  const settings = { ...defaultSettings, ...options.settings };
  const world = makeWorld(devices, options.profiles, settings, options.strangers ?? true);
  const hosts = new Map(
    devices.map((one) => [
      one.id,
      fakeHost(one, {
        time: { now: () => now, at },
        random,
        violation,
        bytesOf: (part) => parts[part] ?? 0,
        onCall: (rows, batch, isFirst) => {
          for (const watch of watches) watch.called?.(rows, batch, isFirst);
        },
        onCancel: (jobs) => {
          for (const id of jobs) if (world.jobs.has(id)) violation(`${id} is cancelled and still wanted`);
        },
        ...(options.dies ? { dies: options.dies } : {}),
        ...(options.msOf ? { msOf: options.msOf } : {}),
      }),
    ]),
  );
  const hostOf = (id: DeviceId): FakeHost => hosts.get(id)!;

  function change(what: Change): void {
    for (const watch of watches) watch.before?.(what);
    const effects = apply(world, what, now);
    for (const watch of watches) watch.after?.(what, effects);
    for (const effect of effects) perform(effect);
    isPlanned = true;
  }

  function turn(): void {
    for (let i = 0; isPlanned; i++) {
      isPlanned = false;
      if (i > 100) {
        violation('decisions never come to an end');
        return;
      }
      admit();
      for (const decision of schedule(world)) dispatch(decision);
    }
    for (const watch of watches) watch.settled?.();
  }

  function admit(): void {
    if (isAdmitting) return;
    const admitted = admissions(world);
    if (admitted.length === 0) return;
    isAdmitting = true;
    for (const watch of watches) watch.admitting?.(admitted);
    aMoment(() => {
      isAdmitting = false;
      for (const runId of admitted)
        if (world.queued.has(runId)) {
          const plan = plans.get(runId)!;
          change({ is: 'run.admitted', runId, plan, kept: known(plan) });
        }
      isPlanned = true;
    });
  }

  const known = (plan: Plan): Map<ContentKey, KeptResult> =>
    new Map(
      [...plan.steps.values()].flatMap(({ key, keep, sink }) =>
        key && (keep === 'disk' || sink) && results.has(key) ? [[key, results.get(key)!] as const] : [],
      ),
    );

  function dispatch(decision: Decision): void {
    if (decision.kind === 'refuse') change({ is: 'job.failed', jobId: decision.jobId, problems: [decision.problem] });
    else if (decision.kind === 'start') start(decision.jobId, decision.deviceId);
    else if (decision.kind === 'load') {
      for (const watch of watches) watch.loading?.(decision);
      change({ is: 'part.sent', load: decision });
      hostOf(decision.deviceId).load({ part: { key: decision.part } } as PartFile, decision.evict);
    } else if (decision.kind === 'open') {
      change({ is: 'lane.opened', deviceId: decision.deviceId });
      aMoment(() => hostOf(decision.deviceId).ready());
    } else if (decision.kind === 'release') {
      change({ is: 'parts.released', deviceId: decision.deviceId, parts: decision.parts });
      hostOf(decision.deviceId).release(decision.parts);
    } else {
      if (!decision.rows.every((id) => world.rows.has(id))) return;
      for (const watch of watches) watch.decided?.(decision);
      const batch: Batch = { ...decision, id: `batch_${++lastId}` as BatchId };
      change({ is: 'batch.sent', batch });
      hostOf(decision.deviceId).run(batch, []);
    }
  }

  function start(jobId: JobId, deviceId: DeviceId): void {
    change({ is: 'job.placed', jobId, deviceId });
    const job = world.jobs.get(jobId);
    if (job?.state === 'running') bring(job, deviceId);
  }

  /** One source after the other; when all are there the job begins. */
  function bring(job: Job, deviceId: DeviceId): void {
    const source = [...job.sources].map((id) => world.jobs.get(id)!).find((one) => outputsOn(one, deviceId) === null);
    if (!source) {
      const item = itemOf(world, job, deviceId);
      const live = world.runs.get([...job.owners.keys()][0]!);
      if (!item || !live) {
        violation(`${job.id} cannot begin`);
        return;
      }
      const { nodeType } = job.step;
      hostOf(deviceId).start({ jobId: job.id, runId: live.run.id, nodeType, item, packs: live.plan.packs });
      return;
    }
    const isKept = source.state === 'reused' || source.deviceId === null;
    const put = (bytes: number): TensorRef => {
      const ref = { id: `brought.${++lastId}` as TensorId, deviceId, dtype: 'uint8', shape: [bytes], bytes } as const;
      hostOf(deviceId)
        .put(ref, new Uint8Array())
        .catch(() => {});
      return ref;
    };
    const isWhole = isKept
      ? keptTensorsIn(source.outputs).every(({ $file }) => files.has($file))
      : tensorsIn(source.outputs).every(({ id }) => hostOf(source.deviceId!).tensors.has(id));
    if (!isWhole && !isKept) violation(`${source.id} is not where it should be`);
    const outputs = (
      isKept
        ? mapKeptTensors(source.outputs, ({ bytes }) => put(bytes))
        : mapTensors(source.outputs, ({ bytes }) => put(bytes))
    ) as Readonly<Record<string, unknown>>;
    // A host takes up to 2 ms for each.
    at(3, () => {
      const refs = tensorsIn(outputs);
      const there = refs.filter(({ id }) => hostOf(deviceId).tensors.has(id));
      const isWanted = world.jobs.get(job.id)?.state === 'running';
      if (there.length === refs.length && isWhole && isWanted && world.jobs.has(source.id)) {
        change({ is: 'job.copied', jobId: source.id, deviceId, outputs, ms: 1 });
        bring(job, deviceId);
        return;
      }
      hostOf(deviceId).free(there.map(({ id }) => id));
      if (!isWhole && isKept) {
        for (const [key, result] of results) if (result.outputs === source.outputs) results.delete(key);
        if (isWanted) change({ is: 'job.spoiled', jobId: source.id });
      }
    });
  }

  function perform(effect: Effect): void {
    switch (effect.do) {
      case 'free': {
        const tensors = tensorsIn(effect.outputs).map(({ id }) => id);
        if (tensors.length > 0) hostOf(effect.deviceId).free(tensors);
        break;
      }
      case 'cancel':
        hostOf(effect.deviceId).cancel(effect.jobs);
        break;
      case 'renew':
        hostOf(effect.deviceId).renew(effect.batchId, leaseOf(effect.steps));
        break;
      case 'revoke':
        hostOf(effect.deviceId).revoke(effect.batchId);
        break;
      case 'keep':
        aMoment(() => keep(effect.jobId));
        break;
      case 'publish':
        aMoment(() => publish(effect));
        break;
      case 'admitAgain':
        aMoment(() => {
          const live = world.runs.get(effect.runId);
          if (live) change({ is: 'run.admitted', runId: effect.runId, plan: live.plan, kept: known(live.plan) });
        });
        break;
      case 'endRun':
        if (ended.has(effect.live.run.id)) violation(`${effect.live.run.id} ends twice`);
        ended.set(effect.live.run.id, {
          state: effect.state,
          problems: effect.problems,
          images: effect.live.plan.sinks.flatMap((id) => effect.live.images.get(id) ?? []),
        });
        break;
      default:
    }
  }

  function keep(jobId: JobId): void {
    const job = world.jobs.get(jobId);
    if (!job?.outputs || job.deviceId === null) return;
    if (tensorsIn(job.outputs).some(({ id }) => !hostOf(job.deviceId!).tensors.has(id)))
      violation(`${jobId} is kept and not there`);
    const outputs = mapTensors(job.outputs, ({ bytes, dtype, shape }) => {
      const $file = `file${++lastId}` as Digest;
      files.set($file, bytes);
      return { $file, dtype, shape, bytes } satisfies KeptTensor as unknown as TensorRef;
    }) as unknown as KeptResult['outputs'];
    const result = { key: job.step.key ?? (`once${++lastId}` as ContentKey), outputs };
    results.set(result.key, result);
    change({ is: 'job.kept', jobId, kept: result });
  }

  function publish({ jobId, runId, step }: Extract<Effect, { do: 'publish' }>): void {
    const live = world.runs.get(runId);
    const job = world.jobs.get(jobId);
    if (!job?.outputs) return;
    const kept = keptTensorsIn(job.outputs);
    if (live && kept.some(({ $file }) => !files.has($file))) {
      for (const [key, result] of results) if (result.outputs === job.outputs) results.delete(key);
      change({ is: 'job.spoiled', jobId });
      return;
    }
    const images = live ? kept.map(({ $file }) => ({ runId, digest: $file }) as RunImage) : [];
    change({ is: 'sink.published', jobId, runId, stepId: step.id, images });
  }

  for (const [deviceId, host] of hosts) host.listen((event) => change({ is: 'host', deviceId, event }));

  return {
    world,
    hosts,
    files,
    results,
    ended,
    violations,
    now: () => now,
    at,
    violation,
    watch: (watch) => void watches.push(watch),
    submit(run, sketches) {
      plans.set(run.id, planOf(sketches, ids, packs));
      change({ is: 'run.submitted', run });
    },
    change,
    pauseTiers: (tiers, paused) => change({ is: 'tiers.paused', tiers, paused }),
    finish(most = 20_000) {
      turn();
      for (let moments = 0; due.length > 0; moments++) {
        if (moments >= most) {
          violation('it goes on and on');
          return;
        }
        const { ms, what } = due.shift()!;
        now = ms;
        what();
        turn();
      }
    },
  };
}
