import type { JobState } from '../model/run.ts';
import type { ExplainedJob } from './cli-queue-texts.ts';

/** What the queue says as a whole page: a table of runs, what is done to several of them, and why one is where it is. */
export interface QueuePageTexts {
  readonly columns: Readonly<
    Record<
      'picture' | 'run' | 'graph' | 'tier' | 'state' | 'progress' | 'submitted' | 'ends' | 'ended' | 'where',
      string
    >
  >;
  readonly table: string;
  readonly keys: string;
  readonly filter: string;
  readonly everyTier: string;
  readonly emptyTier: string;
  readonly selectAll: string;
  readonly select: (words: string) => string;
  readonly selected: (runs: number) => string;
  readonly clearSelection: string;
  readonly done: Readonly<Record<'cancelled' | 'paused' | 'resumed' | 'moved' | 'retried', (runs: number) => string>>;
  readonly inLine: (place: number) => string;
  readonly heldQueue: string;
  readonly heldTier: string;
  readonly why: string;
  readonly whyNone: string;
  readonly closeWhy: string;
  readonly first: string;
  readonly goesAfter: (runs: number) => string;
  readonly more: (runs: number) => string;
  readonly overtaken: (runs: number) => string;
  readonly over: (ago: string) => string;
  readonly steps: string;
  readonly values: string;
  readonly jobStates: Readonly<Record<JobState, string>>;
  readonly onDevice: (device: string) => string;
  readonly company: (runs: number) => string;
  readonly waitsFor: (nodes: string) => string;
  readonly rowsAhead: (rows: number) => string;
  readonly finish: (device: string, span: string) => string;
  /** Why there, of several devices; and what the rules of placement have to do with it. */
  readonly chosen: (device: string, costs: NonNullable<ExplainedJob['chosenBy']>) => string;
  readonly placing: (placing: NonNullable<ExplainedJob['placing']>) => string;
}
