import type { CoreClient } from '../../src-main/contract/calls.ts';
import type { Event } from '../../src-main/model/events.ts';
import type { GraphId, RunId } from '../../src-main/model/ids.ts';

type Listener = (event: Event) => void;

/** One subscription to the core's events, fanned out to those whom they concern. */
export interface Events {
  all(listener: Listener): () => void;
  /** What belongs to one graph, whichever run of it. */
  ofGraph(graphId: GraphId, listener: Listener): () => void;
  ofRun(runId: RunId, listener: Listener): () => void;
  close(): void;
}

export function fanOut(client: CoreClient): Events {
  const everything = new Set<Listener>();
  const byGraph = new Map<string, Set<Listener>>();
  const byRun = new Map<string, Set<Listener>>();

  const tell = (listeners: Iterable<Listener> | undefined, event: Event): void => {
    for (const listener of [...(listeners ?? [])]) listener(event);
  };
  const stop = client.listen((event) => {
    tell(everything, event);
    if ('graphId' in event) tell(byGraph.get(event.graphId), event);
    if ('runId' in event) tell(byRun.get(event.runId), event);
    else if (event.type === 'image.added') tell(byRun.get(event.image.runId), event);
  });

  const listenIn = (map: Map<string, Set<Listener>>, key: string, listener: Listener): (() => void) => {
    const listeners = map.get(key) ?? new Set();
    map.set(key, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) map.delete(key);
    };
  };

  return {
    all(listener) {
      everything.add(listener);
      return () => everything.delete(listener);
    },
    ofGraph: (graphId, listener) => listenIn(byGraph, graphId, listener),
    ofRun: (runId, listener) => listenIn(byRun, runId, listener),
    close: stop,
  };
}
