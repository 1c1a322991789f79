import { type ExitCode, exitCodes, sayComplaints, withoutLine } from './cli-complaints.ts';
import { showProgress } from './cli-progress.ts';
import type { QueueAsked } from './cli-queue-action.ts';
import type { RemoteCore } from './cli-remote.ts';
import { problemsAsJson } from './cli-results.ts';
import { unwrap } from './model/errors.ts';
import type { Event } from './model/events.ts';
import type { RunId } from './model/ids.ts';
import { isOver, type RunState } from './model/run.ts';

/**
 * `kiln queue watch [RUN …]`: tells what happens to the runs until they are over, or without names, to all runs until
 * nothing waits any more. Ctrl-C ends the watching and leaves the runs alone.
 */
export async function watch(
  core: RemoteCore,
  runIds: readonly RunId[] | null,
  { args, around }: QueueAsked,
): Promise<ExitCode> {
  const { terminal, language, texts, interrupted } = around;
  const waiting = new Set<RunId>();
  const told = new Map<RunId, RunState>();
  let hasFailed = false;
  const { promise: allOver, resolve } = Promise.withResolvers<void>();
  const progress = showProgress(terminal, texts, around.now);

  const tell = (runId: RunId, state: RunState, event: Extract<Event, { type: 'run.changed' }> | null): void => {
    if (told.get(runId) === state) return;
    told.set(runId, state);
    if (!args.json) terminal.data(`${runId}  ${texts.queue.states[state]}`);
    else {
      const problems = problemsAsJson(event?.problems ?? [], language);
      terminal.data(
        JSON.stringify({
          type: 'run.changed',
          runId,
          state,
          ms: event?.ms ?? null,
          images: event?.images ?? [],
          problems,
        }),
      );
    }
    if (state === 'failed') hasFailed = true;
    if (event && !args.json) sayComplaints(around, withoutLine(event.problems));
  };
  const see = (event: Event): void => {
    if (!('runId' in event) || (runIds !== null && !runIds.includes(event.runId))) return;
    progress.see(event);
    if (event.type === 'job.progressed' && args.json) {
      const { type, runId, nodeId, done, total } = event;
      terminal.data(JSON.stringify({ type, runId, node: nodeId, done, total }));
    }
    if (event.type !== 'run.changed') return;
    tell(event.runId, event.state, event);
    if (isOver(event.state)) waiting.delete(event.runId);
    else waiting.add(event.runId);
    if (waiting.size === 0 && early === null) resolve();
  };
  // What happens while it is being asked how things stand comes after the answer.
  let early: Event[] | null = [];
  const stopListening = core.listen((event) => {
    if (early) early.push(event);
    else see(event);
  });
  interrupted.addEventListener('abort', () => resolve(), { once: true });
  try {
    for (const { runId, state } of await standing(core, runIds)) {
      if (!isOver(state)) waiting.add(runId);
      tell(runId, state, null);
    }
    progress.expect([...waiting]);
    const before = early;
    early = null;
    before.forEach(see);
    if (waiting.size > 0 && !interrupted.aborted) await allOver;
  } finally {
    stopListening();
    progress.clear();
  }
  if (interrupted.aborted && waiting.size > 0) return exitCodes.cancelled;
  return hasFailed ? exitCodes.failed : exitCodes.done;
}

async function standing(core: RemoteCore, runIds: readonly RunId[] | null) {
  if (runIds !== null) return Promise.all(runIds.map(async (runId) => unwrap(await core.call('runs.get', { runId }))));
  const page = { states: ['running', 'queued'] as RunState[], order: 'queue' as const, count: 1000 };
  return unwrap(await core.call('runs.list', page)).runs;
}
