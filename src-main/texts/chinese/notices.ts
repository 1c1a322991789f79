import { durationText } from '../cli-texts.ts';
import type { NoticeTexts } from '../notice-texts.ts';

export const notices: NoticeTexts = {
  headline: (title, state, runs) => {
    const end = { done: '已完成', failed: '失败了', cancelled: '已取消' }[state];
    return `“${title}”${end}${runs > 1 ? `（${runs} 个运行）` : ''}`;
  },
  counts: ({ done, failed, cancelled }) =>
    [
      done > 0 ? `完成 ${done} 个` : '',
      failed > 0 ? `失败 ${failed} 个` : '',
      cancelled > 0 ? `取消 ${cancelled} 个` : '',
    ]
      .filter(Boolean)
      .join('，'),
  run: ({ runId, state, ms }) =>
    `${runId}：${{ done: '完成', failed: '失败', cancelled: '取消' }[state]}，${(ms / 1000).toFixed(1)} 秒`,
  pictures: (n) => `${n} 张图片`,
  more: (n) => `另有 ${n} 个运行`,
  why: '您收到此邮件，是因为 Kiln 被要求在这些运行结束时通知您。',
  testSent: (target) => `已向 ${target} 发送测试。`,
  none: '还没有通知过任何人。',
  states: { sent: '已通知', failed: '已放弃', skipped: '未通知（全部已取消）' },
  due: (attempts, seconds) => (attempts === 0 ? '正在发送' : `已尝试 ${attempts} 次，${durationText(seconds)} 后再试`),
};
