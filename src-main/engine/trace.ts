import type { Event } from '../model/events.ts';

interface Span {
  readonly name: string;
  readonly cat: string;
  readonly ph: 'X' | 'i';
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  /** An instant's scope: its thread. */
  readonly s?: 't';
  readonly args: Readonly<Record<string, unknown>>;
}

const mostSpans = 200_000;

/** What happened when, in the Chrome trace format that Perfetto opens: a lane per device, a lane per run. Made from events alone. */
export class Trace {
  readonly #spans: Span[] = [];
  /** Process and thread numbers by name. */
  readonly #lanes = new Map<string, { pid: number; tid: number; process: string }>();

  /** `nowMs` is the core's clock when the event was heard. */
  add(event: Event, nowMs: number): void {
    if (this.#spans.length >= mostSpans) return;
    switch (event.type) {
      case 'batch.finished': {
        const { part, rows, runs, batchId } = event;
        this.#span('devices', event.deviceId, `${partName(part)} × ${rows}`, event.startMs, event.ms, {
          part,
          rows,
          runs,
          batchId,
        });
        break;
      }
      case 'part.loaded':
        this.#span('devices', event.deviceId, `load ${partName(event.part)}`, event.startMs, event.ms, {
          part: event.part,
          bytes: event.bytes,
        });
        break;
      case 'job.changed':
        if (event.state === 'done' || event.state === 'failed')
          this.#span('runs', event.runId, `${event.nodeId}`, nowMs - event.ms, event.ms, {
            state: event.state,
            jobId: event.jobId,
          });
        else if (event.state === 'reused') this.#mark('runs', event.runId, `${event.nodeId} reused`, nowMs);
        break;
      case 'job.retried':
        this.#mark('runs', event.runId, `${event.nodeId} again`, nowMs);
        break;
      case 'run.changed':
        this.#mark('runs', event.runId, event.state, nowMs);
        break;
      default:
    }
  }

  json(): string {
    const names = [...this.#lanes].flatMap(([lane, { pid, tid, process }]) => [
      { name: 'process_name', ph: 'M', pid, tid, args: { name: process } },
      { name: 'thread_name', ph: 'M', pid, tid, args: { name: lane.slice(process.length + 1) } },
    ]);
    return JSON.stringify({ displayTimeUnit: 'ms', traceEvents: [...names, ...this.#spans] });
  }

  #lane(process: string, name: string): { pid: number; tid: number } {
    const key = `${process}/${name}`;
    let lane = this.#lanes.get(key);
    if (!lane) {
      lane = { pid: process === 'devices' ? 1 : 2, tid: this.#lanes.size + 1, process };
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  #span(
    process: string,
    lane: string,
    name: string,
    startMs: number,
    ms: number,
    args: Readonly<Record<string, unknown>>,
  ): void {
    const { pid, tid } = this.#lane(process, lane);
    this.#spans.push({
      name,
      cat: process,
      ph: 'X',
      ts: Math.round(startMs * 1000),
      dur: Math.max(1, Math.round(ms * 1000)),
      pid,
      tid,
      args,
    });
  }

  #mark(process: string, lane: string, name: string, nowMs: number): void {
    const { pid, tid } = this.#lane(process, lane);
    this.#spans.push({ name, cat: process, ph: 'i', s: 't', ts: Math.round(nowMs * 1000), pid, tid, args: {} });
  }
}

const partName = (key: string): string => key.slice(0, key.indexOf('@'));
