import { AppError, Cancelled, type Problem, problem, problemsOfError } from '../model/errors.ts';
import type { Copied, HostEvent } from '../model/events.ts';
import type { BatchId, Digest, JobId, PartKey } from '../model/ids.ts';
import type { Catalog } from '../model/node-type.ts';
import type { PartFile } from '../model/pack.ts';
import type { Clock } from '../model/ports.ts';
import type { Batch, Lease, Row } from '../model/run.ts';
import { isTensorRef, type TensorRef } from '../model/tensor.ts';
import { checkSeen } from '../packs/stamp.ts';
import { contextFor } from './context.ts';
import { filesOnce } from './files-once.ts';
import { Jobs, type WaitingRow } from './jobs.ts';
import { threadedDecoder } from './picture/decoder.ts';
import { pictureEncoder } from './picture/encoder.ts';
import type { Command } from './protocol.ts';
import type { RowResult, Runtime } from './runtime.ts';
import { TensorOwners } from './tensors.ts';
import { callInTiles } from './tiles.ts';

export interface HostLoopOptions {
  readonly runtime: Runtime;
  readonly nodeTypes: Catalog;
  /** On the core's time. */
  readonly clock: Clock;
  readonly emit: (event: HostEvent) => void;
  readonly file: (digest: Digest, signal: AbortSignal) => Promise<Uint8Array>;
}

interface Queued {
  readonly batch: Batch;
  readonly files: readonly PartFile[];
  /** It was revoked while it waited: nothing of it shall be computed any more. */
  revoked: boolean;
}

/** The event loop takes one turn: what nodes had to do is done, and the process has read what the core sent. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * What a host does: it runs jobs until they wait for rows, and computes the batches of rows that it is told to. It
 * decides nothing. Between two steps under a lease it hears what the core has to say, and never waits for it.
 */
export class HostLoop {
  readonly owners: TensorOwners;
  readonly #options: HostLoopOptions;
  readonly #jobs: Jobs;
  readonly #decoder = threadedDecoder();
  readonly #encoder = pictureEncoder();
  readonly #queue: Queued[] = [];
  /** Steps that may follow, of the batch that runs and of those behind it. */
  readonly #leases = new Map<BatchId, Lease>();
  readonly #bytesOf = new Map<PartKey, number>();
  /** Weights on their way that no batch asked for. */
  readonly #ahead = new Map<PartKey, Promise<void>>();
  /** Why weights did not come ahead: a batch may have been sent before the core heard of it. */
  readonly #missed = new Map<PartKey, unknown>();
  readonly #previews = { lastMs: Number.NEGATIVE_INFINITY };
  #working = false;
  #settling = false;
  #flushing = false;

  constructor(options: HostLoopOptions) {
    this.#options = options;
    const { runtime, clock, nodeTypes, emit } = options;
    const file = filesOnce(options.file);
    this.owners = new TensorOwners((tensors) => runtime.dispose(tensors));
    this.#jobs = new Jobs({
      runtime,
      owners: this.owners,
      nodeTypes,
      clock,
      onMoved: () => this.#flushSoon(),
      contextFor: (job) =>
        contextFor(job, {
          runtime,
          owners: this.owners,
          clock,
          decoder: this.#decoder,
          encoder: this.#encoder,
          file,
          jobs: () => this.#jobs,
          previews: this.#previews,
          onWarned: (jobId, problems) => emit({ type: 'job.warned', jobId, problems }),
          onProgress: (jobId, done, total, preview) => emit({ type: 'job.progressed', jobId, done, total, preview }),
        }),
    });
  }

  get jobs(): number {
    return this.#jobs.size;
  }

  obey(command: Command): void {
    switch (command.type) {
      case 'start':
        this.#jobs.start(command.job);
        return;
      case 'run':
        this.#leases.set(command.batch.id, command.batch.lease);
        this.#queue.push({ batch: command.batch, files: command.files, revoked: false });
        void this.#work();
        return;
      case 'renew':
        if (this.#leases.has(command.batchId)) this.#leases.set(command.batchId, command.lease);
        return;
      case 'revoke':
        if (this.#leases.has(command.batchId)) this.#leases.set(command.batchId, { steps: 0 });
        for (const queued of this.#queue) if (queued.batch.id === command.batchId) queued.revoked = true;
        return;
      case 'cancel':
        this.#jobs.cancel(command.jobs);
        return;
      case 'show':
        this.#jobs.show(command.jobs, command.previews);
        return;
      case 'free':
        this.owners.free(command.tensors);
        return;
      case 'load':
        void this.#loadAhead(command.file, command.evict);
        return;
      case 'release':
        void this.#evict(command.parts);
    }
  }

  async close(): Promise<void> {
    this.#queue.length = 0;
    this.#leases.clear();
    this.#jobs.dropAll();
    this.#decoder.close();
    await this.#options.runtime.close();
  }

  /** Jobs that moved while no batch settles are reported by themselves, together where they moved together. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      if (this.#settling) return; // the batch reports them
      const moved = this.#jobs.take();
      if (moved.ended.length + moved.failed.length + moved.next.length > 0)
        this.#options.emit({ type: 'jobs.moved', moved });
    });
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      if (next.revoked && next.files.length + next.batch.evict.length === 0) this.#giveBack(next.batch);
      else await this.#run(next);
      this.#leases.delete(next.batch.id);
    }
    this.#working = false;
  }

  async #run({ batch, files }: Queued): Promise<void> {
    const { emit, clock } = this.#options;
    try {
      await this.#ahead.get(batch.part);
      await this.#evict(batch.evict);
      for (const file of files) await this.#load(file);
      if (this.#missed.has(batch.part)) throw this.#missed.get(batch.part);
    } catch (error) {
      this.#fail(batch, this.#jobs.waiting(batch.rows), error);
      return;
    }
    let rows = this.#jobs.waiting(batch.rows);
    let earlier: { startMs: number; ms: number }[] = [];
    for (;;) {
      const startMs = clock.now();
      let results: readonly RowResult[];
      try {
        results = await this.#call(batch, rows);
      } catch (error) {
        this.#fail(batch, rows, error);
        return;
      }
      const ms = clock.now() - startMs;
      await this.#settle(rows, results);
      const moved = this.#jobs.take();
      const { steps: lease, quietUntil } = this.#leases.get(batch.id) ?? { steps: 0 };
      const { back, others } =
        lease > 0 && this.#queue.length === 0 ? cameBack(rows, moved.next) : noneCameBack(moved.next);
      const copied = copiedBy(this.#options.runtime, rows, results);
      const report = {
        batchId: batch.id,
        rows: rows.length,
        startMs,
        ms,
        copied,
        moved: { ...moved, next: others },
        earlier,
      };
      if (back.length === 0) {
        emit({ type: 'batch.done', ...report, leaseLeft: lease });
        return;
      }
      const left = lease - 1;
      this.#leases.set(batch.id, { steps: left, ...(quietUntil === undefined ? {} : { quietUntil }) });
      const news = moved.ended.length + moved.failed.length + others.length > 0;
      if (news || quietUntil === undefined || left <= quietUntil || back.length < rows.length) {
        emit({ type: 'batch.stepped', ...report, leaseLeft: left });
        earlier = [];
      } else earlier = [...earlier, { startMs, ms }];
      rows = this.#jobs.waiting(back.map(({ id }) => id));
    }
  }

  #giveBack({ id, rows }: Batch): void {
    const moved = this.#jobs.take();
    const next = [...moved.next, ...this.#jobs.waiting(rows).map(({ row }) => row)];
    const nothing = { rows: 0, startMs: this.#options.clock.now(), ms: 0, copied: { toDevice: 0, fromDevice: 0 } };
    this.#options.emit({ type: 'batch.done', batchId: id, ...nothing, moved: { ...moved, next }, leaseLeft: 0 });
  }

  async #call({ part, tile }: Batch, rows: readonly WaitingRow[]): Promise<readonly RowResult[]> {
    const { runtime } = this.#options;
    if (rows.length === 0) return [];
    const values = rows.map((row) => row.values);
    const made = tile === undefined ? runtime.call(part, values) : callInTiles(runtime, part, values, tile);
    const results = await this.owners.during(made);
    for (const result of results)
      for (const tensor of Object.values(result)) {
        const reason = runtime.flaw(tensor, 'sample');
        if (reason === null) continue;
        runtime.dispose(results.flatMap((made) => Object.values(made).map(({ id }) => id)));
        throw new AppError(problem('device.badResult', { device: runtime.deviceId, part: String(part), reason }));
      }
    return results;
  }

  /** Results go to their jobs, which run on until each waits again, has ended, or does something that takes time. */
  async #settle(rows: readonly WaitingRow[], results: readonly RowResult[]): Promise<void> {
    this.#settling = true;
    rows.forEach((row, i) => {
      row.give(results[i]!);
    });
    await turn();
    this.#settling = false;
  }

  /**
   * The jobs of a fatal call are forgotten: the core starts them again, or not. Where memory ran short nothing is wrong
   * with them: their rows wait again, as if nothing had been tried.
   */
  #fail(batch: Batch, rows: readonly WaitingRow[], error: unknown): void {
    const live = rows.filter((row) => !row.isOver());
    const problems: readonly Problem[] = error instanceof Cancelled ? [] : problemsOfError(error);
    const isShort = problems.some(({ code }) => code === 'device.outOfMemory');
    if (!isShort) this.#jobs.drop([...new Set(live.map(({ row }) => row.jobId))]);
    const moved = this.#jobs.take();
    const next = isShort ? [...moved.next, ...live.map(({ row }) => row)] : moved.next;
    this.#options.emit({ type: 'batch.failed', batchId: batch.id, problems, moved: { ...moved, next } });
  }

  /** A batch that wants it meanwhile waits for it, and fails with it. */
  async #loadAhead(file: PartFile, evict: readonly PartKey[]): Promise<void> {
    const { key } = file.part;
    const loading = this.#evict(evict).then(() => this.#load(file));
    this.#ahead.set(key, loading);
    try {
      await loading;
    } catch (error) {
      this.#missed.set(key, error);
      this.#options.emit({ type: 'part.failed', part: key, problems: problemsOfError(error) });
    }
    this.#ahead.delete(key);
  }

  async #load(file: PartFile): Promise<void> {
    const { runtime, clock, emit } = this.#options;
    const startMs = clock.now();
    await checkSeen(file);
    const { bytes } = await runtime.load(file);
    this.#missed.delete(file.part.key);
    this.#bytesOf.set(file.part.key, bytes);
    emit({ type: 'part.loaded', part: file.part.key, bytes, startMs, ms: clock.now() - startMs });
    await turn();
  }

  async #evict(parts: readonly PartKey[]): Promise<void> {
    const { runtime, clock, emit } = this.#options;
    for (const part of parts) {
      const startMs = clock.now();
      await runtime.release(part);
      const bytes = this.#bytesOf.get(part) ?? 0;
      this.#bytesOf.delete(part);
      emit({ type: 'part.evicted', part, bytes, startMs, ms: clock.now() - startMs });
    }
  }
}

/** What a call takes goes to its device, and what it gives comes back, but for what stays there. */
function copiedBy(runtime: Runtime, rows: readonly WaitingRow[], results: readonly RowResult[]): Copied {
  const moves = (tensor: TensorRef): number => (runtime.stays?.(tensor) ? 0 : tensor.bytes);
  let [toDevice, fromDevice] = [0, 0];
  for (const { values } of rows)
    for (const name in values) {
      const value = values[name];
      if (isTensorRef(value)) toDevice += moves(value);
    }
  for (const result of results) for (const name in result) fromDevice += moves(result[name]!);
  return { toDevice, fromDevice };
}

interface Back {
  readonly back: readonly Row[];
  readonly others: readonly Row[];
}

const noneCameBack = (next: readonly Row[]): Back => ({ back: [], others: next });

/**
 * Rows that the jobs of the last call made, of the same batch key. A job that wants more rows than it had would make
 * the batch larger than it was decided to be: its rows go back to the core.
 */
function cameBack(last: readonly WaitingRow[], next: readonly Row[]): Back {
  const key = last[0]?.row.batchKey;
  const had = countByJob(last.map(({ row }) => row));
  const wants = countByJob(next.filter(({ batchKey }) => batchKey === key));
  const isBack = ({ jobId, batchKey }: Row) => batchKey === key && (wants.get(jobId) ?? 0) <= (had.get(jobId) ?? 0);
  return { back: next.filter(isBack), others: next.filter((row) => !isBack(row)) };
}

function countByJob(rows: readonly Row[]): Map<JobId, number> {
  const counts = new Map<JobId, number>();
  for (const { jobId } of rows) counts.set(jobId, (counts.get(jobId) ?? 0) + 1);
  return counts;
}
