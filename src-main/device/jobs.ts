import { batchKeyOf, type CallShape, sizeKeyOf } from '../model/batch-key.ts';
import { AppError, Cancelled, isCancelled, type Problem, problem, problemsOfError } from '../model/errors.ts';
import type { Moved } from '../model/events.ts';
import type { BatchKey, JobId, RowId, SizeKey } from '../model/ids.ts';
import type { Catalog, NodeContext } from '../model/node-type.ts';
import type { Part, PartName } from '../model/pack.ts';
import type { Clock, JobStart } from '../model/ports.ts';
import type { Row } from '../model/run.ts';
import { isTensorRef, tensorsIn } from '../model/tensor.ts';
import { callShapeOf } from './call.ts';
import type { RowResult, RowValues, Runtime } from './runtime.ts';
import type { TensorOwners } from './tensors.ts';

/** One run of a node type. */
export interface LiveJob {
  readonly start: JobStart;
  readonly controller: AbortController;
  readonly startMs: number;
  readonly rows: Set<RowId>;
  /** Ends what the node waits for. */
  readonly stops: Set<(error: Error) => void>;
  calls: number;
  over: boolean;
  /** Somebody looks at its steps. */
  previews: boolean;
}

/** A row that a job waits for. */
export interface WaitingRow {
  readonly row: Row;
  readonly values: RowValues;
  readonly give: (result: RowResult) => void;
  /** Its job ended or was cancelled while the row was computed. */
  readonly isOver: () => boolean;
}

/** Bytes of scratch memory per byte of the row's main tensor. Estimates: a decoder's activations dwarf its input. */
const scratchPerByte: Record<PartName, number> = {
  'text-encoder': 1000,
  'text-encoder-2': 1000,
  'text-encoder-3': 1000,
  denoiser: 200,
  'control-net': 200,
  'vae-encoder': 400,
  'vae-decoder': 1600,
  upscaler: 400,
};

/** And per byte of weights, whatever is the less: what has next to no weights makes next to no activations. */
const scratchPerWeight = 256;

export interface JobsOptions {
  readonly runtime: Runtime;
  readonly owners: TensorOwners;
  readonly nodeTypes: Catalog;
  readonly clock: Clock;
  readonly contextFor: (job: LiveJob) => NodeContext;
  /** Something is in `take()`. */
  readonly onMoved: () => void;
}

interface Kind {
  readonly part: Part;
  readonly shape: CallShape;
  readonly batchKey: BatchKey;
  readonly size: SizeKey;
}

const same = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((one, i) => one === b[i]);
const sameCall = ({ timestep }: Part, a: CallShape, b: CallShape): boolean =>
  a.tokens === b.tokens &&
  a.layer === b.layer &&
  a.shared === b.shared &&
  (timestep !== 'scalar' || a.timestep === b.timestep) &&
  same(a.main, b.main) &&
  same(a.inputs, b.inputs);

/** The jobs that run here, the rows they wait for, and what of that the core does not know yet. */
export class Jobs {
  readonly #options: JobsOptions;
  readonly #live = new Map<JobId, LiveJob>();
  readonly #rows = new Map<RowId, WaitingRow>();
  #ended: Moved['ended'][number][] = [];
  #failed: Moved['failed'][number][] = [];
  #next: Row[] = [];
  #lastKind: Kind | null = null;

  constructor(options: JobsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#live.size;
  }

  /** Runs the node until it waits or ends. A job of the same id that is still here was given up by the core. */
  start(start: JobStart): void {
    this.drop([start.jobId]);
    const { owners, nodeTypes, clock, contextFor } = this.#options;
    const job: LiveJob = {
      start,
      controller: new AbortController(),
      startMs: clock.now(),
      rows: new Set(),
      stops: new Set(),
      calls: 0,
      over: false,
      previews: start.previews === true,
    };
    this.#live.set(start.jobId, job);
    owners.began(job);
    const run = nodeTypes.get(start.nodeType)?.run;
    const running = run
      ? Promise.resolve().then(() => run([start.item], contextFor(job)))
      : Promise.reject(new AppError(problem('bug', { reason: `no node type ${start.nodeType} runs here` })));
    running.then(
      (outputs) => this.#end(job, outputs[0]),
      (error: unknown) => this.#fail(job, error),
    );
  }

  /** The job waits until every row has its result. */
  call(job: LiveJob, part: Part, rows: readonly RowValues[], together = 1): Promise<readonly RowResult[]> {
    if (job.over) return Promise.reject(new Cancelled());
    const { jobId } = job.start;
    const call = job.calls++;
    const results: RowResult[] = [];
    let missing = rows.length;
    const done = new Promise<readonly RowResult[]>((resolve, reject) => {
      if (missing === 0) return resolve(results);
      job.stops.add(reject);
      rows.forEach((values, index) => {
        const unit = `${jobId}.${call}.${Math.floor(index / together)}`;
        const row = { ...this.#rowOf(`${jobId}.${call}.${index}` as RowId, job, part, values), unit };
        const give = (result: RowResult) => {
          if (!job.over) this.#rows.delete(row.id); // else the id may be that of the job's next attempt
          job.rows.delete(row.id);
          this.#options.owners.made(job, Object.values(result));
          results[index] = result;
          if (--missing > 0) return;
          job.stops.delete(reject);
          resolve(results);
        };
        this.#rows.set(row.id, { row, values, give, isOver: () => job.over });
        job.rows.add(row.id);
        this.#next.push(row);
      });
      this.#options.onMoved();
    });
    done.catch(() => {}); // a node may have stopped listening when its job is cancelled
    return done;
  }

  #rowOf(id: RowId, job: LiveJob, part: Part, values: RowValues): Row {
    const { batchKey, size } = this.#kindOf(part, callShapeOf(part, values));
    let bytes = 0;
    // An encoder's memory does not depend on how many vectors it takes.
    for (const [name, value] of Object.entries(values))
      if (isTensorRef(value) && name !== 'vectors') bytes = Math.max(bytes, value.bytes);
    return {
      id,
      jobId: job.start.jobId,
      runId: job.start.runId,
      part: part.key,
      batchKey,
      size,
      deviceId: this.#options.runtime.deviceId,
      scratchBytes: Math.min(bytes * scratchPerByte[part.name], bytes + part.bytes * scratchPerWeight),
    };
  }

  /** The next row is nearly always of the kind of the last, at a sampler's every step. */
  #kindOf(part: Part, shape: CallShape): Kind {
    const last = this.#lastKind;
    if (last && last.part === part && sameCall(part, last.shape, shape)) return last;
    this.#lastKind = { part, shape, batchKey: batchKeyOf(part, shape), size: sizeKeyOf(part, shape) };
    return this.#lastKind;
  }

  /** Those that still exist: rows of jobs that ended or were cancelled are gone. */
  waiting(rows: readonly RowId[]): WaitingRow[] {
    return rows.flatMap((id) => this.#rows.get(id) ?? []);
  }

  /** Cancelled jobs are over at once, whatever their nodes still do. */
  cancel(jobs: readonly JobId[]): void {
    for (const job of this.#stop(jobs)) this.#failed.push({ jobId: job.start.jobId, problems: [], cancelled: true });
    if (this.#failed.length > 0) this.#options.onMoved();
  }

  /** Whether their progress comes with previews. */
  show(jobs: readonly JobId[], previews: boolean): void {
    for (const id of jobs) {
      const job = this.#live.get(id);
      if (job) job.previews = previews;
    }
  }

  /** Without a word: the core knows. */
  drop(jobs: readonly JobId[]): void {
    this.#stop(jobs);
  }

  dropAll(): void {
    this.#stop([...this.#live.keys()]);
  }

  /** What happened since it was last asked. */
  take(): Moved {
    const next = this.#next.filter(({ id }) => this.#rows.has(id));
    const moved = { ended: this.#ended, failed: this.#failed, next };
    [this.#ended, this.#failed, this.#next] = [[], [], []];
    return moved;
  }

  #stop(jobs: readonly JobId[]): LiveJob[] {
    return jobs.flatMap((jobId) => {
      const job = this.#live.get(jobId);
      if (!job) return [];
      this.#close(job, null);
      return [job];
    });
  }

  #end(job: LiveJob, outputs: Record<string, unknown> | undefined): void {
    if (job.over) return;
    const { clock } = this.#options;
    const error = outputs ? this.#flaw(outputs, job) : new Error(`${job.start.nodeType} gave no outputs`);
    if (!outputs || error) {
      this.#fail(job, error);
      return;
    }
    this.#close(job, outputs);
    this.#ended.push({ jobId: job.start.jobId, outputs, ms: clock.now() - job.startMs });
    this.#options.onMoved();
  }

  #flaw(outputs: Record<string, unknown>, job: LiveJob): AppError | null {
    const { runtime } = this.#options;
    for (const tensor of tensorsIn(outputs)) {
      const reason = tensor.deviceId === runtime.deviceId ? runtime.flaw(tensor, 'whole') : null;
      if (reason === null) continue;
      return new AppError(problem('device.badResult', { device: runtime.deviceId, part: job.start.nodeType, reason }));
    }
    return null;
  }

  #fail(job: LiveJob, error: unknown): void {
    if (job.over) return;
    this.#close(job, null);
    const problems: readonly Problem[] = isCancelled(error) ? [] : problemsOfError(error);
    this.#failed.push({ jobId: job.start.jobId, problems, cancelled: isCancelled(error) });
    this.#options.onMoved();
  }

  #close(job: LiveJob, outputs: unknown): void {
    job.over = true;
    this.#live.delete(job.start.jobId);
    for (const id of job.rows) this.#rows.delete(id);
    job.controller.abort(new Cancelled());
    for (const stop of job.stops) stop(new Cancelled());
    this.#options.owners.ended(job, outputs);
  }
}
