import { finishMs as totalMs } from '../../model/cost.ts';
import { type JobState, runStates } from '../../model/run.ts';
import type { QueueTexts } from '../cli-queue-texts.ts';
import { durationText } from '../cli-texts.ts';
import { chosenText, placingText } from './placing.ts';

const states = {
  queued: '排队',
  running: '运行中',
  paused: '已暂停',
  done: '完成',
  failed: '失败',
  cancelled: '已取消',
  interrupted: '中断',
} as const;

const jobStates: Readonly<Record<JobState, string>> = {
  blocked: '等待前面的步骤',
  ready: '就绪',
  running: '运行中',
  done: '完成',
  reused: '直接使用已有结果',
  failed: '失败',
  cancelled: '已取消',
};

export const queue: QueueTexts = {
  generatedToken: (address, token) =>
    `其他人需要令牌。浏览器请打开 ${address} ；程序请发送“Authorization: Bearer ${token}”。`,
  states,
  columns: {
    run: '运行',
    state: '状态',
    tier: '紧急程度',
    progress: '步骤',
    starts: '预计开始',
    ends: '预计结束',
    title: '标题',
  },
  inTime: (text) => `${text} 后`,
  added: (n) => `已排队 ${n} 次运行。`,
  known: (n) => `有 ${n} 次运行此前已经排队。`,
  empty: '队列是空的。',
  more: (n) => `另外还有 ${n} 次`,
  paused: (tiers) => (tiers.length === 0 ? '队列已暂停。' : `已暂停：${tiers.join('、')}。`),
  counts: (counts) =>
    runStates
      .filter((state) => counts[state] > 0)
      .map((state) => `${states[state]} ${counts[state]}`)
      .join('，'),
  removed: (n) => `已从列表移除 ${n} 次运行，它们的图片仍然保留。`,
  again: (from, run) => `${from} 已重新排队，新的运行是 ${run}。`,
  first: '没有运行排在它前面。',
  goesAfter: (n) => `有 ${n} 次运行排在它前面。`,
  overtaken: (n) => `有 ${n} 次较晚的运行先开始了。`,
  job: ({ node, state, device, company, waitsFor, rowsAhead, finishMs, chosenBy, placing }) =>
    [
      `${node}：${(jobStates as Record<string, string>)[state] ?? state}`,
      device === null ? '' : `在 ${device} 上`,
      company.length > 0 ? `与 ${company.join('、')} 同批` : '',
      waitsFor.length > 0 ? `等待 ${waitsFor.join('、')}` : '',
      rowsAhead > 0 ? `前面有 ${rowsAhead} 行` : '',
      Object.keys(finishMs).length > 0
        ? `预计完成：${Object.entries(finishMs)
            .map(([name, ms]) => `${name} 上 ${durationText(ms / 1000)} 后`)
            .join('，')}`
        : '',
      device !== null && chosenBy && Object.values(chosenBy).some((cost) => totalMs(cost) >= 0.05)
        ? chosenText(device, chosenBy)
        : '',
      placing ? placingText(placing) : '',
    ]
      .filter(Boolean)
      .join('；'),
  lostConnection: '连接已断开，正在重试……',
};
