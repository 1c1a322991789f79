import { createHash } from 'node:crypto';
import { userInfo } from 'node:os';
import { catalog } from './cli-graph.ts';
import { callRemote, getBytes, putBytes, type Remote, remoteAt, remoteEvents } from './cli-remote-wire.ts';
import { type Asked, blobPath, type CoreClient, contractVersion, imagePath } from './contract/calls.ts';
import type { Core } from './core.ts';
import { runsAsked } from './core-traced.ts';
import { Trace } from './engine/trace.ts';
import { fail, ok, type Problem, problem, type Result, unwrap } from './model/errors.ts';
import type { Event } from './model/events.ts';
import type { Graph } from './model/graph.ts';
import { readGraph, writeGraph } from './model/graph-file.ts';
import type { Digest } from './model/ids.ts';
import { type GraphId, newId, type RunId } from './model/ids.ts';
import type { Json } from './model/json.ts';
import { isOver, type Plan } from './model/run.ts';

export interface RemoteCore extends Core, CoreClient {
  readonly address: string;
}

export interface RemoteOptions {
  /** How long a core that went away is waited for: it may be started again, and its runs go on. */
  readonly giveUpMs?: number;
  readonly onLost?: () => void;
  /** Notes what is heard and asked, for `Core.trace`. */
  readonly traces?: boolean;
}

/** The graph as a client sends it. */
export const graphAsJson = (graph: Graph): Asked<'runs.submit'>['graph'] =>
  JSON.parse(writeGraph(graph)) as Asked<'runs.submit'>['graph'];

/** Who asks, so that the core can be fair between people. */
export function submitterName(): string {
  try {
    return userInfo().username.slice(0, 100) || 'anonymous';
  } catch {
    return 'anonymous';
  }
}

/**
 * A core behind HTTP and a WebSocket, as if it were in this process. Files go there before a graph names them, pictures
 * come from there when they are asked for. Ids are made here, so that a submission whose answer was lost can be sent again.
 * @throws AppError remote.unreachable, remote.notKiln, remote.otherVersion, request.unauthorized
 */
export async function remoteCore(
  written: string,
  token: string | null,
  { giveUpMs = 60_000, onLost = () => {}, traces = false }: RemoteOptions = {},
): Promise<RemoteCore> {
  const remote = remoteAt(written, token);
  const trace = traces ? new Trace({ ofOthers: true }) : null;
  const client: CoreClient['call'] = async (name, args, signal) => {
    const startMs = performance.now();
    const answer = await callRemote(remote, name, args, signal);
    trace?.span('sockets', 'http', name, startMs, performance.now(), runsAsked(args));
    return answer;
  };
  await checkVersion(remote);
  const specs = new Map(unwrap(await client('nodes.list', {})).map((spec) => [spec.type, spec]));

  const listeners = new Set<(event: Event) => void>();
  const followed = new Map<RunId, GraphId>();
  const hear = (event: Event): void => {
    trace?.add(event, performance.now());
    if (event.type === 'run.changed' && isOver(event.state)) followed.delete(event.runId);
    for (const listener of listeners) listener(event);
  };
  const ended = (runId: RunId, graphId: GraphId, problems: readonly Problem[]): void =>
    hear({ type: 'run.changed', runId, graphId, state: 'failed', problems, images: [], ms: 0 });
  const catchUp = async (): Promise<void> => {
    for (const [runId, graphId] of [...followed]) {
      const found = await client('runs.get', { runId });
      if (!found.ok) {
        if (found.problems.some(({ code }) => code === 'run.missing')) ended(runId, graphId, found.problems);
        continue;
      }
      const { state, problems, images, ms } = found.value;
      if (isOver(state)) hear({ type: 'run.changed', runId, graphId, state, problems, images, ms });
    }
  };
  const events = remoteEvents(remote, {
    onEvent: hear,
    onBack: () => void catchUp(),
    onLost,
    onGone() {
      const gone = problem('remote.unreachable', { address: remote.address, reason: 'the connection was lost' });
      for (const [runId, graphId] of [...followed]) ended(runId, graphId, [gone]);
    },
    giveUpMs,
  });
  await events.opened;

  const cancelled = new Set<RunId>();
  const sendCancelled = (): void => {
    const runIds = [...cancelled];
    cancelled.clear();
    void client('runs.cancel', { runIds }).then(() => catchUp());
  };

  return {
    address: remote.address,
    specs,
    call: client,
    readGraph: (text, name) => readGraph(text, { name, catalog }),

    async check(graph, overrides) {
      const found = await client('graphs.check', { graph: graphAsJson(graph), overrides: { ...overrides } });
      if (!found.ok) return found;
      const { problems, warnings } = found.value;
      return problems.length > 0 ? { ok: false, problems } : ok(planWithout(graph, warnings));
    },

    async submit({ graph, overrides, tier, device, deterministic, notify }) {
      const args: Asked<'runs.submit'> = {
        graph: graphAsJson(graph),
        runs: overrides.map((values) => ({
          runId: newId<RunId>('run'),
          overrides: { ...values } as Record<string, Json>,
        })),
        submitter: submitterName(),
        ...(tier === undefined ? {} : { tier }),
        ...(device === undefined ? {} : { device }),
        ...(notify === undefined ? {} : { notify: [...notify] }),
        ...(deterministic === undefined ? {} : { deterministic }),
      };
      const runIds = args.runs!.map(({ runId }) => runId as RunId);
      for (const runId of runIds) followed.set(runId, graph.id);
      const taken = await twice(() => client('runs.submit', args));
      if (taken.ok) return ok(taken.value.map(({ runId }) => runId));
      for (const runId of runIds) followed.delete(runId);
      return taken;
    },

    cancel(runId) {
      if (cancelled.size === 0) queueMicrotask(sendCancelled);
      cancelled.add(runId);
    },
    listen(onEvent) {
      listeners.add(onEvent);
      return () => listeners.delete(onEvent);
    },
    async putFile(bytes, name) {
      const digest = createHash('sha256').update(bytes).digest('hex') as Digest;
      await putBytes(remote, blobPath(digest), bytes);
      return { digest, name };
    },
    picture: (digest) => getBytes(remote, imagePath(digest)),
    blob: (digest) => getBytes(remote, blobPath(digest)),
    pictures: async (page) => unwrap(await client('images.list', page)).images,
    packs: async () => unwrap(await client('packs.list', {})).map((pack) => ({ ...pack, path: remote.address })),
    devices: async () =>
      unwrap(await client('devices.list', {})).map(({ device, resident }) => ({ ...device, resident })),
    trace: () => (trace ?? new Trace()).json(),
    close: async () => events.close(),
  };
}

/** A connection that broke says nothing about whether the call was heard; ids make it safe to ask again. */
async function twice<T>(ask: () => Promise<Result<T>>): Promise<Result<T>> {
  const first = await ask();
  const isLost = !first.ok && first.problems.some(({ code }) => code === 'remote.unreachable');
  return isLost ? ask() : first;
}

async function checkVersion(remote: Remote): Promise<void> {
  const { address } = remote;
  const info = unwrap(await callRemote(remote, 'core.info', {})) as { contract?: unknown } | null;
  const theirs = info?.contract;
  if (typeof theirs !== 'number') fail('remote.notKiln', { address, found: JSON.stringify(info)?.slice(0, 80) ?? '' });
  if (theirs !== contractVersion)
    fail('remote.otherVersion', { address, theirs: String(theirs), ours: String(contractVersion) });
}

/** The steps are made and kept over there. */
const planWithout = (graph: Graph, warnings: readonly Problem[]): Plan => ({
  graphId: graph.id,
  steps: new Map(),
  order: [],
  sinks: [],
  packs: [],
  warnings,
  seeds: new Map(),
});
