import type { Problem } from '../model/errors.ts';
import type { Digest, GraphId, RunId } from '../model/ids.ts';
import type { JsonObject } from '../model/json.ts';
import type { RunState, Tier } from '../model/run.ts';

/** A run as it is submitted. The id may be the client's own: submitting it twice submits it once. */
export interface NewRun {
  readonly id: RunId;
  readonly title: string;
  readonly tier: Tier;
  readonly submitter: string;
  readonly overrides: JsonObject;
  readonly deterministic: boolean;
  /** Shared by runs that were submitted together. */
  readonly submission?: string;
  /** What else was asked for, such as a device. */
  readonly options?: JsonObject;
}

export interface RunRecord extends Required<Omit<NewRun, 'submission'>> {
  readonly submission: string | null;
  readonly graph: Digest;
  readonly graphId: GraphId;
  readonly state: RunState;
  /** Order in the queue. Submission gives whole numbers; moving a run may give it one between two others. */
  readonly place: number;
  /** How often it was started: a run that keeps killing its core can be told. */
  readonly starts: number;
  /** ms since 1970. */
  readonly created: number;
  readonly started: number | null;
  readonly ended: number | null;
  readonly ms: number;
  readonly problems: readonly Problem[];
}

export interface Submitted {
  readonly id: RunId;
  readonly place: number;
  readonly state: RunState;
  /** False where a run of this id was there before; nothing was changed then. */
  readonly isNew: boolean;
}

/** `newest` by submission; `queue` by place; `ended` by when they ended, the latest first, and then those that have not. */
export type RunOrder = 'newest' | 'queue' | 'ended';

export interface RunQuery {
  readonly states?: readonly RunState[];
  readonly tier?: Tier;
  readonly submission?: string;
  readonly order?: RunOrder;
  readonly offset?: number;
  readonly count?: number;
}

/** A row of the table of runs joined with its graph's digest. */
export interface RunRow {
  readonly id: string;
  readonly digest: string;
  readonly graph_id: string;
  readonly overrides: string;
  readonly options: string;
  readonly title: string;
  readonly tier: string;
  readonly submitter: string;
  readonly submission: string | null;
  readonly deterministic: number;
  readonly state: string;
  readonly place: number;
  readonly starts: number;
  readonly created: number;
  readonly started: number | null;
  readonly ended: number | null;
  readonly ms: number;
  readonly problems: string;
}

export function recordOf(row: RunRow): RunRecord {
  return {
    id: row.id as RunId,
    graph: row.digest as Digest,
    graphId: row.graph_id as GraphId,
    overrides: JSON.parse(row.overrides),
    options: JSON.parse(row.options),
    title: row.title,
    tier: row.tier as Tier,
    submitter: row.submitter,
    submission: row.submission,
    deterministic: row.deterministic === 1,
    state: row.state as RunState,
    place: row.place,
    starts: row.starts,
    created: row.created,
    started: row.started,
    ended: row.ended,
    ms: row.ms,
    problems: JSON.parse(row.problems),
  };
}
