import type { RunId } from '../model/ids.ts';
import { canonicalJson } from '../model/json.ts';
import type { RunState } from '../model/run.ts';
import { turns } from '../model/turns.ts';
import type { NewRun, Submitted } from './run-record.ts';

// Thousands of objects would hold up the core's thread while they are copied to the store's thread and back. So runs go
// as a few long texts, and what comes back are numbers.

/** Runs on their way to the store's thread. */
export interface Packed {
  readonly graphId: string;
  /** Equal graphs have one text. */
  readonly graph: string;
  /** JSON of a list of runs each. */
  readonly pieces: readonly string[];
}

/** The answer, by the place of a run among those that were sent. */
export interface Placed {
  readonly places: readonly number[];
  /** Those that were there before, with the state they have. */
  readonly known: readonly (readonly [index: number, state: RunState])[];
}

const pieceRuns = 128;

const texts = new WeakMap<object, string>();

/** Runs of one graph are often submitted one by one. */
function textOf(graph: object): string {
  const text = texts.get(graph) ?? canonicalJson(graph);
  texts.set(graph, text);
  return text;
}

/** A few runs are packed at once, so that what is asked of the store stays in its order; many in turns. */
export function packed(graph: { readonly id: string }, runs: readonly NewRun[]): Packed | Promise<Packed> {
  if (runs.length <= pieceRuns) return { graphId: graph.id, graph: textOf(graph), pieces: [JSON.stringify(runs)] };
  return packedInTurns(graph, runs);
}

async function packedInTurns(graph: { readonly id: string }, runs: readonly NewRun[]): Promise<Packed> {
  const pieces: string[] = [];
  const turn = turns();
  for (let from = 0; from < runs.length; from += pieceRuns) {
    if (turn.isOver) await turn.next();
    pieces.push(JSON.stringify(runs.slice(from, from + pieceRuns)));
  }
  return { graphId: graph.id, graph: textOf(graph), pieces };
}

export const unpacked = ({ pieces }: Packed): NewRun[] => pieces.flatMap((piece) => JSON.parse(piece) as NewRun[]);

export function submittedOf(runs: readonly { readonly id: RunId }[], { places, known }: Placed): Submitted[] {
  const states = new Map(known);
  return runs.map(({ id }, index) => {
    const before = states.get(index);
    return { id, place: places[index]!, state: before ?? 'queued', isNew: before === undefined };
  });
}
