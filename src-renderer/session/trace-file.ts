import type { MonitorReading } from '../../src-main/contract/monitor.ts';

/** What was read of the latest work as a file in the Chrome trace format, which Perfetto opens. */
export function traceFile({ jobs, devices, runs }: MonitorReading): string {
  const lanes = new Map<string, number>();
  const traceEvents: object[] = [
    { name: 'process_name', ph: 'M', pid: 1, tid: 0, args: { name: 'devices' } },
    { name: 'process_name', ph: 'M', pid: 2, tid: 0, args: { name: 'runs' } },
  ];
  const laneOf = (pid: number, name: string): number => {
    const key = `${pid} ${name}`;
    const known = lanes.get(key);
    if (known !== undefined) return known;
    lanes.set(key, lanes.size + 1);
    traceEvents.push({ name: 'thread_name', ph: 'M', pid, tid: lanes.size, args: { name } });
    return lanes.size;
  };
  const us = (ms: number): number => Math.round(ms * 1000);
  for (const { kind, deviceId, part, rows, runs: of, start, ms } of devices) {
    const name = kind === 'call' ? `${part.split('@')[0]} × ${rows}` : `load ${part.split('@')[0]}`;
    const at = { ts: us(start), dur: us(ms), pid: 1, tid: laneOf(1, deviceId) };
    traceEvents.push({ name, ph: 'X', cat: 'devices', ...at, args: { part, rows, runs: of } });
  }
  const titles = new Map(runs.map(({ runId, title }) => [runId, `${title} ${runId}`.trim()]));
  // Jobs of one run overlap, and a viewer draws only what lies inside one another: each node has a lane.
  for (const { runId, nodeId, state, deviceId, start, ms } of jobs) {
    const tid = laneOf(2, `${titles.get(runId) ?? runId}: ${nodeId}`);
    traceEvents.push({
      name: nodeId,
      ph: 'X',
      cat: 'runs',
      ts: us(start),
      dur: us(ms),
      pid: 2,
      tid,
      args: { state, deviceId },
    });
  }
  return JSON.stringify({ displayTimeUnit: 'ms', traceEvents });
}
