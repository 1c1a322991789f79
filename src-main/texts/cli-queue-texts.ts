import type { Cost } from '../model/cost.ts';
import type { JobState, PlacementRule, RunState, Tier } from '../model/run.ts';

/** What an explanation holds, in numbers and names. */
export interface ExplainedJob {
  readonly node: string;
  readonly state: JobState | (string & {});
  readonly device: string | null;
  readonly company: readonly string[];
  readonly waitsFor: readonly string[];
  readonly rowsAhead: number;
  /** ms until it would have been done, by device. */
  readonly finishMs: Readonly<Record<string, number>>;
  /** What that was made of when its device was chosen from several. */
  readonly chosenBy?: Readonly<Record<string, Cost>>;
  readonly placing?: {
    readonly rules: readonly PlacementRule[];
    readonly allowed: readonly string[];
    readonly beside: readonly string[];
  };
}

/** What `kiln serve` and `kiln queue` say to people. */
export interface QueueTexts {
  readonly generatedToken: (address: string, token: string) => string;
  readonly states: Readonly<Record<RunState, string>>;
  readonly columns: {
    readonly run: string;
    readonly state: string;
    readonly tier: string;
    readonly progress: string;
    readonly starts: string;
    readonly ends: string;
    readonly title: string;
  };
  readonly inTime: (text: string) => string;
  readonly added: (count: number) => string;
  readonly known: (count: number) => string;
  readonly empty: string;
  readonly more: (count: number) => string;
  readonly paused: (tiers: readonly Tier[]) => string;
  readonly counts: (counts: Readonly<Record<RunState, number>>) => string;
  readonly removed: (count: number) => string;
  readonly again: (from: string, run: string) => string;
  readonly first: string;
  readonly goesAfter: (count: number) => string;
  readonly overtaken: (count: number) => string;
  readonly job: (job: ExplainedJob) => string;
  readonly lostConnection: string;
}
