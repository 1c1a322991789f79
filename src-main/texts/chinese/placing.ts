import { type Cost, finishMs as totalMs } from '../../model/cost.ts';
import { shortSpanText } from '../amounts.ts';
import type { ExplainedJob } from '../cli-queue-texts.ts';
import { ruleSource } from './words.ts';

/** The device that was chosen first, then the others, the soonest first. */
export const chosenText = (device: string, costs: NonNullable<ExplainedJob['chosenBy']>): string => {
  const others = Object.keys(costs).filter((name) => name !== device);
  others.sort((a, b) => totalMs(costs[a]!) - totalMs(costs[b]!));
  return `开始时的估计：${[device, ...others]
    .flatMap((name) =>
      costs[name] ? [`${name} 上 ${shortSpanText(totalMs(costs[name]))}${partsText(costs[name])}`] : [],
    )
    .join('，')}`;
};

const partsText = (cost: Cost): string => {
  const parts = [
    [cost.waitMs, '等设备空闲'],
    [cost.aheadMs, '等前面的计算'],
    [cost.loadMs, '加载权重'],
    [cost.bringMs, '搬运输入'],
    [cost.runMs, cost.isGuess ? '自身计算（推测）' : '自身计算'],
  ] as const;
  const said = parts.filter(([ms]) => ms >= 0.05).map(([ms, what]) => `${what} ${shortSpanText(ms)}`);
  return said.length > 0 ? `（${said.join(' + ')}）` : '';
};

/** Which rules hold for a step, and what it goes together with. */
export const placingText = ({ rules, allowed, beside }: NonNullable<ExplainedJob['placing']>): string =>
  [
    rules.length > 0
      ? `按照${rules.map(({ rule, from, pack }) => `${ruleSource(from, pack)}的规则 ${rule}`).join('、')}可用 ${allowed.join('、')}`
      : '',
    beside.length > 0 ? `与 ${beside.join('、')} 在同一设备` : '',
  ]
    .filter(Boolean)
    .join('；');
