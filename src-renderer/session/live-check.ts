import { isCancelled, type Problem, problemsOfError } from '../../src-main/model/errors.ts';
import type { Json } from '../../src-main/model/json.ts';
import type { OpenGraph } from './open-graph.ts';
import type { StudioCalls, Timers } from './studio-calls.ts';

const quietMs = 250;

/** Asks the core, after each change of a graph, what would keep it from running; the latest question wins. */
export function liveCheck(
  open: OpenGraph,
  { check }: Pick<StudioCalls, 'check'>,
  { setTimer, clearTimer }: Timers,
): { ask(): void; close(): void } {
  let timer: unknown = null;
  let asking: AbortController | null = null;
  let asked: unknown = null;

  const answer = async (): Promise<void> => {
    asking?.abort();
    const mine = new AbortController();
    asking = mine;
    asked = open.graph.get();
    const { values } = open.form.get();
    const found = await problemsOf({ ...values }, mine.signal);
    if (found && asking === mine) open.setProblems(found);
  };
  const problemsOf = async (overrides: OpenGraphValues, signal: AbortSignal): Promise<readonly Problem[] | null> => {
    try {
      const { problems } = await check({ graph: open.file(), overrides }, signal);
      // What nobody has filled in yet is no mistake until it is run.
      return problems.filter(({ code }) => code !== 'input.notSet');
    } catch (error) {
      const found = isCancelled(error) ? [] : problemsOfError(error);
      // Nobody answers: the banner says so, and the form stays as it was.
      return isCancelled(error) || found.some(({ code }) => code === 'port.closed') ? null : found;
    }
  };
  const ask = (): void => {
    if (timer !== null) clearTimer(timer);
    timer = setTimer(() => {
      timer = null;
      void answer();
    }, quietMs);
  };
  const stop = open.graph.subscribe(() => {
    if (open.graph.get() !== asked) ask();
  });
  ask();
  return {
    ask,
    close() {
      stop();
      asking?.abort();
      if (timer !== null) clearTimer(timer);
    },
  };
}

type OpenGraphValues = Record<string, Json>;
