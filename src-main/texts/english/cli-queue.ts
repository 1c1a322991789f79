import { finishMs as totalMs } from '../../model/cost.ts';
import { runStates } from '../../model/run.ts';
import type { QueueTexts } from '../cli-queue-texts.ts';
import { durationText } from '../cli-texts.ts';
import { chosenText, placingText } from './placing.ts';

const states = {
  queued: 'queued',
  running: 'running',
  paused: 'paused',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
} as const;
const runs = (n: number): string => (n === 1 ? '1 run' : `${n} runs`);

export const queue: QueueTexts = {
  generatedToken: (address, token) =>
    `Others need a token. In a browser open ${address} ; programs send “Authorization: Bearer ${token}”.`,
  states,
  columns: {
    run: 'RUN',
    state: 'STATE',
    tier: 'TIER',
    progress: 'STEPS',
    starts: 'STARTS',
    ends: 'ENDS',
    title: 'TITLE',
  },
  inTime: (text) => `in ${text}`,
  added: (n) => `${runs(n)} queued.`,
  known: (n) => `${runs(n)} ${n === 1 ? 'was' : 'were'} queued before.`,
  empty: 'The queue is empty.',
  more: (n) => `and ${n} more`,
  paused: (tiers) => (tiers.length === 0 ? 'The queue is paused.' : `Paused: ${tiers.join(', ')}.`),
  counts: (counts) =>
    runStates
      .filter((state) => counts[state] > 0)
      .map((state) => `${counts[state]} ${states[state]}`)
      .join(', '),
  removed: (n) => `${runs(n)} removed from the list; their pictures stay.`,
  again: (from, run) => `${from} is queued again as ${run}.`,
  first: 'Nothing goes before it.',
  goesAfter: (n) => `${n === 1 ? '1 run goes' : `${n} runs go`} before it.`,
  overtaken: (n) => `${n === 1 ? '1 later run has' : `${n} later runs have`} started first.`,
  job: ({ node, state, device, company, waitsFor, rowsAhead, finishMs, chosenBy, placing }) =>
    [
      `${node}: ${state}`,
      device === null ? '' : `on ${device}`,
      company.length > 0 ? `in one batch with ${company.join(', ')}` : '',
      waitsFor.length > 0 ? `waits for ${waitsFor.join(', ')}` : '',
      rowsAhead > 0 ? `${rowsAhead === 1 ? '1 row is' : `${rowsAhead} rows are`} ahead of it` : '',
      Object.keys(finishMs).length > 0
        ? `would be done in ${Object.entries(finishMs)
            .map(([name, ms]) => `${durationText(ms / 1000)} on ${name}`)
            .join(', ')}`
        : '',
      device !== null && chosenBy && Object.values(chosenBy).some((cost) => totalMs(cost) >= 0.05)
        ? chosenText(device, chosenBy)
        : '',
      placing ? placingText(placing) : '',
    ]
      .filter(Boolean)
      .join('; '),
  lostConnection: 'The connection was lost; trying again …',
};
