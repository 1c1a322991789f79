import { apply } from '../../src-main/engine/apply.ts';
import { makeWorld } from '../../src-main/engine/make-world.ts';
import { schedule } from '../../src-main/engine/schedule.ts';
import type { World } from '../../src-main/engine/world.ts';
import { type Device, type DeviceProfile, isWhole } from '../../src-main/model/device.ts';
import type { DeviceId, JobId, PartKey, RowId, RunId } from '../../src-main/model/ids.ts';
import type { Batch, BatchDecision, Decision, Run } from '../../src-main/model/run.ts';
import { defaultSettings, type Settings } from '../../src-main/model/settings.ts';
import { device, packOf, planOf, run, type StepSketch } from './world.ts';

/** A run by a plain name. */
export type RunSketch = Partial<Omit<Run, 'id'>> & { readonly id: string };

export interface SceneOptions {
  readonly devices?: readonly Device[];
  readonly parts?: Readonly<Record<string, number>>;
  readonly settings?: Partial<Settings>;
  readonly profiles?: ReadonlyMap<DeviceId, DeviceProfile>;
  readonly strangers?: boolean;
}

/** A world that is put together by hand, one change after the other, to look at what is decided in it. */
export interface Scene {
  readonly world: World;
  /** A run of one step (and of what else is in `more`), submitted and started; its job is ready. */
  ready(run: RunSketch, step?: Partial<StepSketch>): JobId;
  /** The same, started on a device, with so many rows waiting there. */
  waits(run: RunSketch, step?: Partial<StepSketch> & { rows?: number; on?: string }): JobId;
  /** Submitted and not started. */
  queued(run: RunSketch): void;
  admit(id: string, step?: Partial<StepSketch>): void;
  served(submitter: string, ms: number): void;
  resident(part: string, more?: { on?: string; worth?: number; hot?: boolean; pins?: number }): void;
  decide(): Decision[];
  /** The batch for a device, as the runs whose rows are in it. */
  batch(on?: string): (Omit<BatchDecision, 'rows'> & { rows: string[] }) | null;
  send(decision: BatchDecision): Batch;
}

export function sceneOf(options: SceneOptions = {}): Scene {
  const devices = options.devices ?? [device('sim:0')];
  const parts = options.parts ?? { dn: 300 };
  const profiles = options.profiles ?? new Map();
  const settings = { ...defaultSettings, ...options.settings };
  const world = makeWorld(devices, profiles, settings, options.strangers ?? true);
  const ids = devices.filter(isWhole).map(({ id }) => id as string);
  let places = 0;
  let batches = 0;

  const jobOf = (id: string): JobId => [...world.runs.get(id as RunId)!.jobs.values()][0]!;
  const scene: Scene = {
    world,
    queued(more) {
      apply(
        world,
        { is: 'run.submitted', run: run(more.id, { place: places++, ...more, id: more.id as RunId }) },
        world.nowMs,
      );
    },
    admit(id, step = {}) {
      const sketch = { id: 'work', key: null, sink: 'preview' as const, part: 'dn' as PartKey, calls: 1000, ...step };
      const plan = planOf([sketch], ids, [packOf(parts)]);
      apply(world, { is: 'run.admitted', runId: id as RunId, plan, kept: new Map() }, world.nowMs);
    },
    ready(more, step) {
      scene.queued(more);
      scene.admit(more.id, step);
      return jobOf(more.id);
    },
    waits(more, { rows = 1, on = ids[0]!, ...step } = {}) {
      const jobId = scene.ready(more, step);
      const deviceId = on as DeviceId;
      apply(world, { is: 'job.placed', jobId, deviceId }, world.nowMs);
      const work = world.jobs.get(jobId)!.step.prepared as Record<string, never>;
      const next = Array.from({ length: rows }, (_, i) => ({
        id: `${jobId}.0.${i}` as RowId,
        jobId,
        runId: more.id as RunId,
        part: work.part!,
        batchKey: work.batchKey!,
        size: work.size!,
        deviceId,
        scratchBytes: work.scratchBytes!,
      }));
      const event = { type: 'jobs.moved', moved: { ended: [], failed: [], next } } as const;
      apply(world, { is: 'host', deviceId, event }, world.nowMs);
      return jobId;
    },
    served: (submitter, ms) => void world.served.set(submitter, ms),
    resident(part, { on = ids[0]!, worth = 0, hot = false, pins = 0 } = {}) {
      const deviceId = on as DeviceId;
      const held = { part: part as PartKey, deviceId, bytes: parts[part]!, pins, hot, worth, usedMs: null };
      world.devices.get(deviceId)!.resident.set(held.part, held);
    },
    decide: () => schedule(world),
    batch(on = ids[0]!) {
      const found = schedule(world).find((one) => one.kind === 'batch' && one.deviceId === on) as
        | BatchDecision
        | undefined;
      return found ? { ...found, rows: found.rows.map((id) => world.rows.get(id)!.runId) } : null;
    },
    send(decision) {
      const batch = { ...decision, id: `batch_${++batches}` } as Batch;
      apply(world, { is: 'batch.sent', batch }, world.nowMs);
      return batch;
    },
  };
  return scene;
}
