import { type Cost, finishMs } from '../model/cost.ts';
import type { Device, DeviceProfile } from '../model/device.ts';
import type { DeviceId, PartKey, SizeKey } from '../model/ids.ts';
import { tiers } from '../model/run.ts';
import { keptTensorsIn, tensorsIn } from '../model/tensor.ts';
import { outputsOn } from './bring.ts';
import { budgetOf } from './lanes.ts';
import { capOf, msOf } from './profile.ts';
import { roomFor } from './residency.ts';
import { type DeviceState, type Job, leaderOf, type World } from './world.ts';

// Rule 3 of the scheduler: when a job would be finished on a device, in parts that can be told to a person. Everything is
// measured on the device itself as it works; what was never measured there is guessed, and said to be.

/** For each input that is brought, besides its bytes: a word to each of two hosts and back. */
const bringLatencyMs = 1;
/**
 * Of a part that nobody has measured: a card reads its weights once in a call and computes as long again (1.5 TB/s and
 * more, `facts` of cards; 12 GB at 1024 x 1024 are near 200 ms). Only the order of devices matters, until the first call.
 */
const guessedBytesPerMs = 1e8;
/** How much longer a processor takes than a card, until both have computed something. */
const processorFactor = 20;

const slownessOf = ({ provider }: Device): number => (provider === 'cpu' ? processorFactor : 1);

/** What is promised at one device. */
interface Ahead {
  /** ms of work by the tier of its run. */
  readonly ms: number[];
  /** Parts that started jobs have asked for or will, by the most urgent of their tiers. */
  readonly parts: Map<PartKey, number>;
  /** Started jobs that will call a part. */
  readonly callers: Map<PartKey, number>;
  /** What a row of a part was last found to take: of thousands of jobs nearly all ask for the same. */
  readonly lastMs: Map<PartKey, { readonly callers: number; readonly size: SizeKey | null; readonly ms: number }>;
}

/** Costs in one moment of the world: what is promised at each device is added up once. */
export class Costs {
  readonly #world: World;
  readonly #ahead = new Map<DeviceId, Ahead>();
  readonly #sizes = new Map<string, SizeKey | null>();

  constructor(world: World) {
    this.#world = world;
  }

  of(job: Job, state: DeviceState): Cost {
    const { nowMs } = this.#world;
    const profile = this.#profile(state);
    const ahead = this.#aheadOn(state);
    const isHere = state.started.has(job.id);
    const isAboard = state.batchJobs.has(job.id);
    const run = this.#ownMs(job, state);
    const before = ahead.ms.slice(0, this.#rank(job) + 1).reduce((sum, ms) => sum + ms, 0);
    return {
      waitMs: isAboard ? 0 : Math.max(0, state.freeAtMs - nowMs) + this.#bytes(state.loading) / profile.loadBytesPerMs,
      aheadMs: Math.max(0, before - (isHere ? this.#sharedMs(job, state, ahead) : 0)),
      loadMs: this.#loadMs(job, state, ahead, profile),
      bringMs: this.#bringMs(job, state, profile),
      ...run,
    };
  }

  /** A job that is started there in this moment: who comes after it waits for it as well. */
  add(job: Job, state: DeviceState): void {
    const ahead = this.#aheadOn(state);
    const loadMs = this.#loadMs(job, state, ahead, this.#profile(state));
    addTo(ahead, this.#rank(job), job);
    ahead.ms[this.#rank(job)]! += loadMs + this.#sharedMs(job, state, ahead);
  }

  #profile({ device }: DeviceState): DeviceProfile {
    return this.#world.profiles.get(device.id)!;
  }

  #bytes(parts: Iterable<PartKey>): number {
    let sum = 0;
    for (const part of parts) sum += this.#world.partBytes.get(part) ?? 0;
    return sum;
  }

  #rank(job: Job): number {
    return tiers.indexOf(leaderOf(this.#world, job)?.run.tier ?? 'background');
  }

  #aheadOn(state: DeviceState): Ahead {
    const known = this.#ahead.get(state.device.id);
    if (known) return known;
    const world = this.#world;
    const ahead: Ahead = { ms: tiers.map(() => 0), parts: new Map(), callers: new Map(), lastMs: new Map() };
    for (const part of state.loading) ahead.parts.set(part, 0);
    this.#ahead.set(state.device.id, ahead);
    const jobs: { job: Job; rank: number }[] = [];
    for (const id of state.started) {
      const job = world.jobs.get(id);
      const leader = job && leaderOf(world, job);
      if (leader) jobs.push({ job, rank: tiers.indexOf(leader.run.tier) });
    }
    const { loadBytesPerMs } = this.#profile(state);
    for (const { job, rank } of jobs) addTo(ahead, rank, job);
    for (const [part, rank] of ahead.parts)
      if (!state.resident.has(part)) ahead.ms[rank]! += this.#bytes([part]) / loadBytesPerMs;
    for (const { job, rank } of jobs) ahead.ms[rank]! += this.#sharedMs(job, state, ahead);
    return ahead;
  }

  /** ms that a started job adds to a device, whose calls it shares with the others there. */
  #sharedMs(job: Job, state: DeviceState, ahead: Ahead): number {
    const isAboard = state.batchJobs.has(job.id);
    const left = Math.max(0, job.step.calls - job.callsMade - (isAboard ? state.leaseLeft + 1 : 0));
    const rows = Math.max(1, this.#world.rowsOf.get(job.id)?.size ?? 1);
    const size = this.#sizeOf(job, state);
    let sum = 0;
    for (const part of job.step.needs) sum += left * rows * this.#sharedRowMs(part, state, ahead, size);
    return sum;
  }

  #sharedRowMs(part: PartKey, state: DeviceState, ahead: Ahead, size: SizeKey | null): number {
    const callers = ahead.callers.get(part) ?? 1;
    const last = ahead.lastMs.get(part);
    if (last?.callers === callers && last.size === size) return last.ms;
    const ms = this.#rowMs(part, state, callers, size);
    ahead.lastMs.set(part, { callers, size, ms });
    return ms;
  }

  #ownMs(job: Job, state: DeviceState): Pick<Cost, 'runMs' | 'isGuess'> {
    const left = Math.max(0, job.step.calls - job.callsMade);
    const size = this.#sizeOf(job, state);
    const { needs } = job.step;
    return {
      runMs: needs.reduce((sum, part) => sum + left * this.#rowMs(part, state, 1, size), 0),
      isGuess: needs.some((part) => this.#measured(part, state, size) === null),
    };
  }

  /** ms of a row in a call with as many others as pay. */
  #rowMs(part: PartKey, state: DeviceState, together: number, size: SizeKey | null): number {
    const known = this.#measured(part, state, size);
    if (known === null) return this.#guessMs(part, state);
    const profile = this.#profile(state);
    const rows = Math.min(together, capOf(profile, known));
    return msOf(profile, known, rows)! / rows;
  }

  /** From the device where it was measured, else from its weights. */
  #guessMs(part: PartKey, { device }: DeviceState): number {
    let best: number | null = null;
    for (const other of this.#world.devices.values()) {
      const size = this.#measured(part, other, null);
      if (size === null) continue;
      const ms = (msOf(this.#profile(other), size, 1)! * slownessOf(device)) / slownessOf(other.device);
      if (best === null || ms < best) best = ms;
    }
    return best ?? ((this.#world.partBytes.get(part) ?? 0) / guessedBytesPerMs) * slownessOf(device);
  }

  /** The size of which a part's time is known on a device: its own, else the quickest. */
  #measured(part: PartKey, state: DeviceState, size: SizeKey | null): SizeKey | null {
    const { ms } = this.#profile(state);
    if (size?.startsWith(`${part} `) && ms[size]) return size;
    const key = `${state.device.id} ${part}`;
    const known = this.#sizes.get(key);
    if (known !== undefined) return known;
    const profile = this.#profile(state);
    let best: { size: SizeKey; ms: number } | null = null;
    for (const other of Object.keys(ms) as SizeKey[]) {
      const one = other.startsWith(`${part} `) ? msOf(profile, other, 1) : null;
      if (one !== null && (!best || one < best.ms)) best = { size: other, ms: one };
    }
    this.#sizes.set(key, best?.size ?? null);
    return best?.size ?? null;
  }

  /** Of the rows that a job waits with, or that are computed. */
  #sizeOf(job: Job, state: DeviceState): SizeKey | null {
    const [first] = this.#world.rowsOf.get(job.id) ?? [];
    if (first !== undefined) return this.#world.rows.get(first)!.size;
    return state.batchJobs.has(job.id) ? state.batchSize : null;
  }

  /** What it needs and nobody there has asked for; and what must leave for that, which will be wanted again. */
  #loadMs(job: Job, state: DeviceState, ahead: Ahead, profile: DeviceProfile): number {
    const missing = job.step.needs.filter((part) =>
      state.started.has(job.id)
        ? !state.resident.has(part) && !state.loading.has(part)
        : !state.resident.has(part) && (ahead.parts.get(part) ?? tiers.length) > this.#rank(job),
    );
    if (missing.length === 0) return 0;
    const bytesOf = (part: PartKey) => this.#world.partBytes.get(part) ?? 0;
    // What was promised is as good as there.
    const coming = [...ahead.parts.keys()].filter((part) => !state.resident.has(part) && !missing.includes(part));
    const budget = budgetOf(this.#world, state) - this.#bytes(coming);
    const room = roomFor(missing, 0, budget, state.resident, bytesOf);
    const bytes = this.#bytes(missing);
    const leaving = room ? this.#bytes(room.evict) : bytes + this.#bytes(state.resident.keys()) - budget;
    return (bytes + leaving) / profile.loadBytesPerMs;
  }

  #bringMs(job: Job, state: DeviceState, profile: DeviceProfile): number {
    let ms = 0;
    for (const id of job.sources) {
      const source = this.#world.jobs.get(id);
      if (!source || outputsOn(source, state.device.id) !== null) continue;
      const tensors = [...tensorsIn(source.outputs), ...keptTensorsIn(source.outputs)];
      ms += bringLatencyMs + tensors.reduce((sum, { bytes }) => sum + bytes, 0) / profile.bringBytesPerMs;
    }
    return ms;
  }
}

function addTo(ahead: Ahead, rank: number, { step }: Job): void {
  for (const part of step.needs) {
    ahead.parts.set(part, Math.min(rank, ahead.parts.get(part) ?? rank));
    ahead.callers.set(part, (ahead.callers.get(part) ?? 0) + 1);
  }
}

/** Of these devices the one where a job would be done first; what it costs matters only where there is a choice. */
export function soonest(costs: Costs, job: Job, open: readonly DeviceState[]): DeviceState {
  if (open.length === 1) return open[0]!;
  const ends = open.map((state) => finishMs(costs.of(job, state)));
  return open[ends.indexOf(Math.min(...ends))]!;
}
