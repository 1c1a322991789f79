import type { OpenGraph } from '../session/open-graph.ts';
import { useCell } from './place.tsx';

/** What is worked on: the graph, or the subgraph in it that is open. */
export function useLevel(root: OpenGraph): OpenGraph {
  return root.level(useCell(root.scope));
}
