import { Cancelled, fail } from '../model/errors.ts';
import type { Digest, JobId } from '../model/ids.ts';
import type { NodeContext, TensorMath } from '../model/node-type.ts';
import type { PackFacts, PackRef } from '../model/pack.ts';
import type { Clock } from '../model/ports.ts';
import type { TensorRef } from '../model/tensor.ts';
import type { Jobs, LiveJob } from './jobs.ts';
import { pixelsOf } from './pixels.ts';
import type { RowValues, Runtime } from './runtime.ts';
import type { TensorOwners } from './tensors.ts';

export interface ContextOptions {
  readonly runtime: Runtime;
  readonly owners: TensorOwners;
  readonly clock: Clock;
  readonly jobs: () => Jobs;
  readonly file: (digest: Digest, signal: AbortSignal) => Promise<Uint8Array>;
  readonly onProgress: (jobId: JobId, done: number, total: number) => void;
}

/** Between two reports of one job. The last one of a count is always sent. */
const reportMs = 200;

/** What a node may touch, for one job: whatever is made through it is the job's. */
export function contextFor(job: LiveJob, options: ContextOptions): NodeContext {
  const { runtime, owners, clock } = options;
  const { jobId, packs } = job.start;
  const { signal } = job.controller;
  let reportedMs = Number.NEGATIVE_INFINITY;

  const own = <T extends TensorRef | readonly TensorRef[]>(made: T): T => {
    owners.made(job, Array.isArray(made) ? made : [made as TensorRef]);
    return made;
  };
  const facts = (pack: PackRef): PackFacts =>
    packs.find(({ ref }) => ref.digest === pack.digest && sameAdapters(ref, pack)) ??
    fail('pack.missing', { pack: pack.packId, known: packs.map(({ ref }) => ref.packId).join(', ') });
  const live = (): void => {
    if (job.over) throw new Cancelled();
  };

  return {
    async call(pack, part, rows, together) {
      live();
      const found = facts(pack).parts.find(({ name }) => name === part);
      if (!found) return fail('pack.partMissing', { pack: pack.packId, part, path: '' });
      const results = await options.jobs().call(job, found, rows as readonly RowValues[], together);
      return results as never;
    },
    tensor: mathOf(runtime.tensor, own, live, (tensors) => owners.letGo(job, tensors)),
    pixels: pixelsOf(runtime, own, live),
    facts,
    file(digest) {
      live();
      return options.file(digest, signal);
    },
    signal,
    progress(done, total) {
      const now = clock.now();
      if (job.over || (done < total && now - reportedMs < reportMs)) return;
      reportedMs = now;
      options.onProgress(jobId, done, total);
    },
  };
}

const sameAdapters = ({ adapters: a }: PackRef, { adapters: b }: PackRef): boolean =>
  a.length === b.length && (a.length === 0 || JSON.stringify(a) === JSON.stringify(b));

function mathOf(
  math: TensorMath,
  own: <T extends TensorRef | readonly TensorRef[]>(made: T) => T,
  live: () => void,
  free: TensorMath['free'],
): TensorMath {
  const made = <T extends TensorRef | readonly TensorRef[]>(make: () => T): T => {
    live();
    return own(make());
  };
  return {
    linear: (terms) => made(() => math.linear(terms)),
    noise: (seed, shape, stream) => made(() => math.noise(seed, shape, stream)),
    full: (shape, value) => made(() => math.full(shape, value)),
    from: (data, dtype, shape) => made(() => math.from(data, dtype, shape)),
    split: (tensor) => made(() => math.split(tensor)),
    stack: (tensors) => made(() => math.stack(tensors)),
    free,
    async read(tensor) {
      live();
      return math.read(tensor);
    },
  };
}
