import type { Terminal } from './cli-terminal.ts';
import type { Event } from './model/events.ts';
import type { RunId } from './model/ids.ts';
import type { CliTexts } from './texts/cli-texts.ts';

export interface Progress {
  /** How many runs there are, once they are submitted. */
  expect(runs: readonly RunId[]): void;
  see(event: Event): void;
  clear(): void;
}

/** At most ten times a second. */
const redrawMs = 100;

/**
 * One line about all runs. Time left counts steps: those that are known to remain, and for runs that have not begun as
 * many as the largest that has, at the pace of all runs together.
 */
export function showProgress(terminal: Terminal, texts: CliTexts, now: () => number): Progress {
  /** By run and job: a job that two runs share counts in both. */
  const jobs = new Map<string, { runId: RunId; done: number; total: number }>();
  const over = new Set<RunId>();
  let runs: readonly RunId[] = [];
  let begunMs: number | null = null;
  /** Steps that were done when the clock started. */
  let doneAtBegin = 0;
  let lastMs = 0;
  let drawnMs = Number.NEGATIVE_INFINITY;
  let last: { done: number; total: number } | null = null;

  const doneSteps = (): number => [...jobs.values()].reduce((sum, job) => sum + job.done, 0);
  const facts = () => {
    const stepsDone = doneSteps() - doneAtBegin;
    const secondsPerStep = begunMs === null || stepsDone <= 0 ? null : (lastMs - begunMs) / 1000 / stepsDone;
    const inRun = new Map<RunId, { left: number; total: number }>();
    for (const { runId, done, total } of jobs.values()) {
      const run = inRun.get(runId) ?? { left: 0, total: 0 };
      inRun.set(runId, { left: run.left + total - done, total: run.total + total });
    }
    const largest = Math.max(0, ...[...inRun.values()].map(({ total }) => total));
    const left = runs.filter((run) => !over.has(run)).reduce((sum, run) => sum + (inRun.get(run)?.left ?? largest), 0);
    return {
      over: runs.filter((run) => over.has(run)).length,
      runs: runs.length,
      steps: last,
      secondsPerStep,
      secondsLeft: secondsPerStep === null ? null : secondsPerStep * left,
    };
  };
  const draw = (force = false): void => {
    if (!terminal.live || (!force && now() - drawnMs < redrawMs)) return;
    drawnMs = now();
    terminal.status(texts.progress(facts()));
  };
  return {
    expect(all) {
      runs = all;
      draw(true);
    },
    see(event) {
      if (event.type === 'run.changed') {
        if (event.state === 'done' || event.state === 'failed' || event.state === 'cancelled') over.add(event.runId);
      } else if (event.type === 'job.progressed') {
        jobs.set(`${event.runId} ${event.jobId}`, { runId: event.runId, done: event.done, total: event.total });
        last = { done: event.done, total: event.total };
        lastMs = now();
        // The first step holds the loading of weights and would spoil the pace.
        if (begunMs === null && event.done > 0) [begunMs, doneAtBegin] = [lastMs, doneSteps()];
      } else return;
      draw();
    },
    clear() {
      terminal.status(null);
    },
  };
}
