import type { Worker } from 'node:worker_threads';
import type { DeviceProfile } from '../model/device.ts';
import { AppError, problem } from '../model/errors.ts';
import type { ContentKey, DeviceId, Digest, RunId } from '../model/ids.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { Delivery, Notice } from '../model/notices.ts';
import type { Results, RunLog } from '../model/ports.ts';
import { type Rpc, rpcOver } from '../model/rpc.ts';
import type { ImageFilters, ImagePlace, RunImage, RunState, Tier } from '../model/run.ts';
import { defaultSettings } from '../model/settings.ts';
import { fileInHome } from './home.ts';
import type { ImageQuery, NewImage, StoredImage } from './images.ts';
import type { KeptNotice } from './notices.ts';
import type { FileStamp } from './pack-digests.ts';
import { machineName } from './profiles.ts';
import type { NewRun, RunQuery, RunRecord, Submitted } from './run-record.ts';
import { savedProfiles } from './saved-profiles.ts';
import { startStoreThread } from './store-worker.ts';
import { packed, submittedOf } from './submission.ts';
import type { Ask } from './tables.ts';
import type { ThreadOptions } from './thread.ts';
import { portOverThread } from './thread-port.ts';

export interface StoreOptions {
  readonly home: string;
  /** On disk for results that can be computed again. */
  readonly cacheBytes?: number;
  /** For tests: the database is gone when it is closed. */
  readonly inMemory?: boolean;
  /** For tests: what the store adds to the machine's time, in ms. */
  readonly clockOffsetMs?: number;
  /** A thread that was started beforehand. */
  readonly thread?: Worker;
  /** Of writes that nobody waits for. */
  readonly onError?: (error: unknown) => void;
}

export interface Runs extends RunLog {
  /** Runs will be submitted soon: what the first one would wait for is done meanwhile. */
  hold(): void;
  /** Resolves when all of them are on disk; none is when it rejects. */
  submit(graph: { readonly id: string }, runs: readonly NewRun[]): Promise<readonly Submitted[]>;
  arrange(changes: readonly { readonly id: RunId; readonly place?: number; readonly tier?: Tier }[]): Promise<void>;
  get(id: RunId): Promise<RunRecord | null>;
  list(query?: RunQuery): Promise<readonly RunRecord[]>;
  counts(): Promise<Readonly<Record<RunState, number>>>;
  count(query: Pick<RunQuery, 'states' | 'tier'>): Promise<number>;
  /** Forgets runs in states that are over; answers how many. */
  remove(states: readonly RunState[]): Promise<number>;
  setState(id: RunId, state: 'queued' | 'running' | 'paused'): Promise<void>;
  /** Runs that are not over and that no other living process holds, in queue order. */
  unfinished(): Promise<readonly RunRecord[]>;
  /** Takes over runs that nobody holds; answers those it got. */
  claim(ids: readonly RunId[]): Promise<readonly RunId[]>;
}

/** Everything that outlives the process. A promise that resolves means: on disk. */
export interface Store {
  readonly runs: Runs;
  readonly results: Results & {
    /** Evicts down to this many bytes, now and from now on. */
    budget(bytes: number): Promise<void>;
    heldBytes(): Promise<number>;
  };
  readonly blobs: {
    /** `name` is for the message when it is too large. */
    put(bytes: Uint8Array, name: string): Promise<Digest>;
    get(digest: Digest): Promise<Uint8Array | null>;
    has(digest: Digest): Promise<boolean>;
    remove(digest: Digest): Promise<boolean>;
    path(digest: Digest): string;
  };
  readonly images: {
    add(bytes: Uint8Array, image: NewImage): Promise<RunImage>;
    get(digest: Digest): Promise<Uint8Array | null>;
    list(query?: ImageQuery): Promise<readonly StoredImage[]>;
    count(query: ImageQuery): Promise<number>;
    /** What kept pictures can be filtered by. */
    filters(): Promise<ImageFilters>;
    /** For a day they can be restored; then their files go. Answers those that were there. */
    remove(places: readonly ImagePlace[]): Promise<readonly ImagePlace[]>;
    /** Answers those that are there again. */
    restore(places: readonly ImagePlace[]): Promise<readonly StoredImage[]>;
    /** Where its file is, with the ending of its format; `.png` without one. */
    path(digest: Digest, suffix?: string): string;
  };
  readonly profiles: {
    load(): Promise<ReadonlyMap<DeviceId, DeviceProfile>>;
    /** Written a second later, and when the store closes. */
    save(device: DeviceId, profile: DeviceProfile): void;
  };
  readonly packDigests: {
    find(files: readonly FileStamp[]): Promise<readonly (Digest | null)[]>;
    keep(files: readonly (FileStamp & { readonly digest: Digest })[]): Promise<void>;
  };
  readonly graphs: { put(graph: object): Promise<Digest>; get(digest: Digest): Promise<JsonObject | null> };
  readonly settings: { all(): Promise<Record<string, Json>>; set(name: string, value: Json): Promise<void> };
  readonly notices: {
    /** Answers the targets that nobody was told of this submission at. */
    add(notice: Notice, targets: Readonly<Record<string, Delivery['state']>>): Promise<readonly string[]>;
    /** Takes over those that are due and that nobody is at. */
    claim(): Promise<readonly KeptNotice[]>;
    tried(delivery: Omit<Delivery, 'made'>): Promise<void>;
    list(page: { readonly offset: number; readonly count: number }): Promise<readonly Delivery[]>;
    /** How many runs of a submission are in which state. */
    states(submission: string): Promise<Readonly<Partial<Record<RunState, number>>>>;
    /** Submissions that are over lately and of which nobody was told. */
    untold(): Promise<readonly string[]>;
  };
  /** Removes what killed processes left, and previews and removed pictures older than a day; done by itself a second after opening. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the store in its thread. Nothing here waits for the disk.
 * @throws AppError folder.notWritable, disk.full, store.newer, store.broken, store.readOnly, store.busy
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const threadOptions: ThreadOptions = {
    home: options.home,
    cacheBytes: options.cacheBytes ?? defaultSettings.cacheBytes,
    inMemory: options.inMemory ?? false,
    clockOffsetMs: options.clockOffsetMs ?? 0,
  };
  const worker = options.thread ?? startStoreThread();
  const exit = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const rpc = rpcOver(
    portOverThread(worker, false),
    () => ({ value: null, bytes: [] }),
    () => {},
    () => {},
  );
  try {
    await rpc.call('open', threadOptions);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return storeOver(rpc, exit, options);
}

function storeOver(rpc: Rpc, exit: Promise<void>, { home, onError = () => {} }: StoreOptions): Store {
  let closing: Promise<void> | null = null;
  const ask: Ask = async (table, name, args, bytes = []) => {
    if (closing) throw new AppError(problem('store.closed', {}));
    const answer = await rpc.call(`${table}.${name}`, args, bytes);
    return (answer.bytes[0] ?? answer.value) as never;
  };
  const profiles = savedProfiles(ask, machineName, onError);
  return {
    runs: {
      hold: () => void ask('runs', 'hold', undefined).catch(onError),
      async submit(graph, runs) {
        const sent = packed(graph, runs);
        return submittedOf(runs, await ask('runs', 'submit', sent instanceof Promise ? await sent : sent));
      },
      started: (id) => void ask('runs', 'started', id).catch(onError),
      changed: (id, state, problems, images, ms) => ask('runs', 'changed', { id, state, problems, images, ms }),
      arrange: (changes) => ask('runs', 'arrange', changes),
      get: (id) => ask('runs', 'get', id),
      list: (query = {}) => ask('runs', 'list', query),
      counts: () => ask('runs', 'counts', undefined),
      count: (query) => ask('runs', 'count', query),
      remove: (states) => ask('runs', 'remove', states),
      setState: (id, state) => ask('runs', 'setState', { id, state }),
      unfinished: () => ask('runs', 'unfinished', undefined),
      claim: (ids) => ask('runs', 'claim', ids),
    },
    results: {
      async find(keys: readonly ContentKey[]) {
        const found = keys.length > 0 ? await ask('results', 'find', keys) : [];
        return new Map(found.map((result) => [result.key, result]));
      },
      keep: (key, outputs, bytes) =>
        ask('results', 'keep', { key, outputs, tensors: [...bytes.keys()] }, [...bytes.values()]),
      read: (digest) => ask('results', 'read', digest),
      budget: (bytes) => ask('results', 'budget', bytes),
      heldBytes: () => ask('results', 'heldBytes', undefined),
    },
    blobs: {
      put: (bytes, name) => ask('blobs', 'put', name, [bytes]),
      get: (digest) => ask('blobs', 'get', digest),
      has: (digest) => ask('blobs', 'has', digest),
      remove: (digest) => ask('blobs', 'remove', digest),
      path: (digest) => fileInHome(home, 'blobs', digest),
    },
    images: {
      add: (bytes, image) => ask('images', 'add', image, [bytes]),
      get: (digest) => ask('images', 'get', digest),
      list: (query = {}) => ask('images', 'list', query),
      count: (query) => ask('images', 'count', query),
      filters: () => ask('images', 'filters', undefined),
      remove: (places) => ask('images', 'remove', places),
      restore: (places) => ask('images', 'restore', places),
      path: (digest, suffix = '.png') => fileInHome(home, 'images', digest, suffix),
    },
    profiles,
    packDigests: {
      find: (files) => ask('packDigests', 'find', files),
      keep: (files) => ask('packDigests', 'keep', files),
    },
    graphs: { put: (graph) => ask('graphs', 'put', graph), get: (digest) => ask('graphs', 'get', digest) },
    settings: {
      all: () => ask('settings', 'all', undefined),
      set: (name, value) => ask('settings', 'set', { name, value }),
    },
    notices: {
      add: (notice, targets) => ask('notices', 'add', { notice, targets }),
      claim: () => ask('notices', 'claim', undefined),
      tried: (delivery) => ask('notices', 'tried', delivery),
      list: (page) => ask('notices', 'list', page),
      states: (submission) => ask('notices', 'states', submission),
      untold: () => ask('notices', 'untold', undefined),
    },
    tidy: async () => void (await rpc.call('tidy', null)),
    close() {
      if (closing) return closing;
      const saved = profiles.flush();
      closing = saved
        .then(() => rpc.call('close', null))
        .then(
          () => {}, // everything is on disk; the thread ends by itself, and nobody needs to wait for that
          (error: unknown) => {
            onError(error);
            return exit;
          },
        );
      return closing;
    },
  };
}
