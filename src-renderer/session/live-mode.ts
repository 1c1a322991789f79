import type { RunId } from '../../src-main/model/ids.ts';
import type { OpenGraph } from './open-graph.ts';
import type { Timers } from './studio-calls.ts';

/** So long nothing changes before the picture is drawn anew: less than a pause in typing, more than two moves of a slider. */
const quietMs = 120;

/** Draws the open graph again at every change; a run that is not done makes way for the next one. */
export function liveMode(
  open: OpenGraph,
  submit: (replaces: RunId | null) => Promise<RunId | null>,
  { setTimer, clearTimer }: Timers,
): { close(): void } {
  let timer: unknown = null;
  let last: RunId | null = null;
  let isBusy = false;
  let isStale = false;

  const draw = async (): Promise<void> => {
    timer = null;
    if (isBusy) {
      isStale = true;
      return;
    }
    isBusy = true;
    isStale = false;
    // One that could not be queued says why at its inputs; what went before goes on.
    last = (await submit(last)) ?? last;
    isBusy = false;
    if (isStale) ask();
  };
  const ask = (): void => {
    if (timer !== null) clearTimer(timer);
    timer = setTimer(() => void draw(), quietMs);
  };
  const stop = open.graph.subscribe(ask);
  ask();
  return {
    close() {
      stop();
      if (timer !== null) clearTimer(timer);
      isStale = false;
    },
  };
}
