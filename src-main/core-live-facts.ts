import { Monitor } from './core-monitor.ts';
import type { Event } from './model/events.ts';
import type { DeviceId, RunId } from './model/ids.ts';
import { isOver } from './model/run.ts';

const lately = 5_000;

/** What events say about runs and devices that nobody else keeps. */
export class LiveFacts {
  readonly progress = new Map<RunId, { done: number; total: number }>();
  readonly restarts = new Map<DeviceId, number>();
  readonly monitor = new Monitor();
  /** Busy spans of the last minute, by device. */
  readonly #spans = new Map<DeviceId, { startMs: number; ms: number }[]>();

  add(event: Event, nowMs: number): void {
    this.monitor.add(event, nowMs);
    if (event.type === 'job.progressed') this.progress.set(event.runId, { done: event.done, total: event.total });
    else if (event.type === 'run.changed' && isOver(event.state)) this.progress.delete(event.runId);
    else if (event.type === 'device.changed' && event.state === 'lost')
      this.restarts.set(event.device.id, (this.restarts.get(event.device.id) ?? 0) + 1);
    else if (event.type === 'batch.finished') {
      const spans = this.#spans.get(event.deviceId) ?? [];
      spans.push({ startMs: event.startMs, ms: event.ms });
      while (spans[0] && spans[0].startMs < nowMs - 60_000) spans.shift();
      this.#spans.set(event.deviceId, spans);
    }
  }

  /** Of the last minute, or of the time since the first batch where that is less. */
  busyShare(device: DeviceId, nowMs: number): number {
    const spans = (this.#spans.get(device) ?? []).filter(({ startMs }) => startMs >= nowMs - 60_000);
    const first = spans[0];
    if (!first) return 0;
    const busy = spans.reduce((sum, { ms }) => sum + ms, 0);
    return Math.min(1, busy / Math.max(1, nowMs - first.startMs));
  }

  /** Of the last five seconds, as far as calls have ended. */
  busyNow(device: DeviceId, nowMs: number): number {
    const from = nowMs - lately;
    const spans = this.#spans.get(device) ?? [];
    const busy = spans.reduce((sum, { startMs, ms }) => sum + Math.max(0, startMs + ms - Math.max(startMs, from)), 0);
    return Math.min(1, busy / lately);
  }
}
