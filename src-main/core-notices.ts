import type { Outcome } from './core-notice-webhook.ts';
import type { Secrets } from './core-secrets.ts';
import { type Problem, problem } from './model/errors.ts';
import type { Event } from './model/events.ts';
import type { RunId } from './model/ids.ts';
import { limits } from './model/limits.ts';
import type { NoticeRun, NoticeState } from './model/notices.ts';
import { addressOf, type Delivery, type Notice, problemsOfTarget, stateOfAll, wayOf } from './model/notices.ts';
import type { Clock } from './model/ports.ts';
import { isOver, type RunState } from './model/run.ts';
import type { Settings } from './model/settings.ts';
import type { KeptNotice } from './store/notices.ts';
import type { RunRecord } from './store/run-record.ts';
import type { Store } from './store/store.ts';

/** Between attempts; then it is given up, after a day and a half. */
const againMs = [5_000, 30_000, 120_000, 600_000, 3_600_000, 6 * 3_600_000, 24 * 3_600_000];
/** Notices that are on their way at the same time. */
const lanes = 4;
/** Told one by one; of the others only how many there are. */
const mostRuns = 50;
const mostPictures = 100;
/** What is not told when the core closes is told by the next one. */
const closingMs = 3_000;

export type Sender = (kept: KeptNotice, address: string, signal: AbortSignal) => Promise<Outcome>;

export interface NoticeOptions {
  readonly store: Pick<Store, 'notices' | 'runs' | 'images'>;
  readonly settings: Settings;
  readonly secrets: Pick<Secrets, 'read'>;
  /** ms since 1970. */
  readonly clock: Clock;
  readonly senders: Readonly<Record<'webhook' | 'email', Sender>>;
  readonly emit: (event: Event) => void;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

export interface NoticeKeeper {
  /** Why some of these could not be told. */
  problemsOf(targets: readonly string[]): readonly Problem[];
  /** Somebody is told when this run and all others of its submission are over. */
  expect(submission: string, runId: RunId): void;
  hear(event: Event): void;
  /** What an earlier core left untold. */
  takeUp(): Promise<void>;
  /** Tells somebody now, once, of nothing. */
  test(target: string): Promise<readonly Problem[]>;
  close(): Promise<void>;
}

/** The targets that a run was submitted with. */
export const targetsOf = ({ options }: Pick<RunRecord, 'options'>): readonly string[] =>
  Array.isArray(options.notify) ? options.notify.filter((one) => typeof one === 'string') : [];

/**
 * Tells people of submissions that are over. Whom stands with the runs, so that nothing is lost before they end; what
 * was told, and what is still to be tried, stands in the store before the first attempt.
 */
export function noticeKeeper({ store, settings, secrets, clock, senders, emit, log }: NoticeOptions): NoticeKeeper {
  const submissions = new Map<RunId, string>();
  /** Those that nobody was told of: their runs, and which of them go on. */
  const open = new Map<string, { readonly runs: Set<RunId>; readonly left: Set<RunId> }>();
  const underWay = new Set<Promise<unknown>>();
  const waiting: (() => void)[] = [];
  const closed = new AbortController();
  let busy = 0;

  const track = <T>(work: Promise<T>): Promise<T> => {
    const settled = work.then(
      () => {},
      () => {},
    );
    underWay.add(settled);
    void settled.then(() => underWay.delete(settled));
    return work;
  };
  /** A few at a time. */
  const inLane = async <T>(work: () => Promise<T>): Promise<T> => {
    if (busy >= lanes) await new Promise<void>((resolve) => waiting.push(resolve));
    busy++;
    try {
      return await work();
    } finally {
      busy--;
      waiting.shift()?.();
    }
  };
  const problemsOf = (target: string) => problemsOfTarget(target, settings, (name) => secrets.read(name) !== null);

  /** Once, by what the settings say now. */
  const attempt = async (kept: KeptNotice): Promise<Outcome> => {
    const { target } = kept;
    const [first] = problemsOf(target);
    const address = addressOf(target, settings);
    const way = wayOf(target);
    if (first) return { problem: first, isFinal: false };
    if (address === null || way === null || way === 'desktop')
      return { problem: problem('notice.badTarget', { target }), isFinal: true };
    try {
      return await senders[way](kept, address, closed.signal);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { problem: problem('notice.notDelivered', { address: way, reason }), isFinal: false };
    }
  };

  const deliver = async (kept: KeptNotice): Promise<void> => {
    let { attempts, due } = kept;
    for (;;) {
      if (due > clock.now()) await clock.sleep(due - clock.now(), closed.signal);
      if (closed.signal.aborted) return;
      const next = await track(
        inLane(async () => {
          const outcome = await attempt(kept);
          if (outcome !== null && closed.signal.aborted) return null; // it is tried anew
          attempts++;
          const waitMs = againMs[attempts - 1];
          const isLast = outcome === null || outcome.isFinal || waitMs === undefined;
          const state = outcome === null ? 'sent' : isLast ? 'failed' : 'due';
          due = clock.now() + (isLast ? 0 : waitMs);
          const { submission, target } = kept;
          await store.notices.tried({ submission, target, state, attempts, due, problem: outcome?.problem ?? null });
          if (state === 'failed') log('warn', `nobody could be told of ${submission}: ${outcome!.problem.code}`);
          return state;
        }),
      );
      if (next !== 'due') return;
    }
  };
  const start = (kept: KeptNotice): void => {
    deliver(kept).catch((error: unknown) => {
      if (!closed.signal.aborted) log('error', `a notice could not be sent: ${String(error)}`);
    });
  };

  /** Null where nobody is to be told. */
  const read = async (
    submission: string,
    states: Awaited<ReturnType<typeof store.notices.states>>,
  ): Promise<{ notice: Notice; targets: readonly string[] } | null> => {
    const counts = { done: states.done ?? 0, failed: states.failed ?? 0, cancelled: states.cancelled ?? 0 };
    const listed: RunRecord[] = [];
    for (const state of ['failed', 'done', 'cancelled'] as const)
      if (listed.length < mostRuns && counts[state] > 0)
        listed.push(
          ...(await store.runs.list({
            submission,
            states: [state],
            order: 'queue',
            count: mostRuns - listed.length,
          })),
        );
    const [first] = listed;
    if (!first) return null;
    const targets = targetsOf(first);
    if (targets.length === 0) return null;
    const runs: NoticeRun[] = [];
    let left = mostPictures;
    for (const { id, state, ms, problems } of listed) {
      const count = Math.min(left, limits.imagesPerRun);
      const found = count > 0 && state === 'done' ? await store.images.list({ runId: id, previews: true, count }) : [];
      left -= found.length;
      const pictures = found.map(({ digest, width, height, seed, title }) => ({ digest, width, height, seed, title }));
      runs.push({ runId: id, state: state as NoticeState, ms, problems, pictures });
    }
    const { graphId, title, tier, submitter } = first;
    return {
      notice: { submission, graphId, title, tier, submitter, state: stateOfAll(counts), counts, runs },
      targets,
    };
  };

  const tell = async (submission: string): Promise<void> => {
    const states = await store.notices.states(submission);
    // An end that a full disk could not take is heard of again when it is written down.
    if (Object.keys(states).some((state) => !isOver(state as RunState))) return;
    const found = await read(submission, states);
    for (const runId of open.get(submission)?.runs ?? []) submissions.delete(runId);
    open.delete(submission);
    if (!found) return;
    const { notice, targets } = found;
    const stateFor = (target: string): Delivery['state'] => {
      // Whoever cancelled it knows; a program that waits does not.
      if (notice.state === 'cancelled' && wayOf(target) !== 'webhook') return 'skipped';
      return wayOf(target) === 'desktop' ? 'sent' : 'due';
    };
    const toldAs = Object.fromEntries(targets.map((target) => [target, stateFor(target)]));
    const made = clock.now();
    const fresh = await store.notices.add(notice, toldAs);
    if (fresh.includes('desktop') && toldAs.desktop === 'sent') emit(desktopEvent(notice));
    for (const target of fresh)
      if (toldAs[target] === 'due')
        start({ submission, target, state: 'due', attempts: 0, due: made, made, problem: null, notice });
  };
  const tellLater = (submission: string): void => {
    track(tell(submission)).catch((error: unknown) => log('error', `nobody could be told: ${String(error)}`));
  };

  return {
    problemsOf: (targets) => targets.flatMap(problemsOf),
    expect(submission, runId) {
      const known = open.get(submission) ?? { runs: new Set(), left: new Set() };
      open.set(submission, known);
      submissions.set(runId, submission);
      known.runs.add(runId);
      known.left.add(runId);
    },
    hear(event) {
      if (event.type !== 'run.changed' || !isOver(event.state)) return;
      const submission = submissions.get(event.runId);
      const known = submission === undefined ? undefined : open.get(submission);
      if (submission === undefined || !known) return;
      known.left.delete(event.runId);
      if (known.left.size === 0) tellLater(submission);
    },
    async takeUp() {
      for (const kept of await store.notices.claim()) start(kept);
      for (const submission of await store.notices.untold()) tellLater(submission);
    },
    async test(target) {
      const wrong = problemsOf(target);
      if (wrong.length > 0) return wrong;
      const notice = testNotice(target);
      if (target === 'desktop') {
        emit(desktopEvent(notice));
        return [];
      }
      const made = clock.now();
      const { submission } = notice;
      const outcome = await attempt({
        submission,
        target,
        state: 'due',
        attempts: 0,
        due: made,
        made,
        problem: null,
        notice,
      });
      return outcome === null ? [] : [outcome.problem];
    },
    async close() {
      const late = new AbortController();
      const inTime = async (): Promise<void> => {
        while (underWay.size > 0) await Promise.all(underWay);
      };
      await Promise.race([inTime(), clock.sleep(closingMs, late.signal).catch(() => {})]);
      late.abort();
      closed.abort();
    },
  };
}

const desktopEvent = ({ submission, graphId, title, state, counts, runs }: Notice): Event => ({
  type: 'runs.ended',
  submission,
  graphId,
  title,
  state,
  runs: counts.done + counts.failed + counts.cancelled,
  digest: runs.flatMap(({ pictures }) => pictures)[0]?.digest ?? null,
});

const testNotice = (target: string): Notice => ({
  submission: `test_${crypto.randomUUID()}`,
  graphId: 'test' as Notice['graphId'],
  title: 'Kiln',
  tier: 'quality',
  submitter: target,
  state: 'done',
  counts: { done: 1, failed: 0, cancelled: 0 },
  runs: [],
});
