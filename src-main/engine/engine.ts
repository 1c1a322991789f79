import type { DeviceProfile } from '../model/device.ts';
import { type Problem, problem, problemsOfError, type Result } from '../model/errors.ts';
import type { BatchId, ContentKey, DeviceId, JobId, RunId } from '../model/ids.ts';
import type { Part } from '../model/pack.ts';
import type { EnginePorts, KeptResult } from '../model/ports.ts';
import type { BatchDecision, Decision, Plan, Run, Tier } from '../model/run.ts';
import type { Settings } from '../model/settings.ts';
import { tensorsIn } from '../model/tensor.ts';
import { apply, type Change } from './apply.ts';
import { Arrivals } from './arrivals.ts';
import { holdMs } from './awaited.ts';
import { outputsOn } from './bring.ts';
import { itemOf } from './item.ts';
import { isLoss, keepResult, publishResult } from './keeping.ts';
import { makeWorld } from './make-world.ts';
import { mayStart } from './pausing.ts';
import { keysToFind, type PlanOf } from './reuse.ts';
import { admissions, held, leaseOf, schedule } from './schedule.ts';
import { eventsOf, warned } from './tell.ts';
import { type Effect, type Job, type LiveRun, ownersOf, type World } from './world.ts';

export interface EngineOptions {
  readonly settings: Settings;
  readonly profiles: ReadonlyMap<DeviceId, DeviceProfile>;
  /** Whether rows of different runs may share a batch. */
  readonly strangers: boolean;
}

/** The plan of a run, made when its turn comes. */
export type Planner = () => Promise<Result<Plan>>;

/**
 * The loop: schedule, dispatch, apply what the hosts answer, carry out what the world then wants.
 * Everything between two events happens at once; nothing in it waits.
 */
export class Engine {
  readonly #ports: EnginePorts;
  readonly #world: World;
  readonly #arrivals: Arrivals;
  readonly #planners = new Map<RunId, Planner>();
  readonly #listening = new Set<DeviceId>();
  readonly #submittedMs = new Map<RunId, number>();
  readonly #held = new Map<DeviceId, number>();
  #admitting = false;
  #turnPlanned = false;
  #closed = false;
  #batches = 0;

  constructor(ports: EnginePorts, options: EngineOptions) {
    this.#ports = ports;
    this.#world = makeWorld(ports.hosts.devices, options.profiles, options.settings, options.strangers);
    this.#arrivals = new Arrivals(
      ports,
      this.#world,
      (change) => this.#change(change),
      (deviceId, outputs) => this.#perform({ do: 'free', deviceId, outputs }),
    );
  }

  /** For reports and tests; nobody outside changes it. */
  get world(): World {
    return this.#world;
  }

  submit(run: Run, planner: Planner): void {
    this.#planners.set(run.id, planner);
    this.#submittedMs.set(run.id, this.#ports.clock.now());
    this.#change({ is: 'run.submitted', run });
  }

  cancel(runId: RunId): void {
    this.#change({ is: 'run.cancelled', runId });
  }

  pause(runId: RunId): void {
    this.#change({ is: 'run.paused', runId });
  }

  resume(runId: RunId): void {
    this.#change({ is: 'run.resumed', runId });
  }

  pauseTiers(tiers: readonly Tier[], paused: boolean): void {
    this.#change({ is: 'tiers.paused', tiers, paused });
  }

  /** In the order of a tier, among one submitter's runs. */
  move(runId: RunId, place: number): void {
    this.#change({ is: 'run.moved', runId, place });
  }

  /** Parts that shall lie on a device always. */
  setHot(deviceId: DeviceId, parts: readonly Part[]): void {
    this.#change({ is: 'hot.set', deviceId, parts });
  }

  close(): void {
    this.#closed = true;
  }

  #change(change: Change): void {
    if (this.#closed) return;
    const effects = apply(this.#world, change, this.#ports.clock.now());
    for (const effect of effects) this.#perform(effect);
    this.#plan();
  }

  /** One turn for all that happened at once. */
  #plan(): void {
    if (this.#turnPlanned) return;
    this.#turnPlanned = true;
    queueMicrotask(() => {
      this.#turnPlanned = false;
      if (this.#closed) return;
      this.#admit();
      for (const decision of schedule(this.#world)) this.#dispatch(decision);
      for (const state of held(this.#world)) void this.#hold(state.device.id, state.idleSinceMs);
    });
  }

  /** One watch for each time that a device is idle. */
  async #hold(deviceId: DeviceId, sinceMs: number): Promise<void> {
    if (this.#held.get(deviceId) === sinceMs) return;
    this.#held.set(deviceId, sinceMs);
    await this.#ports.clock.sleep(holdMs);
    this.#change({ is: 'hold.over', deviceId, sinceMs });
  }

  #admit(): void {
    if (this.#admitting) return;
    const ids = admissions(this.#world);
    if (ids.length === 0) return;
    this.#admitting = true;
    void this.#admitAll(ids).finally(() => {
      this.#admitting = false;
      this.#plan();
    });
  }

  /** In groups that grow: the first run does not wait for the plans of those behind it. */
  async #admitAll(ids: readonly RunId[]): Promise<void> {
    for (let from = 0, count = 1; from < ids.length; from += count, count *= 2)
      await this.#admitSome(ids.slice(from, from + count));
  }

  async #admitSome(ids: readonly RunId[]): Promise<void> {
    const plans: PlanOf[] = [];
    for (const runId of ids) {
      const planned = await this.#planOf(runId);
      if (planned.ok) plans.push({ runId, plan: planned.value });
      else this.#change({ is: 'run.failed', runId, problems: planned.problems });
    }
    const kept = await this.#known(plans);
    for (const { runId, plan } of plans) {
      const run = this.#world.queued.get(runId);
      if (!run || !mayStart(this.#world, run)) continue;
      this.#ports.runLog.started(runId);
      this.#tellRun(run, 'running');
      if (plan.warnings.length > 0) this.#ports.emit(warned(run, plan.warnings));
      this.#change({ is: 'run.admitted', runId, plan, kept });
    }
  }

  async #planOf(runId: RunId): Promise<Result<Plan>> {
    try {
      return (await this.#planners.get(runId)?.()) ?? { ok: false, problems: [problem('run.missing', { run: runId })] };
    } catch (error) {
      return { ok: false, problems: problemsOfError(error) };
    }
  }

  async #known(plans: readonly PlanOf[]): Promise<ReadonlyMap<ContentKey, KeptResult>> {
    const keys = keysToFind(this.#world, plans);
    if (keys.length === 0) return new Map();
    try {
      return await this.#ports.results.find(keys);
    } catch (error) {
      this.#ports.log('warn', `kept results cannot be read: ${String(error)}`);
      return new Map();
    }
  }

  #dispatch(decision: Decision): void {
    if (decision.kind === 'refuse')
      this.#change({ is: 'job.failed', jobId: decision.jobId, problems: [decision.problem] });
    else if (decision.kind === 'start') this.#start(decision.jobId, decision.deviceId);
    else if (decision.kind === 'batch') this.#send(decision);
    else if (decision.kind === 'load') {
      const { deviceId, part, evict } = decision;
      this.#change({ is: 'part.sent', load: decision });
      this.#host(deviceId).load(this.#ports.packs.file(part), evict);
    } else if (decision.kind === 'open') {
      this.#host(decision.deviceId);
      this.#change({ is: 'lane.opened', deviceId: decision.deviceId });
    } else {
      this.#change({ is: 'parts.released', deviceId: decision.deviceId, parts: decision.parts });
      this.#host(decision.deviceId).release(decision.parts);
    }
  }

  #send(decision: BatchDecision): void {
    // A listener may have cancelled a run since this was decided.
    if (!decision.rows.every((id) => this.#world.rows.has(id))) {
      this.#plan();
      return;
    }
    const batch = { ...decision, id: `batch_${++this.#batches}` as BatchId };
    const host = this.#host(decision.deviceId);
    this.#change({ is: 'batch.sent', batch });
    host.run(
      batch,
      batch.load.map((part) => this.#ports.packs.file(part)),
    );
  }

  #host(deviceId: DeviceId) {
    const host = this.#ports.hosts.host(deviceId);
    if (!this.#listening.has(deviceId)) {
      this.#listening.add(deviceId);
      host.listen((event) => this.#change({ is: 'host', deviceId, event }));
    }
    return host;
  }

  #start(jobId: JobId, deviceId: DeviceId): void {
    const host = this.#host(deviceId);
    this.#change({ is: 'job.placed', jobId, deviceId });
    const job = this.#world.jobs.get(jobId);
    if (job?.state !== 'running') return;
    const missing = [...job.sources]
      .map((id) => this.#world.jobs.get(id)!)
      .filter((source) => outputsOn(source, deviceId) === null);
    const begin = () => {
      const item = itemOf(this.#world, job, deviceId);
      const live = this.#world.runs.get([...job.owners.keys()][0]!);
      if (!item || !live) return;
      const start = { jobId, runId: live.run.id, nodeType: job.step.nodeType, item, packs: live.plan.packs };
      host.start(this.#isWatched(job) ? { ...start, previews: true } : start);
    };
    if (missing.length === 0) begin();
    else
      void this.#arrivals.all(jobId, missing, deviceId).then(
        (all) => all && begin(),
        (error) => !isLoss(error) && this.#change({ is: 'job.failed', jobId, problems: problemsOfError(error) }),
      );
  }

  /** By anybody who looks at a run that wants it. */
  #isWatched(job: Job): boolean {
    const { isWatched } = this.#ports;
    return isWatched !== undefined && ownersOf(this.#world, job).some(({ run }) => isWatched(run.graphId));
  }

  #perform(effect: Effect): void {
    const { hosts, emit } = this.#ports;
    switch (effect.do) {
      case 'free': {
        const ids = tensorsIn(effect.outputs).map(({ id }) => id);
        if (ids.length > 0) hosts.host(effect.deviceId).free(ids);
        break;
      }
      case 'cancel':
        hosts.host(effect.deviceId).cancel(effect.jobs);
        break;
      case 'renew':
        hosts.host(effect.deviceId).renew(effect.batchId, leaseOf(effect.steps));
        break;
      case 'revoke':
        hosts.host(effect.deviceId).revoke(effect.batchId);
        break;
      case 'keep':
        void keepResult(this.#ports, this.#world, effect.jobId, (change) => this.#change(change));
        break;
      case 'publish':
        void publishResult(this.#ports, this.#world, effect, (change) => this.#change(change));
        break;
      case 'warn':
        emit(warned(effect.live.run, effect.problems));
        break;
      case 'admitAgain':
        void this.#admitAgain(effect.runId);
        break;
      case 'endRun':
        void this.#end(effect.live, effect.state, effect.problems);
        break;
      default:
        for (const event of eventsOf(this.#world, effect)) emit(event);
    }
  }

  async #admitAgain(runId: RunId): Promise<void> {
    const live = this.#world.runs.get(runId);
    if (!live) return;
    const kept = await this.#known([{ runId, plan: live.plan }]);
    this.#change({ is: 'run.admitted', runId, plan: live.plan, kept });
  }

  async #end(live: LiveRun, state: 'done' | 'failed' | 'cancelled', problems: readonly Problem[]): Promise<void> {
    const { run } = live;
    this.#planners.delete(run.id);
    const ms = this.#ports.clock.now() - (this.#submittedMs.get(run.id) ?? live.startedMs);
    this.#submittedMs.delete(run.id);
    const images = live.plan.sinks.flatMap((id) => live.images.get(id) ?? []);
    try {
      await this.#ports.runLog.changed(run.id, state, problems, images, ms);
      this.#ports.emit({ type: 'run.changed', runId: run.id, graphId: run.graphId, state, problems, images, ms });
    } catch (error) {
      this.#ports.log('error', `run ${run.id} ended but could not be recorded: ${String(error)}`);
      this.#ports.emit({
        type: 'run.changed',
        runId: run.id,
        graphId: run.graphId,
        state: 'failed',
        problems: problemsOfError(error),
        images,
        ms,
      });
    }
  }

  #tellRun(run: Run, state: 'running'): void {
    const ms = this.#ports.clock.now() - (this.#submittedMs.get(run.id) ?? 0);
    this.#ports.emit({ type: 'run.changed', runId: run.id, graphId: run.graphId, state, problems: [], images: [], ms });
  }
}
