import { readFileSync } from 'node:fs';
import path from 'node:path';
import { nodeTypes } from '../../nodes/index.ts';
import { contractVersion, type RunListing } from '../../src-main/contract/calls.ts';
import type { Digest, GraphId, NodeId, RunId } from '../../src-main/model/ids.ts';
import type { JsonObject } from '../../src-main/model/json.ts';
import { specOf } from '../../src-main/model/node-spec.ts';
import type { GalleryImage, RunImage, RunState } from '../../src-main/model/run.ts';
import type { Storage } from '../../src-renderer/session/storage.ts';
import type { StudioCalls } from '../../src-renderer/session/studio-calls.ts';
import { settingsAnswer } from '../build/called-core.ts';

const graphs = path.join(import.meta.dirname, '../../graphs');
export const templateNames = ['image-to-image', 'text-to-image', 'upscale'];
export const templateFile = (name: string): JsonObject =>
  JSON.parse(readFileSync(path.join(graphs, `${name}.kiln.json`), 'utf8'));

export const specs = new Map(nodeTypes.map((type) => [type.type, specOf(type)]));

export const memoryStorage = (
  items = new Map<string, string>(),
): Storage & { readonly items: Map<string, string> } => ({
  items,
  getItem: (key) => items.get(key) ?? null,
  setItem: (key, value) => items.set(key, value),
  removeItem: (key) => items.delete(key),
});

export const listing = (id: string, some: Partial<RunListing> = {}): RunListing => ({
  runId: id as RunId,
  graphId: 'text-to-image' as GraphId,
  title: 'Text to image',
  state: 'queued',
  tier: 'fast',
  submitter: 'page',
  place: 1,
  overrides: {},
  created: 0,
  started: null,
  ended: null,
  ms: 0,
  problems: [],
  progress: null,
  deviceIds: [],
  startsInMs: null,
  endsInMs: null,
  images: [],
  ...some,
});

export const image = (id: string, index = 0, some: Partial<RunImage> = {}): RunImage => ({
  runId: id as RunId,
  nodeId: 'save' as NodeId,
  index,
  digest: `${id}-${index}` as Digest,
  width: 256,
  height: 256,
  seed: '7',
  title: 'picture',
  kept: true,
  ...some,
});

export const galleryImage = (id: string, some: Partial<GalleryImage> = {}): GalleryImage => ({
  ...image(id),
  prompt: 'a red fox',
  graphId: 'text-to-image' as GraphId,
  graphTitle: 'Text to image',
  packs: ['starter'],
  bytes: 1,
  added: 0,
  ...some,
});

export interface FakeCalls extends StudioCalls {
  /** What was asked, in order: its name and its arguments. */
  readonly asked: { readonly name: string; readonly args: unknown }[];
  readonly of: (name: string) => unknown[];
}

const noCounts: Readonly<Record<RunState, number>> = {
  queued: 0,
  running: 0,
  paused: 0,
  done: 0,
  failed: 0,
  cancelled: 0,
  interrupted: 0,
};

const nothing = { count: 0, bytes: 0 };
export const noWork = {
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

/** A core that knows the real templates and node types, and runs nothing. Tests say what else it answers. */
export function fakeCalls(some: Partial<StudioCalls> = {}): FakeCalls {
  const asked: { name: string; args: unknown }[] = [];
  const answers: StudioCalls = {
    info: async () => ({ version: '1', contract: contractVersion, home: 'here', devices: [] }),
    nodes: async () => [...specs.values()],
    packs: async () => [],
    vocabulary: async () => ({ groups: [] }),
    devices: async () => [],
    monitor: async () => ({
      readAt: 0,
      since: 0,
      runs: [],
      jobs: [],
      devices: [],
      perMinute: [],
      counts: noWork,
    }),
    templates: async () => templateNames.map((name) => ({ name, title: name, graph: templateFile(name) })),
    readGraph: async () => ({ graph: templateFile('upscale') }),
    check: async () => ({ problems: [], warnings: [] }),
    submit: async ({ runs = [] }) => runs.map(({ runId }, place) => ({ runId: runId as RunId, place, isNew: true })),
    runs: async () => ({ runs: [], total: 0 }),
    run: async (runId) => listing(runId),
    explain: async (runId) => ({
      runId,
      state: 'queued',
      tier: 'fast',
      before: [],
      beforeCount: 0,
      overtaken: 0,
      jobs: [],
    }),
    cancel: async () => null,
    retry: async () => [],
    pause: async () => null,
    resume: async () => null,
    move: async () => null,
    clear: async () => ({ removed: 0 }),
    queue: async () => ({ paused: false, pausedTiers: [], counts: noCounts }),
    pauseQueue: async () => null,
    resumeQueue: async () => null,
    images: async () => ({ images: [], total: 0 }),
    imageFilters: async () => ({ graphs: [], packs: [] }),
    removeImages: async (images) => ({ removed: images.length }),
    restoreImages: async (images) => ({ restored: images.length }),
    takeImage: async ({ digest, name }) => ({ digest: digest as Digest, name }),
    settings: async () => settingsAnswer,
    testNotice: async () => ({ problems: [] }),
    setSettings: async (values) => ({ ...settingsAnswer, values: { ...settingsAnswer.values, ...values } }),
    ...some,
  };
  const noted = Object.entries(answers).map(([name, answer]) => [
    name,
    (args: unknown, ...more: unknown[]) => {
      asked.push({ name, args });
      return (answer as (...all: unknown[]) => unknown)(args, ...more);
    },
  ]);
  return {
    ...(Object.fromEntries(noted) as StudioCalls),
    asked,
    of: (name) => asked.filter((one) => one.name === name).map(({ args }) => args),
  };
}
