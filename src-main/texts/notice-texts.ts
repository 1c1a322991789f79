import type { Delivery, Notice, NoticeRun, NoticeState } from '../model/notices.ts';

/** What a person is told of runs that ended. */
export interface NoticeTexts {
  /** In one line: a subject, a desktop notification. */
  readonly headline: (title: string, state: NoticeState, runs: number) => string;
  readonly counts: (counts: Notice['counts']) => string;
  readonly run: (run: NoticeRun) => string;
  readonly pictures: (count: number) => string;
  readonly more: (runs: number) => string;
  readonly why: string;
  readonly testSent: (target: string) => string;
  readonly none: string;
  readonly states: Readonly<Record<Exclude<Delivery['state'], 'due'>, string>>;
  readonly due: (attempts: number, seconds: number) => string;
}
