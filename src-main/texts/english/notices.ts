import { durationText } from '../cli-texts.ts';
import type { NoticeTexts } from '../notice-texts.ts';

const count = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

export const notices: NoticeTexts = {
  headline: (title, state, runs) => {
    const end = { done: 'is done', failed: 'failed', cancelled: 'was cancelled' }[state];
    return `“${title}” ${end}${runs > 1 ? ` (${runs} runs)` : ''}`;
  },
  counts: ({ done, failed, cancelled }) =>
    [
      done > 0 ? `${done} done` : '',
      failed > 0 ? `${failed} failed` : '',
      cancelled > 0 ? `${cancelled} cancelled` : '',
    ]
      .filter(Boolean)
      .join(', '),
  run: ({ runId, state, ms }) =>
    `${runId}: ${{ done: 'done', failed: 'failed', cancelled: 'cancelled' }[state]}, ${(ms / 1000).toFixed(1)} s`,
  pictures: (n) => count(n, 'picture'),
  more: (n) => `and ${count(n, 'more run')}`,
  why: 'You get this because Kiln was told to write to you when these runs have ended.',
  testSent: (target) => `A test has gone to ${target}.`,
  none: 'Nobody was told of anything yet.',
  states: { sent: 'told', failed: 'given up', skipped: 'not told, as all was cancelled' },
  due: (attempts, seconds) =>
    attempts === 0 ? 'on its way' : `${count(attempts, 'attempt')}, the next in ${durationText(seconds)}`,
};
