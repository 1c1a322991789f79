import { createHash } from 'node:crypto';
import { specs } from '../../src-main/cli-graph.ts';
import type { Core, Submission } from '../../src-main/core.ts';
import { ok, type Problem, type Result } from '../../src-main/model/errors.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { Digest, GraphId, JobId, NodeId, RunId } from '../../src-main/model/ids.ts';
import type { Plan, RunImage, RunState } from '../../src-main/model/run.ts';

export interface FakeCore extends Core {
  readonly submissions: Submission[];
  readonly files: Map<Digest, string>;
  readonly cancelled: RunId[];
  closed: boolean;
  emit(event: Event): void;
  /** Ends run `place` of the last submission. */
  finish(place: number, how?: { state?: RunState; problems?: readonly Problem[]; images?: readonly RunImage[] }): void;
}

const digestOf = (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex') as Digest;

/** A picture that is some bytes under a title. */
export const pictureOf = (place: number, more: Partial<RunImage> = {}): RunImage => ({
  runId: `run_${place}` as RunId,
  nodeId: 'save' as NodeId,
  index: 0,
  digest: digestOf(`picture ${place}`),
  width: 64,
  height: 64,
  seed: String(place),
  title: 'fox',
  kept: true,
  ...more,
});

/**
 * A core without device or store. Runs end when `onSubmit` says so; without one they all end well at once, in order,
 * before their submission is acknowledged.
 */
export function fakeCore(
  options: {
    onSubmit?: (core: FakeCore, runs: readonly RunId[]) => void;
    refuse?: Result<never>;
    onCancel?: (core: FakeCore, place: number) => void;
  } = {},
): FakeCore {
  const listeners = new Set<(event: Event) => void>();
  const pictures = new Map<Digest, Uint8Array>();
  let runs: RunId[] = [];
  const core: FakeCore = {
    specs,
    submissions: [],
    files: new Map(),
    cancelled: [],
    closed: false,
    blob: async () => null,
    readGraph: () => {
      throw new Error('the command line reads graphs itself');
    },
    check: async () => ok({ warnings: [] } as unknown as Plan),
    async submit(submission) {
      core.submissions.push(submission);
      if (options.refuse) return options.refuse;
      runs = submission.overrides.map((_, place) => `run_${place}` as RunId);
      if (options.onSubmit) queueMicrotask(() => options.onSubmit?.(core, runs));
      else for (const place of runs.keys()) core.finish(place);
      return ok(runs);
    },
    cancel(runId) {
      core.cancelled.push(runId);
      const place = runs.indexOf(runId);
      if (options.onCancel) options.onCancel(core, place);
      else queueMicrotask(() => core.finish(place, { state: 'cancelled', images: [] }));
    },
    listen(onEvent) {
      listeners.add(onEvent);
      return () => listeners.delete(onEvent);
    },
    async putFile(bytes, name) {
      const digest = digestOf(bytes);
      core.files.set(digest, name);
      return { digest, name };
    },
    picture: async (digest) => pictures.get(digest) ?? null,
    pictures: async ({ offset, count }) =>
      [...runs.keys()].map((place) => pictureOf(place)).slice(offset, offset + count),
    packs: async () => [],
    devices: async () => [],
    trace: () => '{"traceEvents":[]}',
    async close() {
      core.closed = true;
    },
    emit(event) {
      for (const listener of listeners) listener(event);
    },
    finish(place, { state = 'done', problems = [], images } = {}) {
      const made = images ?? (state === 'done' ? [pictureOf(place)] : []);
      if (state === 'done') pictures.set(pictureOf(place).digest, Buffer.from(`picture ${place}`));
      const runId = runs[place] ?? (`run_${place}` as RunId);
      core.emit({ type: 'run.changed', runId, graphId: 'graph' as GraphId, state, problems, images: made, ms: 12.4 });
    },
  };
  return core;
}

export const progressed = (place: number, done: number, total: number): Event => ({
  type: 'job.progressed',
  runId: `run_${place}` as RunId,
  graphId: 'graph' as GraphId,
  jobId: `job_${place}` as JobId,
  nodeId: 'sample' as NodeId,
  done,
  total,
  ms: 0,
});
