import { type Problem, problem } from './errors.ts';
import type { GraphId, RunId } from './ids.ts';
import type { RunImage, RunState, Tier } from './run.ts';
import { isMailAddress, isWebAddress, type SecretName, type Settings } from './settings.ts';

// Whoever submits a long run need not watch it: when all runs of one submission are over, they are told on the desktop
// of a page that is open, by a webhook or by mail. A target is a way (`webhook`: the first address that the settings
// allow) or one of those addresses.

export type NoticeWay = 'desktop' | 'webhook' | 'email';

export const wayOf = (target: string): NoticeWay | null => {
  if (target === 'desktop' || target === 'webhook' || target === 'email') return target;
  if (isWebAddress(target)) return 'webhook';
  return isMailAddress(target) && !target.startsWith('@') ? 'email' : null;
};

type Allowed = Pick<Settings, 'webhooks' | 'emails'>;

/** The address that a target means; null where the settings do not allow it. */
export function addressOf(target: string, { webhooks, emails }: Allowed): string | null {
  const way = wayOf(target);
  if (way === 'webhook') {
    const first = webhooks.find((one) => !one.endsWith('/')) ?? null;
    if (target === 'webhook') return first;
    const { href } = new URL(target);
    return webhooks.some((one) => isBelow(href, new URL(one).href)) ? href : null;
  }
  if (way !== 'email') return null;
  const lower = emails.map((one) => one.toLowerCase());
  if (target === 'email') return emails.find((one) => !one.startsWith('@')) ?? null;
  const host = target.slice(target.lastIndexOf('@')).toLowerCase();
  return lower.includes(target.toLowerCase()) || lower.includes(host) ? target : null;
}

const isBelow = (address: string, allowed: string): boolean =>
  address === allowed || (allowed.endsWith('/') && address.startsWith(allowed));

type Needed = Allowed & Pick<Settings, 'smtpHost' | 'emailFrom' | 'smtpUser'>;

/** Why nobody could be told this way; empty where it may be tried. */
export function problemsOfTarget(
  target: string,
  settings: Needed,
  hasSecret: (name: SecretName) => boolean,
): readonly Problem[] {
  const way = wayOf(target);
  if (way === null) return [problem('notice.badTarget', { target })];
  if (way === 'desktop') return [];
  const list = way === 'webhook' ? 'webhooks' : 'emails';
  const isAddress = target !== way;
  const missing = [
    ...(isAddress || addressOf(target, settings) !== null ? [] : [list]),
    ...(way === 'webhook' && !hasSecret('webhookSecret') ? ['webhookSecret'] : []),
    ...(way === 'email' && settings.smtpHost === '' ? ['smtpHost'] : []),
    ...(way === 'email' && settings.emailFrom === '' && !isMailAddress(settings.smtpUser) ? ['emailFrom'] : []),
  ];
  if (missing.length > 0) return [problem('notice.notSet', { target, settings: missing.join(', ') })];
  if (addressOf(target, settings) === null) return [problem('notice.notAllowed', { target, setting: list })];
  return [];
}

/** What is shown of where a notice went: the path of a webhook may be as good as a password. */
export const shownAddress = (address: string): string => (isWebAddress(address) ? new URL(address).origin : address);

/** Tiers that nobody watches: their runs are told of by default. */
export const isUnwatched = (tier: Tier): boolean => tier === 'quality' || tier === 'background';

export type NoticeState = Extract<RunState, 'done' | 'failed' | 'cancelled'>;

export interface NoticeRun {
  readonly runId: RunId;
  readonly state: NoticeState;
  readonly ms: number;
  readonly problems: readonly Problem[];
  readonly pictures: readonly Pick<RunImage, 'digest' | 'width' | 'height' | 'seed' | 'title'>[];
}

/** All runs of one submission are over. */
export interface Notice {
  readonly submission: string;
  readonly graphId: GraphId;
  readonly title: string;
  readonly tier: Tier;
  readonly submitter: string;
  /** `failed` where any failed, `cancelled` where all were. */
  readonly state: NoticeState;
  readonly counts: Readonly<Record<NoticeState, number>>;
  /** Those that failed before others; not more than a person reads. */
  readonly runs: readonly NoticeRun[];
}

export const stateOfAll = ({ done, failed, cancelled }: Notice['counts']): NoticeState =>
  failed > 0 ? 'failed' : done === 0 && cancelled > 0 ? 'cancelled' : 'done';

/** How it went with telling somebody. */
export interface Delivery {
  readonly submission: string;
  readonly target: string;
  /** `due` until it worked or was given up; `skipped` where there was nothing worth telling. */
  readonly state: 'due' | 'sent' | 'failed' | 'skipped';
  readonly attempts: number;
  /** When it is tried next, or was last. ms since 1970. */
  readonly due: number;
  readonly made: number;
  readonly problem: Problem | null;
}
