import { createHash } from 'node:crypto';
import type { Handlers, RunListing } from '../../src-main/contract/calls.ts';
import type { SettingsAnswer } from '../../src-main/contract/settings.ts';
import { fail } from '../../src-main/model/errors.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { DeviceId, Digest, GraphId, PartKey, RunId } from '../../src-main/model/ids.ts';
import type { RunState } from '../../src-main/model/run.ts';
import { defaultSettings } from '../../src-main/model/settings.ts';
import type { ServedCore } from '../../src-main/serve/served-core.ts';

export const digestOf = (bytes: string | Uint8Array): Digest =>
  createHash('sha256').update(bytes).digest('hex') as Digest;

export interface CalledCore extends ServedCore {
  readonly runs: Map<RunId, RunListing>;
  readonly blobs: Map<Digest, Uint8Array>;
  readonly pictures: Map<Digest, Uint8Array>;
  /** Names of calls in the order they came. */
  readonly called: string[];
  /** Calls of runs.explain do not return before they are aborted; this resolves when one has come. */
  readonly explaining: PromiseWithResolvers<AbortSignal>;
  readonly listeners: number;
  /** Graphs whose previews clients want, and how many of them. */
  readonly watched: ReadonlyMap<string, number>;
  emit(event: Event): void;
}

export const listing = (runId: string, more: Partial<RunListing> = {}): RunListing => ({
  runId: runId as RunId,
  graphId: 'graph_1' as GraphId,
  title: 'fox',
  state: 'queued',
  tier: 'quality',
  submitter: 'anonymous',
  place: 0,
  overrides: {},
  created: 1_000,
  started: null,
  ended: null,
  ms: 0,
  problems: [],
  progress: null,
  deviceIds: [],
  startsInMs: null,
  endsInMs: null,
  images: [],
  ...more,
});

const counts = (runs: Iterable<RunListing>): Record<RunState, number> => {
  const found = { queued: 0, running: 0, paused: 0, done: 0, failed: 0, cancelled: 0, interrupted: 0 };
  for (const { state } of runs) found[state]++;
  return found;
};

const nothing = { count: 0, bytes: 0 };
const noWork = {
  computed: 0,
  reused: 0,
  failed: 0,
  retried: 0,
  pictures: 0,
  runs: 0,
  transfers: nothing,
  fromDisk: nothing,
  copied: { toDevice: 0, fromDevice: 0 },
  loads: nothing,
  batches: {},
};

export const settingsAnswer: SettingsAnswer = {
  values: defaultSettings,
  secrets: { webhookSecret: 'unset', smtpPassword: 'unset' },
  written: [],
  pending: [],
  locked: [],
  problems: [],
  file: 'home/settings.json',
};

/** A core that keeps what it is told in maps and computes nothing. */
export function calledCore(): CalledCore {
  const listeners = new Set<(event: Event) => void>();
  const runs = new Map<RunId, RunListing>();
  const blobs = new Map<Digest, Uint8Array>();
  const pictures = new Map<Digest, Uint8Array>();
  const called: string[] = [];
  const watched = new Map<string, number>();
  const watch = (graphId: string, by: number): void => {
    const count = (watched.get(graphId) ?? 0) + by;
    if (count > 0) watched.set(graphId, count);
    else watched.delete(graphId);
  };
  const explaining = Promise.withResolvers<AbortSignal>();
  let paused = false;
  const known = (runId: RunId): RunListing => runs.get(runId) ?? fail('run.missing', { run: runId });
  const become = (runIds: readonly RunId[], state: RunState): null => {
    for (const runId of runIds) runs.set(runId, { ...known(runId), state });
    return null;
  };

  const handlers: Handlers = {
    'core.info': async () => ({ version: '1.2.3', contract: 1, home: 'home', devices: ['sim:0' as DeviceId] }),
    'nodes.list': async () => [],
    'packs.list': async () => [],
    'packs.vocabulary': async () => ({ groups: [] }),
    'devices.list': async () => [
      {
        device: {
          id: 'sim:0' as DeviceId,
          runtime: 'sim',
          provider: 'sim',
          label: 'Simulator',
          budgetBytes: 1000,
          threads: 1,
        },
        state: 'busy',
        residentBytes: 400,
        resident: [
          {
            part: 'denoiser@1' as PartKey,
            bytes: 400,
            why: 'running',
            runs: ['run_1' as RunId],
            usedMsAgo: 0,
            worth: 1,
            reloadMs: 100,
            leaves: null,
          },
        ],
        busyShare: 0.97,
        busyNow: 1,
        queueMs: 2_000,
        rowsWaiting: 3,
        restarts: 2,
      },
    ],
    'monitor.read': async () => ({
      readAt: 0,
      since: 0,
      runs: [],
      jobs: [],
      devices: [],
      perMinute: [],
      counts: noWork,
    }),
    'graphs.templates': async () => [],
    'graphs.read': async () => ({ graph: {} }),
    'graphs.check': async () => ({ problems: [], warnings: [] }),
    'runs.submit': async ({ runs: asked, times, tier, submitter }) => {
      const made: { runId: RunId; place: number; isNew: boolean }[] = [];
      for (const { runId: given, overrides } of asked)
        for (let i = 0; i < times; i++) {
          const runId = given ?? (`run_${runs.size}` as RunId);
          const before = runs.get(runId);
          const place = before?.place ?? runs.size;
          if (!before) runs.set(runId, listing(runId, { place, overrides, tier: tier ?? 'quality', submitter }));
          made.push({ runId, place, isNew: !before });
        }
      return made;
    },
    'runs.list': async ({ states, tier, offset, count }) => {
      const found = [...runs.values()].filter(
        (run) => (!states || states.includes(run.state)) && (!tier || run.tier === tier),
      );
      return { runs: found.slice(offset, offset + count), total: found.length };
    },
    'runs.get': async ({ runId }) => known(runId),
    'runs.explain': (_args, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
        explaining.resolve(signal);
      }),
    'runs.cancel': async ({ runIds }) => become(runIds, 'cancelled'),
    'runs.retry': async ({ runIds }) => runIds.map((from) => ({ from, runId: `${known(from).runId}_again` as RunId })),
    'runs.pause': async ({ runIds }) => become(runIds, 'paused'),
    'runs.resume': async ({ runIds }) => become(runIds, 'queued'),
    'runs.move': async () => null,
    'runs.clear': async () => {
      throw new Error('a handler that breaks');
    },
    'queue.status': async () => ({ paused, pausedTiers: [], counts: counts(runs.values()) }),
    'queue.pause': async () => {
      paused = true;
      return null;
    },
    'queue.resume': async () => {
      paused = false;
      return null;
    },
    'images.list': async () => ({ images: [], total: 0 }),
    'images.filters': async () => ({ graphs: [], packs: [] }),
    'images.remove': async ({ images }) => ({ removed: images.length }),
    'images.restore': async ({ images }) => ({ restored: images.length }),
    'images.use': async ({ digest, name }) => ({ digest, name }),
    'notices.list': async () => [],
    'notices.test': async () => ({ problems: [] }),
    'settings.get': async () => settingsAnswer,
    'settings.set': async ({ values }) => ({ ...settingsAnswer, values: { ...defaultSettings, ...values } }),
  };
  const counted = Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [
      name,
      (args: never, signal: AbortSignal) => {
        called.push(name);
        return (handler as (args: never, signal: AbortSignal) => Promise<unknown>)(args, signal);
      },
    ]),
  ) as unknown as Handlers;

  return {
    runs,
    blobs,
    pictures,
    called,
    explaining,
    handlers: counted,
    watched,
    watch(graphId) {
      watch(graphId, 1);
      return () => watch(graphId, -1);
    },
    get listeners() {
      return listeners.size;
    },
    listen(onEvent) {
      listeners.add(onEvent);
      return () => listeners.delete(onEvent);
    },
    async putFile(bytes, name) {
      const digest = digestOf(bytes);
      blobs.set(digest, Uint8Array.from(bytes));
      return { digest, name };
    },
    blob: async (digest) => blobs.get(digest) ?? null,
    picture: async (digest) => pictures.get(digest) ?? null,
    emit(event) {
      for (const listener of listeners) listener(event);
    },
  };
}
