import type { SimulationTexts } from '../cli-simulation-texts.ts';

export const simulation: SimulationTexts = {
  working: '正在模拟……',
  recorded: (n, file) => `已把 ${n} 次运行写入 ${file}。`,
  failed: (n) => `模拟中有 ${n} 次运行失败，第一次的原因：`,
  total: (n, images, duration, perMinute) =>
    `模拟结果：${n} 次运行、${images} 张图片，用时 ${duration}，每分钟 ${perMinute.toFixed(1)} 张。`,
  energy: (wattHours) => `模拟的显卡能耗：${wattHours.toFixed(wattHours < 10 ? 2 : 0)} Wh。`,
  columns: {
    tier: '级别',
    runs: '运行',
    wait: ['开始前 p50', 'p95', '最长'],
    done: ['完成前 p50', 'p95', '最长'],
    device: '设备',
    busy: '忙碌',
    calls: '调用',
    rows: '每次行数',
    loads: '加载',
    loaded: '加载量',
    brought: '搬运量',
  },
};
