import type { Device } from '../../src-main/model/device.ts';
import { AppError, type Problem, problem } from '../../src-main/model/errors.ts';
import type { HostEvent, Moved } from '../../src-main/model/events.ts';
import type { BatchId, BatchKey, JobId, PartKey, RowId, SizeKey, TensorId } from '../../src-main/model/ids.ts';
import type { DeviceHost, JobStart } from '../../src-main/model/ports.ts';
import type { Batch, Lease, Row } from '../../src-main/model/run.ts';
import { type TensorRef, tensorsIn } from '../../src-main/model/tensor.ts';
import type { FakeTime } from './fake-time.ts';
import type { Random } from './random.ts';

/** What a step does in a fake host, carried in its `prepared`. */
export interface Work {
  readonly part: PartKey | null;
  readonly batchKey: BatchKey;
  readonly size: SizeKey;
  readonly calls: number;
  readonly rows: number;
  readonly scratchBytes: number;
  readonly outBytes: number;
  /**
   * `crash` kills the host in a call, `crashInNode` outside of one; `memory` fails in company or beside other parts,
   * `tooLarge` always.
   */
  readonly trouble: 'crash' | 'crashInNode' | 'nonsense' | 'memory' | 'tooLarge' | 'throws' | null;
}

export interface FakeHostOptions {
  readonly time: Pick<FakeTime, 'now' | 'at'>;
  readonly random: Random;
  /** Something that must never happen. */
  readonly violation: (what: string) => void;
  /** A call begins, the first one of its batch or one under its lease. */
  readonly onCall?: (rows: readonly Row[], batch: Batch, isFirst: boolean) => void;
  /** ms of a call; without it some. */
  readonly msOf?: (rows: readonly Row[]) => number;
  readonly onCancel?: (jobs: readonly JobId[]) => void;
  /** Whether the host dies in this call, or while it loads these weights, for no reason of anybody's. */
  readonly dies?: (loading?: PartKey) => boolean;
  readonly bytesOf: (part: PartKey) => number;
}

export interface FakeHost extends DeviceHost {
  readonly tensors: ReadonlyMap<TensorId, number>;
  readonly jobs: ReadonlySet<JobId>;
  readonly calls: { part: PartKey; rows: number }[];
  /** Weights are on their way. */
  readonly isLoading: boolean;
  /** Ends as a native crash would, and comes back after a while. */
  die(reason?: string): void;
  /** It was asked for the first time and is there now. */
  ready(): void;
  /** Of every job that is here. */
  warn(problems: readonly Problem[]): void;
}

interface Step {
  readonly startMs: number;
  readonly ms: number;
}

interface LiveJob {
  readonly start: JobStart;
  readonly work: Work;
  call: number;
  missing: number;
}

/** A host that computes nothing: it takes its time, keeps books, and complains when the core asks for what cannot be. */
export function fakeHost(device: Device, options: FakeHostOptions): FakeHost {
  const { time, random, violation, bytesOf } = options;
  const live = new Map<JobId, LiveJob>();
  const rows = new Map<RowId, Row>();
  const tensors = new Map<TensorId, number>();
  /** Of earlier lives. */
  const lost = new Set<TensorId>();
  const resident = new Set<PartKey>();
  /** Weights that come beside the calls, and what waits for them. */
  const coming = new Map<PartKey, (() => void)[]>();
  const leases = new Map<BatchId, Lease>();
  /** Batches that were revoked before they began. */
  const unwanted = new Set<BatchId>();
  const calls: { part: PartKey; rows: number }[] = [];
  const listeners = new Set<(event: HostEvent) => void>();
  let life = 0;
  let isUp = true;
  let isBusy = false;
  let isMoving = false;
  /** Begins by itself when the batch that runs is over, and ends its lease. */
  let next: Batch | null = null;
  let lastTensor = 0;

  const emit = (event: HostEvent): void => {
    for (const listener of listeners) listener(event);
  };
  /** Later, unless the host is gone by then. */
  const soon = (ms: number, what: () => void): void => {
    const born = life;
    time.at(ms, () => born === life && what());
  };
  const tensor = (bytes: number): TensorRef => {
    const id = `${device.id}.${life}.${++lastTensor}` as TensorId;
    tensors.set(id, bytes);
    return { id, deviceId: device.id, dtype: 'uint8', shape: [bytes], bytes };
  };
  const drop = (jobId: JobId): boolean => {
    for (const [id, row] of rows) if (row.jobId === jobId) rows.delete(id);
    return live.delete(jobId);
  };
  const die = (reason = 'it crashed'): void => {
    life++;
    isUp = false;
    isBusy = false;
    isMoving = false;
    next = null;
    for (const id of tensors.keys()) lost.add(id);
    for (const map of [live, rows, tensors, resident, coming, leases]) map.clear();
    emit({ type: 'host.lost', reason });
    time.at(5, () => {
      isUp = true;
      emit({ type: 'host.ready', device });
    });
  };

  const nothing = () => ({
    ended: [] as Moved['ended'][number][],
    failed: [] as Moved['failed'][number][],
    next: [] as Row[],
  });

  /** A job goes on to its next call or to its end. */
  const advance = (job: LiveJob, moved: ReturnType<typeof nothing>): void => {
    const { work, start } = job;
    const { jobId } = start;
    if (work.part !== null && job.call < work.calls) {
      const call = job.call++;
      job.missing = work.rows;
      for (let index = 0; index < work.rows; index++) {
        const row: Row = {
          id: `${jobId}.${call}.${index}` as RowId,
          jobId,
          runId: start.runId,
          part: work.part,
          batchKey: work.batchKey,
          size: work.size,
          deviceId: device.id,
          scratchBytes: work.scratchBytes,
        };
        rows.set(row.id, row);
        moved.next.push(row);
      }
      return;
    }
    drop(jobId);
    if (work.trouble === 'throws')
      moved.failed.push({
        jobId,
        problems: [problem('node.failed', { node: start.nodeType, type: start.nodeType, reason: 'it threw' })],
        cancelled: false,
      });
    else if (start.nodeType.startsWith('save')) {
      const file = { bytes: tensor(work.outBytes), mime: 'image/png', width: 8, height: 8 };
      moved.ended.push({ jobId, outputs: { files: [file] }, ms: 1 });
    } else moved.ended.push({ jobId, outputs: { out: [tensor(work.outBytes), tensor(work.outBytes)] }, ms: 1 });
  };

  /** Where memory ran short nothing is wrong with the rows: they wait again. */
  const fail = (batch: Batch, aboard: readonly Row[], found: AppError): void => {
    const isShort = found.problems.some(({ code }) => code === 'device.outOfMemory');
    if (!isShort) for (const { jobId } of aboard) drop(jobId);
    leases.delete(batch.id);
    const next = isShort ? aboard.filter(({ id }) => rows.has(id)) : [];
    emit({ type: 'batch.failed', batchId: batch.id, problems: found.problems, moved: { ...nothing(), next } });
    goOn();
  };

  const begin = (batch: Batch): void => {
    isBusy = true;
    const waiting = coming.get(batch.part);
    if (waiting) waiting.push(() => move(batch));
    else move(batch);
  };
  const move = (batch: Batch): void => {
    for (const part of batch.evict) {
      if (!resident.delete(part)) violation('a part that was not there leaves');
      emit({ type: 'part.evicted', part, bytes: bytesOf(part), startMs: time.now(), ms: 0 });
    }
    isMoving = batch.load.length > 0;
    soon(batch.load.length * (1 + random.below(10)), () => {
      isMoving = false;
      if (batch.load.some((part) => options.dies?.(part))) return die();
      for (const part of batch.load) {
        if (resident.has(part)) violation('a part that is there is loaded');
        resident.add(part);
        emit({ type: 'part.loaded', part, bytes: bytesOf(part), startMs: time.now(), ms: 1 });
      }
      compute(batch, batch.rows, true);
    });
  };
  const goOn = (): void => {
    isBusy = false;
    const following = next;
    next = null;
    if (following && !unwanted.delete(following.id)) begin(following);
    else if (following) giveBack(following);
  };
  const giveBack = ({ id, rows: ids }: Batch): void => {
    leases.delete(id);
    const back = ids.flatMap((rowId) => rows.get(rowId) ?? []);
    const moved = { ...nothing(), next: back };
    emit({ type: 'batch.done', batchId: id, rows: 0, startMs: time.now(), ms: 0, moved, leaseLeft: 0 });
    goOn();
  };

  /** `earlier` are steps that were not reported. */
  const compute = (batch: Batch, ids: readonly RowId[], isFirst: boolean, earlier: Step[] = []): void => {
    const aboard = ids.flatMap((id) => rows.get(id) ?? []);
    if (new Set(aboard.map(({ batchKey }) => batchKey)).size > 1) violation('rows of different keys share a call');
    if (aboard.some(({ part }) => part !== batch.part) || !resident.has(batch.part)) violation('a call lacks its part');
    const weights = [...resident, ...coming.keys()].reduce((sum, part) => sum + bytesOf(part), 0);
    const scratch = aboard.reduce((sum, row) => sum + row.scratchBytes, 0);
    if (weights + scratch > device.budgetBytes) violation(`${weights} + ${scratch} bytes exceed the budget`);
    const ms = aboard.length === 0 ? 0 : (options.msOf?.(aboard) ?? 2 + aboard.length * (0.5 + random.next()));
    const startMs = time.now();
    if (aboard.length > 0) {
      calls.push({ part: batch.part, rows: aboard.length });
      options.onCall?.(aboard, batch, isFirst);
    }
    soon(ms, () => {
      const jobs = [...new Set(aboard.map(({ jobId }) => jobId))].flatMap((id) => live.get(id) ?? []);
      const has = (trouble: Work['trouble']) => jobs.some(({ work }) => work.trouble === trouble);
      if (has('crash') || options.dies?.()) return die();
      const values = { device: device.id, part: batch.part };
      if (has('nonsense'))
        return fail(batch, aboard, new AppError(problem('device.badResult', { ...values, reason: 'NaN' })));
      if (has('tooLarge') || (has('memory') && (jobs.length > 1 || resident.size > 1)))
        return fail(batch, aboard, new AppError(problem('device.outOfMemory', { ...values, needed: 1 })));
      const moved = nothing();
      for (const row of aboard) {
        const job = rows.delete(row.id) ? live.get(row.jobId) : undefined;
        if (!job || --job.missing > 0) continue;
        // Some nodes do something that takes time between two calls.
        if (random.chance(0.8)) advance(job, moved);
        else soon(1 + random.below(5), () => live.get(row.jobId) === job && later(job));
      }
      const { steps: lease, quietUntil } = leases.get(batch.id) ?? { steps: 0 };
      // Rows of a job that wants more of them than it had here go back to the core.
      const had = (row: Row) => aboard.filter(({ jobId }) => jobId === row.jobId).length;
      const wants = (row: Row) => moved.next.filter(({ jobId }) => jobId === row.jobId).length;
      const isBack = (row: Row) => row.batchKey === aboard[0]!.batchKey && wants(row) <= had(row);
      const back = lease > 0 && next === null ? moved.next.filter(isBack) : [];
      const others = moved.next.filter((row) => !back.includes(row));
      const report = {
        batchId: batch.id,
        rows: aboard.length,
        startMs,
        ms,
        moved: { ...moved, next: others },
        earlier,
      };
      if (back.length > 0) {
        const left = lease - 1;
        leases.set(batch.id, { steps: left, ...(quietUntil === undefined ? {} : { quietUntil }) });
        const news = moved.ended.length + moved.failed.length + others.length > 0 || back.length < aboard.length;
        const isQuiet = !news && quietUntil !== undefined && left > quietUntil;
        if (!isQuiet) emit({ type: 'batch.stepped', ...report, leaseLeft: left });
        const rowIds = back.map(({ id }) => id);
        compute(batch, rowIds, false, isQuiet ? [...earlier, { startMs, ms }] : []);
      } else {
        leases.delete(batch.id);
        emit({ type: 'batch.done', ...report, leaseLeft: lease });
        goOn();
      }
    });
  };
  const later = (job: LiveJob): void => {
    const moved = nothing();
    advance(job, moved);
    emit({ type: 'jobs.moved', moved });
  };

  return {
    device,
    tensors,
    calls,
    get isLoading() {
      return isMoving || coming.size > 0;
    },
    get jobs() {
      return new Set(live.keys());
    },
    die,
    ready: () => emit({ type: 'host.ready', device }),
    release(parts) {
      for (const part of parts) {
        if (!resident.delete(part)) violation('a part that was not there is released');
        emit({ type: 'part.evicted', part, bytes: bytesOf(part), startMs: time.now(), ms: 0 });
      }
    },
    warn(problems) {
      for (const jobId of live.keys()) emit({ type: 'job.warned', jobId, problems });
    },
    start(start) {
      if (!isUp) return violation('a job is started on a host that is down');
      for (const { id } of tensorsIn(start.item))
        if (!tensors.has(id)) violation(`${start.nodeType} reads a tensor that is not there`);
      const job = { start, work: start.item.prepared as Work, call: 0, missing: 0 };
      live.set(start.jobId, job);
      soon(random.below(4), () => {
        if (live.get(start.jobId) !== job) return;
        if (job.work.trouble === 'crashInNode') die('a node crashed');
        else later(job);
      });
    },
    run(batch) {
      if (!isUp) return violation('a host that is down got a batch');
      leases.set(batch.id, batch.lease);
      if (!isBusy) return begin(batch);
      if (next) violation('a host that has a batch to go on with got another');
      next = batch;
    },
    load({ part: { key } }, evict) {
      if (!isUp) return violation('a host that is down is to load');
      for (const part of evict) {
        if (!resident.delete(part)) violation('a part that was not there leaves');
        emit({ type: 'part.evicted', part, bytes: bytesOf(part), startMs: time.now(), ms: 0 });
      }
      if (resident.has(key) || coming.has(key)) violation('a part that is there is loaded');
      coming.set(key, []);
      soon(1 + random.below(30), () => {
        resident.add(key);
        if (options.dies?.(key)) return die();
        const waiting = coming.get(key)!;
        coming.delete(key);
        emit({ type: 'part.loaded', part: key, bytes: bytesOf(key), startMs: time.now(), ms: 1 });
        for (const begins of waiting) begins();
      });
    },
    renew: (batchId, lease) => void (leases.has(batchId) && leases.set(batchId, lease)),
    revoke(batchId) {
      if (leases.has(batchId)) leases.set(batchId, { steps: 0 });
      if (next?.id === batchId) unwanted.add(batchId);
    },
    cancel(jobs) {
      options.onCancel?.(jobs);
      const failed = jobs.filter(drop).map((jobId) => ({ jobId, problems: [], cancelled: true }));
      if (failed.length > 0) soon(1, () => emit({ type: 'jobs.moved', moved: { ...nothing(), failed } }));
    },
    show: () => {},
    free(ids) {
      for (const id of ids) if (!tensors.delete(id) && !lost.has(id)) violation(`${id} is freed and not there`);
    },
    fetch(ref) {
      const born = life;
      return new Promise((resolve, reject) =>
        time.at(random.below(3), () => {
          if (born !== life) return reject(new AppError(problem('device.lost', { device: device.id, reason: 'gone' })));
          // Whoever reads it was cancelled meanwhile, and it was freed.
          if (!tensors.has(ref.id)) return reject(new AppError(problem('bug', { reason: `no tensor ${ref.id}` })));
          resolve(new Uint8Array(ref.bytes));
        }),
      );
    },
    put(ref) {
      const born = life;
      return new Promise((resolve, reject) =>
        time.at(random.below(3), () => {
          if (born !== life || !isUp)
            return reject(new AppError(problem('device.lost', { device: device.id, reason: 'gone' })));
          tensors.set(ref.id, ref.bytes);
          resolve();
        }),
      );
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {},
  };
}
