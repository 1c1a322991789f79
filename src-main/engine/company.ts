import type { JobId, RowId } from '../model/ids.ts';
import { isMoreUrgent, isWaitedFor, type Row, type Tier } from '../model/run.ts';
import { hasUrgentGuest } from './awaited.ts';
import { mostRowsOn } from './lanes.ts';
import { rowsThatFit } from './memory.ts';
import { capOf, mostRows, msOf, wasTried } from './profile.ts';
import type { Room } from './residency.ts';
import { type DeviceState, isSolitary, type Job, leaderOf, servedOf, type World } from './world.ts';

/** What is aboard so far. */
interface Aboard {
  readonly state: DeviceState;
  readonly size: Row['size'];
  /** Of the leader; company of a lower tier must not cost it much. */
  readonly tier: Tier;
  /** Rows of the first job: what it would compute alone. */
  readonly ownRows: number;
  readonly rows: number;
  readonly jobs: number;
  /** Rows of the leader's tier and above. */
  readonly peerRows: number;
}

/** Company of a lower tier may slow a call by at most a quarter. */
const lowerTierSlowdown = 1.25;

/**
 * Rule 4: whether the rows of one more job pay. Quality and background fill a batch up to the cap. Interactive and
 * fast runs take company only where the mean run finishes sooner than one after the other: ms(k) <= ms(1) (k + 1) / 2.
 */
function pays(world: World, aboard: Aboard, tier: Tier, more: number): boolean {
  const { state, size, rows, jobs, ownRows } = aboard;
  const profile = world.profiles.get(state.device.id)!;
  const total = rows + more;
  if (total > Math.max(capOn(world, state, size), ownRows)) return false;
  // What was never tried is tried once; then it is known. Somebody who waits tries two runs together, and more where
  // what is known so far promises that it pays.
  const waits = isWaitedFor(aboard.tier);
  if (!wasTried(profile, size, total) && (!waits || jobs === 1)) return true;
  const ms = msOf(profile, size, total)!;
  if (isMoreUrgent(aboard.tier, tier)) return ms <= lowerTierSlowdown * msOf(profile, size, aboard.peerRows)!;
  if (!waits) return true;
  return ms <= (msOf(profile, size, ownRows)! * (jobs + 2)) / 2;
}

/** Rows of a call on a device, or on a lane of one. */
const capOn = (world: World, state: DeviceState, size: Row['size']): number =>
  Math.min(capOf(world.profiles.get(state.device.id)!, size), mostRowsOn(world, state, size));

/** Rows of this job that wait in the same line. */
const rowsHere = (world: World, state: DeviceState, job: Job, batchKey: Row['batchKey']): RowId[] => {
  const group = state.line.get(batchKey);
  return [...(world.rowsOf.get(job.id) ?? [])].filter((id) => group?.has(id));
};

/**
 * Rows that ride along with a leader: the rest of its own job's first, then those of other jobs, in their turn. A job
 * goes on when all its rows of a step are computed, so the rows of a guided image are not torn apart.
 */
export function company(world: World, state: DeviceState, leader: Row, room: Room): RowId[] {
  const job = world.jobs.get(leader.jobId)!;
  const spare = leader.scratchBytes > 0 ? 1 + Math.floor(room.spareBytes / leader.scratchBytes) : mostRows;
  const fitting = Math.min(spare, rowsThatFit(state, leader.size));
  const own = rowsHere(world, state, job, leader.batchKey).filter((id) => id !== leader.id);
  // Without strangers every picture is computed by itself, so that equal runs make equal files, whatever was measured.
  if (!world.strangers && leader.unit !== undefined)
    return own.filter((id) => world.rows.get(id)!.unit === leader.unit).slice(0, Math.max(0, fitting - 1));
  const cap = capOn(world, state, leader.size);
  const solitary = isSolitary(world, job);
  // Guidance has two rows for an image; a run of several images brings more, and they fill its batch first.
  const ownMost = Math.min(fitting, mostRows, solitary ? mostRows : Math.max(cap, Math.min(2, own.length + 1)));
  const found = own.slice(0, ownMost - 1);
  if (!world.strangers || solitary || found.length < own.length) return found;

  const most = Math.min(fitting, mostRows);
  const tier = leaderOf(world, job)?.run.tier ?? 'background';
  if (hasUrgentGuest(world, state, tier)) return found;
  const ownRows = found.length + 1;
  let aboard: Aboard = { state, size: leader.size, tier, ownRows, rows: ownRows, jobs: 1, peerRows: ownRows };
  for (const other of strangersIn(world, state, leader.batchKey, job.id)) {
    const theirs = rowsHere(world, state, other.job, leader.batchKey);
    if (aboard.rows + theirs.length > most || !pays(world, aboard, other.tier, theirs.length)) break;
    found.push(...theirs);
    const rows = aboard.rows + theirs.length;
    aboard = {
      ...aboard,
      rows,
      jobs: aboard.jobs + 1,
      peerRows: isMoreUrgent(tier, other.tier) ? aboard.peerRows : rows,
    };
  }
  return found;
}

/** Other jobs that wait in a line and may be company, in their turn, each once. */
function* strangersIn(
  world: World,
  state: DeviceState,
  batchKey: Row['batchKey'],
  but: JobId | null,
): Generator<{ job: Job; tier: Tier }> {
  const seen = new Set<JobId | null>([but]);
  for (const id of state.line.get(batchKey)?.inOrder(servedOf(world)) ?? []) {
    const job = world.jobs.get(world.rows.get(id)!.jobId)!;
    if (seen.has(job.id)) continue;
    seen.add(job.id);
    if (isSolitary(world, job)) continue;
    yield { job, tier: leaderOf(world, job)?.run.tier ?? 'background' };
  }
}

/** Whether somebody who waits could ride with the batch that runs: then it is formed anew after this step. */
export function couldJoin(world: World, state: DeviceState, jobs: readonly Job[], rows: number): boolean {
  if (!world.strangers || jobs.length === 0 || jobs.some((job) => isSolitary(world, job))) return false;
  const next = strangersIn(world, state, state.batchKey, null).next();
  if (next.done) return false;
  const { job, tier } = next.value;
  const aboardTiers = jobs.map((aboard) => leaderOf(world, aboard)?.run.tier ?? 'background');
  const leading = aboardTiers.reduce((a, b) => (isMoreUrgent(b, a) ? b : a));
  const ownRows = Math.max(1, Math.round(rows / jobs.length));
  const theirs = rowsHere(world, state, job, state.batchKey).length;
  const aboard: Aboard = {
    state,
    size: state.batchSize,
    tier: leading,
    ownRows,
    rows,
    jobs: jobs.length,
    peerRows: rows,
  };
  return rows + theirs <= Math.min(mostRows, rowsThatFit(state, state.batchSize)) && pays(world, aboard, tier, theirs);
}
