import { type Cost, finishMs as totalMs } from '../../model/cost.ts';
import { shortSpanText } from '../amounts.ts';
import type { ExplainedJob } from '../cli-queue-texts.ts';
import { ruleSource } from './words.ts';

/** The device that was chosen first, then the others, the soonest first. */
export const chosenText = (device: string, costs: NonNullable<ExplainedJob['chosenBy']>): string => {
  const others = Object.keys(costs).filter((name) => name !== device);
  others.sort((a, b) => totalMs(costs[a]!) - totalMs(costs[b]!));
  return `when it started: ${[device, ...others]
    .flatMap((name) =>
      costs[name] ? [`${shortSpanText(totalMs(costs[name]))} on ${name}${partsText(costs[name])}`] : [],
    )
    .join(', ')}`;
};

const partsText = (cost: Cost): string => {
  const parts = [
    [cost.waitMs, 'until it is free'],
    [cost.aheadMs, 'for calls before it'],
    [cost.loadMs, 'to load weights'],
    [cost.bringMs, 'to bring inputs'],
    [cost.runMs, cost.isGuess ? 'for its own calls, a guess' : 'for its own calls'],
  ] as const;
  const said = parts.filter(([ms]) => ms >= 0.05).map(([ms, what]) => `${shortSpanText(ms)} ${what}`);
  return said.length > 0 ? ` (${said.join(' + ')})` : '';
};

/** Which rules hold for a step, and what it goes together with. */
export const placingText = ({ rules, allowed, beside }: NonNullable<ExplainedJob['placing']>): string =>
  [
    rules.length > 0
      ? `may use ${allowed.join(', ')} by ${rules.map(({ rule, from, pack }) => `${rule} of ${ruleSource(from, pack)}`).join(' and ')}`
      : '',
    beside.length > 0 ? `goes where ${beside.join(', ')} ${beside.length === 1 ? 'goes' : 'go'}` : '',
  ]
    .filter(Boolean)
    .join('; ');
