import { previewOf, shrunk } from '../diffusion/preview.ts';
import { Cancelled, fail, type Problem } from '../model/errors.ts';
import type { Preview } from '../model/events.ts';
import type { Digest, JobId } from '../model/ids.ts';
import type { NodeContext, TensorMath } from '../model/node-type.ts';
import type { PackFacts, PackRef } from '../model/pack.ts';
import type { Clock } from '../model/ports.ts';
import type { TensorRef } from '../model/tensor.ts';
import type { Jobs, LiveJob } from './jobs.ts';
import type { Decoder } from './picture/decoder.ts';
import type { Encoder } from './picture/encoder.ts';
import { pixelsOf } from './pixels.ts';
import type { RowValues, Runtime } from './runtime.ts';
import type { TensorOwners } from './tensors.ts';

export interface ContextOptions {
  readonly runtime: Runtime;
  readonly owners: TensorOwners;
  readonly clock: Clock;
  readonly decoder: Decoder;
  readonly encoder: Encoder;
  readonly jobs: () => Jobs;
  readonly file: (digest: Digest, signal: AbortSignal) => Promise<Uint8Array>;
  readonly onProgress: (jobId: JobId, done: number, total: number, preview: Preview | null) => void;
  /** The job goes on; its runs are told. */
  readonly onWarned: (jobId: JobId, problems: readonly Problem[]) => void;
  /** When a job of this host made a preview last. */
  readonly previews: { lastMs: number };
}

/** Between two reports of one job, and two previews. The last report of a count is always sent. */
const reportMs = 200;
/** Between two previews of a host, however many of its jobs are watched: 0.1 ms of work each, beside the device's. */
const previewGapMs = 40;
const previewSidePx = 128;

/** What a node may touch, for one job: whatever is made through it is the job's. */
export function contextFor(job: LiveJob, options: ContextOptions): NodeContext {
  const { runtime, owners, clock } = options;
  const { jobId, packs } = job.start;
  const { signal } = job.controller;
  let reportedMs = Number.NEGATIVE_INFINITY;
  let previewedMs = Number.NEGATIVE_INFINITY;

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
  const report = (done: number, total: number, preview: Preview | null): void => {
    if (!job.over) options.onProgress(jobId, done, total, preview);
  };
  /** Made while the device computes the next step: the values are taken now, since the node frees them, the rest comes after. */
  const reportWith = (done: number, total: number, { latent, pack }: Shown): void => {
    runtime.tensor.read(latent).then(
      (values) => setImmediate(() => report(done, total, previewFrom(values, latent.shape, facts(pack)))),
      () => report(done, total, null),
    );
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
    pixels: pixelsOf({
      runtime,
      decoder: options.decoder,
      encoder: options.encoder,
      own,
      live,
      warn: (found) => options.onWarned(jobId, [found]),
    }),
    facts,
    file(digest) {
      live();
      return options.file(digest, signal);
    },
    signal,
    progress(done, total, shown) {
      const now = clock.now();
      if (job.over || (done < total && now - reportedMs < reportMs)) return;
      reportedMs = now;
      const isDue = now - previewedMs >= reportMs && now - options.previews.lastMs >= previewGapMs;
      // The last step is told at once: its picture comes next.
      if (!job.previews || !shown || !isDue || done >= total) return report(done, total, null);
      previewedMs = now;
      options.previews.lastMs = now;
      reportWith(done, total, shown);
    },
  };
}

type Shown = NonNullable<Parameters<NodeContext['progress']>[2]>;

/** Null where the pack does not say what its latents look like. `shape` is [1, channels, height, width]. */
function previewFrom(values: ArrayLike<unknown>, shape: readonly number[], { preview }: PackFacts): Preview | null {
  const [height = 0, width = 0] = shape.slice(-2);
  if (!(values instanceof Float32Array) || preview === null || width * height === 0) return null;
  const small = shrunk(values, width, height, previewSidePx);
  const rgb = previewOf(small.latent, small.width, small.height, preview);
  return rgb && { width: small.width, height: small.height, rgb: Buffer.from(rgb).toString('base64') };
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
    product: (a, b) => made(() => math.product(a, b)),
    clip: (tensor, clip) => made(() => math.clip(tensor, clip)),
    blend: (inner, outer, mask) => made(() => math.blend(inner, outer, mask)),
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
