import { type Answer, type CoreInfo, contractVersion, type DeviceStatus } from '../../src-main/contract/calls.ts';
import { AppError, problemsOfError } from '../../src-main/model/errors.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { RunId } from '../../src-main/model/ids.ts';
import type { Overrides } from '../../src-main/model/overrides.ts';
import { isOver, type Tier } from '../../src-main/model/run.ts';
import type { FileValue } from '../../src-main/model/value-types.ts';
import { awaitedRuns } from './awaited-runs.ts';
import { type Cell, cell, type WritableCell } from './cell.ts';
import { type Commands, commands } from './commands.ts';
import { type EngineSettings, engineSettings } from './engine-settings.ts';
import { type Gallery, gallery } from './gallery.ts';
import { type Grids, grids } from './grid.ts';
import { liveCheck } from './live-check.ts';
import { liveMode } from './live-mode.ts';
import { type Machine, machine } from './machine.ts';
import { type Notices, notices } from './notices.ts';
import type { OpenGraph } from './open-graph.ts';
import { type OpenGraphs, openGraphs } from './open-graphs.ts';
import type { KeptPreferences } from './preferences.ts';
import { type Queue, queue } from './queue.ts';
import { afterEvent, afterListing, noRuns, type RunsHere, submitted } from './runs-here.ts';
import type { Storage } from './storage.ts';
import type { StudioCalls, Timers } from './studio-calls.ts';
import { type Vocabularies, vocabularies } from './vocabularies.ts';

export interface Studio extends Omit<OpenGraphs, 'take' | 'show' | 'failed'> {
  readonly commands: Commands;
  readonly preferences: KeptPreferences;
  readonly notices: Notices;
  readonly queue: Queue;
  readonly gallery: Gallery;
  readonly grids: Grids;
  /** Pictures that may become inputs of the open graph, where a person has to say of which. */
  readonly offered: WritableCell<readonly FileValue[]>;
  readonly runs: Cell<RunsHere>;
  readonly info: Cell<CoreInfo | null>;
  readonly packs: Cell<Answer<'packs.list'>>;
  readonly vocabularies: Vocabularies;
  readonly devices: Cell<readonly DeviceStatus[]>;
  readonly machine: Machine;
  readonly engineSettings: EngineSettings;
  /** The last submission whose end is told on the desktop. */
  readonly ended: Cell<RunsEnded | null>;
  /** The panel that shows the connection, with the address it proposes; null while it is shut. */
  readonly connecting: WritableCell<{ readonly address: string } | null>;
  /** The core answers, for the first time or again: what is shown may be old. */
  connected(): Promise<void>;
  hear(event: Event): void;
  /** Queues the open graph; without a tier, a single run goes at once and a series takes its turn. */
  run(times: number, tier: Tier | null): Promise<void>;
  /** Whether the picture is drawn anew at every change. */
  readonly live: WritableCell<boolean>;
  /** Opens the graph of a run with the values it was made from. */
  takeValuesOf(runId: RunId): Promise<void>;
  /** What no event tells: how busy devices are, what others did to the queue. */
  lookAround(): Promise<void>;
  readonly calls: StudioCalls;
  /** Does something that a person asked for; what went wrong is told, and the queue looked at anew. */
  act(work: (calls: StudioCalls) => Promise<unknown>): Promise<void>;
}

export type RunsEnded = Extract<Event, { type: 'runs.ended' }>;

export interface StudioOptions {
  readonly calls: StudioCalls;
  readonly storage: Storage;
  readonly timers: Timers;
  readonly preferences: KeptPreferences;
}

export const submitter = 'page';
/** Older runs of this list are looked up when somebody asks for them. */
const recentRuns = 50;

export function studio({ calls, storage, timers, preferences }: StudioOptions): Studio {
  const told = notices(timers);
  const orders = commands(preferences);
  const runs = cell(noRuns);
  const awaited = awaitedRuns(storage);
  runs.subscribe(() => awaited.see(runs.get()));
  const info = cell<CoreInfo | null>(null);
  const packs = cell<Answer<'packs.list'>>([]);
  const devices = cell<readonly DeviceStatus[]>([]);
  const ours = machine({ calls, devices, packs, now: timers.now });
  const settings = engineSettings(calls);
  const ended = cell<RunsEnded | null>(null);
  const connecting = cell<{ readonly address: string } | null>(null);
  const lines = queue({ ...timers, fetch: calls.runs, fetchStatus: calls.queue });
  const pictures = gallery(calls.images);
  let check: ReturnType<typeof liveCheck> | null = null;

  const graphs = openGraphs({ storage, preferences, notices: told, readGraph: calls.readGraph, timers });
  const { templates, template } = graphs;
  template.subscribe(() => {
    const now = template.get();
    check?.close();
    check = now && liveCheck(now.open, calls, timers);
  });

  const lookAgain = async (): Promise<void> => {
    const { runs: listed } = await calls.runs({ order: 'newest', count: recentRuns });
    const known = new Set(listed.map(({ runId }) => runId));
    const isAwaited = new Set(awaited.list());
    const open = Object.values(runs.get()).filter(({ state }) => !isOver(state));
    const missed = new Set([...isAwaited, ...open.map(({ runId }) => runId)].filter((runId) => !known.has(runId)));
    const found = await Promise.all([...missed].slice(0, recentRuns).map((id) => calls.run(id).catch(() => null)));
    for (const listing of [...found, ...listed.toReversed()])
      if (listing && (isAwaited.has(listing.runId) || runs.get()[listing.runId] || !isOver(listing.state)))
        runs.set(afterListing(runs.get(), listing));
  };

  const lookAround = async (): Promise<void> => {
    try {
      await ours.lookAtDevices();
      await lines.lookAround();
    } catch {
      // They are looked at again soon.
    }
  };

  /** Answers whether they are queued; what keeps them from it stands at its input, else it is told. */
  const queueRuns = async (
    open: OpenGraph,
    wanted: readonly { readonly runId: RunId; readonly overrides: Overrides }[],
    more: { readonly tier?: Tier; readonly replaces?: RunId },
  ): Promise<boolean> => {
    try {
      await calls.submit({
        graph: open.file(),
        runs: wanted.map(({ runId, overrides }) => ({ runId, overrides: { ...overrides } })),
        submitter,
        ...more,
      });
    } catch (error) {
      const found = problemsOfError(error);
      if (error instanceof AppError && found.every(({ nodeId }) => nodeId !== undefined)) open.setProblems(found);
      else told.problems(found);
      return false;
    }
    awaited.add(wanted.map(({ runId }) => runId));
    for (const { runId } of wanted.slice(0, recentRuns)) runs.set(submitted(runs.get(), runId, open.base.id));
    lines.refresh();
    return true;
  };

  const tables = grids(storage, calls, (open, wanted) => queueRuns(open, wanted, {}));
  template.subscribe(() => {
    const now = template.get();
    if (now) tables.show(now.open.base.id);
  });

  const isLive = cell(false);
  let redrawing: ReturnType<typeof liveMode> | null = null;
  const redraw = (): void => {
    redrawing?.close();
    redrawing = null;
    const open = template.get()?.open;
    if (!isLive.get() || !open) return;
    const again = async (replaces: RunId | null): Promise<RunId | null> => {
      const run = open.sameRun();
      const isOld = replaces === null || isOver(runs.get()[replaces]?.state ?? 'done');
      const isQueued = await queueRuns(open, [run], { tier: 'interactive', ...(isOld ? {} : { replaces }) });
      return isQueued ? run.runId : null;
    };
    redrawing = liveMode(open, again, timers);
  };
  isLive.subscribe(redraw);
  template.subscribe(redraw);

  return {
    ...graphs,
    preferences,
    commands: orders,
    notices: told,
    queue: lines,
    gallery: pictures,
    grids: tables,
    offered: cell<readonly FileValue[]>([]),
    runs,
    info,
    packs,
    vocabularies: vocabularies(calls, packs),
    devices,
    machine: ours,
    engineSettings: settings,
    ended,
    connecting,
    lookAround,
    live: isLive,
    calls,

    async act(work) {
      await told.attempt(() => work(calls));
      lines.refresh();
    },

    async connected() {
      lines.refresh();
      void lookAround();
      void pictures.refresh();
      void settings.look().catch(() => {}); // they are asked for again where they are shown
      try {
        const [core, nodes, found, listed] = await Promise.all([
          calls.info(),
          calls.nodes(),
          calls.templates(),
          calls.packs(),
        ]);
        info.set(core);
        packs.set(listed);
        const before = template.get();
        graphs.take(found, new Map(nodes.map((spec) => [spec.type, spec])));
        if (template.get() === before) check?.ask();
        await lookAgain();
        await tables.lookAgain();
      } catch (error) {
        if (template.get() === null) graphs.failed(problemsOfError(error));
      }
    },

    hear(event) {
      runs.set(afterEvent(runs.get(), event, timers.now()));
      lines.hear(event);
      pictures.hear(event);
      tables.hear(event);
      if (event.type === 'runs.ended') ended.set(event);
      if (event.type === 'settings.changed') void settings.look().catch(() => {});
      if (event.type === 'packs.changed') void ours.lookForPacks().catch(() => {});
      if (event.type === 'device.changed')
        devices.set(
          devices
            .get()
            .map((one) =>
              one.device.id === event.device.id ? { ...one, device: event.device, state: event.state } : one,
            ),
        );
    },

    async run(times, tier) {
      const now = template.get();
      if (!now) return;
      const urgency = tier ?? (times === 1 ? 'interactive' : undefined);
      const isQueued = await queueRuns(now.open, now.open.nextRuns(times), urgency ? { tier: urgency } : {});
      if (isQueued && times > 1) told.say(({ run }) => run.queued(times));
    },

    async takeValuesOf(runId) {
      try {
        const { graphId, overrides } = await calls.run(runId);
        const next = templates.get().find(({ open }) => open.base.id === graphId);
        if (!next) return told.say((texts) => texts.pictures.otherGraph);
        graphs.show(next);
        next.open.use(overrides);
        told.say(({ said }) => said.valuesTaken);
      } catch (error) {
        const found = problemsOfError(error);
        if (found.some(({ code }) => code === 'run.missing')) told.say((texts) => texts.pictures.gone);
        else told.problems(found);
      }
    },
  };
}

export type { OpenTemplate } from './open-graphs.ts';

export const needsReload = (info: CoreInfo | null): boolean => info !== null && info.contract !== contractVersion;
