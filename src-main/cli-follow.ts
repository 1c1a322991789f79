import type { Core, Submission } from './core.ts';
import { type Problem, unwrap } from './model/errors.ts';
import type { Event } from './model/events.ts';
import type { RunId } from './model/ids.ts';
import { isOver, type RunImage, type RunState } from './model/run.ts';

export interface FinishedRun {
  readonly runId: RunId;
  /** Among the runs that were submitted together, from 0. */
  readonly place: number;
  readonly state: RunState;
  readonly ms: number;
  readonly images: readonly RunImage[];
  readonly problems: readonly Problem[];
}

export interface Follower {
  /** Once, when every run is on disk. */
  submitted(runs: readonly RunId[]): void;
  /** Whatever happens to these runs. */
  saw(event: Event): void;
  finished(run: FinishedRun): void;
  warned(problems: readonly Problem[]): void;
}

/**
 * Submits, and resolves when every run is over, runs in the order of their submission. When `signal` aborts, what is
 * not over is cancelled, which takes until the running step ends.
 * @throws AppError when the submission is refused
 */
export async function followRuns(
  core: Pick<Core, 'submit' | 'cancel' | 'listen'>,
  submission: Submission,
  follower: Follower,
  signal: AbortSignal,
): Promise<readonly FinishedRun[]> {
  const places = new Map<RunId, number>();
  const finished: FinishedRun[] = [];
  const { promise: allOver, resolve, reject } = Promise.withResolvers<void>();

  const see = (event: Event): void => {
    if (!('runId' in event)) return;
    const place = places.get(event.runId);
    if (place === undefined || finished[place]) return;
    follower.saw(event);
    if (event.type === 'run.warned') follower.warned(event.problems);
    if (event.type !== 'run.changed' || !isOver(event.state)) return;
    const { runId, state, ms, images, problems } = event;
    const run = { runId, place, state, ms, images, problems };
    finished[place] = run;
    follower.finished(run);
    if (Object.keys(finished).length === places.size) resolve();
  };
  // Runs may move before their submission is acknowledged, and which are ours is not known until then.
  let early: Event[] | null = [];
  const stopListening = core.listen((event) => {
    try {
      if (early) early.push(event);
      else see(event);
    } catch (error) {
      reject(error);
    }
  });
  const cancelAll = (): void => {
    for (const [runId, place] of places) if (!finished[place]) core.cancel(runId);
  };
  try {
    const runs = unwrap(await core.submit(submission));
    for (const [place, runId] of runs.entries()) places.set(runId, place);
    follower.submitted(runs);
    const before = early;
    early = null;
    before.forEach(see);
    signal.addEventListener('abort', cancelAll, { once: true });
    if (signal.aborted) cancelAll();
    if (places.size > 0) await allOver;
    return finished;
  } finally {
    signal.removeEventListener('abort', cancelAll);
    stopListening();
  }
}
