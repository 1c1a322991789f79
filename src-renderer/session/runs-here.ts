import { produce } from 'immer';
import type { RunListing } from '../../src-main/contract/calls.ts';
import type { Problem } from '../../src-main/model/errors.ts';
import type { Event, Where } from '../../src-main/model/events.ts';
import type { GraphId, NodeId, RunId, StepId } from '../../src-main/model/ids.ts';
import { type ImagePlace, isOver, type JobState, type RunImage, type RunState } from '../../src-main/model/run.ts';
import { imageKey } from './gallery.ts';

/** What is seen of one node of one run. */
export interface NodeHere {
  state: JobState;
  done: number;
  total: number;
  ms: number;
}

/** A small picture of what a step has come to: base64 of width * height * 3 bytes. */
export interface Preview {
  readonly width: number;
  readonly height: number;
  readonly rgb: string;
}

/** What is seen of one run: built from events alone, so it is the same whoever looks, and whenever. */
export interface RunHere {
  readonly runId: RunId;
  readonly graphId: GraphId;
  state: RunState;
  nodes: Record<NodeId, NodeHere>;
  /** What is in subgraphs, by step: `outer/inner`. Their nodes in `nodes` sum it up. */
  inner: Record<StepId, NodeHere>;
  /** Of the node that moved last. */
  steps: { nodeId: NodeId; stepId?: StepId; done: number; total: number } | null;
  /** When the first and the last step of `steps` ended, on the page's clock. */
  firstStep: { at: number; done: number } | null;
  lastStepAt: number;
  preview: Preview | null;
  problems: readonly Problem[];
  warnings: readonly Problem[];
  images: readonly RunImage[];
  ms: number;
}

/** Runs by id, oldest first. */
export type RunsHere = Readonly<Record<RunId, RunHere>>;

export const noRuns: RunsHere = {};
/** Runs that are over are forgotten beyond this many; lists and gallery still have them. */
const mostKept = 200;

const unseen = (runId: RunId, graphId: GraphId): RunHere => ({
  runId,
  graphId,
  state: 'queued',
  nodes: {},
  inner: {},
  steps: null,
  firstStep: null,
  lastStepAt: 0,
  preview: null,
  problems: [],
  warnings: [],
  images: [],
  ms: 0,
});

/** A run that was just submitted from here: it shows before its first event comes. */
export const submitted = (runs: RunsHere, runId: RunId, graphId: GraphId): RunsHere =>
  runs[runId] ? runs : trimmed({ ...runs, [runId]: unseen(runId, graphId) });

/** What runs look like after an event. `now` is the page's clock in ms. */
export function afterEvent(runs: RunsHere, event: Event, now: number): RunsHere {
  if (event.type === 'images.removed') return withoutImages(runs, event.images);
  if (event.type === 'images.restored') return withImages(runs, event.images);
  if (!('runId' in event) || !('graphId' in event)) return runs;
  const next = produce(runs, (draft) => {
    draft[event.runId] ??= unseen(event.runId, event.graphId) as never;
    note(draft[event.runId] as RunHere, event, now);
  });
  return Object.keys(next).length > mostKept ? trimmed(next) : next;
}

function withoutImages(runs: RunsHere, gone: readonly ImagePlace[]): RunsHere {
  const keys = new Set(gone.map(imageKey));
  return produce(runs, (draft) => {
    for (const { runId } of gone) {
      const run = draft[runId];
      if (run) run.images = run.images.filter((image) => !keys.has(imageKey(image)));
    }
  });
}

function withImages(runs: RunsHere, back: readonly RunImage[]): RunsHere {
  return produce(runs, (draft) => {
    for (const image of back) {
      const run = draft[image.runId];
      if (!run || run.images.some((one) => imageKey(one) === imageKey(image))) continue;
      const after = run.images.findIndex(({ nodeId, index }) => nodeId === image.nodeId && index > image.index);
      run.images.splice(after < 0 ? run.images.length : after, 0, image);
    }
  });
}

/** A run as the core lists it: what happened while nobody listened. */
export const afterListing = (runs: RunsHere, listing: RunListing): RunsHere => {
  const { runId, graphId, state, problems, images, ms } = listing;
  const before = runs[runId] ?? unseen(runId, graphId);
  if (before.state === state && before.images.length === images.length && runs[runId]) return runs;
  const steps = state === 'running' ? {} : { steps: null, firstStep: null, preview: null };
  return trimmed({ ...runs, [runId]: { ...before, state, problems, images, ms, ...steps } });
};

type RunEvent = Extract<Event, { runId: RunId }>;

function note(run: RunHere, event: RunEvent, now: number): void {
  switch (event.type) {
    case 'run.changed':
      run.state = event.state;
      run.problems = event.problems;
      run.images = event.images;
      run.ms = event.ms;
      // Work that was interrupted starts again from nothing.
      if (event.state !== 'running') forgetSteps(run);
      return;
    case 'run.warned':
      run.warnings = [...run.warnings, ...event.problems];
      return;
    case 'job.changed': {
      const { done = 0, total = 0 } = (event.stepId ? run.inner[event.stepId] : run.nodes[event.nodeId]) ?? {};
      putNode(run, event, { state: event.state, done, total, ms: event.ms });
      return;
    }
    case 'job.progressed': {
      const { nodeId, done, total, ms } = event;
      putNode(run, event, { state: 'running', done, total, ms });
      const goesOn = run.steps?.nodeId === nodeId && run.firstStep !== null && done > run.firstStep.done;
      if (!goesOn) run.firstStep = { at: now, done };
      run.steps = { nodeId, ...(event.stepId ? { stepId: event.stepId } : {}), done, total };
      run.lastStepAt = now;
      run.preview = previewIn(event) ?? run.preview;
      return;
    }
    case 'job.retried':
      if (event.stepId) delete run.inner[event.stepId];
      delete run.nodes[event.nodeId];
      if (run.steps?.nodeId === event.nodeId) forgetSteps(run);
      return;
    default:
      event satisfies never;
  }
}

function putNode(run: RunHere, { nodeId, stepId }: Pick<Where, 'nodeId' | 'stepId'>, here: NodeHere): void {
  if (!stepId) {
    run.nodes[nodeId] = here;
    return;
  }
  run.inner[stepId] = here;
  run.nodes[nodeId] = summed(
    Object.entries(run.inner).flatMap(([step, one]) => (step.startsWith(`${nodeId}/`) ? [one] : [])),
  );
}

/** Many steps as one: what runs is what is seen, and the time is that of all. */
export function summed(steps: readonly NodeHere[]): NodeHere {
  const running = steps.find(({ state }) => state === 'running');
  const ms = steps.reduce((sum, one) => sum + one.ms, 0);
  const worst = worstFirst.find((state) => steps.some((one) => one.state === state)) ?? 'done';
  const { done, total } = running ?? { done: 0, total: 0 };
  return { state: worst, done, total, ms };
}

const worstFirst: readonly JobState[] = ['failed', 'running', 'cancelled', 'ready', 'blocked', 'done', 'reused'];

/** Not every core sends previews, nor with every step. */
function previewIn(event: object): Preview | null {
  const { preview } = event as { preview?: Partial<Preview> | null };
  return preview && typeof preview.rgb === 'string' && preview.width! > 0 && preview.height! > 0
    ? (preview as Preview)
    : null;
}

function forgetSteps(run: RunHere): void {
  run.preview = null;
  run.steps = null;
  run.firstStep = null;
}

/** ms until the steps that are being counted are done, from how long those since the first took; null while unknown. */
export function msLeft({ steps, firstStep, lastStepAt }: RunHere, now: number): number | null {
  if (!steps || !firstStep || steps.done <= firstStep.done) return null;
  const perStep = (lastStepAt - firstStep.at) / (steps.done - firstStep.done);
  return Math.max(0, perStep * (steps.total - steps.done) - (now - lastStepAt));
}

/** The run to show: the first that draws, before the first that waits, before the latest. */
export function runToShow(runs: RunsHere, of: (run: RunHere) => boolean): RunHere | null {
  const mine = Object.values(runs).filter(of);
  return (
    mine.find(({ state }) => state === 'running') ?? mine.find(({ state }) => !isOver(state)) ?? mine.at(-1) ?? null
  );
}

function trimmed(runs: RunsHere): RunsHere {
  const over = Object.values(runs).filter(({ state }) => isOver(state));
  const gone = new Set(over.slice(0, Math.max(0, over.length - mostKept)).map(({ runId }) => runId));
  if (gone.size === 0) return runs;
  return Object.fromEntries(Object.entries(runs).filter(([runId]) => !gone.has(runId as RunId)));
}
